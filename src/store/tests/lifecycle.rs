//! Opening, writing in groups, closing, migrating.

use std::{
    fs,
    future::poll_fn,
    os::unix::fs::PermissionsExt,
    pin::{Pin, pin},
    sync::mpsc,
    task::Poll,
};

use rusqlite::Connection;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_folder_and_its_files_are_private() {
    let outer = tempfile::tempdir().unwrap();
    let dir = outer.path().join("data");
    fs::create_dir(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
    let store = Store::open(&dir, 0).unwrap();
    runtime()
        .block_on(store.write(|tx| settings::set(tx, writing(&JOB)?, "a", "b", 0)))
        .unwrap();
    assert_eq!(mode(&dir), 0o700);
    for file in [
        "bigdecoder.db",
        "bigdecoder.db-wal",
        "bigdecoder.db-shm",
        "keys.db",
        "lock",
    ] {
        assert_eq!(mode(&dir.join(file)), 0o600, "{file}");
    }
}

#[test]
fn the_connections_have_their_settings() {
    let fixture = Fixture::new();
    let settings = |connection: &Connection| -> Result<Vec<String>, Error> {
        let names = [
            "journal_mode",
            "synchronous",
            "foreign_keys",
            "trusted_schema",
            "cell_size_check",
            "secure_delete",
            "temp_store",
            "mmap_size",
            "busy_timeout",
            "query_only",
        ];
        names
            .into_iter()
            .map(|name| {
                let value = connection.pragma_query_value(None, name, |row| {
                    row.get_ref(0).map(|value| match value {
                        rusqlite::types::ValueRef::Text(text) => {
                            String::from_utf8_lossy(text).into_owned()
                        }
                        value => value.as_i64().unwrap().to_string(),
                    })
                })?;
                Ok(format!("{name}={value}"))
            })
            .collect()
    };
    let expected = |query_only| {
        [
            "journal_mode=wal",
            "synchronous=2",
            "foreign_keys=1",
            "trusted_schema=0",
            "cell_size_check=1",
            "secure_delete=1",
            "temp_store=2",
            "mmap_size=0",
            "busy_timeout=5000",
            query_only,
        ]
        .map(String::from)
        .to_vec()
    };
    let writer = fixture.write(move |tx| Ok([settings(tx.main)?, settings(tx.keys)?]));
    assert_eq!(writer, [expected("query_only=0"), expected("query_only=0")]);
    let reader = fixture.read(move |db| Ok([settings(db.main)?, settings(db.keys)?]));
    assert_eq!(reader, [expected("query_only=1"), expected("query_only=1")]);
    // Before 3.51.3 two connections that write and checkpoint at once can corrupt the file.
    assert!(rusqlite::version_number() >= 3_051_003);
}

#[test]
fn a_reader_cannot_write() {
    let fixture = Fixture::new();
    let refused = fixture.try_read(|db| Ok(db.main.execute("delete from users", [])?));
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    assert_eq!(fixture.read(|db| users::count(db, &JOB)), 2);
}

#[test]
fn a_second_store_in_the_folder_is_refused_until_the_first_is_closed() {
    let fixture = Fixture::new();
    let second = Store::open(fixture.path(), 0);
    assert_eq!(second.err(), Some(Error::InUse));
    fixture.close();
    let refused = fixture.try_write(|_| Ok(()));
    assert!(matches!(refused, Err(Error::Unavailable(_))));
    assert!(matches!(
        fixture.try_read(|_| Ok(())),
        Err(Error::Unavailable(_))
    ));
    // A clone that is still around does not hold the folder.
    Store::open(fixture.path(), 0).unwrap();
}

#[test]
fn closing_empties_the_write_ahead_logs() {
    let fixture = Fixture::with_session();
    let length = |file: &str| fs::metadata(fixture.path().join(file)).map_or(0, |m| m.len());
    assert!(length("bigdecoder.db-wal") > 0);
    fixture.close();
    assert_eq!(length("bigdecoder.db-wal"), 0);
    assert_eq!(length("keys.db-wal"), 0);
}

#[test]
fn every_acknowledged_row_of_many_writers_is_there_after_reopening() {
    const WRITERS: u128 = 40;
    const EACH: u128 = 25;
    let mut fixture = Fixture::with_session();
    let store = fixture.store.clone();
    let acknowledged = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap()
        .block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for writer in 0..WRITERS {
                let store = store.clone();
                tasks.spawn(async move {
                    let mut acknowledged = Vec::new();
                    for n in 0..EACH {
                        let id = 1_000 * writer + n;
                        let write = store.write(move |tx| {
                            conversations::append(tx, writing(&JOB)?, &message(1, id))
                        });
                        acknowledged.push((write.await.unwrap(), utterance(id)));
                    }
                    acknowledged
                });
            }
            tasks.join_all().await.concat()
        });
    drop(store);
    fixture.reopen();
    let stored = fixture.read(|db| conversations::list(db, &JOB, session(1), 0, u16::MAX));
    let mut stored: Vec<_> = stored.into_iter().map(|row| (row.seq, row.id)).collect();
    let mut expected = acknowledged;
    stored.sort_unstable();
    expected.sort_unstable();
    assert_eq!(stored.len(), (WRITERS * EACH) as usize);
    assert_eq!(stored, expected);
}

