use super::*;
use crate::{
    advisor::clock::FixedClock,
    engine::generator::{
        Class,
        scripted::{Script, Scripted},
    },
};

const VALID: &str = r#"{"goal": "Umówić jazdę", "say_to_client": "Zapraszam na jazdę."}"#;

fn pieces(text: &str) -> Vec<String> {
    let middle = text.len() / 2;
    vec![text[..middle].to_owned(), text[middle..].to_owned()]
}

fn whole() -> Script {
    Script::Write(pieces(VALID), Stop::End)
}

fn request() -> Request {
    Request {
        class: Class::Panel,
        prefix: "".into(),
        user: String::new(),
        schema: None,
        max_tokens: 100,
        seed: 0,
        temperature: 0.0,
        deadline_ms: 1_000,
    }
}

struct Fixture {
    chain: Chain,
    local: Arc<Scripted>,
    remote: Arc<Scripted>,
    clock: Arc<FixedClock>,
}

fn fixture(
    local: impl IntoIterator<Item = Script>,
    remote: impl IntoIterator<Item = Script>,
) -> Fixture {
    let local = Arc::new(Scripted::new("local", local));
    let remote = Arc::new(Scripted::new("remote", remote));
    let clock = Arc::new(FixedClock::at_ms(0));
    let providers: [(Kind, Arc<dyn Generator>); 2] =
        [(Kind::Local, local.clone()), (Kind::Remote, remote.clone())];
    let chain = Chain::new(providers, clock.clone());
    Fixture {
        chain,
        local,
        remote,
        clock,
    }
}

impl Fixture {
    async fn opening(&self) -> Outcome<Body> {
        self.chain.section(Key::Opening, request(), |_| {}).await
    }
}

#[tokio::test]
async fn the_local_model_speaks_first() {
    let fixture = fixture([whole()], []);
    let mut heard = String::new();
    let on_text = |progress: Progress<'_>| match progress {
        Progress::Asking(kind) => assert_eq!(kind, Kind::Local),
        Progress::Text(text) => heard.push_str(text),
    };
    let outcome = fixture
        .chain
        .section(Key::Opening, request(), on_text)
        .await;
    let Outcome::Whole {
        text,
        value,
        source,
        failures,
        ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!((text.as_str(), heard.as_str()), (VALID, VALID));
    assert_eq!(value.key(), Key::Opening);
    assert!(matches!(source, Source::Model(model) if model.id == "local"));
    assert!(failures.is_empty());
    assert_eq!(
        fixture.local.requests()[0].schema.as_deref(),
        Some(&Body::schema(Key::Opening))
    );
    assert!(fixture.remote.requests().is_empty());
}

