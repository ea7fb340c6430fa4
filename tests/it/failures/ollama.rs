//! A remote Ollama that is dead, slow or talks nonsense: the next one writes, under its own name.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use crate::appliance::{
    Appliance, Environment,
    http::Who,
    work::{SECTIONS, Strategy},
};
use crate::stand_in::{Reply, StandIn};

const SAID: &str = "Jeździmy głównie po mieście i chcemy mieć spokój.";
const ALL_PLAYBOOK: [&str; 6] = ["playbook"; 6];

/// Seconds that are enough for whoever answers at all.
const AMPLE: &str = "20";

/// An appliance that asks Ollama at this address, with this patience in seconds, and its seller.
fn appliance(url: &str, patience_s: &str) -> (Appliance, Who) {
    let environment: Environment<'_> = &[
        ("BIGDECODER_OLLAMA_ENABLED", "true"),
        ("BIGDECODER_OLLAMA_LEGAL_BASIS", "test"),
        ("BIGDECODER_OLLAMA_URL", url),
        ("BIGDECODER_OLLAMA_FIRST_TOKEN_S", patience_s),
        ("BIGDECODER_OLLAMA_IDLE_S", patience_s),
    ];
    let appliance = Appliance::start(environment);
    let seller = appliance.person(appliance.set_up());
    (appliance, seller.token)
}

/// A strategy of a new visit.
fn advise(appliance: &Appliance, seller: &Who) -> Strategy {
    let visit = appliance.visit(seller, "Pani z miasta");
    appliance.say(seller, &visit, SAID);
    appliance.advise(seller, &visit)
}

/// What the remote model cannot do, the playbook does, and no more than that.
fn check_page(appliance: &Appliance, strategy: &Strategy) {
    let seller = appliance.log_in("Anna");
    let session = strategy.0["session"].as_str().unwrap();
    let page = appliance
        .get(&seller, &format!("/sessions/{session}/strategy"))
        .done();
    let page = page.text();
    let sources = strategy.sources();
    for (source, words) in [
        ("remote", "odpowiada model zdalny"),
        ("playbook", "odpowiada scenariusz"),
        ("model", "odpowiada model lokalny"),
    ] {
        // The first tab shows the first three sections.
        let shown = sources[..3]
            .iter()
            .filter(|shown| **shown == source)
            .count();
        assert_eq!(page.matches(words).count(), shown, "{source}: {page}");
    }
}

#[test]
fn a_good_ollama_writes_and_is_named() {
    let ollama = StandIn::start(|_| Reply::Good);
    let (appliance, seller) = appliance(&ollama.url(), AMPLE);
    let strategy = advise(&appliance, &seller);
    assert_eq!(
        (strategy.state(), strategy.sources()),
        ("complete", vec!["remote"; 6])
    );
    assert_eq!(strategy.body("opening")["goal"], "Umówić jazdę próbną");
    check_page(&appliance, &strategy);
    let asked = ollama.seen();
    assert_eq!(asked.len(), SECTIONS.len());
    assert!(
        asked.iter().all(|body| body.to_string().contains("spokój")),
        "the words are quoted"
    );
}

#[test]
fn a_dead_ollama_leaves_the_playbook() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (appliance, seller) = appliance(&url, AMPLE);
    let strategy = advise(&appliance, &seller);
    assert_eq!(
        (strategy.state(), strategy.sources()),
        ("complete", ALL_PLAYBOOK.to_vec())
    );
    check_page(&appliance, &strategy);
    assert_eq!(appliance.writers()[0]["state"], "down");
    // While it rests, nobody waits for it.
    assert_eq!(advise(&appliance, &seller).sources(), ALL_PLAYBOOK);
}

