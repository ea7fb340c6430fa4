//! The audit chain notices every change that is made behind its back.

use std::fs;

use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::{
    domain::sealed::Subject,
    store::audit::{AuditDraft, AuditFilter, AuditReport},
};

const SUBJECT: Subject = Subject::Client(ClientId(Uuid::from_u128(5)));

fn draft(n: u8) -> AuditDraft {
    AuditDraft {
        at_ms: 1_000 + i64::from(n),
        actor: [n % 3; 16],
        role: [None, Some(Role::Seller), Some(Role::Auditor)][usize::from(n % 3)],
        action: ["session.read", "session.start"][usize::from(n % 2)],
        object: [n; 16],
        outcome: "ok",
        commitment: [n; 32],
        details: sealed("details"),
        subject: SUBJECT,
    }
}

fn append(fixture: &Fixture, entries: std::ops::Range<u8>) {
    fixture.write(move |tx| {
        for n in entries {
            audit::append(tx, writing(&JOB)?, draft(n))?;
        }
        Ok(())
    });
}

fn verify(fixture: &Fixture) -> AuditReport {
    fixture.read(|db| audit::verify(db, &JOB))
}

fn checkpoint(fixture: &Fixture) -> Option<audit::Head> {
    let mark = fixture.store.checkpoint_audit(JOB, 9_000, |seq, hash| {
        [&seq.to_le_bytes(), hash.as_slice()].concat()
    });
    fixture.run(mark).unwrap()
}

/// Runs SQL on a closed database without its triggers, as who has the file could.
fn tamper(fixture: &mut Fixture, sql: &str) {
    fixture.close();
    let connection = Connection::open(fixture.path().join("bigdecoder.db")).unwrap();
    connection
        .execute_batch(
            "drop trigger audit_is_append_only_update; drop trigger audit_is_append_only_delete;
             drop trigger audit_checkpoints_stand_update; drop trigger audit_checkpoints_stand_delete;",
        )
        .unwrap();
    connection.execute_batch(sql).unwrap();
    drop(connection);
    fixture.store = Store::open(fixture.path(), 0).unwrap();
}

#[test]
fn an_untouched_chain_is_intact_after_reopening() {
    let mut fixture = Fixture::new();
    let empty = verify(&fixture);
    assert!(empty.intact && empty.head.is_none() && !empty.compared_outside);
    append(&fixture, 0..10);
    assert_eq!(checkpoint(&fixture).unwrap().seq, 10);
    assert_eq!(checkpoint(&fixture), None, "marked already");
    append(&fixture, 10..15);
    fixture.reopen();
    let report = verify(&fixture);
    assert!(report.intact, "{report:?}");
    assert_eq!((report.entries, report.first_bad), (15, None));
    assert_eq!(report.head.unwrap().seq, 15);
    let mark = report.checkpoint.unwrap();
    assert_eq!((mark.head.seq, mark.tag.len()), (10, 40));
    assert!(report.compared_outside);
}

#[test]
fn the_hash_is_that_of_the_documented_bytes() {
    let fixture = Fixture::new();
    append(&fixture, 1..2);
    let hash = fixture.read(audit::head).unwrap().hash;
    let hex = crate::domain::hex::hex(&hash);
    // Computed apart: sha256("bd1" + 32 zeros + seq + at_ms + actor + lengths and
    // texts of role, action and outcome + object + commitment).
    assert_eq!(
        hex,
        "c89c822d7510a8547451bcf38ec82c22ba911d7aba1b5e2536cdb5cdaf7255ec"
    );
}

#[test]
fn entries_cannot_be_edited_or_deleted_through_the_store() {
    let fixture = Fixture::new();
    append(&fixture, 0..3);
    checkpoint(&fixture);
    for sql in [
        "update audit set action = 'nothing' where seq = 2",
        "update audit set details = x'00' where seq = 2",
        "update audit set subject = 'client:other' where seq = 2",
        "delete from audit where seq = 3",
        "delete from audit_checkpoints",
        "update audit_checkpoints set hash = zeroblob(32)",
    ] {
        let result = fixture.try_write(move |tx| Ok(tx.main.execute(sql, [])?));
        assert_eq!(result, Err(Error::Denied), "{sql}");
    }
    assert!(verify(&fixture).intact);
}

#[test]
fn erasing_the_details_leaves_the_chain_intact() {
    let fixture = Fixture::new();
    append(&fixture, 0..3);
    assert_eq!(
        fixture.write(|tx| audit::forget(tx, writing(&JOB)?, SUBJECT)),
        3
    );
    let rows = fixture.read(|db| audit::list(db, &JOB, AuditFilter::default(), 10));
    assert!(
        rows.iter()
            .all(|row| row.details.is_none() && row.subject.is_none())
    );
    assert!(verify(&fixture).intact);
}