/// Holds the writer inside a command, so that what is sent meanwhile falls into one group.
pub(super) async fn hold(
    store: &Store,
) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), Error>>) {
    let (release, held) = mpsc::channel();
    let (arrive, arrived) = tokio::sync::oneshot::channel();
    let store = store.clone();
    let task = tokio::spawn(async move {
        store
            .write(move |_| {
                arrive.send(()).unwrap();
                held.recv().map_err(|_| Error::NotFound)
            })
            .await
    });
    arrived.await.unwrap();
    (release, task)
}

/// Polls once, which puts a write into the queue.
pub(super) async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

#[test]
fn a_failing_or_panicking_command_undoes_itself_and_no_one_else() {
    let fixture = Fixture::with_session();
    let store = &fixture.store;
    let results = fixture.run(async {
        let (release, held) = hold(store).await;
        let good = |n| {
            store.write(move |tx| {
                conversations::append(tx, writing(&JOB)?, &message(1, n))?;
                Ok(())
            })
        };
        let failing = store.write(|tx| {
            conversations::append(tx, writing(&JOB)?, &message(1, 20))?;
            Err::<(), _>(Error::Conflict("test"))
        });
        let panicking = store.write(|tx| {
            conversations::append(tx, writing(&JOB)?, &message(1, 30))?;
            let number: u8 = "none".parse().unwrap();
            Ok(number)
        });
        let all = async { tokio::join!(good(10), failing, panicking, good(40)) };
        let mut all = pin!(all);
        // Sends all four while the writer is held, then lets it go on.
        assert!(poll_once(all.as_mut()).await.is_pending());
        release.send(()).unwrap();
        held.await.unwrap().unwrap();
        all.await
    });
    assert_eq!(results.0, Ok(()));
    assert_eq!(results.1, Err(Error::Conflict("test")));
    assert!(matches!(results.2, Err(Error::Unavailable(_))));
    assert_eq!(results.3, Ok(()));
    let stored = fixture.read(|db| conversations::list(db, &JOB, session(1), 0, 100));
    let ids: Vec<_> = stored.iter().map(|row| row.id).collect();
    assert_eq!(ids, [utterance(10), utterance(40)]);
}

#[test]
fn a_full_queue_refuses_with_a_time_and_a_caller_that_left_is_no_error() {
    let mut fixture = Fixture::new();
    let store = &fixture.store;
    fixture.run(async {
        let (release, held) = hold(store).await;
        let mut refused = None;
        for n in 0..300 {
            let write = store.write(move |tx| {
                settings::set(tx, writing(&JOB)?, &format!("key {n}"), "value", 0)
            });
            // Polled once, the command is in the queue; then its caller goes away.
            if let Poll::Ready(result) = poll_once(pin!(write)).await {
                refused = Some((n, result));
                break;
            }
        }
        let expected = Error::Busy {
            retry_after_ms: 200,
        };
        assert_eq!(refused, Some((256, Err(expected))));
        release.send(()).unwrap();
        held.await.unwrap().unwrap();
    });
    // The queue is worked off although nobody waits for it.
    fixture.reopen();
    let last = fixture.read(|db| settings::get(db, &JOB, "key 255"));
    assert_eq!(last.as_deref(), Some("value"));
}

#[test]
fn a_newer_database_is_refused_with_a_sentence() {
    let fixture = Fixture::new();
    fixture.close();
    let path = fixture.path().join("bigdecoder.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = Store::open(fixture.path(), 0).err().unwrap();
    let Error::Newer { found: 99, known } = error else {
        panic!("{error:?}")
    };
    assert!(known < 99);
    assert!(error.to_string().contains("start the newer program"));
}

#[test]
fn integrity_holds_for_a_sound_database() {
    let fixture = Fixture::with_session();
    fixture.run(fixture.store.integrity()).unwrap();
}
