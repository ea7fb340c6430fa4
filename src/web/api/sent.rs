//! What a machine sends to have something changed: a JSON body, and the key under which it is
//! changed once.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, request::Parts},
};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::super::{
    error::{Error, Result},
    extract::Json,
};
use crate::advisor::{
    error::Refusal,
    once::{self, OnceKey},
};

/// Characters of an `Idempotency-Key`.
const KEY_LENGTH: usize = 200;

/// A JSON body, and the key of the request, if it has one.
pub(crate) struct Sent<T> {
    pub(crate) body: T,
    pub(crate) once: Option<OnceKey>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Error;
    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let key = key(request.headers())?;
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(whole, state)
            .await
            .map_err(|rejection| Error::Status(rejection.status()))?;
        let once = key.map(|key| OnceKey {
            key,
            request: hash(&parts, &bytes),
        });
        let again = Request::from_parts(parts, Body::from(bytes));
        let Json(body) = Json::from_request(again, state).await?;
        Ok(Self { body, once })
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(once::FIELD) else {
        return Ok(None);
    };
    let refused = |why| Error::invalid(once::FIELD, why);
    let text = value.to_str().map_err(|_| refused(Refusal::NotText))?;
    if text.is_empty() {
        return Err(refused(Refusal::Missing));
    }
    if text.len() > KEY_LENGTH {
        let max = KEY_LENGTH as u32;
        return Err(refused(Refusal::TooLong { max }));
    }
    Ok(Some(text.to_owned()))
}

/// Two requests are one if method, path and body are.
fn hash(parts: &Parts, body: &Bytes) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path());
    hash.update([0]);
    hash.update(body);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_text_of_bounded_length() {
        let with = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(once::FIELD, value.try_into().unwrap());
            key(&headers)
        };
        assert!(key(&HeaderMap::new()).unwrap().is_none());
        assert_eq!(with(b"a-1").unwrap().as_deref(), Some("a-1"));
        for refused in [&b""[..], &[b'a'; 201], "ż".as_bytes()] {
            assert!(with(refused).is_err(), "{refused:?}");
        }
    }
}
