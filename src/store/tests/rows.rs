//! Clients, sessions and what hangs on them: stored, read back, and seen only under the scope.

use super::*;
use crate::{
    domain::{
        classification::ModelRef,
        id::{CardId, ConsentId, FeedbackId, GenerationId},
        labels::Stage,
        strategy::{JobState, Key, Source},
        visit::{FeedbackKind, Purpose, Status},
    },
    store::{
        consents::ConsentRow,
        feedback::{FeedbackCount, FeedbackRow},
        generations::GenerationRow,
        profiles::{EventRow, ProfileRow},
        sessions::SessionFilter,
        strategies::{NewSection, NewStrategy},
    },
};

const READER: Scope = Scope::new(None, Via::Cli, Rows::Showroom, Text::Open, false);
const HIDDEN: Scope = Scope::new(None, Via::Cli, Rows::Showroom, Text::Hidden, true);
const NOTHING: Scope = Scope::new(None, Via::Cli, Rows::None, Text::Open, true);

fn model() -> ModelRef {
    ModelRef {
        id: "writer".to_owned(),
        sha256: "ab".repeat(32),
        head: 0,
    }
}

fn new_strategy(n: u128, at_ms: i64) -> NewStrategy {
    NewStrategy {
        id: strategy(n),
        session: session(1),
        strategy_type: "panel".to_owned(),
        fingerprint: [3; 32],
        template: 2,
        knowledge_rev: 7,
        profile_rev: 4,
        confidence: Some(0.75),
        at_ms,
    }
}

fn section(key: Key, source: Source) -> NewSection {
    NewSection {
        strategy: strategy(1),
        key,
        source,
        body: sealed("body"),
        removed: Some(sealed("removed")),
        generation: None,
        at_ms: 1_000,
    }
}

fn generation(n: u128) -> GenerationRow {
    GenerationRow {
        id: GenerationId(Uuid::from_u128(n)),
        session: session(1),
        strategy: Some(strategy(1)),
        section: Some(Key::Opening),
        provider: "worker".to_owned(),
        model: model(),
        template: 2,
        seed: u64::MAX,
        temperature: 0.5,
        max_tokens: 300,
        prompt: Some(sealed("prompt")),
        token_ids: Some(sealed("ids")),
        queue_ms: 1,
        prefill_ms: 2,
        decode_ms: 3,
        finish: "end".to_owned(),
        details: json!({"threads": 2}),
        at_ms: 1_000,
    }
}

fn feedback(n: u128, owner: UserId) -> FeedbackRow {
    FeedbackRow {
        id: FeedbackId(Uuid::from_u128(n)),
        owner,
        session: Some(session(1)),
        strategy: Some(strategy(1)),
        card: None,
        kind: FeedbackKind::Rating,
        rating: Some(4),
        effectiveness: Some(crate::domain::visit::Effectiveness::Helped),
        comments: Some(sealed("comments")),
        created_ms: 1_000,
    }
}

fn consent(n: u128, purpose: Purpose, given_ms: i64) -> ConsentRow {
    ConsentRow {
        id: ConsentId(Uuid::from_u128(n)),
        client: client(1),
        session: Some(session(1)),
        purpose,
        legal_basis: "6(1)(a)".to_owned(),
        text_version: "2026-01".to_owned(),
        lang: Lang::Pl,
        channel: "spoken".to_owned(),
        given_ms,
        given_by: Some(ANNA),
        withdrawn_ms: None,
        withdrawn_by: None,
    }
}

/// A session of Anna with one of everything.
fn full() -> Fixture {
    let fixture = Fixture::with_session();
    fixture.write(|tx| {
        let anna = seller(ANNA);
        let w = writing(&anna)?;
        conversations::append(tx, w, &message(1, 1))?;
        profiles::append_event(tx, w, session(1), 0, &sealed("event"), 1_000)?;
        profiles::put(
            tx,
            w,
            session(1),
            1,
            &sealed("profile"),
            Some(&sealed("mind")),
            1_000,
        )?;
        sessions::set_context(
            tx,
            w,
            session(1),
            Some(&sealed("context")),
            Some(&sealed("evolution")),
            1_000,
        )?;
        strategies::insert(tx, w, &new_strategy(1, 1_000))?;
        strategies::put_section(tx, w, &section(Key::Opening, Source::Model(model())))?;
        generations::insert(tx, w, &generation(1))?;
        feedback::insert(tx, w, &feedback(1, ANNA))?;
        consents::insert(tx, w, &consent(1, Purpose::Profiling, 1_000))
    });
    fixture
}

