//! The first start: a link that works once makes the first two accounts.

use std::sync::MutexGuard;

use super::{NewAccount, Secret, accounts::check_account, hash_of, job, new_secret};
use crate::{
    advisor::{
        Advisor,
        error::{Error, Refusal, Result},
    },
    domain::labels::Role,
    store::users,
};

/// The set-up link is good for half an hour; a restart prints a new one.
const SETUP_MS: i64 = 30 * 60 * 1_000;

/// The one-time set-up link: in memory only, so that a restart voids it.
#[derive(Debug)]
pub(super) struct Setup {
    hash: [u8; 32],
    until_ms: i64,
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
}
