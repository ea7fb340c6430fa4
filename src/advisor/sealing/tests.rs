//! The control of the canary test: a day's work stored with sealing on and with it off, and the
//! same search over both.

use std::{path::Path, sync::Arc, time::Duration};

use super::*;
use crate::{
    advisor::{
        Parts,
        access::{Caller, NewAccount},
        clock::SystemClock,
        feedback::FeedbackInput,
        generate::{Chain, Kind},
        sessions::OpenSession,
    },
    domain::{
        labels::{Lang, Role, SlotKey, Speaker},
        strategy::JobState,
        visit::FeedbackKind,
    },
    engine::{
        classifier::EmbeddedClassifier,
        generator::{
            Stop,
            scripted::{Script, Scripted},
        },
    },
    privacy::vault::{MasterKey, Vault, unsealed},
    store::Store,
};

#[path = "../../../tests/it/canary/search.rs"]
mod search;

use search::{Search, files};

const WORDS: [&str; 6] = [
    "Gżegżółkowicz",
    "źdźbłochrząst",
    "Śnieżnopłóz",
    "żółtopłatkość",
    "źrebięcopłoch",
    // Of the audit's details, which say what was done to what.
    "\"salt\":\"",
];

async fn open(dir: &Path) -> Advisor {
    let [.., written, _] = WORDS;
    let opening = format!(r#"{{"goal": "Jazda", "say_to_client": "Zapraszam na {written}."}}"#);
    let scripts = [Script::Write(vec![opening], Stop::End)];
    let writer = Arc::new(Scripted::new("scripted", scripts));
    let clock = Arc::new(SystemClock);
    let (master, _) = MasterKey::load_or_create(&dir.join("master.key")).unwrap();
    let parts = Parts {
        store: Store::open(&dir.join("data"), 1).unwrap(),
        vault: Arc::new(Vault::new(&master)),
        clock: clock.clone(),
        classifier: Arc::new(EmbeddedClassifier::load().unwrap()),
        chain: Chain::new([(Kind::Local, writer as _)], clock),
        boot: 1,
    };
    Advisor::open(parts).await.unwrap()
}

async fn seller(advisor: &Advisor) -> Caller {
    let key = advisor.begin_setup().await.unwrap().unwrap();
    let account = |name: &str, role| NewAccount {
        name: name.to_owned(),
        password: "salon przy lesie 27".to_owned(),
        role,
    };
    let (admin, first) = (account("Adam", Role::Admin), account("Anna", Role::Seller));
    let login = advisor.set_up(&key.0, admin, first).await.unwrap();
    advisor.who(&login.0).await.unwrap().unwrap()
}

/// Stores every word once, each in another table.
async fn work(dir: &Path) {
    let [alias, said, car, comment, ..] = WORDS;
    let advisor = open(dir).await;
    let anna = seller(&advisor).await;
    let new = OpenSession {
        alias: alias.to_owned(),
        profiling: true,
        contact: false,
        lang: Lang::Pl,
    };
    let id = advisor.open_session(&anna, new).await.unwrap();
    let text = format!("Zimą {said} traci zasięg.");
    advisor
        .record(&anna, id, Speaker::Client, &text)
        .await
        .unwrap();
    let car = Some(car.to_owned());
    advisor
        .set_slot(&anna, id, SlotKey::CurrentCar, car)
        .await
        .unwrap();
    let feedback = FeedbackInput {
        session: Some(id),
        strategy: None,
        card: None,
        kind: FeedbackKind::Comment,
        rating: None,
        effectiveness: None,
        comment: Some(comment.to_owned()),
    };
    advisor.feedback(&anna, feedback).await.unwrap();
    let strategy = advisor.start_strategy(&anna, id).await.unwrap();
    let written = async {
        while advisor.strategy(&anna, strategy).await.unwrap().state != JobState::Complete {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), written)
        .await
        .unwrap();
    advisor.store().close().await.unwrap();
}

/// The words that are found in the files that the work left.
fn found_after_work() -> Vec<&'static str> {
    let dir = tempfile::tempdir().unwrap();
    // One thread: what is switched for it is switched for all of the work.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(work(dir.path()));
    assert!(files(dir.path()).len() > 2);
    let hits = Search::new(&WORDS).folder(dir.path(), Path::new("-"));
    WORDS
        .into_iter()
        .filter(|word| hits.iter().any(|hit| hit.word == **word))
        .collect()
}

#[test]
fn with_sealing_off_the_search_finds_every_word_and_with_it_on_none() {
    assert_eq!(found_after_work(), [""; 0]);
    assert_eq!(unsealed::while_off(found_after_work), WORDS);
}