#[test]
fn entries_are_listed_newest_first_under_the_scope() {
    let fixture = Fixture::new();
    append(&fixture, 0..9);
    let list =
        |scope: Scope, filter| fixture.try_read(move |db| audit::list(db, &scope, filter, 4));
    let seqs = |filter| -> Vec<_> { list(JOB, filter).unwrap().iter().map(|r| r.seq).collect() };
    assert_eq!(seqs(AuditFilter::default()), [9, 8, 7, 6]);
    let before = AuditFilter {
        before: Some(3),
        ..AuditFilter::default()
    };
    assert_eq!(seqs(before), [2, 1]);
    let object = AuditFilter {
        object: Some([4; 16]),
        ..AuditFilter::default()
    };
    assert_eq!(seqs(object), [5]);
    let mine = AuditFilter {
        actor: Some([1; 16]),
        ..AuditFilter::default()
    };
    assert_eq!(list(seller(ANNA), mine).unwrap().len(), 3);
    assert_eq!(
        list(seller(ANNA), AuditFilter::default()),
        Err(Error::Denied)
    );
    let hidden = Scope::new(None, Via::Cli, Rows::Showroom, Text::Hidden, false);
    let rows = list(hidden, AuditFilter::default()).unwrap();
    assert!(
        rows.iter()
            .all(|row| row.details.is_none() && row.subject.is_some())
    );
}

#[test]
fn truncation_is_noticed_by_the_mark_and_by_the_head_outside() {
    // The mark alone, where the file outside is gone too.
    let mut fixture = Fixture::new();
    append(&fixture, 0..6);
    checkpoint(&fixture);
    append(&fixture, 6..8);
    tamper(&mut fixture, "delete from audit where seq >= 6");
    fs::remove_file(fixture.path().join("audit.head")).unwrap();
    let report = verify(&fixture);
    assert_eq!((report.intact, report.first_bad), (false, Some(6)));
    assert!(!report.compared_outside);

    // The head outside alone, past the last mark or without any.
    let mut fixture = Fixture::new();
    append(&fixture, 0..8);
    tamper(&mut fixture, "delete from audit where seq >= 7");
    let report = verify(&fixture);
    assert_eq!((report.intact, report.first_bad), (false, Some(7)));
    assert!(report.compared_outside);

    // Going on as if nothing had happened does not heal it, nor does closing.
    append(&fixture, 20..30);
    fixture.reopen();
    assert_eq!(verify(&fixture).first_bad, Some(8));
    tamper_all(&mut fixture);
    assert!(!verify(&fixture).intact, "an emptied chain");
}

fn tamper_all(fixture: &mut Fixture) {
    fixture.close();
    let connection = Connection::open(fixture.path().join("bigdecoder.db")).unwrap();
    connection.execute_batch("delete from audit").unwrap();
    drop(connection);
    fixture.store = Store::open(fixture.path(), 0).unwrap();
}

/// What who has the file may do to it. Numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Attack {
    Edit { seq: u8, column: usize, byte: u8 },
    Delete { seq: u8 },
    Swap { a: u8, b: u8 },
    Insert { seq: u8 },
}

const COLUMNS: &[&str] = &[
    "at_ms",
    "actor",
    "role",
    "action",
    "object",
    "outcome",
    "commitment",
    "hash",
];
const ENTRIES: u8 = 12;

fn attack() -> impl Strategy<Value = Attack> {
    let seq = || 1..=ENTRIES;
    prop_oneof![
        (seq(), 0..COLUMNS.len(), 100_u8..).prop_map(|(seq, column, byte)| Attack::Edit {
            seq,
            column,
            byte
        }),
        seq().prop_map(|seq| Attack::Delete { seq }),
        (seq(), seq())
            .prop_filter("two different", |(a, b)| a != b)
            .prop_map(|(a, b)| Attack::Swap { a, b }),
        seq().prop_map(|seq| Attack::Insert { seq }),
    ]
}

impl Attack {
    fn sql(&self) -> String {
        match *self {
            // Bytes from 100 up stand in no entry of `draft`.
            Self::Edit { seq, column, byte } => {
                let value = match COLUMNS[column] {
                    "at_ms" => byte.to_string(),
                    "actor" | "object" => format!("x'{}'", format!("{byte:02x}").repeat(16)),
                    "commitment" | "hash" => format!("x'{}'", format!("{byte:02x}").repeat(32)),
                    "role" => "'privacy'".to_owned(),
                    _ => format!("'edited {byte}'"),
                };
                format!(
                    "update audit set {} = {value} where seq = {seq}",
                    COLUMNS[column]
                )
            }
            Self::Delete { seq } => format!("delete from audit where seq = {seq}"),
            Self::Swap { a, b } => format!(
                "update audit set seq = 1000 where seq = {a};
                 update audit set seq = {a} where seq = {b};
                 update audit set seq = {b} where seq = 1000;"
            ),
            Self::Insert { seq } => format!(
                "insert into audit select {ENTRIES} + 1, at_ms, actor, role, action, object,
                     outcome, commitment, hash, subject, details from audit where seq = {seq}"
            ),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_attack_is_noticed(attack in attack()) {
        let mut fixture = Fixture::new();
        append(&fixture, 0..ENTRIES);
        tamper(&mut fixture, &attack.sql());
        let report = verify(&fixture);
        prop_assert!(!report.intact);
        prop_assert!(report.first_bad.is_some_and(|seq| seq <= u64::from(ENTRIES) + 1));
    }
}

#[test]
fn a_chain_of_ten_thousand_verifies() {
    let fixture = Fixture::new();
    for _ in 0..50 {
        append(&fixture, 0..200);
    }
    let report = verify(&fixture);
    assert_eq!((report.entries, report.intact), (10_000, true));
}
