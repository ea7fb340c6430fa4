//! A store in a folder of its own, with people and a client to work on; then the tests by group.

mod access;
mod audit_chain;
mod faults;
mod knowledge_rows;
mod lifecycle;
mod migrations;
mod rows;
mod schema;

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::domain::{
    id::{ClientId, SessionId, StrategyId, UtteranceId},
    labels::{Lang, Role},
    scope::{Text, Via},
    sealed::Sealed,
    visit::MessageType,
};

/// The appliance itself.
pub(super) const JOB: Scope = Scope::new(None, Via::Job("test"), Rows::Showroom, Text::Open, true);

pub(super) const ANNA: UserId = UserId(Uuid::from_u128(1));
pub(super) const BOGDAN: UserId = UserId(Uuid::from_u128(2));

pub(super) const fn seller(user: UserId) -> Scope {
    Scope::new(Some(user), Via::Cli, Rows::Own(user), Text::Open, true)
}

pub(super) fn sealed(text: &str) -> Sealed {
    Sealed::new(text.as_bytes().to_vec())
}

pub(super) fn client(n: u128) -> ClientId {
    ClientId(Uuid::from_u128(n))
}

pub(super) fn session(n: u128) -> SessionId {
    SessionId(Uuid::from_u128(n))
}

pub(super) fn utterance(n: u128) -> UtteranceId {
    UtteranceId(Uuid::from_u128(n))
}

pub(super) fn strategy(n: u128) -> StrategyId {
    StrategyId(Uuid::from_u128(n))
}

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

/// A store whose calls block, with the accounts of Anna and Bogdan.
pub(super) struct Fixture {
    pub(super) dir: TempDir,
    pub(super) store: Store,
    runtime: tokio::runtime::Runtime,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let fixture = Self {
            store: Store::open(dir.path(), 1_000).unwrap(),
            dir,
            runtime: runtime(),
        };
        fixture.write(|tx| {
            for (id, name) in [(ANNA, "Anna"), (BOGDAN, "Bogdan")] {
                users::create(tx, writing(&JOB)?, &new_user(id, name))?;
            }
            Ok(())
        });
        fixture
    }

    /// With a client of Anna (1) and a session with her (1).
    pub(super) fn with_session() -> Self {
        let fixture = Self::new();
        fixture.write(|tx| add_session(tx, ANNA, 1));
        fixture
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.try_write(f).unwrap()
    }

    pub(super) fn try_write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.runtime.block_on(self.store.write(f))
    }

    pub(super) fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Db<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.try_read(f).unwrap()
    }

    pub(super) fn try_read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Db<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.runtime.block_on(self.store.read(f))
    }

    pub(super) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(super) fn close(&self) {
        self.run(self.store.close()).unwrap();
    }

    /// Closes the store and opens it again.
    pub(super) fn reopen(&mut self) {
        self.close();
        self.store = Store::open(self.path(), 2_000).unwrap();
    }
}

pub(super) fn new_user(id: UserId, name: &str) -> users::NewUser {
    users::NewUser {
        id,
        name: name.to_owned(),
        role: Role::Seller,
        lang: Lang::Pl,
        password: "$argon2id$…".to_owned(),
        at_ms: 1_000,
    }
}

/// A client and a session with them, both of number `n`.
pub(super) fn add_session(tx: &Tx<'_>, owner: UserId, n: u128) -> Result<(), Error> {
    let w = writing(&JOB)?;
    let new = clients::NewClient {
        id: client(n),
        owner,
        alias: Some(sealed("alias")),
        at_ms: 1_000,
    };
    clients::create(tx, w, &new)?;
    sessions::insert(tx, w, &new_session(owner, n))
}

pub(super) fn new_session(owner: UserId, n: u128) -> sessions::NewSession {
    sessions::NewSession {
        id: session(n),
        client: client(n),
        owner,
        profiling: true,
        lang: Lang::Pl,
        metadata: json!({"mode": "coach"}),
        at_ms: 1_000,
    }
}

pub(super) fn message(session_n: u128, n: u128) -> conversations::NewMessage {
    conversations::NewMessage {
        id: utterance(n),
        session: session(session_n),
        message_type: MessageType::Client,
        content: sealed("words"),
        metadata: json!({}),
        at_ms: 1_000,
    }
}
