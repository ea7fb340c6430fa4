//! Who may do what: accounts, the one-time set-up, logins, tokens, and the scope of each role.
//!
//! Invariant: a token is stored as its SHA-256 only; a sign-in that ended, a disabled account and
//! a wrong password are told apart for nobody.

pub mod password;

mod accounts;
mod handover;
mod ladder;
mod logins;
mod reset;
mod setup;
mod tokens;

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub use self::{
    handover::HandOver,
    logins::{ABSOLUTE_MS, IDLE_MS, LoginError},
};
use self::{ladder::Ladder, setup::Setup};
use super::{
    Advisor,
    error::{Error, Refusal, Result},
};
pub use crate::store::{tokens::TokenRow as Token, users::UserRow as Account};
use crate::{
    domain::{
        hex::hex,
        id::{SessionId, UserId},
        labels::Role,
        scope::{Rows, Scope, Text, Via},
    },
    privacy::vault,
};

/// Passwords hashed at the same time: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 2;

const NAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

/// Someone who is signed in, by cookie or by bearer token.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    pub via: Via,
    /// The visit whose client screen this sign-in is held to, while the client has the tablet.
    pub shows: Option<SessionId>,
}

impl Caller {
    /// What this caller may see and change: the one place where a role becomes rows and texts.
    pub fn scope(&self) -> Scope {
        let (rows, text, writes) = match self.role {
            Role::Seller => (Rows::Own(self.user), Text::Open, true),
            Role::Manager => (Rows::Showroom, Text::Open, true),
            // IT keeps the accounts and the machine, and never sees a client's words.
            Role::Admin => (Rows::None, Text::Hidden, true),
            Role::Auditor => (Rows::Showroom, Text::Open, false),
            Role::Privacy => (Rows::Showroom, Text::Hidden, false),
        };
        Scope::new(Some(self.user), self.via, rows, text, writes)
    }

    /// The key of this caller's rate limit: one per sign-in or token.
    pub fn bucket(&self) -> String {
        match self.via {
            Via::Login(id) => id.to_string(),
            Via::Token(id) => id.to_string(),
            Via::Cli | Via::Job(_) => self.user.to_string(),
        }
    }
}

/// A fresh secret for the caller; only its hash is stored.
pub struct Secret(pub String);

pub struct NewAccount {
    pub name: String,
    pub password: String,
    pub role: Role,
}

#[derive(Debug)]
pub(super) struct Access {
    ladder: Ladder,
    hashing: Arc<Semaphore>,
    setup: std::sync::Mutex<Option<Setup>>,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            ladder: Ladder::default(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
            setup: std::sync::Mutex::default(),
        }
    }
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn new_secret() -> Result<Secret> {
    let bytes = vault::random::<32>()?;
    Ok(Secret(hex(&bytes)))
}

/// The scope of work that no person started.
pub(super) const fn job(name: &'static str) -> Scope {
    Scope::new(None, Via::Job(name), Rows::Showroom, Text::Open, true)
}

/// A person's own account and tokens, whatever the role may otherwise see.
const fn own(caller: &Caller) -> Scope {
    Scope::new(
        Some(caller.user),
        caller.via,
        Rows::Own(caller.user),
        Text::Open,
        true,
    )
}

/// The scope of the command line, whose user holds the files anyway.
pub const fn cli() -> Scope {
    Scope::new(None, Via::Cli, Rows::Showroom, Text::Open, true)
}

impl Advisor {
    async fn hash_password(&self, password: String) -> Result<String> {
        self.hash_work(move || password::hash(&password)).await
    }

    /// Runs Argon2 off the async threads, at most [`HASHES_AT_ONCE`] at a time.
    async fn hash_work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.access().hashing)
            .acquire_owned()
            .await
            .expect("this semaphore is never closed");
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await
            .map_err(|error| Error::Internal(error.to_string()))
    }
}

/// A name of reasonable length without control characters, trimmed.
fn named(name: &str, field: &'static str) -> Result<String> {
    let name = name.trim();
    let length = name.chars().count();
    let why = if length == 0 {
        Refusal::Missing
    } else if length < *NAME_LENGTH.start() {
        Refusal::TooShort { min: 2 }
    } else if length > *NAME_LENGTH.end() {
        Refusal::TooLong { max: 64 }
    } else if name.chars().any(|c| c.is_control() || c == '\u{fffd}') {
        Refusal::NotText
    } else {
        return Ok(name.to_owned());
    };
    Err(Error::invalid(field, why))
}

fn accept(password: &str, name: &str, field: &'static str) -> Result<()> {
    password::accept(password, name).map_err(|weak| {
        let why = match weak {
            password::Weak::TooShort => Refusal::TooShort { min: 15 },
            password::Weak::TooLong => Refusal::TooLong { max: 128 },
            password::Weak::Guessable => Refusal::Guessable,
        };
        Error::invalid(field, why)
    })
}
