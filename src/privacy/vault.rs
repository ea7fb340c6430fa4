//! Keys, and sealing under them: erasing a subject's key erases the subject's text.
//!
//! Must not know where anything is stored but the master key's file. Invariants: nothing secret is
//! printed, a sealed value opens only in the row, column and subject it was sealed for, and secret
//! bytes are wiped when they are dropped (the cipher's own expanded state is not: the crate's
//! `zeroize` feature is off).

mod master;

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::{
    hex::hex,
    sealed::{Sealed, Subject},
};

pub use master::MasterKey;

/// First byte of a sealed value.
const FORMAT: u8 = 0x01;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Format, key version and nonce.
const HEADER: usize = 1 + 2 + NONCE;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot use the master key file {path}: {source}")]
    File {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    #[error("the master key file {path} can be read by others; its mode must be 0600 or less")]
    Exposed { path: std::path::PathBuf },
    #[error("the master key file {path} does not hold 64 hexadecimal digits")]
    Malformed { path: std::path::PathBuf },
    /// The data was wrapped under another master key.
    #[error("this is not the master key that the data was sealed under")]
    WrongMasterKey,
    /// Edited, truncated, from another place, or under another key.
    #[error("the sealed value does not open")]
    Tampered,
    /// A part of a place holds the separator.
    #[error("a sealed value cannot be bound to that place")]
    Place,
    #[error("the machine gives no random bytes")]
    NoRandomness,
}

/// What a sub-key of the master key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Wraps data keys.
    Kek,
    /// Names the wrapping key without telling it.
    KekId,
    /// Makes the audit chain's pseudonyms.
    AuditPid,
    /// Tags the audit chain's marks.
    AuditCommit,
    /// Makes tokens that guard forms.
    Cookie,
}

impl Purpose {
    const fn id(self) -> &'static str {
        match self {
            Self::Kek => "kek",
            Self::KekId => "kek-id",
            Self::AuditPid => "audit-pid",
            Self::AuditCommit => "audit-commit",
            Self::Cookie => "cookie",
        }
    }
}

/// Where a sealed value stands; it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'p> {
    pub table: &'p str,
    pub column: &'p str,
    /// Id of the row.
    pub row: &'p str,
    pub subject: Subject,
}

impl Place<'_> {
    fn associated_data(&self) -> Result<Vec<u8>, Error> {
        let subject = self.subject.to_string();
        let parts = ["bd1", self.table, self.column, self.row, &subject];
        if parts.iter().any(|part| part.contains('|')) {
            return Err(Error::Place);
        }
        Ok(parts.join("|").into_bytes())
    }
}

/// The key of one subject.
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    pub fn generate() -> Result<Self, Error> {
        random().map(|bytes| Self(Zeroizing::new(bytes)))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

/// A data key as it may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapped {
    pub kek_id: String,
    pub nonce: [u8; NONCE],
    pub bytes: Vec<u8>,
}

/// What the sub-keys can do. Cheap to share behind an `Arc`.
pub struct Vault {
    kek: Zeroizing<[u8; 32]>,
    kek_id: String,
    audit_pid: Zeroizing<[u8; 32]>,
    audit_commit: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("kek_id", &self.kek_id)
            .finish_non_exhaustive()
    }
}

impl Vault {
    pub fn new(master: &MasterKey) -> Self {
        Self {
            kek: master.sub_key(Purpose::Kek),
            kek_id: hex(&master.sub_key(Purpose::KekId)[..8]),
            audit_pid: master.sub_key(Purpose::AuditPid),
            audit_commit: master.sub_key(Purpose::AuditCommit),
        }
    }

    /// Names the key-encryption key; another master key has another name.
    pub fn kek_id(&self) -> &str {
        &self.kek_id
    }

    /// Wraps a data key for storing, bound to its subject and version.
    pub fn wrap(&self, key: &DataKey, subject: Subject, version: u16) -> Result<Wrapped, Error> {
        let nonce = random()?;
        let data = wrap_data(subject, version);
        Ok(Wrapped {
            kek_id: self.kek_id.clone(),
            nonce,
            bytes: encrypt(&self.kek, nonce, &data, key.0.as_slice()),
        })
    }

