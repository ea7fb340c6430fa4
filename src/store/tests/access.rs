//! Accounts, logins, tokens, settings, kept answers, keys.

use super::*;
use crate::{
    domain::{
        id::{LoginId, TokenId},
        sealed::Subject,
    },
    store::{
        idempotency::Answer,
        keys::{KeyRow, Tombstone},
        logins::NewLogin,
        tokens::NewToken,
    },
};

const ADMIN: Scope = Scope::new(None, Via::Cli, Rows::None, Text::Hidden, true);
const READER: Scope = Scope::new(None, Via::Cli, Rows::Showroom, Text::Open, false);

fn login(n: u128) -> LoginId {
    LoginId(Uuid::from_u128(n))
}

fn new_login(n: u8, user: UserId) -> NewLogin {
    NewLogin {
        id: login(n.into()),
        user,
        token_hash: [n; 32],
        at_ms: 1_000,
        expires_ms: 5_000,
    }
}

#[test]
fn a_name_is_found_in_any_case_and_taken_once() {
    let fixture = Fixture::new();
    let id = UserId(Uuid::from_u128(3));
    fixture.write(move |tx| users::create(tx, writing(&ADMIN)?, &new_user(id, "Łucja Żak")));
    let (row, hash) = fixture.read(|db| users::by_name(db, &ADMIN, " łucja ŻAK "));
    assert_eq!((row.id, row.name.as_str()), (id, "Łucja Żak"));
    assert_eq!(hash, "$argon2id$…");
    let other = UserId(Uuid::from_u128(4));
    let taken = fixture
        .try_write(move |tx| users::create(tx, writing(&JOB)?, &new_user(other, "łucja żak")));
    assert_eq!(taken, Err(Error::Conflict("exists")));
    assert_eq!(fixture.read(|db| users::count(db, &ADMIN)), 3);
    assert_eq!(fixture.read(|db| users::list(db, &seller(ANNA))).len(), 1);
}

#[test]
fn a_seller_sees_and_changes_only_their_own_account() {
    let fixture = Fixture::new();
    let anna = seller(ANNA);
    let password = |id, scope: Scope| {
        fixture.try_write(move |tx| users::set_password(tx, writing(&scope)?, id, "new", 2_000))
    };
    assert_eq!(password(ANNA, anna), Ok(()));
    assert_eq!(password(BOGDAN, anna), Err(Error::NotFound));
    assert_eq!(password(BOGDAN, READER), Err(Error::Denied));
    assert_eq!(fixture.read(|db| users::password(db, &JOB, ANNA)), "new");
    assert_eq!(
        fixture.try_read(move |db| users::get(db, &anna, BOGDAN)),
        Err(Error::NotFound)
    );
    for attempt in [
        fixture.try_write(move |tx| users::disable(tx, writing(&anna)?, ANNA, 0)),
        fixture.try_write(move |tx| users::enable(tx, writing(&anna)?, ANNA, 0)),
        fixture.try_write(move |tx| {
            users::create(
                tx,
                writing(&anna)?,
                &new_user(UserId(Uuid::from_u128(9)), "x"),
            )
        }),
        fixture.try_write(move |tx| settings::set(tx, writing(&anna)?, "k", "v", 0)),
    ] {
        assert_eq!(attempt, Err(Error::Denied));
    }
}

