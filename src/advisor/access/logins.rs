//! Logins: opened by name and password, ended by hand, by idling or by the end of the day.

use super::{Caller, Secret, accept, hash_of, job, new_secret, password};
use crate::{
    advisor::{
        Advisor,
        audit::Entry,
        error::{Error, Refusal, Result},
    },
    domain::{
        id::{LoginId, UserId},
        scope::Via,
    },
    store::{self, logins, users, writing},
};

/// A login ends after this long without a request …
pub const IDLE_MS: i64 = 60 * 60 * 1_000;
/// … and after a working day in any case.
pub const ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1_000;
/// A login is marked as used at most this often, so that reading a page rarely writes.
const TOUCH_MS: i64 = 60 * 1_000;

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

impl Advisor {
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
            .hash_work(move || {
                if let Some(phc) = stored {
                    password::verify(&password, &phc)
                } else {
                    password::verify_nobody(&password);
                    false
                }
            })
            .await?;
        if let Some(user) = user.filter(|_| right) {
            self.access().ladder.forget(&key);
            Ok(self.open_login(user).await?)
        } else {
            self.access().ladder.failed(&key, self.now_ms());
            self.audit_failed_login(user).await?;
            Err(LoginError::Wrong)
        }
    }

    pub(super) async fn open_login(&self, user: UserId) -> Result<Secret> {
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
        self.commit(
            scope,
            Entry::new("login", "user", user).by(user),
            move |tx, write| logins::create(tx, write, &row),
        )
        .await?;
        Ok(secret)
    }

    async fn audit_failed_login(&self, user: Option<UserId>) -> Result<()> {
        let Some(user) = user else { return Ok(()) };
        let scope = job("login");
        self.commit(
            scope,
            Entry::new("login", "user", user).refused(),
            |_, _| Ok(()),
        )
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
            shows: login.shows,
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
        self.commit(
            scope,
            Entry::new("logout", "user", caller.user).by(caller.user),
            move |tx, write| logins::delete(tx, write, id),
        )
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
        self.commit(
            scope,
            Entry::new("account.password", "user", user).by(user),
            move |tx, write| {
                users::set_password(tx, write, user, &phc, now)?;
                logins::delete_of_user(tx, write, user, None)
            },
        )
        .await?;
        self.forget_callers();
        self.open_login(user).await
    }
}
