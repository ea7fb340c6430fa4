//! Who may do what: accounts, the one-time set-up, logins, tokens, and the scope of each role.
//!
//! Invariant: a token is stored as its SHA-256 only; a sign-in that ended, a disabled account and
//! a wrong password are told apart for nobody.

pub mod password;

mod ladder;
mod reset;

use std::sync::{Arc, MutexGuard};

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use self::ladder::Ladder;
use super::{
    Advisor,
    audit::Entry,
    error::{Error, Refusal, Result},
};
pub use crate::store::{tokens::TokenRow as Token, users::UserRow as Account};
use crate::{
    domain::{
        id::{LoginId, TokenId, UserId},
        labels::{Lang, Role},
        scope::{Rows, Scope, Text, Via},
    },
    privacy::vault,
    store::{self, logins, tokens, users, writing},
};

/// A login ends after this long without a request …
pub const IDLE_MS: i64 = 60 * 60 * 1_000;
/// … and after a working day in any case.
pub const ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1_000;
/// The set-up link is good for half an hour; a restart prints a new one.
const SETUP_MS: i64 = 30 * 60 * 1_000;
/// A bearer token lives this long unless it is revoked.
const TOKEN_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// Passwords hashed at the same time: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 2;
/// A login is marked as used at most this often, so that reading a page rarely writes.
const TOUCH_MS: i64 = 60 * 1_000;

const NAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=64;

/// Someone who is signed in, by cookie or by bearer token.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user: UserId,
    pub name: String,
    pub role: Role,
    pub via: Via,
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

/// Why a sign-in failed.
#[derive(Debug)]
pub enum LoginError {
    Wrong,
    /// Too many wrong passwords for this name; counts for right ones too.
    Wait {
        seconds: u32,
    },
    Other(Error),
}