/// Every read of a row of session 1, by name.
fn reads(fixture: &Fixture, scope: Scope) -> Vec<(&'static str, Option<Error>)> {
    let mut results = Vec::new();
    macro_rules! read {
        ($name:literal, |$db:ident| $call:expr) => {
            results.push(($name, fixture.try_read(move |$db| $call.map(drop)).err()));
        };
    }
    read!("client", |db| clients::get(db, &scope, client(1)));
    read!("session", |db| sessions::get(db, &scope, session(1)));
    read!("messages", |db| conversations::list(
        db,
        &scope,
        session(1),
        0,
        9
    ));
    read!("newest", |db| conversations::newest(
        db,
        &scope,
        session(1),
        None,
        9
    ));
    read!("message", |db| conversations::get(db, &scope, utterance(1)));
    read!("events", |db| profiles::events(db, &scope, session(1), 0));
    read!("rev", |db| profiles::rev(db, &scope, session(1)));
    read!("profile", |db| profiles::get(db, &scope, session(1)));
    read!("strategy", |db| strategies::get(db, &scope, strategy(1)));
    read!("latest", |db| strategies::latest(db, &scope, session(1)));
    read!("by fingerprint", |db| strategies::by_fingerprint(
        db,
        &scope,
        session(1),
        &[3; 32]
    ));
    read!("sections", |db| strategies::sections(
        db,
        &scope,
        strategy(1)
    ));
    read!("generation", |db| generations::get(
        db,
        &scope,
        GenerationId(Uuid::from_u128(1))
    ));
    read!("generations", |db| generations::of_strategy(
        db,
        &scope,
        strategy(1)
    ));
    read!("consent", |db| consents::current(
        db,
        &scope,
        client(1),
        Purpose::Profiling
    ));
    read!("consents", |db| consents::list(db, &scope, client(1)));
    results
}

/// Every change of a row of session 1, by name; all succeed for its owner.
fn changes(fixture: &Fixture, scope: Scope) -> Vec<(&'static str, Option<Error>)> {
    let mut results = Vec::new();
    macro_rules! change {
        ($name:literal, |$tx:ident, $w:ident| $call:expr) => {
            // Undone in any case, so that each begins with the same rows.
            let result = fixture.try_write(move |$tx| {
                let $w = writing(&scope)?;
                $call?;
                Err::<(), _>(Error::Conflict("done"))
            });
            results.push(($name, result.err()));
        };
    }
    change!("alias", |tx, w| clients::set_alias(
        tx,
        w,
        client(1),
        None,
        2_000
    ));
    change!("session", |tx, w| sessions::insert(
        tx,
        w,
        &sessions::NewSession {
            id: session(99),
            ..new_session(w.actor().unwrap_or(ANNA), 1)
        }
    ));
    change!("status", |tx, w| sessions::set_status(
        tx,
        w,
        session(1),
        Status::Paused,
        2_000
    ));
    change!("stage", |tx, w| sessions::set_stage(
        tx,
        w,
        session(1),
        Stage::Decision,
        2_000
    ));
    change!("outcome", |tx, w| sessions::set_outcome(
        tx,
        w,
        session(1),
        Some("order"),
        2_000
    ));
    change!("lang", |tx, w| sessions::set_lang(
        tx,
        w,
        session(1),
        Lang::En,
        2_000
    ));
    change!("context", |tx, w| sessions::set_context(
        tx,
        w,
        session(1),
        None,
        None,
        2_000
    ));
    change!("touch", |tx, w| sessions::touch(tx, w, session(1), 2_000));
    change!("message", |tx, w| conversations::append(
        tx,
        w,
        &message(1, 2)
    ));
    change!("event", |tx, w| profiles::append_event(
        tx,
        w,
        session(1),
        1,
        &sealed("event"),
        2_000
    ));
    change!("profile", |tx, w| profiles::put(
        tx,
        w,
        session(1),
        2,
        &sealed("p"),
        None,
        2_000
    ));
    change!("strategy", |tx, w| strategies::insert(
        tx,
        w,
        &new_strategy(2, 2_000)
    ));
    change!("state", |tx, w| strategies::set_state(
        tx,
        w,
        strategy(1),
        JobState::Running,
        2_000
    ));
    change!("effectiveness", |tx, w| strategies::set_effectiveness(
        tx,
        w,
        strategy(1),
        Some(0.5),
        2_000
    ));
    change!("section", |tx, w| strategies::put_section(
        tx,
        w,
        &section(Key::Next, Source::Playbook)
    ));
    change!("generation", |tx, w| generations::insert(
        tx,
        w,
        &generation(2)
    ));
    change!("feedback", |tx, w| feedback::insert(
        tx,
        w,
        &feedback(2, w.actor().unwrap_or(ANNA))
    ));
    change!("consent", |tx, w| consents::insert(
        tx,
        w,
        &consent(2, Purpose::Contact, 2_000)
    ));
    change!("withdrawal", |tx, w| consents::withdraw(
        tx,
        w,
        client(1),
        Purpose::Profiling,
        2_000
    ));
    change!("deletion", |tx, w| clients::delete(tx, w, client(1)));
    results
}

