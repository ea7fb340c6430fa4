//! A whole appliance in a folder of its own, on a clock that stands still, for the tests of this
//! layer and of the one above.

use std::sync::Arc;

use super::{
    Advisor, Parts,
    access::{Caller, NewAccount},
    clock::FixedClock,
    generate::{Chain, Kind},
};
use crate::{
    domain::labels::Role,
    engine::{
        classifier::EmbeddedClassifier,
        generator::{
            Generator, Stop,
            scripted::{Script, Scripted},
        },
    },
    privacy::vault::{MasterKey, Vault},
    store::Store,
};

pub(crate) const PASSWORD: &str = "żółw jedzie na prąd";

pub(crate) struct Fixture {
    pub(crate) advisor: Advisor,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) dir: tempfile::TempDir,
    admin: Caller,
    seller: Caller,
    /// The secret of the seller's sign-in.
    secret: String,
}

impl Fixture {
    /// Set up, with an administrator and a seller; playbooks write.
    pub(crate) async fn new() -> Self {
        Self::with_scripts(None).await
    }

    /// With a model that writes an opening and then falls silent.
    pub(crate) async fn hanging() -> Self {
        let opening = r#"{"goal": "Umówić jazdę", "say_to_client": "Zapraszam na jazdę."}"#;
        let scripts = [
            Script::Write(vec![opening.to_owned()], Stop::End),
            Script::Hang(Vec::new()),
        ];
        Self::with_scripts(Some(Scripted::new("writer", scripts))).await
    }

    async fn with_scripts(scripted: Option<Scripted>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let start: jiff::Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        let clock = Arc::new(FixedClock::at_ms(start.as_millisecond()));
        let writers = scripted.map(|scripted| {
            let writer: Arc<dyn Generator> = Arc::new(scripted);
            (Kind::Local, writer)
        });
        let (key, _) = MasterKey::load_or_create(&dir.path().join("master.key")).unwrap();
        let advisor = Advisor::open(Parts {
            store: Store::open(&dir.path().join("data"), start.as_millisecond()).unwrap(),
            vault: Arc::new(Vault::new(&key)),
            clock: clock.clone(),
            classifier: Arc::new(EmbeddedClassifier::load().unwrap()),
            chain: Chain::new(writers, clock.clone()),
            boot: 1,
        })
        .await
        .unwrap();
        let link = advisor.begin_setup().await.unwrap().unwrap();
        let account = |name: &str, role| NewAccount {
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            role,
        };
        let (admin, seller) = (account("Irena", Role::Admin), account("Anna", Role::Seller));
        let secret = advisor.set_up(&link.0, admin, seller).await.unwrap().0;
        let seller = advisor.who(&secret).await.unwrap().unwrap();
        let admin = advisor.login("Irena", PASSWORD).await.unwrap();
        let admin = advisor.who(&admin.0).await.unwrap().unwrap();
        Self {
            advisor,
            clock,
            dir,
            admin,
            seller,
            secret,
        }
    }

    /// Anna, who sells.
    pub(crate) fn seller(&self) -> Caller {
        self.seller.clone()
    }

    /// Anna as the next request of her browser finds her.
    pub(crate) async fn seller_now(&self) -> Caller {
        self.advisor.who(&self.secret).await.unwrap().unwrap()
    }

    /// Somebody else.
    pub(crate) async fn another(&self, name: &str, role: Role) -> Caller {
        let account = NewAccount {
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
            role,
        };
        self.advisor
            .create_account(&self.admin, account)
            .await
            .unwrap();
        let secret = self.advisor.login(name, PASSWORD).await.unwrap();
        self.advisor.who(&secret.0).await.unwrap().unwrap()
    }
}