#[test]
fn an_ollama_that_never_begins_leaves_the_playbook_in_time() {
    let ollama = StandIn::start(|_| Reply::Stall(""));
    let (appliance, seller) = appliance(&ollama.url(), "1");
    let since = Instant::now();
    let strategy = advise(&appliance, &seller);
    assert_eq!(
        (strategy.state(), strategy.sources()),
        ("complete", ALL_PLAYBOOK.to_vec())
    );
    // Five sections at a second each; then it rests.
    assert!(
        since.elapsed() < Duration::from_secs(12),
        "{:?}",
        since.elapsed()
    );
    assert_eq!(ollama.seen().len(), 5);
    check_page(&appliance, &strategy);
}

#[test]
fn what_a_silent_ollama_had_written_is_kept_and_marked() {
    let ollama = StandIn::start(|section| match section {
        "arguments" => Reply::Stall(
            r#"{"items": [{"text": "W mieście jedzie się cicho.", "facts": []}, {"text": "Baga"#,
        ),
        "next" => Reply::Stall(r#"{"steps": ["Zapro"#),
        "plan" => Reply::Stall(r#"{"steps": ["Zapytaj o trasę.", "Umów jazdę."], "quest"#),
        _ => Reply::Good,
    });
    let (appliance, seller) = appliance(&ollama.url(), "2");
    let strategy = advise(&appliance, &seller);
    let sources = ["remote", "remote", "playbook", "remote", "remote", "remote"];
    assert_eq!(
        (strategy.state(), strategy.sources()),
        ("partial", sources.to_vec())
    );
    let arguments = strategy.body("arguments")["items"].as_array().unwrap();
    assert_eq!(arguments.len(), 1);
    assert_eq!(arguments[0]["text"], "W mieście jedzie się cicho.");
    let plan = strategy.body("plan");
    assert_eq!(plan["steps"].as_array().unwrap().len(), 2);
    assert!(plan["questions"].as_array().unwrap().is_empty());
    check_page(&appliance, &strategy);
    // It can be finished: another attempt begins, with the same outcome from the same Ollama.
    let session = strategy.0["session"].as_str().unwrap();
    let page = appliance.get(
        &appliance.log_in("Anna"),
        &format!("/sessions/{session}/strategy"),
    );
    assert!(page.text().contains("Dokończ strategię"));
    let again = appliance.order(&seller, session);
    assert_ne!(again, strategy.0["id"].as_str().unwrap());
}

#[test]
fn nonsense_is_no_answer() {
    let ollama = StandIn::start(|section| match section {
        "opening" => Reply::Raw(b"{\"message\": oops\n".to_vec()),
        "arguments" => Reply::Text("Oto argumenty: po pierwsze cisza.".to_owned()),
        "next" => Reply::Text(r#"{"steps": [], "red_flags": [], "price": 1}"#.to_owned()),
        "language" => Reply::Raw(vec![b'x'; 300 << 10]),
        _ => Reply::Good,
    });
    let (appliance, seller) = appliance(&ollama.url(), AMPLE);
    let strategy = advise(&appliance, &seller);
    let sources = [
        "playbook", "playbook", "playbook", "playbook", "remote", "remote",
    ];
    assert_eq!(
        (strategy.state(), strategy.sources()),
        ("complete", sources.to_vec())
    );
    check_page(&appliance, &strategy);
}

#[test]
fn an_ollama_that_is_no_ollama_is_no_answer() {
    let ollama = StandIn::start(|section| {
        match section {
        "opening" => Reply::Wire("nonsense\r\n\r\n"),
        "arguments" => Reply::Wire("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"),
        "next" => Reply::Wire("HTTP/1.1 307 Away\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
        // What the guard takes out leaves nothing.
        "language" => Reply::Text(
            r#"{"use_words": ["tylko 99 zł"], "avoid": [], "voice": "Cena 199 999 zł tylko dziś.", "draft": null}"#.to_owned(),
        ),
        _ => Reply::Good,
    }
    });
    let (appliance, seller) = appliance(&ollama.url(), AMPLE);
    let strategy = advise(&appliance, &seller);
    let sources = [
        "playbook", "playbook", "playbook", "playbook", "remote", "remote",
    ];
    assert_eq!(strategy.sources(), sources);
    assert!(!strategy.0.to_string().contains("199 999"));
    check_page(&appliance, &strategy);
}
