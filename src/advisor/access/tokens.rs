//! Bearer tokens of the API: each belongs to one account and can do what it can.

use super::{Caller, Secret, Token, hash_of, job, named, new_secret, own};
use crate::{
    advisor::{Advisor, audit::Entry, error::Result},
    domain::{id::TokenId, scope::Via},
    store::{self, tokens},
};

/// A bearer token lives this long unless it is revoked.
const TOKEN_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

impl Advisor {
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
        self.commit(
            scope,
            Entry::new("token.issue", "token", id).by(caller.user),
            move |tx, write| tokens::create(tx, write, &row),
        )
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
        self.commit(
            scope,
            Entry::new("token.revoke", "token", id).by(user),
            move |tx, write| tokens::revoke(tx, write, id, now),
        )
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
                shows: None,
            })),
            Err(store::Error::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
