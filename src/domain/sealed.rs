//! Encrypted columns as they are stored and carried; only `privacy` can make or open one.
//!
//! Layout: `0x01 | key version u16 LE | nonce 24 | ciphertext and tag`, with the place of the
//! column and its subject as associated data (`contracts.md`, "Sealed column and audit").

use std::{fmt, str::FromStr};

use super::id::{ClientId, UserId};

/// Ciphertext of one column of one row.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Whose key seals a text. Erasing the key erases every text sealed under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Client(ClientId),
    User(UserId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(id) => write!(f, "client:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

/// The text names no subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a subject")]
pub struct UnknownSubject;

impl FromStr for Subject {
    type Err = UnknownSubject;
    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let unknown = |_| UnknownSubject;
        match text.split_once(':') {
            Some(("client", id)) => id.parse().map(Self::Client).map_err(unknown),
            Some(("user", id)) => id.parse().map(Self::User).map_err(unknown),
            _ => Err(UnknownSubject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_round_trip_and_never_meet() {
        let id = uuid::Uuid::from_u128(7);
        let subjects = [Subject::Client(ClientId(id)), Subject::User(UserId(id))];
        for subject in subjects {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        assert_ne!(subjects[0].to_string(), subjects[1].to_string());
        assert_eq!("client".parse::<Subject>(), Err(UnknownSubject));
        assert_eq!("boat:7".parse::<Subject>(), Err(UnknownSubject));
    }

    #[test]
    fn debug_shows_no_bytes() {
        assert_eq!(
            format!("{:?}", Sealed::new(b"tajne".to_vec())),
            "Sealed(5 bytes)"
        );
    }
}
