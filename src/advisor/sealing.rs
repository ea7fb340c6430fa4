//! The data keys of subjects: made once, wrapped in `keys.db`, and opened here only.
//!
//! Invariant: a key is stored before the first text sealed under it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Advisor, access,
    error::{Error, Result},
};
use crate::{
    domain::sealed::{Sealed, Subject},
    privacy::vault::{self, DataKey, Place, Wrapped},
    store::{self, keys, writing},
};

/// Opened keys kept in memory; the cache is emptied when it is full.
const KEPT: usize = 1_000;

#[derive(Default)]
pub(super) struct Keys(Mutex<HashMap<Subject, SubjectKey>>);

/// The newest key of a subject.
#[derive(Clone)]
pub(super) struct SubjectKey {
    subject: Subject,
    version: u16,
    key: Arc<DataKey>,
}

impl SubjectKey {
    pub(super) fn seal(&self, table: &str, column: &str, row: &str, text: &[u8]) -> Result<Sealed> {
        let place = Place {
            table,
            column,
            row,
            subject: self.subject,
        };
        Ok(vault::seal(&self.key, self.version, &place, text)?)
    }

    pub(super) fn open(
        &self,
        table: &str,
        column: &str,
        row: &str,
        sealed: &Sealed,
    ) -> Result<String> {
        let place = Place {
            table,
            column,
            row,
            subject: self.subject,
        };
        let bytes = vault::open(&self.key, self.version, &place, sealed)?;
        String::from_utf8(bytes.to_vec())
            .map_err(|_| Error::Internal("a sealed value is no text".to_owned()))
    }

    pub(super) fn seal_json<T: serde::Serialize>(
        &self,
        table: &str,
        column: &str,
        row: &str,
        value: &T,
    ) -> Result<Sealed> {
        let json = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
        self.seal(table, column, row, &json)
    }

    pub(super) fn open_json<T: serde::de::DeserializeOwned>(
        &self,
        table: &str,
        column: &str,
        row: &str,
        sealed: &Sealed,
    ) -> Result<T> {
        let json = self.open(table, column, row, sealed)?;
        serde_json::from_str(&json).map_err(|error| Error::Internal(error.to_string()))
    }
}

impl Advisor {
    /// The key of a subject, made if there is none yet.
    pub(super) async fn key_of(&self, subject: Subject) -> Result<SubjectKey> {
        if let Some(key) = self.kept(subject) {
            return Ok(key);
        }
        let found = self.store().read(move |db| keys::get(db, subject)).await;
        let row = match found {
            Ok(row) => row,
            Err(store::Error::NotFound) => self.make_key(subject).await?,
            Err(error) => return Err(error.into()),
        };
        let wrapped = Wrapped {
            kek_id: row.kek_id,
            nonce: row.nonce,
            bytes: row.wrapped,
        };
        let key = SubjectKey {
            subject,
            version: row.version,
            key: Arc::new(self.0.vault.unwrap(&wrapped, subject, row.version)?),
        };
        let mut kept = self.0.keys.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(subject, key.clone());
        Ok(key)
    }

    fn kept(&self, subject: Subject) -> Option<SubjectKey> {
        let kept = self.0.keys.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&subject).cloned()
    }

    async fn make_key(&self, subject: Subject) -> Result<keys::KeyRow> {
        let version = 1;
        let wrapped = self.0.vault.wrap(&DataKey::generate()?, subject, version)?;
        let row = keys::KeyRow {
            subject,
            version,
            kek_id: wrapped.kek_id,
            wrapped: wrapped.bytes,
            nonce: wrapped.nonce,
            created_ms: self.now_ms(),
        };
        let scope = access::job("keys");
        let new = row.clone();
        // Not through `store()`: the key of a request belongs to the change that follows.
        let put = self
            .0
            .store
            .write(move |tx| keys::put(tx, writing(&scope)?, &new))
            .await;
        match put {
            Ok(()) => Ok(row),
            // Another request made it meanwhile.
            Err(store::Error::Conflict(_)) => {
                Ok(self.store().read(move |db| keys::get(db, subject)).await?)
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;