#[test]
fn a_row_outside_the_scope_does_not_exist() {
    let fixture = full();
    for (scope, expected) in [
        (seller(ANNA), None),
        (JOB, None),
        (READER, None),
        (HIDDEN, None),
        (seller(BOGDAN), Some(Error::NotFound)),
        (NOTHING, Some(Error::NotFound)),
    ] {
        for (name, result) in reads(&fixture, scope) {
            assert_eq!(result, expected, "{name} under {scope:?}");
        }
    }
}

#[test]
fn a_row_outside_the_scope_cannot_be_changed() {
    let fixture = full();
    let done = Error::Conflict("done");
    for (scope, expected) in [
        (seller(ANNA), done.clone()),
        (JOB, done),
        (READER, Error::Denied),
        (seller(BOGDAN), Error::NotFound),
    ] {
        for (name, result) in changes(&fixture, scope) {
            assert_eq!(result, Some(expected.clone()), "{name} under {scope:?}");
        }
    }
    for (name, result) in changes(&fixture, NOTHING) {
        let refused = matches!(result, Some(Error::NotFound | Error::Denied));
        assert!(refused, "{name}: {result:?}");
    }
}

#[test]
fn nobody_makes_rows_for_another_seller() {
    let fixture = Fixture::new();
    let bogdan = seller(BOGDAN);
    let made = fixture.try_write(move |tx| {
        let new = clients::NewClient {
            id: client(1),
            owner: ANNA,
            alias: None,
            at_ms: 0,
        };
        clients::create(tx, writing(&bogdan)?, &new)
    });
    assert_eq!(made, Err(Error::Denied));
}

#[test]
fn lists_hold_only_rows_of_the_scope() {
    let fixture = full();
    fixture.write(|tx| add_session(tx, BOGDAN, 2));
    let counts = |scope: Scope| {
        fixture.read(move |db| {
            Ok([
                clients::list(db, &scope, None, 9)?.rows.len(),
                sessions::list(db, &scope, SessionFilter::default(), None, 9)?
                    .rows
                    .len(),
                feedback::list(db, &scope, None, None, 9)?.rows.len(),
                feedback::count(db, &scope)?.ratings as usize,
                strategies::unfinished(db, &scope)?.len(),
            ])
        })
    };
    assert_eq!(counts(JOB), [2, 2, 1, 1, 1]);
    assert_eq!(counts(seller(ANNA)), [1, 1, 1, 1, 1]);
    assert_eq!(counts(seller(BOGDAN)), [1, 1, 0, 0, 0]);
    assert_eq!(counts(NOTHING), [0; 5]);
}

