//! Who asks, and which rows and texts they may see.
//!
//! `advisor` builds a `Scope` from a role; the store only obeys it and never sees a role.

use super::id::{LoginId, TokenId, UserId};

/// How the caller came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Login(LoginId),
    Token(TokenId),
    Cli,
    /// A background job, audited by its name.
    Job(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Only rows this user owns; all others do not exist.
    Own(UserId),
    Showroom,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    Open,
    /// Sealed columns read as `None`.
    Hidden,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    actor: Option<UserId>,
    via: Via,
    rows: Rows,
    text: Text,
    writes: bool,
}

impl Scope {
    pub const fn new(
        actor: Option<UserId>,
        via: Via,
        rows: Rows,
        text: Text,
        writes: bool,
    ) -> Self {
        Self {
            actor,
            via,
            rows,
            text,
            writes,
        }
    }

    pub const fn actor(&self) -> Option<UserId> {
        self.actor
    }

    pub const fn via(&self) -> Via {
        self.via
    }

    pub const fn rows(&self) -> Rows {
        self.rows
    }

    pub const fn text(&self) -> Text {
        self.text
    }

    /// The right to change rows of this scope, which every mutating repository function asks for.
    pub const fn write(&self) -> Option<Write<'_>> {
        if self.writes { Some(Write(self)) } else { None }
    }

    /// `(showroom, owner)` for `where (:showroom or owner_id = :me)`.
    pub fn filter(&self) -> (bool, Option<String>) {
        match self.rows {
            Rows::Showroom => (true, None),
            Rows::Own(user) => (false, Some(user.to_string())),
            Rows::None => (false, None),
        }
    }
}

/// Proof that the scope may write.
#[derive(Debug, Clone, Copy)]
pub struct Write<'a>(&'a Scope);

impl std::ops::Deref for Write<'_> {
    type Target = Scope;
    fn deref(&self) -> &Scope {
        self.0
    }
}
