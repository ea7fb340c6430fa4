//! What can go wrong in a use case, named by what the caller can do about it.

use crate::{privacy::vault, store};

/// Why a field was refused. The words are the web's; the numbers belong to the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Missing,
    TooLong {
        max: u32,
    },
    TooShort {
        min: u32,
    },
    /// Not text: invalid UTF-8 or control characters.
    NotText,
    NotAChoice,
    NotANumber,
    NotADate,
    /// Below, above or otherwise outside what the field can hold.
    OutOfRange,
    Guessable,
    Taken,
    /// A text that the guard would not let through.
    Guarded,
    /// Not allowed while the session or record is in its present state.
    WrongState,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or outside the caller's scope: the two are told apart for nobody.
    #[error("not found")]
    NotFound,
    #[error("this role may not do that")]
    Forbidden,
    #[error("the field `{field}` was refused: {why:?}")]
    Invalid { field: &'static str, why: Refusal },
    /// Somebody else changed it meanwhile; read again.
    #[error("changed meanwhile: {0}")]
    Conflict(&'static str),
    #[error("busy; try again in {retry_after_ms} ms")]
    Busy { retry_after_ms: u32 },
    /// Storage does not answer. Nothing was stored.
    #[error("storage is not available: {0}")]
    Unavailable(String),
    #[error("internal error: {0}")]
    Internal(String),
}

impl Error {
    pub const fn invalid(field: &'static str, why: Refusal) -> Self {
        Self::Invalid { field, why }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            store::Error::Denied => Self::Forbidden,
            store::Error::Conflict(what) => Self::Conflict(what),
            store::Error::Busy { retry_after_ms } => Self::Busy { retry_after_ms },
            store::Error::Unavailable(why) => Self::Unavailable(why),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<vault::Error> for Error {
    fn from(error: vault::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

pub type Result<T> = std::result::Result<T, Error>;
