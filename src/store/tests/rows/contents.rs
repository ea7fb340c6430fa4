//! What a row holds: it reads back as it was set, in its order, and only with what it belongs to.

use super::*;

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
