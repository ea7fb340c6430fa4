//! The tables against docs/schema.md, against the seed and against the label sets.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::*;
use crate::domain::{
    labels::{Archetype, ObjectionGroup, Stage},
    strategy::{JobState, Key},
    visit::{Effectiveness, FeedbackKind, Purpose, Status},
};

const DOC: &str = include_str!("../../../docs/schema.md");

/// The seed's tables and columns (`original-architecture.md`, "Data architecture").
const SEED: &[(&str, &str)] = &[
    ("archetypes", "id name traits strategies"),
    ("promotions", "id title amount valid_until"),
    ("objections", "id category content response"),
    ("playbooks", "id title content archetype"),
    (
        "sessions",
        "id session_id user_id metadata client_context archetype_evolution created_at updated_at status",
    ),
    (
        "client_profiles",
        "id session_id archetyp confidence main_needs objections preferences psychometric_data created_at updated_at",
    ),
    (
        "conversations",
        "id session_id message_type content timestamp metadata",
    ),
    (
        "strategies",
        "id session_id strategy_type content confidence effectiveness_score created_at",
    ),
    (
        "feedback",
        "id session_id strategy_id rating comments effectiveness created_at",
    ),
    (
        "tesla_models",
        "id model_name variant price_pln range_km acceleration features availability created_at updated_at",
    ),
    (
        "competitors",
        "id brand model price_pln range_km strengths weaknesses tesla_advantages created_at",
    ),
];

type Tables = BTreeMap<String, Vec<(String, String)>>;

/// Name and type of each column of each table, by `pragma table_info`.
fn tables(connection: &Connection) -> Tables {
    let mut tables = Tables::new();
    let mut names = connection
        .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
        .unwrap();
    for table in names.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        let table = table.unwrap();
        connection
            .pragma(None, "table_info", &table, |row| {
                let column = (row.get("name")?, row.get("type")?);
                tables.entry(table.clone()).or_default().push(column);
                Ok(())
            })
            .unwrap();
    }
    tables
}

/// Both databases, opened from their files after the store is closed.
fn databases() -> (Fixture, Connection, Connection) {
    let fixture = Fixture::new();
    fixture.close();
    let open = |file| Connection::open(fixture.path().join(file)).unwrap();
    let (main, keys) = (open("bigdecoder.db"), open("keys.db"));
    (fixture, main, keys)
}

/// The cells of the rows of every table in a part of the page.
fn cells(part: &str) -> Vec<Vec<&str>> {
    part.lines()
        .filter(|line| {
            line.starts_with("| ") && !line.contains("| Table |") && !line.contains("| Seed |")
        })
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

#[test]
fn every_column_of_the_seed_has_a_place_here() {
    let (_fixture, main, _) = databases();
    let tables = tables(&main);
    let (map, _) = DOC.split_once("## All tables").unwrap();
    let mut mapped = BTreeSet::new();
    for row in cells(map) {
        let (table, column) = row[1].split_once('.').unwrap();
        let columns = tables
            .get(table)
            .unwrap_or_else(|| panic!("no table {table}"));
        assert!(
            columns.iter().any(|(name, _)| name == column),
            "no column {}",
            row[1]
        );
        assert!(mapped.insert(row[0].to_owned()), "{} stands twice", row[0]);
    }
    let seed: BTreeSet<String> = SEED
        .iter()
        .flat_map(|(table, columns)| columns.split(' ').map(move |c| format!("{table}.{c}")))
        .collect();
    assert_eq!(mapped, seed);
    for (table, _) in SEED {
        assert!(tables.contains_key(*table), "no table {table}");
    }
}

#[test]
fn the_page_lists_every_table_and_column() {
    let (_fixture, main, keys) = databases();
    let (_, all) = DOC.split_once("## All tables").unwrap();
    let (of_main, of_keys) = all.split_once("In `keys.db`:").unwrap();
    for (part, connection) in [(of_main, main), (of_keys, keys)] {
        let documented: BTreeMap<String, String> = cells(part)
            .into_iter()
            .map(|row| (row[0].to_owned(), row[2].replace('`', "")))
            .collect();
        let actual: BTreeMap<String, String> = tables(&connection)
            .into_iter()
            .map(|(table, columns)| {
                let names: Vec<_> = columns.into_iter().map(|(name, _)| name).collect();
                (table, names.join(" "))
            })
            .collect();
        assert_eq!(documented, actual);
    }
}

#[test]
fn what_the_page_calls_sealed_is_a_blob() {
    let (_fixture, main, _) = databases();
    let tables = tables(&main);
    let (_, all) = DOC.split_once("## All tables").unwrap();
    let mut sealed = BTreeSet::new();
    for row in cells(all.split_once("In `keys.db`:").unwrap().0) {
        if let Some(clause) = row[1].rsplit(';').next().filter(|c| c.contains("sealed")) {
            for column in clause.split('`').skip(1).step_by(2) {
                sealed.insert(format!("{}.{column}", row[0]));
            }
        }
    }
    let blobs: BTreeSet<String> = tables
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| (table, column)))
        .filter(|(_, (_, kind))| kind == "BLOB")
        .map(|(table, (column, _))| format!("{table}.{column}"))
        .collect();
    // Blobs that are no text: hashes and pseudonyms.
    let bare = [
        "logins.token_hash",
        "tokens.token_hash",
        "idempotency.request",
        "strategies.fingerprint",
        "audit.actor",
        "audit.object",
        "audit.commitment",
        "audit.hash",
        "audit_checkpoints.hash",
        "audit_checkpoints.tag",
    ];
    let expected: BTreeSet<String> = blobs
        .into_iter()
        .filter(|column| !bare.contains(&column.as_str()))
        .collect();
    assert_eq!(sealed, expected);
}