#[test]
fn a_login_lives_until_it_ends() {
    let fixture = Fixture::new();
    fixture.write(|tx| {
        for (n, user) in [(1, ANNA), (2, ANNA), (3, ANNA), (4, BOGDAN)] {
            logins::create(tx, writing(&JOB)?, &new_login(n, user))?;
        }
        Ok(())
    });
    let find = |n: u8, now_ms| {
        fixture
            .try_read(move |db| logins::find_by_hash(db, &JOB, &[n; 32], now_ms))
            .map(|(login, user)| (login.id, user.id))
    };
    assert_eq!(find(1, 4_999), Ok((login(1), ANNA)));
    assert_eq!(find(1, 5_000), Err(Error::NotFound), "expired");
    assert_eq!(find(9, 1_000), Err(Error::NotFound), "unknown");

    fixture.write(|tx| logins::touch(tx, writing(&JOB)?, login(1), 3_000));
    fixture.write(|tx| logins::touch(tx, writing(&JOB)?, login(1), 2_000));
    let used = fixture.read(|db| logins::find_by_hash(db, &JOB, &[1; 32], 3_000));
    assert_eq!(used.0.used_ms, 3_000, "never goes back");

    fixture.write(|tx| logins::delete(tx, writing(&seller(ANNA))?, login(2)));
    assert_eq!(find(2, 1_000), Err(Error::NotFound));
    let foreign = fixture.try_write(|tx| logins::delete(tx, writing(&seller(BOGDAN))?, login(1)));
    assert_eq!(foreign, Err(Error::NotFound));

    let ended =
        fixture.write(|tx| logins::delete_of_user(tx, writing(&JOB)?, ANNA, Some(login(1))));
    assert_eq!(ended, 1);
    assert_eq!(find(1, 1_000), Ok((login(1), ANNA)), "the one that is kept");
    assert_eq!(find(3, 1_000), Err(Error::NotFound));

    fixture.write(|tx| users::disable(tx, writing(&JOB)?, ANNA, 3_000));
    assert_eq!(find(1, 1_000), Err(Error::NotFound), "disabled");
    fixture.write(|tx| users::enable(tx, writing(&JOB)?, ANNA, 3_000));
    assert_eq!(find(1, 1_000), Err(Error::NotFound), "signs in again");

    let idle = fixture.write(|tx| logins::delete_expired(tx, writing(&JOB)?, 2_000, 1_001));
    assert_eq!(idle, 1);
    assert_eq!(find(4, 1_000), Err(Error::NotFound));
}

#[test]
fn a_token_lives_until_it_is_revoked() {
    let fixture = Fixture::new();
    let id = TokenId(Uuid::from_u128(1));
    fixture.write(move |tx| {
        let new = NewToken {
            id,
            user: ANNA,
            name: "crm".to_owned(),
            token_hash: [7; 32],
            at_ms: 1_000,
            expires_ms: 5_000,
        };
        tokens::create(tx, writing(&seller(ANNA))?, &new)
    });
    let find =
        |now_ms| fixture.try_read(move |db| tokens::find_by_hash(db, &JOB, &[7; 32], now_ms));
    assert_eq!(find(4_999).unwrap().1.id, ANNA);
    assert_eq!(find(5_000), Err(Error::NotFound));
    fixture.write(move |tx| tokens::touch(tx, writing(&JOB)?, id, 2_000));
    let foreign =
        fixture.try_write(move |tx| tokens::revoke(tx, writing(&seller(BOGDAN))?, id, 3_000));
    assert_eq!(foreign, Err(Error::NotFound));
    fixture.write(move |tx| tokens::revoke(tx, writing(&seller(ANNA))?, id, 3_000));
    assert_eq!(find(4_000), Err(Error::NotFound));
    let rows = fixture.read(|db| tokens::list(db, &seller(ANNA)));
    assert_eq!(
        (rows[0].used_ms, rows[0].revoked_ms),
        (Some(2_000), Some(3_000))
    );
    assert!(
        fixture
            .read(|db| tokens::list(db, &seller(BOGDAN)))
            .is_empty()
    );
}

#[test]
fn a_disabled_account_has_no_tokens() {
    let fixture = Fixture::new();
    fixture.write(|tx| {
        let new = NewToken {
            id: TokenId(Uuid::from_u128(1)),
            user: ANNA,
            name: "crm".to_owned(),
            token_hash: [7; 32],
            at_ms: 1_000,
            expires_ms: 5_000,
        };
        tokens::create(tx, writing(&JOB)?, &new)?;
        users::disable(tx, writing(&JOB)?, ANNA, 1_000)
    });
    let found = fixture.try_read(|db| tokens::find_by_hash(db, &JOB, &[7; 32], 2_000));
    assert_eq!(found, Err(Error::NotFound));
}

#[test]
fn a_setting_is_what_was_last_set() {
    let fixture = Fixture::new();
    assert_eq!(fixture.read(|db| settings::get(db, &READER, "brand")), None);
    for value in ["a", "b"] {
        fixture.write(move |tx| settings::set(tx, writing(&ADMIN)?, "brand", value, 0));
    }
    let value = fixture.read(|db| settings::get(db, &READER, "brand"));
    assert_eq!(value.as_deref(), Some("b"));
}