#[tokio::test]
async fn every_failure_passes_on_to_the_remote_one() {
    let malformed = r#"{"goal": "no end"#;
    let cases = [
        (Script::Refuse(Error::Stopped), Error::Stopped),
        (
            Script::Refuse(Error::Busy { retry_after_ms: 9 }),
            Error::Busy { retry_after_ms: 9 },
        ),
        (
            Script::Refuse(Error::Loading { percent: 3 }),
            Error::Loading { percent: 3 },
        ),
        (Script::Break(pieces(VALID), Error::Stopped), Error::Stopped),
        (Script::Break(vec![], Error::Timeout), Error::Timeout),
        (Script::Vanish(pieces(VALID)), Error::Stopped),
        (Script::Write(vec![], Stop::Deadline), Error::Timeout),
        (
            Script::Write(pieces(malformed), Stop::Length),
            Error::Malformed("it is too long".into()),
        ),
        (
            Script::Write(pieces(malformed), Stop::End),
            Error::Malformed("no JSON: Eof".into()),
        ),
        (
            Script::Write(vec![r#"{"goal": "a"}"#.into()], Stop::End),
            Error::Malformed("answer.say_to_client is missing".into()),
        ),
    ];
    for (script, error) in cases {
        let fixture = fixture([script.clone()], [whole()]);
        let mut heard = Vec::new();
        let on_text = |progress: Progress<'_>| match progress {
            Progress::Asking(_) => heard.clear(),
            Progress::Text(text) => heard.push(text.to_owned()),
        };
        let outcome = fixture
            .chain
            .section(Key::Opening, request(), on_text)
            .await;
        let Outcome::Whole {
            source, failures, ..
        } = outcome
        else {
            panic!("{script:?}: {outcome:?}")
        };
        assert!(matches!(source, Source::Remote(_)));
        assert_eq!(failures, [failed(Kind::Local, error)], "{script:?}");
        assert_eq!(
            heard.concat(),
            VALID,
            "text of the failed provider must be void"
        );
    }
}

#[tokio::test]
async fn a_part_that_stands_alone_is_kept_when_time_runs_out() {
    let begun = || vec![r#"{"steps": ["Zapytać o trasę", "Zapro"#.to_owned()];
    for script in [
        Script::Write(begun(), Stop::Deadline),
        Script::Break(begun(), Error::Timeout),
    ] {
        let fixture = fixture([script], [whole()]);
        let outcome = fixture.chain.section(Key::Next, request(), |_| {}).await;
        let Outcome::Partial { value, source, .. } = outcome else {
            panic!("{outcome:?}")
        };
        let kept = Body::Next {
            steps: vec!["Zapytać o trasę".to_owned()],
            red_flags: Vec::new(),
        };
        assert_eq!(value, kept);
        assert!(matches!(source, Source::Model(model) if model.id == "local"));
        assert!(fixture.remote.requests().is_empty());
    }
}

#[tokio::test]
async fn a_part_that_says_nothing_alone_is_void() {
    let half = || vec![VALID[..20].to_owned()];
    for script in [
        Script::Write(half(), Stop::Deadline),
        Script::Break(half(), Error::Timeout),
    ] {
        let fixture = fixture([script], [whole()]);
        let outcome = fixture.opening().await;
        let Outcome::Whole {
            source, failures, ..
        } = outcome
        else {
            panic!("{outcome:?}")
        };
        assert!(matches!(source, Source::Remote(_)));
        assert_eq!(failures, [failed(Kind::Local, Error::Timeout)]);
    }
}

#[tokio::test]
async fn the_deadline_is_the_chains() {
    let fixture = fixture([whole()], []);
    let chain = fixture.chain.with_deadline(Duration::from_secs(7));
    chain.section(Key::Opening, request(), |_| {}).await;
    assert_eq!(fixture.local.requests()[0].deadline_ms, 7_000);
}

#[tokio::test]
async fn one_that_does_not_begin_costs_nothing_and_is_asked_again() {
    let down = || Script::Refuse(Error::Stopped);
    let fixture = fixture((0..9).map(|_| down()).chain([whole()]), []);
    for _ in 0..9 {
        fixture.opening().await;
    }
    assert!(matches!(fixture.opening().await, Outcome::Whole { .. }));
}

#[tokio::test]
async fn an_answer_that_is_whole_at_the_deadline_is_whole() {
    let fixture = fixture([Script::Write(pieces(VALID), Stop::Deadline)], []);
    assert!(matches!(fixture.opening().await, Outcome::Whole { .. }));
}

#[tokio::test]
async fn when_nobody_speaks_the_caller_knows_why() {
    let fixture = fixture(
        [Script::Refuse(Error::Stopped)],
        [Script::Break(vec![], Error::Timeout)],
    );
    let expected = vec![
        failed(Kind::Local, Error::Stopped),
        failed(Kind::Remote, Error::Timeout),
    ];
    assert_eq!(
        fixture.opening().await,
        Outcome::None { failures: expected }
    );
}

#[tokio::test]
async fn one_that_keeps_failing_rests_and_is_probed_once() {
    let broken = || Script::Break(vec![], Error::Stopped);
    let fixture = fixture(
        (0..6).map(|_| broken()).chain([whole(), whole()]),
        (0..20).map(|_| whole()),
    );
    for _ in 0..7 {
        assert!(matches!(fixture.opening().await, Outcome::Whole { .. }));
    }
    assert_eq!(
        fixture.local.requests().len(),
        5,
        "it is not asked while it rests"
    );
    let Outcome::Whole { failures, .. } = fixture.opening().await else {
        panic!()
    };
    assert_eq!(
        failures,
        [Failure {
            kind: Kind::Local,
            reason: Reason::Resting
        }]
    );
    fixture.clock.advance_ms(30_000);
    fixture.opening().await;
    fixture.opening().await;
    assert_eq!(fixture.local.requests().len(), 6, "the probe failed");
    fixture.clock.advance_ms(30_000);
    let Outcome::Whole { source, .. } = fixture.opening().await else {
        panic!()
    };
    assert!(matches!(source, Source::Model(_)));
    assert!(
        matches!(fixture.opening().await, Outcome::Whole { failures, .. } if failures.is_empty())
    );
}

#[tokio::test]
async fn being_busy_is_no_defect() {
    let busy = || Script::Refuse(Error::Busy { retry_after_ms: 1 });
    let fixture = fixture((0..9).map(|_| busy()).chain([whole()]), []);
    for _ in 0..9 {
        fixture.opening().await;
    }
    assert!(matches!(fixture.opening().await, Outcome::Whole { .. }));
}

#[tokio::test]
async fn a_dropped_future_stops_the_generation() {
    let fixture = fixture([Script::Hang(vec!["{".to_owned()])], []);
    let mut heard = 0;
    {
        let mut section = std::pin::pin!(
            fixture
                .chain
                .section(Key::Opening, request(), |_| heard += 1)
        );
        let polled = futures_util::future::poll_immediate(&mut section).await;
        assert!(polled.is_none());
        assert_eq!(fixture.local.hanging(), 1);
    }
    assert_eq!(heard, 2, "it was asked, and its text was heard");
    assert_eq!(fixture.local.hanging(), 0);
}
