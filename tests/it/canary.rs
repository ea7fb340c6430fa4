//! A client's words are readable nowhere: not in any file of the appliance and not in its log,
//! however they are spelled or encoded.
//!
//! That the same search finds them where sealing is off is shown in `src/advisor/sealing/tests.rs`:
//! only the crate's own tests can be built without sealing.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    appliance::{
        Appliance, PROGRAM,
        http::{Ask, FORM, JSON, Who, escape, form},
        people::Person,
    },
    stand_in::{Reply, StandIn},
};

mod search;

use search::{Search, files};

/// Invented words, so that nothing else holds them, and nothing takes them out.
const ALIAS: &str = "Gżegżółkowicz";
const CLIENT: &str = "źdźbłochrząst";
const OBSERVED: &str = "wężojadźwięk";
const SELLER: &str = "mżawkogłośny";
const CAR: &str = "Śnieżnopłóz";
const COMMENT: &str = "żółtopłatkość";
const RATING: &str = "chrząszczołów";
/// What the remote model writes.
const WRITTEN: &str = "źrebięcopłoch";
/// What is only typed, searched for or refused.
const TYPED: &str = "gęślojaźnik";

const STORED: [&str; 8] = [
    ALIAS, CLIENT, OBSERVED, SELLER, CAR, COMMENT, RATING, WRITTEN,
];
const ALL: [&str; 9] = [
    ALIAS, CLIENT, OBSERVED, SELLER, CAR, COMMENT, RATING, WRITTEN, TYPED,
];

/// Everything is logged that anything wants to log.
const LOG: (&str, &str) = ("BIGDECODER_LOG", "trace");

/// A visit whose every field holds a canary.
fn visit(appliance: &Appliance, seller: &Person) -> String {
    let token = &seller.token;
    let visit = appliance.visit(token, &format!("Pan {ALIAS}"));
    for (speaker, word) in [
        ("client", CLIENT),
        ("observation", OBSERVED),
        ("seller", SELLER),
    ] {
        let text = format!("Zimą zasięg spada, a {word} kosztuje za dużo, więc się zastanowię.");
        let body = json!({"session_id": visit, "speaker": speaker, "text": text});
        appliance.json(token, "/api/analyze", &body).done();
    }
    let slot = [("key", "current_car"), ("value", CAR)];
    appliance
        .form(&seller.cookie, &format!("/sessions/{visit}/slots"), &slot)
        .done();
    let comment =
        json!({"kind": "comment", "comment": format!("To {COMMENT}!"), "session_id": visit});
    appliance.json(token, "/api/feedback", &comment).done();
    visit
}

fn rate(appliance: &Appliance, seller: &Person, strategy: &str) {
    let comment = format!("Trochę {RATING}.");
    let fields = [("rating", "4"), ("comment", comment.as_str())];
    appliance
        .form(
            &seller.cookie,
            &format!("/strategies/{strategy}/rating"),
            &fields,
        )
        .done();
}

/// Words that go through the appliance and are not kept: previews, searches, refusals.
fn pass_through(appliance: &Appliance, seller: &Person, visit: &str) {
    let text = format!("Ten {TYPED} jest drogi.");
    appliance
        .form(
            &seller.cookie,
            &format!("/sessions/{visit}/preview"),
            &[("text", &text)],
        )
        .done();
    appliance
        .json(&seller.token, "/api/analyze", &json!({"text": text}))
        .done();
    let query = format!("/sessions?q={}", escape(TYPED.as_bytes()));
    appliance.get(&seller.cookie, &query).done();
    let utterances = format!("/sessions/{visit}/utterances");
    let unfit = [("text", text.as_str()), ("speaker", TYPED)];
    let refused = [
        (
            "POST",
            "/api/analyze",
            JSON,
            json!({"text": "a", "speaker": TYPED}).to_string(),
        ),
        (
            "POST",
            "/api/analyze",
            JSON,
            json!({"text": "a", TYPED: 1}).to_string(),
        ),
        ("POST", "/api/analyze", JSON, format!("{{\"text\": {TYPED}")),
        (
            "POST",
            "/api/feedback",
            JSON,
            json!({"kind": TYPED}).to_string(),
        ),
        ("POST", utterances.as_str(), FORM, form(&unfit)),
        ("POST", utterances.as_str(), JSON, text.clone()),
        (
            "GET",
            &format!("/api/sessions?status={}", escape(TYPED.as_bytes())),
            "",
            String::new(),
        ),
    ];
    for (method, path, kind, body) in refused {
        let ask = Ask::new(method, path, &seller.token).with(kind, body.into_bytes());
        let ask = Ask {
            who: if path.starts_with("/api/") {
                &seller.token
            } else {
                &seller.cookie
            },
            ..ask
        };
        let status = appliance.ask(&ask).status;
        assert!((400..500).contains(&status), "{method} {path}: {status}");
    }
}