#[test]
fn hidden_text_reads_as_none() {
    let fixture = full();
    let texts = |scope: Scope| {
        fixture.read(move |db| {
            let visit = sessions::get(db, &scope, session(1))?;
            let profile = profiles::get(db, &scope, session(1))?.unwrap();
            let section = strategies::sections(db, &scope, strategy(1))?.remove(0);
            let generation = generations::of_strategy(db, &scope, strategy(1))?.remove(0);
            Ok([
                clients::get(db, &scope, client(1))?.alias,
                visit.client_context,
                visit.archetype_evolution,
                conversations::list(db, &scope, session(1), 0, 9)?
                    .remove(0)
                    .content,
                conversations::get(db, &scope, utterance(1))?.content,
                profiles::events(db, &scope, session(1), 0)?.remove(0).event,
                profile.profile,
                profile.psychometric_data,
                section.body,
                section.removed,
                generation.prompt,
                generation.token_ids,
                feedback::list(db, &scope, None, None, 9)?
                    .rows
                    .remove(0)
                    .comments,
            ])
        })
    };
    assert!(texts(JOB).iter().all(Option::is_some));
    assert!(texts(HIDDEN).iter().all(Option::is_none));
}

#[test]
fn a_session_reads_back_as_it_was_set() {
    let fixture = full();
    fixture.write(|tx| {
        let w = writing(&JOB)?;
        sessions::set_status(tx, w, session(1), Status::Completed, 2_000)?;
        sessions::set_stage(tx, w, session(1), Stage::Decision, 2_001)?;
        sessions::set_outcome(tx, w, session(1), Some("order"), 2_002)?;
        sessions::set_lang(tx, w, session(1), Lang::En, 2_003)?;
        sessions::touch(tx, w, session(1), 1)
    });
    let row = fixture.read(|db| sessions::get(db, &JOB, session(1)));
    let expected = sessions::SessionRow {
        id: session(1),
        client: client(1),
        owner: ANNA,
        profiling: true,
        lang: Lang::En,
        stage: Stage::Decision,
        status: Status::Completed,
        outcome: Some("order".to_owned()),
        metadata: json!({"mode": "coach"}),
        client_context: Some(sealed("context")),
        archetype_evolution: Some(sealed("evolution")),
        created_ms: 1_000,
        updated_ms: 2_003,
    };
    assert_eq!(row, expected);
}

#[test]
fn sessions_are_paged_newest_first_and_filtered() {
    let fixture = Fixture::new();
    fixture.write(|tx| {
        let w = writing(&JOB)?;
        for n in 1..=7 {
            add_session(tx, ANNA, n)?;
            if n % 2 == 0 {
                sessions::set_status(tx, w, session(n), Status::Paused, 5_000)?;
            }
        }
        Ok(())
    });
    let list = |filter, cursor| fixture.read(move |db| sessions::list(db, &JOB, filter, cursor, 3));
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = list(SessionFilter::default(), cursor);
        seen.extend(page.rows.iter().map(|row| row.id));
        let Some(next) = page.next else { break };
        assert_eq!(page.rows.len(), 3);
        assert_eq!(next.to_string().parse(), Ok(next));
        cursor = Some(next);
    }
    assert_eq!(seen, (1..=7).rev().map(session).collect::<Vec<_>>());
    let ids = |filter| -> Vec<_> { list(filter, None).rows.iter().map(|row| row.id).collect() };
    let paused = SessionFilter {
        status: Some(Status::Paused),
        ..SessionFilter::default()
    };
    assert_eq!(ids(paused), [6, 4, 2].map(session));
    let of_client = SessionFilter {
        client: Some(client(3)),
        ..SessionFilter::default()
    };
    assert_eq!(ids(of_client), [session(3)]);
    let idle = SessionFilter {
        untouched_since_ms: Some(4_999),
        ..SessionFilter::default()
    };
    assert_eq!(ids(idle), [7, 5, 3].map(session));
    assert!("1.x".parse::<Cursor>().is_err());
}

