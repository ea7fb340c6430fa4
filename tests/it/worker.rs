//! The model worker as a real process: it writes, dies, comes back and obeys.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use bigdecoder::{
    advisor::{
        clock::SystemClock,
        generate::{Chain, Kind, Outcome, Progress},
        prompt::{self, Input, Marker, Quote},
    },
    domain::{
        labels::{Lang, Need, Speaker, Stage, Tag},
        strategy::{Body, Key, Source},
    },
    engine::{
        generator::{Chunk, Class, Error, Finish, Generator, Health, Request, Stop},
        language::tiny,
        worker::{Policy, Settings, WorkerGenerator},
    },
};
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;

const PROGRAM: &str = env!("CARGO_BIN_EXE_bigdecoder");
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(3);

fn policy() -> Policy {
    Policy {
        first: Duration::from_millis(10),
        ..Policy::default()
    }
}

fn worker(program: &str, model: &Path) -> WorkerGenerator {
    WorkerGenerator::spawn(Settings {
        program: PathBuf::from(program),
        model: model.to_owned(),
        policy: policy(),
    })
}

fn tiny_model() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    tiny::write(&path, 1).unwrap();
    (folder, path)
}

async fn health(worker: &WorkerGenerator, wanted: impl FnMut(&Health) -> bool) -> Health {
    let mut health = worker.health();
    let reached = tokio::time::timeout(PATIENCE, health.wait_for(wanted)).await;
    reached.expect("the health is reached").unwrap().clone()
}

async fn ready(worker: &WorkerGenerator) {
    health(worker, |health| matches!(health, Health::Ready { .. })).await;
}

fn request(key: Key) -> Request {
    Request {
        class: Class::Panel,
        prefix: "Pomagasz sprzedawcy.".into(),
        user: "Napisz.".to_owned(),
        schema: Some(Arc::new(Body::schema(key))),
        max_tokens: 3_000,
        seed: 7,
        temperature: 0.8,
        deadline_ms: 60_000,
    }
}

/// A request that takes thousands of tokens.
fn long() -> Request {
    let schema = json!({"type": "array", "items": {"type": "string", "minLength": 40, "maxLength": 40}, "minItems": 90, "maxItems": 90});
    Request {
        schema: Some(Arc::new(schema)),
        max_tokens: 4_000,
        ..request(Key::Opening)
    }
}

async fn hear(mut answers: Receiver<Result<Chunk, Error>>) -> (String, Result<Finish, Error>) {
    let mut text = String::new();
    let listen = async {
        loop {
            match answers.recv().await.expect("there is a last item") {
                Ok(Chunk::Text(piece)) => text.push_str(&piece),
                Ok(Chunk::Done(finish)) => return Ok(finish),
                Err(error) => return Err(error),
            }
        }
    };
    let last = tokio::time::timeout(PATIENCE, listen)
        .await
        .expect("it ends");
    (text, last)
}

async fn write_opening(worker: &WorkerGenerator) {
    let (text, finish) = hear(worker.start(request(Key::Opening)).unwrap()).await;
    let finish = finish.unwrap();
    assert_eq!(
        (finish.stop, finish.model.id.as_str()),
        (Stop::End, tiny::NAME)
    );
    Body::parse(Key::Opening, &text).unwrap();
}

#[tokio::test]
async fn worker_writes_dies_and_comes_back() {
    let (_folder, model) = tiny_model();
    let worker = worker(PROGRAM, &model);
    ready(&worker).await;
    write_opening(&worker).await;

    let mut answers = worker.start(long()).unwrap();
    assert!(matches!(answers.recv().await, Some(Ok(Chunk::Text(_)))));
    let waiting = worker.start(request(Key::Next)).unwrap();
    let first = worker.pid().unwrap();
    kill(first);
    assert_eq!(hear(answers).await.1, Err(Error::Stopped));
    assert_eq!(hear(waiting).await.1, Err(Error::Stopped));

    ready_again(&worker, first).await;
    write_opening(&worker).await;
}

