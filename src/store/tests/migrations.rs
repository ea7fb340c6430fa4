//! Every migration is applied to the sample data of the one before, whole or not at all.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use rusqlite::Connection;

use super::*;
use crate::store::{
    files::Database,
    migrate::{Access, MAIN, connect, migrate},
};

/// Sample data of each migration, in order.
const SAMPLES: &[&str] = &[
    include_str!("../../../tests/fixtures/migrations/0001_sample.sql"),
    include_str!("../../../tests/fixtures/migrations/0002_sample.sql"),
    include_str!("../../../tests/fixtures/migrations/0003_sample.sql"),
];

struct Bench {
    dir: tempfile::TempDir,
    connection: Connection,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::create(dir.path().join("bigdecoder.db")).unwrap();
        let connection = connect(&database.path, Access::Write).unwrap();
        Self { dir, connection }
    }

    fn copy(&self) -> PathBuf {
        self.dir.path().join("backups").join("before.db")
    }

    fn migrate(&mut self, migrations: &[&str]) -> Result<bool, Error> {
        let copy = self.copy();
        migrate(&mut self.connection, migrations, &copy, 1_000)
    }

    fn version(&self) -> u32 {
        self.connection
            .query_row("pragma user_version", [], |row| row.get(0))
            .unwrap()
    }
}

fn count(connection: &Connection, table: &str) -> u32 {
    connection
        .query_row(&format!("select count(*) from {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
}

#[test]
fn the_migrations_apply_to_the_sample_data_in_turn() {
    let mut bench = Bench::new();
    for (n, sample) in SAMPLES.iter().enumerate() {
        bench.migrate(&MAIN[..=n]).unwrap();
        bench.connection.execute_batch(sample).unwrap();
    }
    assert_eq!(bench.version() as usize, MAIN.len());
    let tables: Vec<String> = bench
        .connection
        .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for table in tables {
        assert!(
            count(&bench.connection, &table) > 0,
            "no sample data in {table}"
        );
    }
    drop(bench.connection);

    // The store reads what the samples hold.
    let store = Store::open(bench.dir.path(), 2_000).unwrap();
    let runtime = runtime();
    runtime.block_on(store.integrity()).unwrap();
    runtime
        .block_on(store.read(|db| {
            knowledge::load(db)?;
            let rows = sessions::list(db, &JOB, sessions::SessionFilter::default(), None, 9)?.rows;
            for row in &rows {
                assert!(!conversations::list(db, &JOB, row.id, 0, 9)?.is_empty());
                let strategy = strategies::latest(db, &JOB, row.id)?.unwrap();
                assert!(!strategies::sections(db, &JOB, strategy.id)?.is_empty());
                assert!(!generations::of_strategy(db, &JOB, strategy.id)?.is_empty());
            }
            assert!(!rows.is_empty());
            assert!(audit::verify(db, &JOB)?.intact);
            Ok(())
        }))
        .unwrap();
}

#[test]
fn what_a_card_did_is_no_longer_a_comment_without_words() {
    let mut bench = Bench::new();
    bench.migrate(&MAIN[..1]).unwrap();
    bench.connection.execute_batch(SAMPLES[0]).unwrap();
    let before = count(&bench.connection, "feedback");
    bench.migrate(&MAIN[..2]).unwrap();
    assert_eq!(count(&bench.connection, "feedback"), before);
    let kinds: Vec<(String, Option<String>, Option<String>)> = bench
        .connection
        .prepare("select kind, effectiveness, card_id from feedback order by created_ms")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        kinds,
        [
            ("rating".to_owned(), text("helped"), None),
            ("card".to_owned(), text("hurt"), None)
        ]
    );
}

#[test]
fn each_migration_has_sample_data() {
    assert_eq!(SAMPLES.len(), MAIN.len());
}

#[test]
fn an_older_database_is_copied_first() {
    let mut bench = Bench::new();
    let copied = bench.migrate(MAIN).unwrap();
    assert!(!copied, "there is nothing to copy in a new database");
    assert!(
        !bench.migrate(MAIN).unwrap(),
        "nor when nothing is to be done"
    );
    bench.connection.execute_batch(SAMPLES[0]).unwrap();

    let later = [
        MAIN,
        &["create table later (id integer primary key) strict"],
    ]
    .concat();
    assert!(bench.migrate(&later).unwrap());
    assert_eq!(count(&bench.connection, "later"), 0);
    assert_eq!(bench.version() as usize, MAIN.len() + 1);

    let mode = fs::metadata(bench.copy()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let copy = Connection::open(bench.copy()).unwrap();
    let version: u32 = copy
        .query_row("pragma user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version as usize, MAIN.len());
    assert_eq!(
        count(&copy, "sessions"),
        count(&bench.connection, "sessions")
    );
}

#[test]
fn a_migration_that_fails_leaves_nothing() {
    let mut bench = Bench::new();
    bench.migrate(MAIN).unwrap();
    bench.connection.execute_batch(SAMPLES[0]).unwrap();
    for broken in [
        "create table later (id integer primary key) strict; select nonsense from nowhere",
        "create table later (id integer primary key) strict; delete from clients",
    ] {
        let later = [MAIN, &[broken]].concat();
        let result = bench.migrate(&later);
        assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
        assert_eq!(bench.version() as usize, MAIN.len());
        let made = count(&bench.connection, "sqlite_schema where name = 'later'");
        assert_eq!(made, 0);
        assert!(count(&bench.connection, "clients") > 0);
    }
    // A copy of an attempt that failed does not stand in the way of the next.
    let later = [
        MAIN,
        &["create table later (id integer primary key) strict"],
    ]
    .concat();
    assert!(bench.migrate(&later).unwrap());
}

#[test]
fn a_copy_of_the_keys_does_not_stay() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path(), 0).unwrap());
    let kept = fs::read_dir(dir.path().join("backups")).map_or(0, Iterator::count);
    assert_eq!(kept, 0);
}