#[test]
fn messages_keep_their_order_and_their_places() {
    let fixture = Fixture::with_session();
    fixture.write(|tx| {
        add_session(tx, ANNA, 2)?;
        for (session, n) in [(1, 30), (2, 31), (1, 10), (1, 20)] {
            conversations::append(tx, writing(&JOB)?, &message(session, n))?;
        }
        Ok(())
    });
    let list = |after| -> Vec<_> {
        fixture
            .read(move |db| conversations::list(db, &JOB, session(1), after, 2))
            .iter()
            .map(|row| (row.seq, row.id))
            .collect()
    };
    assert_eq!(list(0), [(1, utterance(30)), (2, utterance(10))]);
    assert_eq!(list(2), [(3, utterance(20))]);
}

#[test]
fn the_newest_messages_come_in_order_and_by_kind() {
    let fixture = Fixture::with_session();
    fixture.write(|tx| {
        add_session(tx, ANNA, 2)?;
        let suggested = |n| conversations::NewMessage {
            message_type: MessageType::AiSuggestion,
            ..message(1, n)
        };
        for new in [
            message(1, 1),
            suggested(2),
            suggested(3),
            message(1, 4),
            message(2, 5),
        ] {
            conversations::append(tx, writing(&JOB)?, &new)?;
        }
        Ok(())
    });
    let newest = |kind, limit| -> Vec<_> {
        fixture
            .read(move |db| conversations::newest(db, &JOB, session(1), kind, limit))
            .iter()
            .map(|row| row.id)
            .collect()
    };
    assert_eq!(newest(None, 2), [3, 4].map(utterance));
    assert_eq!(newest(None, 9), [1, 2, 3, 4].map(utterance));
    assert_eq!(
        newest(Some(MessageType::AiSuggestion), 9),
        [2, 3].map(utterance)
    );
    assert_eq!(newest(Some(MessageType::AiSuggestion), 1), [utterance(3)]);
}

#[test]
fn without_a_profile_nothing_of_the_client_is_stored() {
    let fixture = Fixture::with_session();
    fixture.write(|tx| {
        let new = sessions::NewSession {
            id: session(2),
            profiling: false,
            ..new_session(ANNA, 1)
        };
        sessions::insert(tx, writing(&JOB)?, &new)
    });
    for result in [
        fixture.try_write(|tx| conversations::append(tx, writing(&JOB)?, &message(2, 1)).map(drop)),
        fixture.try_write(|tx| {
            profiles::append_event(tx, writing(&JOB)?, session(2), 0, &sealed("e"), 0).map(drop)
        }),
        fixture.try_write(|tx| {
            profiles::put(tx, writing(&JOB)?, session(2), 1, &sealed("p"), None, 0)
        }),
        fixture.try_write(|tx| {
            sessions::set_context(tx, writing(&JOB)?, session(2), Some(&sealed("c")), None, 0)
        }),
    ] {
        assert_eq!(result, Err(Error::Conflict("no_profile")));
    }
}

#[test]
fn profile_events_are_appended_at_their_revision_only() {
    let fixture = full();
    let append = |rev| {
        fixture.try_write(move |tx| {
            profiles::append_event(tx, writing(&JOB)?, session(1), rev, &sealed("next"), 2_000)
        })
    };
    assert_eq!(append(0), Err(Error::Conflict("revision")));
    assert_eq!(append(2), Err(Error::Conflict("revision")));
    assert_eq!(append(1), Ok(2));
    assert_eq!(fixture.read(|db| profiles::rev(db, &JOB, session(1))), 2);
    let events = fixture.read(|db| profiles::events(db, &JOB, session(1), 1));
    let expected = EventRow {
        rev: 2,
        at_ms: 2_000,
        event: Some(sealed("next")),
    };
    assert_eq!(events, [expected]);
}

