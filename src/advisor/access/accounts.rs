//! Accounts: made and ended by IT, each with a name that nobody else has.

use super::{NewAccount, accept, named};
use crate::{
    advisor::{
        Advisor,
        access::{Account, Caller},
        audit::Entry,
        error::{Error, Refusal, Result},
    },
    domain::{
        id::UserId,
        labels::{Lang, Role},
        scope::Scope,
    },
    store::{logins, users},
};

impl Advisor {
    /// Adds an account; only IT may.
    pub async fn create_account(&self, caller: &Caller, account: NewAccount) -> Result<UserId> {
        if caller.role != Role::Admin {
            return Err(Error::Forbidden);
        }
        check_account(&account, "name", "password")?;
        self.add_account(caller.scope(), account).await
    }

    pub(super) async fn add_account(&self, scope: Scope, account: NewAccount) -> Result<UserId> {
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
        self.commit(
            scope,
            Entry::new("account.create", "user", id),
            move |tx, write| users::create(tx, write, &row),
        )
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
        self.commit(
            scope,
            Entry::new("account.disable", "user", id),
            move |tx, write| {
                users::disable(tx, write, id, now)?;
                logins::delete_of_user(tx, write, id, None)
            },
        )
        .await?;
        self.forget_callers();
        Ok(())
    }
}

fn taken(error: Error) -> Error {
    match error {
        Error::Conflict(_) => Error::invalid("name", Refusal::Taken),
        other => other,
    }
}

pub(super) fn check_account(
    account: &NewAccount,
    name: &'static str,
    password: &'static str,
) -> Result<()> {
    named(&account.name, name)?;
    accept(&account.password, &account.name, password)
}