#[test]
fn a_kept_answer_is_its_actors_alone() {
    let fixture = Fixture::new();
    let answer = Answer {
        request: [1; 32],
        status: 201,
        body: Some(sealed("body")),
        created_ms: 1_000,
    };
    let kept = answer.clone();
    fixture.write(move |tx| idempotency::put(tx, writing(&seller(ANNA))?, "k", &kept));
    let get = |scope: Scope| fixture.try_read(move |db| idempotency::get(db, &scope, "k"));
    assert_eq!(get(seller(ANNA)), Ok(Some(answer.clone())));
    assert_eq!(get(seller(BOGDAN)), Ok(None));
    assert_eq!(get(JOB), Err(Error::Denied));
    let hidden = Scope::new(Some(ANNA), Via::Cli, Rows::Showroom, Text::Hidden, false);
    assert_eq!(get(hidden).unwrap().unwrap().body, None);
    let again =
        fixture.try_write(move |tx| idempotency::put(tx, writing(&seller(ANNA))?, "k", &answer));
    assert_eq!(again, Err(Error::Conflict("exists")));
    let settle = |who: Scope| {
        fixture.try_write(move |tx| {
            idempotency::settle(tx, writing(&who)?, "k", 200, Some(&sealed("later")))
        })
    };
    assert_eq!(settle(seller(BOGDAN)), Err(Error::NotFound));
    assert_eq!(settle(seller(ANNA)), Ok(()));
    let settled = get(seller(ANNA)).unwrap().unwrap();
    assert_eq!((settled.status, settled.body), (200, Some(sealed("later"))));
    assert_eq!(
        fixture.write(|tx| idempotency::prune(tx, writing(&JOB)?, 1_001)),
        1
    );
    assert_eq!(get(seller(ANNA)), Ok(None));
}

fn key(subject: Subject, version: u16) -> KeyRow {
    KeyRow {
        subject,
        version,
        kek_id: "kek".to_owned(),
        wrapped: vec![0xC7; 48],
        nonce: [9; 24],
        created_ms: 1_000,
    }
}

#[test]
fn a_destroyed_key_is_nowhere_in_the_files() {
    let mut fixture = Fixture::new();
    let subject = Subject::Client(client(5));
    for version in [1, 2] {
        fixture.write(move |tx| keys::put(tx, writing(&JOB)?, &key(subject, version)));
    }
    assert_eq!(
        fixture.read(move |db| keys::get(db, subject)),
        key(subject, 2)
    );
    let first = fixture.read(move |db| keys::get_version(db, subject, 1));
    assert_eq!(first, key(subject, 1));
    assert_eq!(fixture.read(keys::kek_ids), ["kek"]);

    let holds_key = |fixture: &Fixture| {
        ["keys.db", "keys.db-wal"].into_iter().any(|file| {
            let bytes = std::fs::read(fixture.path().join(file)).unwrap_or_default();
            bytes.windows(24).any(|window| window == [0xC7; 24])
        })
    };
    assert!(holds_key(&fixture));
    let destroy = |fixture: &Fixture| {
        fixture.write(move |tx| keys::destroy(tx, writing(&JOB)?, subject, 2_000))
    };
    assert_eq!(destroy(&fixture), 2);
    assert!(!holds_key(&fixture));
    assert_eq!(destroy(&fixture), 0, "repeating it is harmless");

    fixture.reopen();
    assert_eq!(
        fixture.try_read(move |db| keys::get(db, subject)),
        Err(Error::NotFound)
    );
    let tombstone = Tombstone {
        subject,
        destroyed_ms: 2_000,
    };
    assert_eq!(fixture.read(keys::tombstones), [tombstone]);
    let back = fixture.try_write(move |tx| keys::put(tx, writing(&JOB)?, &key(subject, 1)));
    assert_eq!(back, Err(Error::Conflict("exists")));
}

#[test]
fn a_key_is_there_even_if_the_rows_are_not() {
    let fixture = Fixture::new();
    let subject = Subject::Client(client(5));
    let failed = fixture.try_write(move |tx| {
        keys::put(tx, writing(&JOB)?, &key(subject, 1))?;
        Err::<(), _>(Error::Conflict("test"))
    });
    assert_eq!(failed, Err(Error::Conflict("test")));
    assert_eq!(
        fixture.read(move |db| keys::get(db, subject)),
        key(subject, 1)
    );
}