#[test]
fn a_snapshot_never_goes_back() {
    let fixture = full();
    let put = |rev| {
        fixture.try_write(move |tx| {
            profiles::put(
                tx,
                writing(&JOB)?,
                session(1),
                rev,
                &sealed("new"),
                None,
                2_000,
            )
        })
    };
    assert_eq!(put(0), Err(Error::Conflict("revision")));
    assert_eq!(put(3), Ok(()));
    let expected = ProfileRow {
        rev: 3,
        profile: Some(sealed("new")),
        psychometric_data: Some(sealed("mind")),
        updated_ms: 2_000,
    };
    let row = fixture.read(|db| profiles::get(db, &JOB, session(1)));
    assert_eq!(row, Some(expected));
}

#[test]
fn a_strategy_is_found_by_what_it_follows_from() {
    let fixture = full();
    let find = || fixture.read(|db| strategies::by_fingerprint(db, &JOB, session(1), &[3; 32]));
    let state = |id, state| {
        fixture.write(move |tx| strategies::set_state(tx, writing(&JOB)?, id, state, 3_000));
    };
    fixture.write(|tx| strategies::insert(tx, writing(&JOB)?, &new_strategy(2, 2_000)));
    assert_eq!(find().unwrap().id, strategy(2));
    state(strategy(2), JobState::Failed);
    let row = find().unwrap();
    assert_eq!((row.id, row.state), (strategy(1), JobState::Queued));
    assert_eq!(
        (row.knowledge_rev, row.profile_rev, row.template),
        (7, 4, 2)
    );
    state(strategy(1), JobState::Cancelled);
    assert_eq!(find(), None);
    assert!(
        fixture
            .read(|db| strategies::unfinished(db, &JOB))
            .is_empty()
    );
    let latest = fixture.read(|db| strategies::latest(db, &JOB, session(1)));
    assert_eq!(latest.unwrap().id, strategy(2));
    let other = fixture.read(|db| strategies::by_fingerprint(db, &JOB, session(1), &[4; 32]));
    assert_eq!(other, None);
}