impl<E: Into<Error>> From<E> for LoginError {
    fn from(error: E) -> Self {
        Self::Other(error.into())
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

/// The one-time set-up link: in memory only, so that a restart voids it.
#[derive(Debug)]
struct Setup {
    hash: [u8; 32],
    until_ms: i64,
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
    Ok(Secret(
        bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    ))
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
    /// The secret of the set-up link while there is no account yet, else `None`.
    pub async fn begin_setup(&self) -> Result<Option<Secret>> {
        if !self.needs_setup().await? {
            return Ok(None);
        }
        let secret = new_secret()?;
        let setup = Setup {
            hash: hash_of(&secret.0),
            until_ms: self.now_ms() + SETUP_MS,
        };
        *self.setup() = Some(setup);
        Ok(Some(secret))
    }

    /// Whether the appliance has no account yet.
    pub async fn needs_setup(&self) -> Result<bool> {
        let scope = job("setup");
        Ok(self
            .store()
            .read(move |db| users::count(db, &scope))
            .await?
            == 0)
    }

    /// Whether the secret of a set-up link is good now.
    pub fn setup_is_open(&self, secret: &str) -> bool {
        self.setup()
            .as_ref()
            .is_some_and(|s| s.hash == hash_of(secret) && self.now_ms() < s.until_ms)
    }

    /// Makes the first two accounts and signs in as the second.
    pub async fn set_up(
        &self,
        secret: &str,
        admin: NewAccount,
        first: NewAccount,
    ) -> Result<Secret> {
        if !self.setup_is_open(secret) || !self.needs_setup().await? {
            return Err(Error::NotFound);
        }
        if !matches!(first.role, Role::Seller | Role::Manager) {
            return Err(Error::invalid("role", Refusal::NotAChoice));
        }
        check_account(&admin, "admin_name", "admin_password")?;
        check_account(&first, "name", "password")?;
        if admin.name.to_lowercase() == first.name.to_lowercase() {
            return Err(Error::invalid("name", Refusal::Taken));
        }
        let admin = NewAccount {
            role: Role::Admin,
            ..admin
        };
        // Of two that use the link at once, the second finds it gone.
        let setup = self.take_setup(secret).ok_or(Error::NotFound)?;
        let scope = job("setup");
        let made = async {
            self.add_account(scope, admin).await?;
            self.add_account(scope, first).await
        };
        match made.await {
            Ok(user) => self.open_login(user).await,
            Err(error) => {
                *self.setup() = Some(setup);
                Err(error)
            }
        }
    }

    /// Spends the set-up link, if the secret is its own and good now.
    fn take_setup(&self, secret: &str) -> Option<Setup> {
        let hash = hash_of(secret);
        let now = self.now_ms();
        self.setup()
            .take_if(|setup| setup.hash == hash && now < setup.until_ms)
    }

    fn setup(&self) -> MutexGuard<'_, Option<Setup>> {
        let setup = self.access().setup.lock();
        setup.expect("no holder of this lock can panic")
    }

    /// Adds an account; only IT may.
    pub async fn create_account(&self, caller: &Caller, account: NewAccount) -> Result<UserId> {
        if caller.role != Role::Admin {
            return Err(Error::Forbidden);
        }
        check_account(&account, "name", "password")?;
        self.add_account(caller.scope(), account).await
    }

    async fn add_account(&self, scope: Scope, account: NewAccount) -> Result<UserId> {
        let id = UserId(self.new_id());
        let NewAccount {
            name,
            password,
            role,
        } = account;
        let phc = self.hash_password(password).await?;
        let now = self.now_ms();
        let row = users::NewUser {
            id,
            name,
            role,
            lang: Lang::Pl,
            password: phc,
            at_ms: now,
        };
        let entry = self
            .audited(&scope, Entry::new("account.create", "user", id))
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                users::create(tx, write, &row)?;
                entry.append(tx, write)
            })
            .await
            .map_err(taken)?;
        Ok(id)
    }

    pub async fn accounts(&self, caller: &Caller) -> Result<Vec<Account>> {
        if caller.role != Role::Admin {
            return Err(Error::Forbidden);
        }
        let scope = caller.scope();
        Ok(self.store().read(move |db| users::list(db, &scope)).await?)
    }

    /// Ends an account and every login and token of it; nobody can disable themselves.
    pub async fn disable_account(&self, caller: &Caller, id: UserId) -> Result<()> {
        if caller.role != Role::Admin {
            return Err(Error::Forbidden);
        }
        if caller.user == id {
            return Err(Error::invalid("user", Refusal::WrongState));
        }
        let scope = caller.scope();
        let now = self.now_ms();
        let entry = self
            .audited(&scope, Entry::new("account.disable", "user", id))
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                users::disable(tx, write, id, now)?;
                logins::delete_of_user(tx, write, id, None)?;
                entry.append(tx, write)
            })
            .await?;
        self.forget_callers();
        Ok(())
    }

    /// Checks name and password and opens a login; wrong ones cost time and then waiting.
    pub async fn login(
        &self,
        name: &str,
        password: &str,
    ) -> std::result::Result<Secret, LoginError> {
        let key = name.to_lowercase();
        if let Some(seconds) = self.access().ladder.wait_s(&key, self.now_ms()) {
            return Err(LoginError::Wait { seconds });
        }
        let scope = job("login");
        let wanted = name.to_owned();
        let found = self
            .store()
            .read(move |db| users::by_name(db, &scope, &wanted))
            .await;
        let (user, stored) = match found {
            Ok((user, phc)) if user.disabled_ms.is_none() => (Some(user.id), Some(phc)),
            Ok(_) | Err(store::Error::NotFound) => (None, None),
            Err(error) => return Err(error.into()),
        };
        let password = password.to_owned();
        let right = self
            .hash_work(move || match stored {
                Some(phc) => password::verify(&password, &phc),
                None => {
                    password::verify_nobody(&password);
                    false
                }
            })
            .await?;
        match user.filter(|_| right) {
            Some(user) => {
                self.access().ladder.forget(&key);
                Ok(self.open_login(user).await?)
            }
            None => {
                self.access().ladder.failed(&key, self.now_ms());
                self.audit_failed_login(user).await?;
                Err(LoginError::Wrong)
            }
        }
    }

    async fn open_login(&self, user: UserId) -> Result<Secret> {
        let secret = new_secret()?;
        let now = self.now_ms();
        let row = logins::NewLogin {
            id: LoginId(self.new_id()),
            token_hash: hash_of(&secret.0),
            user,
            at_ms: now,
            expires_ms: now + ABSOLUTE_MS,
        };
        let scope = job("login");
        let entry = self
            .audited(&scope, Entry::new("login", "user", user).by(user))
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                logins::create(tx, write, &row)?;
                entry.append(tx, write)
            })
            .await?;
        Ok(secret)
    }

    async fn audit_failed_login(&self, user: Option<UserId>) -> Result<()> {
        let Some(user) = user else { return Ok(()) };
        let scope = job("login");
        let entry = self
            .audited(&scope, Entry::new("login", "user", user).refused())
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                entry.append(tx, write)
            })
            .await?;
        Ok(())
    }

    /// Who holds this login secret now.
    pub async fn who(&self, secret: &str) -> Result<Option<Caller>> {
        let hash = hash_of(secret);
        let now = self.now_ms();
        let scope = job("login");
        let found = self
            .store()
            .read(move |db| logins::find_by_hash(db, &scope, &hash, now))
            .await;
        let (login, account) = match found {
            Ok(found) => found,
            Err(store::Error::NotFound) => return Ok(None),
            // Who was signed in stays so while the database cannot be read: pages are read-only.
            Err(store::Error::Unavailable(why)) => {
                return self
                    .remembered(&hash)
                    .map(Some)
                    .ok_or(Error::Unavailable(why));
            }
            Err(error) => return Err(error.into()),
        };
        if now >= login.used_ms + IDLE_MS {
            return Ok(None);
        }
        if now >= login.used_ms + TOUCH_MS {
            self.touch(login.id, now).await;
        }
        let caller = Caller {
            user: account.id,
            name: account.name,
            role: account.role,
            via: Via::Login(login.id),
        };
        self.remember(hash, caller.clone());
        Ok(Some(caller))
    }

    /// Marks a login as used. A failure only lets it end earlier, so it is logged and no more.
    async fn touch(&self, id: LoginId, now: i64) {
        let scope = job("login");
        let touched = self
            .store()
            .write(move |tx| {
                let write = writing(&scope)?;
                logins::touch(tx, write, id, now)
            })
            .await;
        if let Err(error) = touched {
            tracing::warn!(%error, "a login could not be marked as used");
        }
    }

    pub async fn logout(&self, caller: &Caller) -> Result<()> {
        let Via::Login(id) = caller.via else {
            return Ok(());
        };
        let scope = job("login");
        let entry = self
            .audited(
                &scope,
                Entry::new("logout", "user", caller.user).by(caller.user),
            )
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                logins::delete(tx, write, id)?;
                entry.append(tx, write)
            })
            .await?;
        self.forget_callers();
        Ok(())
    }

    /// Changes the caller's own password and ends all other logins.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &str,
        new: &str,
    ) -> Result<Secret> {
        let scope = job("login");
        let user = caller.user;
        let stored = self
            .store()
            .read(move |db| users::password(db, &scope, user))
            .await?;
        let current = current.to_owned();
        if !self
            .hash_work(move || password::verify(&current, &stored))
            .await?
        {
            return Err(Error::invalid("current_password", Refusal::OutOfRange));
        }
        accept(new, &caller.name, "new_password")?;
        let phc = self.hash_password(new.to_owned()).await?;
        let now = self.now_ms();
        let entry = self
            .audited(
                &scope,
                Entry::new("account.password", "user", user).by(user),
            )
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                users::set_password(tx, write, user, &phc, now)?;
                logins::delete_of_user(tx, write, user, None)?;
                entry.append(tx, write)
            })
            .await?;
        self.forget_callers();
        self.open_login(user).await
    }

    /// Issues a bearer token for the caller's own account.
    pub async fn issue_token(&self, caller: &Caller, name: &str) -> Result<Secret> {
        let name = named(name, "token_name")?;
        let secret = new_secret()?;
        let now = self.now_ms();
        let id = TokenId(self.new_id());
        let row = tokens::NewToken {
            id,
            token_hash: hash_of(&secret.0),
            user: caller.user,
            name,
            at_ms: now,
            expires_ms: now + TOKEN_MS,
        };
        let scope = job("tokens");
        let entry = self
            .audited(
                &scope,
                Entry::new("token.issue", "token", id).by(caller.user),
            )
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                tokens::create(tx, write, &row)?;
                entry.append(tx, write)
            })
            .await?;
        Ok(secret)
    }

    pub async fn tokens(&self, caller: &Caller) -> Result<Vec<Token>> {
        let scope = own(caller);
        Ok(self
            .store()
            .read(move |db| tokens::list(db, &scope))
            .await?)
    }

    /// Revokes one of the caller's own tokens.
    pub async fn revoke_token(&self, caller: &Caller, id: TokenId) -> Result<()> {
        let scope = own(caller);
        let (user, now) = (caller.user, self.now_ms());
        let entry = self
            .audited(&scope, Entry::new("token.revoke", "token", id).by(user))
            .await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                tokens::revoke(tx, write, id, now)?;
                entry.append(tx, write)
            })
            .await?;
        Ok(())
    }

    /// Who holds this bearer token now.
    pub async fn bearer(&self, secret: &str) -> Result<Option<Caller>> {
        let hash = hash_of(secret);
        let now = self.now_ms();
        let scope = job("tokens");
        let found = self
            .store()
            .read(move |db| tokens::find_by_hash(db, &scope, &hash, now))
            .await;
        match found {
            Ok((token, account)) => Ok(Some(Caller {
                user: account.id,
                name: account.name,
                role: account.role,
                via: Via::Token(token.id),
            })),
            Err(store::Error::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

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

fn taken(error: store::Error) -> Error {
    match error {
        store::Error::Conflict(_) => Error::invalid("name", Refusal::Taken),
        other => other.into(),
    }
}

fn check_account(account: &NewAccount, name: &'static str, password: &'static str) -> Result<()> {
    named(&account.name, name)?;
    accept(&account.password, &account.name, password)
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