#[test]
fn every_table_is_strict_and_every_reference_says_what_deletion_does() {
    let (_fixture, main, keys) = databases();
    for connection in [&main, &keys] {
        let lax: Vec<String> = connection
            .prepare("select name from pragma_table_list where schema = 'main' and type = 'table' and not strict and name not like 'sqlite_%'")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(lax.is_empty(), "{lax:?}");
    }
    let silent: Vec<String> = main
        .prepare(
            "select t.name || '.' || f.\"from\" from sqlite_schema t, pragma_foreign_key_list(t.name) f
             where t.type = 'table' and f.on_delete = 'NO ACTION'",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn every_json_column_is_checked() {
    let (_fixture, main, _) = databases();
    let sql: String = main
        .prepare("select sql from sqlite_schema where type = 'table'")
        .unwrap()
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for column in ["metadata", "model", "details", "body", "before", "after"] {
        assert!(sql.contains(&format!("json_valid({column})")), "{column}");
    }
    let bodies = tables(&main)
        .values()
        .flatten()
        .filter(|(name, kind)| name == "body" && kind == "TEXT")
        .count();
    assert_eq!(sql.matches("json_valid(body)").count(), bodies);
}

/// The ids that the check of a column allows.
fn allowed(connection: &Connection, table: &str, column: &str) -> Vec<String> {
    let sql: String = connection
        .query_row(
            "select sql from sqlite_schema where name = ?1",
            [table],
            |row| row.get(0),
        )
        .unwrap();
    let list = sql
        .split_once(&format!("check ({column} in ("))
        .unwrap_or_else(|| panic!("{table}.{column} has no list"))
        .1;
    let list = list.split_once(')').unwrap().0;
    list.split('\'')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_checks_allow_the_labels_and_no_others() {
    let (_fixture, main, _) = databases();
    macro_rules! agree {
        ($($table:literal . $column:literal = $labels:ty),+ $(,)?) => {$(
            let ids: Vec<_> = <$labels>::ALL.iter().map(|label| label.id()).collect();
            assert_eq!(allowed(&main, $table, $column), ids, "{}.{}", $table, $column);
        )+};
    }
    agree!(
        "users"."role" = Role,
        "users"."lang" = Lang,
        "sessions"."lang" = Lang,
        "sessions"."stage" = Stage,
        "sessions"."status" = Status,
        "conversations"."message_type" = MessageType,
        "strategies"."state" = JobState,
        "generations"."section" = Key,
        "strategy_sections"."key" = Key,
        "feedback"."kind" = FeedbackKind,
        "feedback"."effectiveness" = Effectiveness,
        "consents"."purpose" = Purpose,
        "consents"."lang" = Lang,
        "archetypes"."id" = Archetype,
        "objections"."category" = ObjectionGroup,
        "audit"."role" = Role,
    );
}