#[test]
fn sections_stand_in_their_order_and_are_replaced() {
    let fixture = full();
    fixture.write(|tx| {
        let w = writing(&JOB)?;
        strategies::put_section(tx, w, &section(Key::Plan, Source::Playbook))?;
        strategies::put_section(tx, w, &section(Key::Arguments, Source::Remote(model())))?;
        strategies::put_section(tx, w, &section(Key::Opening, Source::Playbook))
    });
    let sections = fixture.read(|db| strategies::sections(db, &JOB, strategy(1)));
    let found: Vec<_> = sections
        .into_iter()
        .map(|row| (row.key, row.source))
        .collect();
    let expected = [
        (Key::Opening, Source::Playbook),
        (Key::Arguments, Source::Remote(model())),
        (Key::Plan, Source::Playbook),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_generation_reads_back_whole() {
    let fixture = full();
    let rows = fixture.read(|db| generations::of_strategy(db, &JOB, strategy(1)));
    assert_eq!(rows, [generation(1)]);
}

#[test]
fn rows_of_different_sessions_are_not_joined() {
    let fixture = full();
    fixture.write(|tx| add_session(tx, ANNA, 2));
    let reference = Err(Error::Conflict("reference"));
    let stray = GenerationRow {
        session: session(2),
        ..generation(2)
    };
    let result = fixture.try_write(move |tx| generations::insert(tx, writing(&JOB)?, &stray));
    assert_eq!(result, reference);
    let stray = FeedbackRow {
        session: Some(session(2)),
        ..feedback(2, ANNA)
    };
    let result = fixture.try_write(move |tx| feedback::insert(tx, writing(&JOB)?, &stray));
    assert_eq!(result, reference);
    let stray = ConsentRow {
        client: client(2),
        ..consent(2, Purpose::Contact, 0)
    };
    let result = fixture.try_write(move |tx| consents::insert(tx, writing(&JOB)?, &stray));
    assert_eq!(result, reference);
}

#[test]
fn feedback_is_checked_and_counted() {
    let fixture = full();
    let insert =
        |row: FeedbackRow| fixture.try_write(move |tx| feedback::insert(tx, writing(&JOB)?, &row));
    for rating in [None, Some(0), Some(6)] {
        let result = insert(FeedbackRow {
            rating,
            ..feedback(2, ANNA)
        });
        assert!(
            matches!(result, Err(Error::Invalid(_))),
            "{rating:?}: {result:?}"
        );
    }
    let bug = FeedbackRow {
        session: None,
        strategy: None,
        kind: FeedbackKind::BugReport,
        rating: None,
        ..feedback(3, BOGDAN)
    };
    assert_eq!(insert(bug.clone()), Ok(()));
    let of_card = FeedbackRow {
        strategy: None,
        card: Some(CardId(utterance(1).0)),
        kind: FeedbackKind::Card,
        rating: None,
        comments: None,
        created_ms: 3_000,
        ..feedback(4, ANNA)
    };
    assert_eq!(insert(of_card.clone()), Ok(()));
    let silent = FeedbackRow {
        effectiveness: None,
        ..of_card.clone()
    };
    assert!(matches!(
        insert(FeedbackRow {
            id: feedback(5, ANNA).id,
            ..silent
        }),
        Err(Error::Invalid(_))
    ));
    let unknown = FeedbackRow {
        id: feedback(5, ANNA).id,
        card: Some(CardId(Uuid::from_u128(99))),
        ..of_card.clone()
    };
    assert_eq!(insert(unknown), Err(Error::NotFound));
    let count = fixture.read(|db| feedback::count(db, &JOB));
    let expected = FeedbackCount {
        ratings: 1,
        bug_reports: 1,
        cards: 1,
        ..FeedbackCount::default()
    };
    assert_eq!(count, expected);
    let rows = |of| {
        fixture
            .read(move |db| feedback::list(db, &JOB, of, None, 9))
            .rows
    };
    assert_eq!(rows(None), [of_card.clone(), bug, feedback(1, ANNA)]);
    assert_eq!(rows(Some(session(1))), [of_card, feedback(1, ANNA)]);
}

#[test]
fn a_consent_stands_until_it_is_withdrawn() {
    let fixture = full();
    let current = || fixture.read(|db| consents::current(db, &JOB, client(1), Purpose::Profiling));
    let withdraw = || {
        fixture.try_write(|tx| {
            consents::withdraw(
                tx,
                writing(&seller(ANNA))?,
                client(1),
                Purpose::Profiling,
                2_000,
            )
        })
    };
    assert_eq!(current(), Some(consent(1, Purpose::Profiling, 1_000)));
    let other = fixture.read(|db| consents::current(db, &JOB, client(1), Purpose::Contact));
    assert_eq!(other, None);
    assert_eq!(withdraw(), Ok(()));
    assert_eq!(current(), None);
    assert_eq!(withdraw(), Err(Error::NotFound));
    fixture
        .write(|tx| consents::insert(tx, writing(&JOB)?, &consent(2, Purpose::Profiling, 3_000)));
    assert_eq!(current(), Some(consent(2, Purpose::Profiling, 3_000)));
    let rows = fixture.read(|db| consents::list(db, &JOB, client(1)));
    let withdrawn: Vec<_> = rows
        .iter()
        .map(|row| (row.withdrawn_ms, row.withdrawn_by))
        .collect();
    assert_eq!(withdrawn, [(None, None), (Some(2_000), Some(ANNA))]);
}

#[test]
fn deleting_a_client_leaves_no_row_of_theirs() {
    let fixture = full();
    fixture.write(|tx| clients::delete(tx, writing(&seller(ANNA))?, client(1)));
    let left = fixture.read(|db| {
        let count = |table: &str| -> Result<u32, Error> {
            let sql = format!("select count(*) from {table}");
            Ok(db.main.query_row(&sql, [], |row| row.get(0))?)
        };
        let tables = [
            "clients",
            "sessions",
            "conversations",
            "profile_events",
            "client_profiles",
            "strategies",
            "strategy_sections",
            "generations",
            "feedback",
            "consents",
        ];
        tables
            .into_iter()
            .map(|table| Ok((table, count(table)?)))
            .collect::<Result<Vec<_>, _>>()
    });
    assert!(left.iter().all(|(_, count)| *count == 0), "{left:?}");
}
