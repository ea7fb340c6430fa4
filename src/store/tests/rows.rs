//! Clients, sessions and what hangs on them: stored, read back, and seen only under the scope.

mod contents;

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
