//! A database that cannot be read or written is said to be so, and never answered for.

use std::{
    fs,
    os::unix::fs::{FileExt, PermissionsExt},
    pin::pin,
};

use super::{
    lifecycle::{hold, poll_once},
    *,
};

fn unavailable<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
}

/// Reads and writes work, and have filled whatever may remember.
fn warm() -> Fixture {
    let mut fixture = Fixture::with_session();
    fixture.reopen();
    for _ in 0..3 {
        fixture.read(|db| sessions::get(db, &JOB, session(1)));
    }
    fixture
}

fn both(fixture: &Fixture) -> (Result<sessions::SessionRow, Error>, Result<(), Error>) {
    (
        fixture.try_read(|db| sessions::get(db, &JOB, session(1))),
        fixture.try_write(|tx| settings::set(tx, writing(&JOB)?, "key", "value", 0)),
    )
}

#[test]
fn a_removed_file_is_noticed_and_its_return_too() {
    let fixture = warm();
    for file in ["bigdecoder.db", "keys.db"] {
        let path = fixture.path().join(file);
        let aside = fixture.path().join("aside");
        fs::rename(&path, &aside).unwrap();
        let (read, write) = both(&fixture);
        unavailable(read);
        unavailable(write);
        fs::rename(&aside, &path).unwrap();
        let (read, write) = both(&fixture);
        read.unwrap();
        write.unwrap();
    }
}

#[test]
fn another_file_in_its_place_is_noticed() {
    let fixture = warm();
    let path = fixture.path().join("bigdecoder.db");
    let copy = fixture.path().join("copy");
    fs::copy(&path, &copy).unwrap();
    fs::rename(&copy, &path).unwrap();
    let (read, write) = both(&fixture);
    unavailable(read);
    unavailable(write);
}

#[test]
fn an_emptied_file_is_noticed_and_its_return_too() {
    let fixture = warm();
    let path = fixture.path().join("bigdecoder.db");
    let bytes = fs::read(&path).unwrap();
    for _ in 0..3 {
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(0).unwrap();
        for _ in 0..4 {
            let (read, write) = both(&fixture);
            unavailable(read);
            unavailable(write);
        }
        file.write_all_at(&bytes, 0).unwrap();
        // More reads than readers: what one of them believes is not what another does.
        for _ in 0..4 {
            fixture.read(|db| sessions::get(db, &JOB, session(1)));
        }
    }
    both(&fixture).1.unwrap();
}

#[test]
fn an_emptied_file_is_not_begun_anew_while_its_log_holds_something() {
    let fixture = warm();
    fixture.write(|tx| settings::set(tx, writing(&JOB)?, "key", "value", 0));
    let copy = tempfile::tempdir().unwrap();
    for name in ["bigdecoder.db-wal", "keys.db"] {
        fs::copy(fixture.path().join(name), copy.path().join(name)).unwrap();
    }
    fs::write(copy.path().join("bigdecoder.db"), b"").unwrap();
    unavailable(Store::open(copy.path(), 0).map(drop));
    let log = copy.path().join("bigdecoder.db-wal");
    assert!(
        fs::metadata(log).unwrap().len() > 0,
        "the log is still there"
    );
}

#[test]
fn a_forbidden_file_is_noticed_even_by_the_superuser() {
    let fixture = warm();
    let path = fixture.path().join("bigdecoder.db");
    let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    set(0o000);
    let (read, write) = both(&fixture);
    unavailable(read);
    unavailable(write);
    set(0o400);
    let (read, write) = both(&fixture);
    read.unwrap();
    unavailable(write);
    set(0o600);
    both(&fixture).1.unwrap();
}

#[test]
fn damaged_pages_are_read_anew_and_noticed() {
    let fixture = warm();
    let path = fixture.path().join("bigdecoder.db");
    let length = fs::metadata(&path).unwrap().len();
    // SQLite's locks are of the process and end with any descriptor; no one writes meanwhile.
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.write_all_at(&vec![0xA5; length as usize], 0).unwrap();
    unavailable(both(&fixture).0);
    unavailable(fixture.run(fixture.store.integrity()));
}

#[test]
fn a_file_that_is_no_database_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bigdecoder.db");
    fs::write(
        &path,
        "not a database, and longer than the header of one. ".repeat(100),
    )
    .unwrap();
    unavailable(Store::open(dir.path(), 0));
    assert!(fs::read_to_string(&path).unwrap().starts_with("not a"));
}

#[test]
fn a_commit_that_fails_fails_for_all_who_share_it() {
    let fixture = Fixture::with_session();
    let store = &fixture.store;
    let results = fixture.run(async {
        let (release, held) = hold(store).await;
        let good =
            store.write(|tx| conversations::append(tx, writing(&JOB)?, &message(1, 10)).map(drop));
        let dangling = store.write(|tx| {
            tx.main.execute_batch(
                "pragma defer_foreign_keys = on;
                 insert into logins (id, user_id, token_hash, created_ms, used_ms, expires_ms)
                 values ('000000000000000000000000000000000000', 'nobody',
                     zeroblob(32), 0, 0, 0);",
            )?;
            Ok(())
        });
        let mut both = pin!(async { tokio::join!(good, dangling) });
        assert!(poll_once(both.as_mut()).await.is_pending());
        release.send(()).unwrap();
        held.await.unwrap().unwrap();
        both.await
    });
    unavailable(results.0);
    unavailable(results.1);
    let stored = fixture.read(|db| conversations::list(db, &JOB, session(1), 0, 9));
    assert!(stored.is_empty(), "{stored:?}");
    fixture.write(|tx| conversations::append(tx, writing(&JOB)?, &message(1, 11)));
    assert_eq!(
        fixture
            .read(|db| conversations::list(db, &JOB, session(1), 0, 9))
            .len(),
        1
    );
}

#[test]
fn a_full_disk_is_said_and_passes() {
    let fixture = Fixture::with_session();
    let limit = |pages: &'static str| {
        fixture.write(move |tx| {
            let sql = format!("pragma max_page_count = {pages}");
            Ok(tx.main.query_row(&sql, [], |row| row.get::<_, i64>(0))?)
        })
    };
    let large = |n| {
        fixture.try_write(move |tx| {
            let mut new = message(1, n);
            new.content = Sealed::new(vec![0; 1 << 20]);
            conversations::append(tx, writing(&JOB)?, &new)
        })
    };
    // SQLite raises it to the pages there are.
    limit("1");
    unavailable(large(1));
    assert_eq!(
        fixture.read(|db| sessions::get(db, &JOB, session(1))).id,
        session(1)
    );
    limit("1073741823");
    assert_eq!(large(2), Ok(1));
    fixture.run(fixture.store.integrity()).unwrap();
}

#[test]
fn rows_that_refer_to_nothing_fail_the_integrity_check() {
    let fixture = Fixture::with_session();
    fixture.close();
    let connection = rusqlite::Connection::open(fixture.path().join("bigdecoder.db")).unwrap();
    connection
        .execute_batch("pragma foreign_keys = off; delete from clients")
        .unwrap();
    drop(connection);
    let store = Store::open(fixture.path(), 0).unwrap();
    unavailable(fixture.run(store.integrity()));
}