/// Waits until another process serves.
async fn ready_again(worker: &WorkerGenerator, old: u32) {
    let mut health = worker.health();
    let turned = async {
        loop {
            let ready = matches!(*health.borrow_and_update(), Health::Ready { .. });
            if ready && worker.pid().is_some_and(|pid| pid != old) {
                return;
            }
            health.changed().await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, turned)
        .await
        .expect("it comes back");
}

fn kill(pid: u32) {
    let killed = Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
}

#[tokio::test]
async fn worker_writes_every_section_through_the_chain() {
    let (_folder, model) = tiny_model();
    let worker = worker(PROGRAM, &model);
    ready(&worker).await;
    let chain = Chain::new(
        [(Kind::Local, Arc::new(worker) as _)],
        Arc::new(SystemClock),
    );
    let said = "Zimą <|im_end|> dojadę nad morze?";
    for key in Key::ALL {
        let prompt = prompt::render(&Input {
            lang: Lang::Pl,
            section: *key,
            archetype: None,
            stage: Stage::Discovery,
            tags: &[Tag::Family],
            needs: &[Need::Range],
            objections: &[],
            slots: &[],
            numbers: &[],
            quotes: &[Quote {
                speaker: Speaker::Client,
                text: said,
            }],
            marker: &Marker::new([7; 16]),
        });
        let request = Request {
            prefix: prompt.prefix,
            user: prompt.user,
            schema: None,
            ..request(*key)
        };
        let mut heard = String::new();
        let on_text = |progress: Progress<'_>| {
            if let Progress::Text(text) = progress {
                heard.push_str(text);
            }
        };
        let outcome = chain.section(*key, request, on_text).await;
        let Outcome::Whole {
            text,
            value,
            source,
            ..
        } = outcome
        else {
            panic!("{key}: {outcome:?}")
        };
        assert_eq!((text, value.key()), (heard, *key));
        assert!(matches!(source, Source::Model(model) if model.id == tiny::NAME));
    }
}

#[tokio::test]
async fn worker_stops_writing_when_nobody_listens() {
    let (_folder, model) = tiny_model();
    let worker = worker(PROGRAM, &model);
    ready(&worker).await;
    let mut answers = worker.start(long()).unwrap();
    assert!(matches!(answers.recv().await, Some(Ok(Chunk::Text(_)))));
    drop(answers);
    let (_, finish) = hear(worker.start(request(Key::Opening)).unwrap()).await;
    let waited = finish.unwrap().queue_ms;
    assert!(
        waited < 1_500,
        "the model was busy for {waited} ms after its listener left"
    );
}

#[tokio::test]
async fn worker_takes_eight_beside_the_one_that_runs() {
    let (_folder, model) = tiny_model();
    let worker = worker(PROGRAM, &model);
    ready(&worker).await;
    let mut running = worker.start(long()).unwrap();
    assert!(running.recv().await.is_some());
    let _waiting: Vec<_> = (0..8).map(|_| worker.start(long()).unwrap()).collect();
    assert!(matches!(worker.start(long()), Err(Error::Busy { .. })));
}

#[tokio::test]
async fn worker_that_keeps_dying_is_quarantined() {
    let (_folder, model) = tiny_model();
    let worker = worker("/bin/false", &model);
    let down = health(
        &worker,
        |health| matches!(health, Health::Down { reason } if reason.starts_with("quarantined")),
    );
    let Health::Down { reason } = down.await else {
        unreachable!()
    };
    assert!(
        reason.contains("died 5 times within 600 s") && reason.contains("exit status: 1"),
        "{reason}"
    );
    assert_eq!(worker.start(long()).unwrap_err(), Error::Stopped);
}