/// Fails if a word is readable in any file, or in the log.
fn check(appliance: &Appliance, when: &str) {
    let search = Search::new(&ALL);
    let exports = appliance.data().join("exports");
    let log = appliance.log();
    assert!(log.contains("\"level\":"), "nothing was logged");
    let in_files = search.folder(&appliance.folder(), &exports);
    let in_log = search.bytes(log.as_bytes());
    assert!(
        in_files.is_empty() && in_log.is_empty(),
        "{when}: {in_files:#?}\nin the log: {in_log:#?}"
    );
}

/// What was searched: a search of nothing finds nothing.
fn check_files(appliance: &Appliance, names: &[&str]) {
    let all = files(&appliance.data());
    for name in names {
        let found = all.iter().find(|file| file.ends_with(name));
        let file = found.unwrap_or_else(|| panic!("no {name}: {all:?}"));
        assert!(fs::metadata(file).unwrap().len() > 0, "{name} is empty");
    }
}

/// The words are there for those who may read them: without this the search would prove nothing.
fn check_readable(appliance: &Appliance, seller: &Who, visits: [&str; 2]) {
    let mut shown = String::new();
    for visit in visits {
        let visit = appliance
            .get(seller, &format!("/api/sessions/{visit}"))
            .done()
            .json();
        shown += &visit.to_string();
        let strategy = visit["strategy"].as_str().unwrap();
        shown += &appliance.strategy(seller, strategy).to_string();
    }
    for word in [ALIAS, CLIENT, OBSERVED, SELLER, CAR, WRITTEN] {
        assert!(shown.contains(word), "{word} is not shown: {shown}");
    }
}

fn tiny_model(folder: &Path) -> String {
    let path = folder.join("tiny.gguf").to_str().unwrap().to_owned();
    let made = std::process::Command::new(PROGRAM)
        .args(["model", "tiny", &path])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    path
}

#[test]
fn nothing_a_client_said_is_readable_on_disk_or_in_the_log() {
    let models = tempfile::tempdir().unwrap();
    let model = tiny_model(models.path());
    let local = [
        LOG,
        ("BIGDECODER_MODEL_PATH", model.as_str()),
        ("BIGDECODER_MODEL_DEADLINE_S", "1"),
    ];
    let mut appliance = Appliance::start(&local);
    let crew = appliance.staff();
    let seller = crew.seller();

    // Through the local model, whose prompts quote the words.
    crate::appliance::until("the local model is ready", || {
        (appliance.writers()[0]["state"] == "ready").then_some(())
    });
    let first = visit(&appliance, seller);
    let order = appliance.order(&seller.token, &first);
    let strategy = appliance.finished(&seller.token, &order);
    // Whether it was done in time is another matter: it had the prompt.
    let late = appliance
        .log()
        .contains(r#""kind":"Local","reason":"timeout""#);
    assert!(
        late || strategy.sources().contains(&"model"),
        "{strategy:?}"
    );
    rate(&appliance, seller, &order);
    pass_through(&appliance, seller, &first);
    check(&appliance, "while it runs");
    check_files(
        &appliance,
        &[
            "bigdecoder.db",
            "bigdecoder.db-wal",
            "bigdecoder.db-shm",
            "keys.db",
        ],
    );
    appliance.kill();
    check(&appliance, "after it was killed");

    // Through a remote model, whose answer holds a word too.
    let said = format!(r#"{{"goal": "Jazda", "say_to_client": "Zapraszam na {WRITTEN}."}}"#);
    let ollama = StandIn::start(move |section| match section {
        "opening" => Reply::Text(said.clone()),
        _ => Reply::Good,
    });
    appliance.start_again(&[
        LOG,
        ("BIGDECODER_OLLAMA_ENABLED", "true"),
        ("BIGDECODER_OLLAMA_LEGAL_BASIS", "test"),
        ("BIGDECODER_OLLAMA_URL", &ollama.url()),
    ]);
    let second = visit(&appliance, seller);
    let strategy = appliance.advise(&seller.token, &second);
    assert_eq!(strategy.sources()[0], "remote", "{strategy:?}");
    assert!(
        ollama
            .seen()
            .iter()
            .any(|body| body.to_string().contains(CLIENT))
    );
    check_readable(&appliance, &seller.token, [&first, &second]);
    check(&appliance, "after a remote model wrote");

    // An export is made to be read, and its files are the only ones that can be.
    let auditor = &crew.of[&bigdecoder::domain::labels::Role::Auditor];
    appliance
        .form(&auditor.cookie, "/audit/exports", &[])
        .done();
    appliance.stop();
    check(&appliance, "after it was stopped");
    let exports = Search::new(&STORED).folder(&appliance.data().join("exports"), Path::new("-"));
    for word in STORED {
        assert!(
            exports.iter().any(|hit| hit.word == word),
            "{word} is not exported"
        );
    }
    appliance.verify_audit();
}
