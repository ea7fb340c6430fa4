//! A new password for who lost theirs, given at the machine itself.

use super::{accept, cli};
use crate::advisor::{Advisor, audit::Entry, error::Result};
use crate::store::{logins, users};

impl Advisor {
    /// Gives an account another password and ends all its logins. For the command line, whose user
    /// holds the files anyway.
    pub async fn reset_password(&self, name: &str, new: &str) -> Result<()> {
        let scope = cli();
        let wanted = name.to_owned();
        let (user, _) = self
            .store()
            .read(move |db| users::by_name(db, &scope, &wanted))
            .await?;
        accept(new, &user.name, "password")?;
        let phc = self.hash_password(new.to_owned()).await?;
        let now = self.now_ms();
        let entry = Entry::new("account.password_reset", "user", user.id);
        self.commit(scope, entry, move |tx, write| {
            users::set_password(tx, write, user.id, &phc, now)?;
            logins::delete_of_user(tx, write, user.id, None)
        })
        .await?;
        self.forget_callers();
        Ok(())
    }
}
