//! An appliance with a store on disk and one seller, called as the web calls it.

use std::{path::Path, sync::Arc};

use bigdecoder::{
    advisor::{
        Advisor, Parts,
        access::{Caller, NewAccount},
        clock::SystemClock,
        generate::Chain,
        sessions::OpenSession,
        view::Analysis,
    },
    domain::{
        id::SessionId,
        knowledge::Knowledge,
        labels::{Lang, Role, Speaker},
    },
    engine::classifier::EmbeddedClassifier,
    privacy::vault::{MasterKey, Vault},
    store::Store,
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// Utterances of one visit, after which a new one begins.
const VISIT: usize = 40;

pub(crate) struct Appliance {
    advisor: Advisor,
    seller: Caller,
    /// One thread, as everything here is measured on one core.
    runtime: Runtime,
    folder: TempDir,
}

impl Appliance {
    pub(crate) fn new() -> Self {
        // Not the system's folder for temporary files, which may be memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let advisor = runtime.block_on(advisor(folder.path()));
        let seller = runtime.block_on(seller(&advisor));
        Self {
            advisor,
            seller,
            runtime,
            folder,
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn knowledge(&self) -> Arc<Knowledge> {
        self.advisor.knowledge()
    }

    pub(crate) fn record(&self, session: SessionId, text: &str) -> Analysis {
        let done = self
            .advisor
            .record(&self.seller, session, Speaker::Client, text);
        self.runtime.block_on(done).expect("it is stored")
    }

    pub(crate) fn preview(&self, session: SessionId, text: &str) -> Analysis {
        let done = self
            .advisor
            .preview(&self.seller, session, Speaker::Client, text);
        self.runtime.block_on(done).expect("it is analysed")
    }

    pub(crate) fn visits(&self) -> Visits<'_> {
        Visits {
            appliance: self,
            session: None,
            heard: 0,
        }
    }

    fn open(&self) -> SessionId {
        let new = OpenSession {
            alias: "Bench".to_owned(),
            profiling: true,
            contact: false,
            lang: Lang::Pl,
        };
        let opened = self.advisor.open_session(&self.seller, new);
        self.runtime.block_on(opened).expect("a session")
    }
}

/// The session of each utterance in turn.
pub(crate) struct Visits<'a> {
    appliance: &'a Appliance,
    session: Option<SessionId>,
    heard: usize,
}

impl Visits<'_> {
    pub(crate) fn next(&mut self) -> SessionId {
        let over = self.heard.is_multiple_of(VISIT);
        self.heard += 1;
        match self.session.filter(|_| !over) {
            Some(session) => session,
            None => *self.session.insert(self.appliance.open()),
        }
    }
}

async fn advisor(dir: &Path) -> Advisor {
    let clock = Arc::new(SystemClock);
    let (master, _) = MasterKey::load_or_create(&dir.join("master.key")).expect("a key");
    let now_ms = bigdecoder::advisor::clock::Clock::now_ms(clock.as_ref());
    let parts = Parts {
        store: Store::open(&dir.join("data"), now_ms).expect("a store"),
        vault: Arc::new(Vault::new(&master)),
        classifier: Arc::new(EmbeddedClassifier::load().expect("the shipped weights are tested")),
        chain: Chain::new([], Arc::<SystemClock>::clone(&clock)),
        clock,
        boot: 1,
    };
    Advisor::open(parts).await.expect("an appliance")
}

async fn seller(advisor: &Advisor) -> Caller {
    let account = |name: &str, role| NewAccount {
        name: name.to_owned(),
        password: "salon przy lesie 27".to_owned(),
        role,
    };
    let link = advisor.begin_setup().await.expect("a link");
    let link = link.expect("a fresh appliance has no account");
    let (admin, first) = (
        account("Informatyk", Role::Admin),
        account("Anna", Role::Seller),
    );
    let login = advisor.set_up(&link.0, admin, first).await.expect("set-up");
    let caller = advisor.who(&login.0).await.expect("a caller");
    caller.expect("the seller has just signed in")
}