    /// [`Error::WrongMasterKey`] if it was wrapped under another, [`Error::Tampered`] if it was
    /// edited or belongs to another subject or version.
    pub fn unwrap(
        &self,
        wrapped: &Wrapped,
        subject: Subject,
        version: u16,
    ) -> Result<DataKey, Error> {
        if wrapped.kek_id != self.kek_id {
            return Err(Error::WrongMasterKey);
        }
        let data = wrap_data(subject, version);
        let bytes = Zeroizing::new(decrypt(&self.kek, wrapped.nonce, &data, &wrapped.bytes)?);
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(Error::Tampered);
        }
        key.copy_from_slice(&bytes);
        Ok(DataKey(key))
    }

    /// The audit chain's pseudonym of a thing: equal for equal things, and for nothing else.
    pub fn pid(&self, kind: &str, id: &str) -> [u8; 16] {
        let tag = mac(&self.audit_pid, &[kind.as_bytes(), b"|", id.as_bytes()]);
        let mut pid = [0; 16];
        pid.copy_from_slice(&tag[..16]);
        pid
    }

    /// Tags a mark of the audit chain, so that who rewrites chain and marks is noticed.
    pub fn checkpoint_tag(&self, seq: u64, hash: &[u8; 32]) -> [u8; 32] {
        mac(
            &self.audit_commit,
            &[b"bd1|checkpoint|", &seq.to_le_bytes(), hash],
        )
    }

    /// Whether a tag is one of [`Self::checkpoint_tag`]; in constant time.
    pub fn checkpoint_holds(&self, seq: u64, hash: &[u8; 32], tag: &[u8]) -> bool {
        let mut mac = new_mac(&self.audit_commit);
        mac.update(b"bd1|checkpoint|");
        mac.update(&seq.to_le_bytes());
        mac.update(hash);
        mac.verify_slice(tag).is_ok()
    }
}

/// Seals a text under version `version` of its subject's key.
pub fn seal(
    key: &DataKey,
    version: u16,
    place: &Place<'_>,
    plaintext: &[u8],
) -> Result<Sealed, Error> {
    seal_with(key, version, place, plaintext, random()?)
}

fn seal_with(
    key: &DataKey,
    version: u16,
    place: &Place<'_>,
    plaintext: &[u8],
    nonce: [u8; NONCE],
) -> Result<Sealed, Error> {
    let ciphertext = encrypt(&key.0, nonce, &place.associated_data()?, plaintext);
    let mut bytes = Vec::with_capacity(HEADER + ciphertext.len());
    bytes.push(FORMAT);
    bytes.extend(version.to_le_bytes());
    bytes.extend(nonce);
    bytes.extend(ciphertext);
    Ok(Sealed::new(bytes))
}

/// Opens a sealed value with the key of the version that [`key_version`] tells.
pub fn open(
    key: &DataKey,
    version: u16,
    place: &Place<'_>,
    sealed: &Sealed,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    if key_version(sealed)? != version {
        return Err(Error::Tampered);
    }
    let (header, ciphertext) = sealed.as_bytes().split_at(HEADER);
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&header[HEADER - NONCE..]);
    decrypt(&key.0, nonce, &place.associated_data()?, ciphertext).map(Zeroizing::new)
}

/// Which version of the subject's key a value was sealed under.
pub fn key_version(sealed: &Sealed) -> Result<u16, Error> {
    match sealed.as_bytes() {
        [FORMAT, low, high, rest @ ..] if rest.len() >= NONCE + TAG => {
            Ok(u16::from_le_bytes([*low, *high]))
        }
        _ => Err(Error::Tampered),
    }
}

/// `HMAC-SHA-256(salt, canonical details)`: without the salt it says nothing about the details.
pub fn commitment(salt: &[u8; 32], details: &[u8]) -> [u8; 32] {
    mac(salt, &[details])
}

/// Random bytes for salts and secrets.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    <[u8; N]>::try_generate().map_err(|_| Error::NoRandomness)
}

fn wrap_data(subject: Subject, version: u16) -> Vec<u8> {
    format!("bd1|key|{subject}|{version}").into_bytes()
}

fn encrypt(key: &[u8; 32], nonce: [u8; NONCE], data: &[u8], plaintext: &[u8]) -> Vec<u8> {
    #[cfg(test)]
    if unsealed::is_off() {
        return [plaintext, &[0; TAG]].concat();
    }
    let payload = Payload {
        msg: plaintext,
        aad: data,
    };
    XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), payload)
        .expect("a text in memory is shorter than the cipher's 256 GiB")
}

fn decrypt(
    key: &[u8; 32],
    nonce: [u8; NONCE],
    data: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, Error> {
    #[cfg(test)]
    if unsealed::is_off() {
        return Ok(ciphertext[..ciphertext.len() - TAG].to_vec());
    }
    let payload = Payload {
        msg: ciphertext,
        aad: data,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(nonce), payload)
        .map_err(|_| Error::Tampered)
}

fn new_mac(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = new_mac(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Sealing switched off for one thread, to see that a search for what it hides would find it. It is
/// part of this crate's own tests only: no program that is built can do without sealing.
#[cfg(test)]
pub(crate) mod unsealed {
    use std::cell::Cell;

    thread_local!(static OFF: Cell<bool> = const { Cell::new(false) });

    pub(super) fn is_off() -> bool {
        OFF.get()
    }

    pub(crate) fn while_off<T>(work: impl FnOnce() -> T) -> T {
        OFF.set(true);
        let done = work();
        OFF.set(false);
        done
    }
}

#[cfg(test)]
mod tests;
