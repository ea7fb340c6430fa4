//! An appliance in a folder of its own, with a clock that stands still and a signed-in seller, for
//! the tests of the use cases.

use std::sync::Arc;

use super::{
    Advisor, Parts,
    access::{Caller, NewAccount},
    clock::FixedClock,
    generate::Chain,
};
use crate::{
    domain::labels::Role,
    engine::classifier::EmbeddedClassifier,
    privacy::vault::{MasterKey, Vault},
    store::Store,
};

pub(super) const PASSWORD: &str = "salon przy lesie 27";

pub(super) struct Appliance {
    pub(super) advisor: Advisor,
    pub(super) clock: Arc<FixedClock>,
    /// The secret of the seller's sign-in.
    pub(super) secret: String,
    /// Last, so that the database is closed before its folder goes.
    _dir: tempfile::TempDir,
}

impl Appliance {
    pub(super) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // 24 November 2026, 10:00 in Warsaw.
        let clock = Arc::new(FixedClock::at_ms(1_795_510_800_000));
        let (key, _) = MasterKey::obtain(None, &dir.path().join("master.key")).unwrap();
        let parts = Parts {
            store: Store::open(&dir.path().join("data"), 0).unwrap(),
            vault: Arc::new(Vault::new(&key)),
            clock: clock.clone(),
            classifier: Arc::new(EmbeddedClassifier::load().unwrap()),
            chain: Chain::new([], clock.clone()),
            boot: 1,
        };
        let advisor = Advisor::open(parts).await.unwrap();
        let setup = advisor.begin_setup().await.unwrap().unwrap();
        let account = |name: &str, role| NewAccount {
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            role,
        };
        let (admin, first) = (account("admin", Role::Admin), account("Anna", Role::Seller));
        let secret = advisor.set_up(&setup.0, admin, first).await.unwrap().0;
        Self {
            advisor,
            clock,
            secret,
            _dir: dir,
        }
    }

    /// The seller as the next request would see them.
    pub(super) async fn seller(&self) -> Caller {
        self.advisor.who(&self.secret).await.unwrap().unwrap()
    }
}
