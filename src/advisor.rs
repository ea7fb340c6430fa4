//! Use cases: what a person or a machine can ask of the appliance.
//!
//! Must not know HTTP status, HTML, SQL text or tensors. Everything a caller gets is scoped and
//! unsealed here; everything stored is sealed and audited here.

pub mod error;

pub mod access;
pub mod clock;

pub mod audit;
mod sealing;

pub mod composer;
pub mod generate;
pub mod prompt;

pub mod analysis;
pub mod cards;
pub mod change;
pub mod live;
pub mod objection;
mod ribbon;
pub mod sessions;
mod spoken;
pub mod strategy;
pub mod view;

pub mod export;
pub mod feedback;
pub mod health;
pub mod idle;
pub mod knowledge;

pub mod once;

#[cfg(test)]
pub(crate) mod fixture;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use self::{
    access::{Access, Caller},
    clock::Clock,
    error::{Error, Result},
    generate::Chain,
    live::Hub,
};
use crate::{
    domain::{
        id::StrategyId,
        indicators::Weights,
        knowledge::{self as rows, Knowledge},
        profile::Pool,
    },
    engine::classifier::Classifier,
    privacy::vault::Vault,
    store::{self, Store, writing},
};

/// What an appliance is put together from.
pub struct Parts {
    pub store: Store,
    pub vault: Arc<Vault>,
    pub clock: Arc<dyn Clock>,
    pub classifier: Arc<dyn Classifier>,
    pub chain: Chain,
    /// Different at every start: the first half of live event ids.
    pub boot: u32,
}

/// The appliance as its users see it; clones share it. One that carries a claim serves a single
/// request ([`once`]).
#[derive(Clone)]
pub struct Advisor(Arc<Inner>, Option<Arc<once::Claim>>);

struct Inner {
    store: Store,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    classifier: Arc<dyn Classifier>,
    chain: Chain,
    hub: Hub,
    access: Access,
    keys: sealing::Keys,
    knowledge: RwLock<Arc<Knowledge>>,
    pool: Pool,
    weights: Weights,
    /// Who was signed in when the database could last be read, by hash of the login's secret.
    remembered: Mutex<HashMap<[u8; 32], Caller>>,
    /// Visits without a basis for profiling: what is known of them lives here and ends with us.
    unprofiled: analysis::Unprofiled,
    turns: analysis::Turns,
    /// Strategies that are being written now; what is stored of others as running was cut short.
    writing: Mutex<HashSet<StrategyId>>,
}

/// Sign-ins remembered for reading while the database is away.
const REMEMBERED: usize = 200;

impl Advisor {
    /// Seeds the knowledge of a new database and loads it.
    pub async fn open(parts: Parts) -> Result<Self> {
        let seed = rows::seed().map_err(|error| Error::Internal(error.to_string()))?;
        let now = parts.clock.now_ms();
        let scope = access::job("seed");
        let loaded = parts
            .store
            .write(move |tx| {
                store::knowledge::seed_if_empty(tx, writing(&scope)?, &seed, now)?;
                store::knowledge::load(tx)
            })
            .await?;
        let inner = Inner {
            store: parts.store,
            vault: parts.vault,
            clock: parts.clock,
            classifier: parts.classifier,
            chain: parts.chain,
            hub: Hub::new(parts.boot),
            access: Access::default(),
            keys: sealing::Keys::default(),
            knowledge: RwLock::new(Arc::new(loaded)),
            pool: Pool::shipped(),
            weights: Weights::v1(),
            remembered: Mutex::default(),
            unprofiled: analysis::Unprofiled::default(),
            turns: analysis::Turns::default(),
            writing: Mutex::default(),
        };
        Ok(Self(Arc::new(inner), None))
    }

    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    pub fn today(&self) -> jiff::civil::Date {
        self.0.clock.today()
    }

    /// The channels that tell watchers of a session what changed.
    pub fn live(&self) -> &Hub {
        &self.0.hub
    }

    /// Everything the appliance knows, at one revision.
    pub fn knowledge(&self) -> Arc<Knowledge> {
        Arc::clone(
            &self
                .0
                .knowledge
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn store(&self) -> once::Storage<'_> {
        once::Storage {
            store: &self.0.store,
            claim: self.1.as_deref(),
        }
    }

    fn claiming(&self, claim: once::Claim) -> Self {
        Self(Arc::clone(&self.0), Some(Arc::new(claim)))
    }

    fn access(&self) -> &Access {
        &self.0.access
    }

    fn new_id(&self) -> uuid::Uuid {
        let ms = u64::try_from(self.now_ms()).unwrap_or_default();
        let time = uuid::Timestamp::from_unix(
            uuid::NoContext,
            ms / 1_000,
            (ms % 1_000) as u32 * 1_000_000,
        );
        uuid::Uuid::new_v7(time)
    }

    fn remember(&self, hash: [u8; 32], caller: Caller) {
        let mut remembered = self
            .0
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(hash, caller);
    }

    fn remembered(&self, hash: &[u8; 32]) -> Option<Caller> {
        let remembered = self
            .0
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        remembered.get(hash).cloned()
    }

    /// After a sign-in ended, nobody is believed from memory.
    fn forget_callers(&self) {
        self.0
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
