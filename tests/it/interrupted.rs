//! What the end of the process cuts short, and what may happen only once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{
    appliance::{Appliance, http::Who, people::PASSWORD, until},
    stand_in::{Reply, StandIn},
};

#[test]
fn a_strategy_that_a_kill_cut_short_is_marked_and_can_be_finished() {
    let hangs = Arc::new(AtomicBool::new(true));
    let hung = Arc::clone(&hangs);
    let ollama = StandIn::start(move |section| match section {
        "arguments" if hung.load(Ordering::Relaxed) => Reply::Stall(""),
        _ => Reply::Good,
    });
    let url = ollama.url();
    let environment = [
        ("BIGDECODER_OLLAMA_ENABLED", "true"),
        ("BIGDECODER_OLLAMA_LEGAL_BASIS", "test"),
        ("BIGDECODER_OLLAMA_URL", url.as_str()),
    ];
    let mut appliance = Appliance::start(&environment);
    let seller = appliance.person(appliance.set_up());
    let visit = appliance.visit(&seller.token, "Pan z przerwą");
    appliance.say(&seller.token, &visit, "Chcemy mieć spokój w mieście.");
    let order = appliance.order(&seller.token, &visit);
    until("the first section", || {
        let strategy = appliance.strategy(&seller.token, &order);
        (strategy["sections"].as_array().unwrap().len() == 1).then_some(())
    });
    assert_eq!(
        appliance.strategy(&seller.token, &order)["state"],
        "running"
    );
    // While it is written, asking again gives the same one.
    assert_eq!(appliance.order(&seller.token, &visit), order);

    appliance.kill();
    appliance.start_again(&environment);
    let strategy = appliance.strategy(&seller.token, &order);
    assert_eq!(strategy["state"], "partial");
    assert_eq!(strategy["sections"].as_array().unwrap().len(), 1);
    let panel = format!("/sessions/{visit}/strategy");
    let page = appliance.get(&seller.cookie, &panel).done();
    assert!(page.text().contains("Dokończ strategię"), "{}", page.text());

    hangs.store(false, Ordering::Relaxed);
    appliance
        .form(
            &seller.cookie,
            &format!("/sessions/{visit}/strategies"),
            &[],
        )
        .done();
    let again = appliance.order(&seller.token, &visit);
    assert_ne!(again, order);
    let finished = appliance.finished(&seller.token, &again);
    assert_eq!(
        (finished.state(), finished.sources()),
        ("complete", vec!["remote"; 6])
    );
    let page = appliance.get(&seller.cookie, &panel).done();
    assert!(!page.text().contains("Dokończ strategię"));
    appliance.stop();
    appliance.verify_audit();
}

#[test]
fn the_set_up_link_works_once() {
    let mut appliance = Appliance::start(&[]);
    let key = appliance.setup_key.clone();
    let link = format!("/setup?key={key}");
    assert_eq!(appliance.get(&Who::Nobody, &link).status, 200);
    assert_eq!(appliance.get(&Who::Nobody, "/setup?key=guess").status, 404);
    // Refused input does not spend it.
    let short = [
        ("key", key.as_str()),
        ("name", "Ewa"),
        ("password", "abc"),
        ("role", "seller"),
        ("admin_name", "Adam"),
        ("admin_password", PASSWORD),
    ];
    assert_eq!(appliance.form(&Who::Nobody, "/setup", &short).status, 422);

    // Of many at once, one gets in.
    let attempts: Vec<u16> = thread::scope(|scope| {
        let attempt = |n: usize| {
            let (appliance, key) = (&appliance, &key);
            scope.spawn(move || {
                let (name, admin) = (format!("Anna {n}"), format!("Adam {n}"));
                let fields = [
                    ("key", key.as_str()),
                    ("name", name.as_str()),
                    ("password", PASSWORD),
                    ("role", "seller"),
                    ("admin_name", admin.as_str()),
                    ("admin_password", PASSWORD),
                ];
                appliance.form(&Who::Nobody, "/setup", &fields).status
            })
        };
        let threads: Vec<_> = (0..4).map(attempt).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let let_in = attempts.iter().filter(|status| **status == 303).count();
    let lost = attempts.iter().filter(|status| **status == 404).count();
    assert_eq!((let_in, lost), (1, 3), "{attempts:?}");
    let accounts = |appliance: &Appliance| -> i64 {
        let database = appliance.open_database();
        database
            .query_row("select count(*) from users", [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(accounts(&appliance), 2);

    assert_eq!(appliance.get(&Who::Nobody, &link).status, 404);
    appliance.stop();
    appliance.start_again(&[]);
    assert_eq!(appliance.set_up_form(&key).status, 404);
    assert_eq!(accounts(&appliance), 2);
    appliance.stop();
    appliance.verify_audit();
}
