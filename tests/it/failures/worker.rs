//! The local model's process, killed and frozen in the middle of a strategy.

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use tempfile::TempDir;

use crate::{
    appliance::{Appliance, PROGRAM, http::Who, signal, until, work::Strategy},
    stand_in::{Reply, StandIn},
};

const SAID: &str = "Zimą jeździmy w góry, latem nad morze.";

/// The tiny model that the program itself makes.
fn tiny_model() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    let made = Command::new(PROGRAM)
        // With these weights it writes no digits, which the guard would take out.
        .args(["model", "tiny", "--seed", "1"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    (folder, path)
}

struct Fixture {
    appliance: Appliance,
    seller: Who,
    _model: TempDir,
}

impl Fixture {
    fn start(ollama: &StandIn) -> Self {
        let (folder, path) = tiny_model();
        let url = ollama.url();
        let appliance = Appliance::start(&[
            ("BIGDECODER_MODEL_PATH", path.to_str().unwrap()),
            // Ample for a busy machine.
            ("BIGDECODER_MODEL_DEADLINE_S", "150"),
            ("BIGDECODER_OLLAMA_ENABLED", "true"),
            ("BIGDECODER_OLLAMA_LEGAL_BASIS", "test"),
            ("BIGDECODER_OLLAMA_URL", &url),
        ]);
        let seller = appliance.person(appliance.set_up()).token;
        let fixture = Self {
            appliance,
            seller,
            _model: folder,
        };
        fixture.ready();
        fixture
    }

    fn ready(&self) {
        until("the local model is ready", || {
            (self.appliance.writers()[0]["state"] == "ready").then_some(())
        });
    }

    /// The process that owns the model: the appliance's only child.
    fn worker(&self) -> u32 {
        let tasks = format!("/proc/{}/task", self.appliance.pid());
        let children: BTreeSet<u32> = fs::read_dir(tasks)
            .unwrap()
            .flatten()
            .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
            .flat_map(|ids| {
                ids.split_whitespace()
                    .flat_map(str::parse)
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(children.len(), 1, "{children:?}");
        children.into_iter().next().unwrap()
    }

    fn visit(&self) -> String {
        let visit = self.appliance.visit(&self.seller, "Państwo z gór");
        self.appliance.say(&self.seller, &visit, SAID);
        visit
    }
}

/// Kills the worker with the first section of a strategy in its hands; answers the strategy.
fn killed_in_the_middle(fixture: &Fixture) -> Strategy {
    let visit = fixture.visit();
    let worker = fixture.worker();
    // Frozen first, so that it cannot be done before it dies.
    signal("STOP", worker);
    let order = fixture.appliance.order(&fixture.seller, &visit);
    until("the strategy is under way", || {
        let strategy = fixture.appliance.strategy(&fixture.seller, &order);
        (strategy["state"] == "running").then_some(())
    });
    signal("KILL", worker);
    let strategy = fixture.appliance.finished(&fixture.seller, &order);
    assert_eq!(strategy.state(), "complete");
    fixture.ready();
    assert_ne!(fixture.worker(), worker);
    strategy
}

/// Orders a new strategy; answers "model" once the model wrote a section, else who wrote the first.
///
/// The model's weights are random: an answer of it may be cut for its length, which passes the
/// section on, or leave nothing that the guard lets through, which the playbook then writes.
fn who_writes_next(fixture: &Fixture) -> String {
    let order = fixture.appliance.order(&fixture.seller, &fixture.visit());
    until("a section by the model, or the end", || {
        let strategy = fixture.appliance.strategy(&fixture.seller, &order);
        let sections = strategy["sections"].as_array()?;
        let sources: Vec<&str> = sections
            .iter()
            .filter_map(|s| s["source"]["source"].as_str())
            .collect();
        let ended = strategy["state"] != "queued" && strategy["state"] != "running";
        if sources.contains(&"model") {
            Some("model".to_owned())
        } else {
            ended.then(|| sources.first().copied().unwrap_or("nobody").to_owned())
        }
    })
}

#[test]
fn a_worker_killed_in_the_middle_is_replaced_by_ollama_and_comes_back() {
    let ollama = StandIn::start(|_| Reply::Good);
    let fixture = Fixture::start(&ollama);
    let strategy = killed_in_the_middle(&fixture);
    let sources = strategy.sources();
    assert_eq!(sources[0], "remote", "{strategy:?}");
    assert_eq!(strategy.body("opening")["goal"], "Umówić jazdę próbną");
    assert!(!sources.contains(&"playbook"), "{strategy:?}");
    let written = sources.iter().filter(|source| **source == "remote").count();
    assert_eq!(ollama.seen().len(), written);
    assert_eq!(who_writes_next(&fixture), "model");
}

#[test]
fn without_ollama_the_playbook_takes_over_from_a_killed_worker() {
    let ollama = StandIn::start(|_| Reply::Wire(""));
    let fixture = Fixture::start(&ollama);
    let strategy = killed_in_the_middle(&fixture);
    assert_eq!(strategy.sources()[0], "playbook");
    assert_eq!(who_writes_next(&fixture), "model");
}