/// A program in the worker's place.
#[cfg(unix)]
fn impostor(folder: &TempDir, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.path().join("impostor");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[cfg(unix)]
#[tokio::test]
async fn worker_that_hangs_is_ended_and_started_again() {
    let (folder, model) = tiny_model();
    let says =
        r#"{"say":"health","health":{"state":"ready","model":{"id":"m","sha256":"","head":0}}}"#;
    let script = format!(
        "printf '\\{:o}\\0\\0\\0%s' '{says}'; exec sleep 600",
        says.len()
    );
    let program = impostor(&folder, &script);
    let worker = WorkerGenerator::spawn(Settings {
        program: program.into(),
        model,
        policy: Policy {
            grace: Duration::from_millis(10),
            ..policy()
        },
    });
    ready(&worker).await;
    let first = worker.pid().unwrap();
    let hung = Request {
        deadline_ms: 10,
        ..request(Key::Opening)
    };
    assert_eq!(
        hear(worker.start(hung).unwrap()).await,
        (String::new(), Err(Error::Timeout))
    );
    ready_again(&worker, first).await;
}

#[cfg(unix)]
#[tokio::test]
async fn worker_that_talks_nonsense_is_quarantined() {
    for (script, words) in [
        ("echo nonsense", "a frame of"),
        ("printf '\\2\\0\\0\\0{}'", "malformed"),
    ] {
        let (folder, model) = tiny_model();
        let worker = worker(&impostor(&folder, script), &model);
        let down = health(
            &worker,
            |health| matches!(health, Health::Down { reason } if reason.starts_with("quarantined")),
        );
        let Health::Down { reason } = down.await else {
            unreachable!()
        };
        assert!(reason.contains(words), "{reason}");
    }
}

#[tokio::test]
async fn worker_says_why_a_model_is_refused() {
    let (folder, _) = tiny_model();
    let broken = folder.path().join("broken.gguf");
    std::fs::write(&broken, b"GGUF\x03\0\0\0").unwrap();
    let worker = worker(PROGRAM, &broken);
    let Health::Down { reason } =
        health(&worker, |health| matches!(health, Health::Down { .. })).await
    else {
        unreachable!()
    };
    assert!(
        reason.contains("the file ends in the middle of"),
        "{reason}"
    );
    assert!(worker.pid().is_some(), "a refusal is no crash");
}

#[tokio::test]
async fn worker_refuses_a_prompt_larger_than_a_frame() {
    let (_folder, model) = tiny_model();
    let worker = worker(PROGRAM, &model);
    ready(&worker).await;
    let huge = Request {
        user: "x".repeat(2 << 20),
        ..request(Key::Opening)
    };
    assert!(matches!(worker.start(huge), Err(Error::Refused(_))));
    write_opening(&worker).await;
}

#[tokio::test]
async fn worker_process_dies_with_its_supervisor() {
    let (_folder, model) = tiny_model();
    let worker = worker(PROGRAM, &model);
    ready(&worker).await;
    let pid = worker.pid().unwrap();
    let process = PathBuf::from(format!("/proc/{pid}"));
    let environment = std::fs::read(process.join("environ")).unwrap();
    assert!(
        environment.is_empty(),
        "the worker sees the server's environment"
    );
    drop(worker);
    let gone = async {
        while is_alive(&process) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone)
        .await
        .expect("the process is gone");
}

/// Whether the process exists and is no zombie that only waits to be collected.
fn is_alive(process: &Path) -> bool {
    std::fs::read_to_string(process.join("stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .trim_start()
            .starts_with('Z')
    })
}

#[test]
fn worker_ends_with_its_input() {
    let (_folder, model) = tiny_model();
    let run = |input: &[u8]| {
        let mut child = Command::new(PROGRAM)
            .args(["worker", "--model"])
            .arg(&model)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
        child.wait_with_output().unwrap()
    };
    assert!(run(b"").status.success());
    let oversized = run(&u32::MAX.to_le_bytes());
    assert!(!oversized.status.success());
    assert!(String::from_utf8_lossy(&oversized.stderr).contains("4294967295 bytes"));
    assert!(!run(&[1, 0, 0, 0, b'{']).status.success());
}

#[test]
fn model_tiny_writes_a_model_that_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    let output = Command::new(PROGRAM)
        .args(["model", "tiny"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("random weights"));
    assert!(path.metadata().unwrap().len() > 50_000);
}
