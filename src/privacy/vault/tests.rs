//! Laws of the vault.

use std::{fs, os::unix::fs::PermissionsExt};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::id::{ClientId, UserId};

const SUBJECT: Subject = Subject::Client(ClientId(Uuid::from_u128(5)));
const ROW: &str = "00000000-0000-0000-0000-000000000007";
const PLACE: Place<'_> = Place {
    table: "conversations",
    column: "content",
    row: ROW,
    subject: SUBJECT,
};

fn key(byte: u8) -> DataKey {
    DataKey(Zeroizing::new([byte; 32]))
}

fn vault(byte: u8) -> Vault {
    Vault::new(&MasterKey::from_bytes([byte; 32]))
}

#[test]
fn the_format_is_the_documented_one() {
    let nonce = std::array::from_fn(|i| 0x40 + i as u8);
    let sealed = seal_with(&key(7), 0x0102, &PLACE, "Zażółć".as_bytes(), nonce).unwrap();
    // Computed apart, with another implementation of XChaCha20-Poly1305.
    assert_eq!(
        hex(sealed.as_bytes()),
        "010201404142434445464748494a4b4c4d4e4f50515253545556571e4ff5aba7c77fb32e0538ddd2d91a4ea3c13dc295d06de1f589"
    );
    assert_eq!(key_version(&sealed).unwrap(), 0x0102);
}

#[test]
fn sub_keys_are_those_of_rfc_5869() {
    let master = MasterKey::from_bytes([3; 32]);
    for (purpose, known) in [
        (
            Purpose::Kek,
            "6036fbac3b5142ec53a819b440df1816edd10fa53269f397e77efd65c54751dc",
        ),
        (
            Purpose::AuditPid,
            "bf96db1fad779c22f04c0e1cfa901997d2c52bb276b18a3117c89dcee5d41e79",
        ),
        (
            Purpose::AuditCommit,
            "8268fcade1257e4b34569106a6ff34493d07a3c5fc6a4b035978bfab0f36d55a",
        ),
        (
            Purpose::Cookie,
            "6bc7bc82ab8b2b25cb9a36a65ed1ab6a0af35d1aa18c3b006a2ada77f55a0890",
        ),
    ] {
        assert_eq!(
            hex(master.sub_key(purpose).as_slice()),
            known,
            "{purpose:?}"
        );
    }
}

#[test]
fn pseudonyms_and_commitments_are_known_macs() {
    assert_eq!(
        hex(&vault(3).pid("client", ROW)),
        "22326dca41abc550bd5e32fb3f0e665a"
    );
    assert_ne!(vault(3).pid("client", ROW), vault(3).pid("user", ROW));
    assert_ne!(vault(3).pid("client", ROW), vault(4).pid("client", ROW));
    assert_eq!(
        hex(&commitment(&[9; 32], b"details")),
        "c3892dd54095530b9c72617a6d36648accf3622c70097f4576d6e958030b495a"
    );
}

#[test]
fn a_value_opens_only_in_its_place_under_its_key() {
    let sealed = seal(&key(7), 1, &PLACE, b"text").unwrap();
    let opened = |key: &DataKey, version, place: Place<'_>| {
        open(key, version, &place, &sealed)
            .map(|text| text.to_vec())
            .ok()
    };
    assert_eq!(opened(&key(7), 1, PLACE), Some(b"text".to_vec()));
    let other = ClientId(Uuid::from_u128(6));
    let user = UserId(Uuid::from_u128(5));
    for place in [
        Place {
            table: "feedback",
            ..PLACE
        },
        Place {
            column: "metadata",
            ..PLACE
        },
        Place {
            row: "00000000-0000-0000-0000-000000000008",
            ..PLACE
        },
        Place {
            subject: Subject::Client(other),
            ..PLACE
        },
        Place {
            subject: Subject::User(user),
            ..PLACE
        },
    ] {
        assert_eq!(opened(&key(7), 1, place), None, "{place:?}");
    }
    assert_eq!(opened(&key(8), 1, PLACE), None);
    assert_eq!(opened(&key(7), 2, PLACE), None);
}

#[test]
fn a_place_cannot_pose_as_another() {
    let place = Place {
        table: "conversations|content",
        ..PLACE
    };
    assert!(matches!(seal(&key(7), 1, &place, b""), Err(Error::Place)));
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let sealed = seal(&key(7), 1, &PLACE, "Mam dwoje dzieci.".as_bytes()).unwrap();
    for byte in 0..sealed.as_bytes().len() {
        for bit in 0..8 {
            let mut bytes = sealed.as_bytes().to_vec();
            bytes[byte] ^= 1 << bit;
            let result = open(&key(7), 1, &PLACE, &Sealed::new(bytes));
            assert!(
                matches!(result, Err(Error::Tampered)),
                "byte {byte}, bit {bit}"
            );
        }
        let cut = Sealed::new(sealed.as_bytes()[..byte].to_vec());
        assert!(open(&key(7), 1, &PLACE, &cut).is_err(), "{byte} bytes");
    }
}

proptest! {
    #[test]
    fn what_is_sealed_opens(
        text in proptest::collection::vec(any::<u8>(), 0..600),
        secret in any::<[u8; 32]>(),
        version in any::<u16>(),
    ) {
        let key = DataKey(Zeroizing::new(secret));
        let sealed = seal(&key, version, &PLACE, &text).unwrap();
        prop_assert_eq!(sealed.as_bytes().len(), text.len() + HEADER + TAG);
        let opened = open(&key, version, &PLACE, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), text.as_slice());
    }
}

#[test]
fn the_same_text_is_never_sealed_the_same() {
    let seal = || seal(&key(7), 1, &PLACE, b"text").unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn a_wrapped_key_unwraps_for_its_subject_and_master_alone() {
    let (vault, other) = (vault(3), vault(4));
    let key = DataKey::generate().unwrap();
    let wrapped = vault.wrap(&key, SUBJECT, 1).unwrap();
    let secret = |key: DataKey| *key.0;
    assert_eq!(secret(vault.unwrap(&wrapped, SUBJECT, 1).unwrap()), *key.0);
    assert!(!wrapped.bytes.windows(8).any(|part| part == &key.0[..8]));

    let user = Subject::User(UserId(Uuid::from_u128(5)));
    assert!(matches!(
        vault.unwrap(&wrapped, user, 1),
        Err(Error::Tampered)
    ));
    assert!(matches!(
        vault.unwrap(&wrapped, SUBJECT, 2),
        Err(Error::Tampered)
    ));
    assert!(matches!(
        other.unwrap(&wrapped, SUBJECT, 1),
        Err(Error::WrongMasterKey)
    ));
    let posing = Wrapped {
        kek_id: other.kek_id().to_owned(),
        ..wrapped.clone()
    };
    assert!(matches!(
        other.unwrap(&posing, SUBJECT, 1),
        Err(Error::Tampered)
    ));
    for byte in 0..wrapped.bytes.len() {
        let mut edited = wrapped.clone();
        edited.bytes[byte] ^= 1;
        assert!(matches!(
            vault.unwrap(&edited, SUBJECT, 1),
            Err(Error::Tampered)
        ));
    }
}

#[test]
fn a_mark_of_the_chain_holds_for_its_head_and_master_alone() {
    let tag = vault(3).checkpoint_tag(9, &[1; 32]);
    assert!(vault(3).checkpoint_holds(9, &[1; 32], &tag));
    assert!(!vault(3).checkpoint_holds(8, &[1; 32], &tag));
    assert!(!vault(3).checkpoint_holds(9, &[2; 32], &tag));
    assert!(!vault(4).checkpoint_holds(9, &[1; 32], &tag));
    assert!(!vault(3).checkpoint_holds(9, &[1; 32], &tag[..31]));
}

#[test]
fn the_master_key_is_made_once_and_kept_private() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    let (made, new) = MasterKey::load_or_create(&path).unwrap();
    assert!(new);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::read_dir(dir.path()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
    let (loaded, new) = MasterKey::load_or_create(&path).unwrap();
    assert!(!new);
    let kek_id = |master: &MasterKey| Vault::new(master).kek_id().to_owned();
    assert_eq!(kek_id(&made), kek_id(&loaded));
    assert_ne!(kek_id(&made), kek_id(&MasterKey::from_bytes([0; 32])));
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text.trim_end().len(), 64);
}

#[test]
fn a_master_key_that_others_can_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    MasterKey::load_or_create(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let result = MasterKey::load_or_create(&path);
        assert!(matches!(result, Err(Error::Exposed { .. })), "{mode:o}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    MasterKey::from_file(&path).unwrap();
}

#[test]
fn a_file_that_holds_no_key_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("master.key");
    for text in [
        "",
        "ab",
        &"zz".repeat(32),
        &"ab".repeat(33),
        &"ąb".repeat(16),
    ] {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let result = MasterKey::load_or_create(&path);
        assert!(matches!(result, Err(Error::Malformed { .. })), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    let missing = MasterKey::from_file(&dir.path().join("none"));
    assert!(matches!(missing, Err(Error::File { .. })));
}

#[test]
fn the_credential_of_the_service_goes_first() {
    let dir = tempfile::tempdir().unwrap();
    let (credential, file) = (dir.path().join("bd-master"), dir.path().join("master.key"));
    let (_, made) = MasterKey::obtain(Some(&credential), &file).unwrap();
    assert!(made, "no credential, so the file is made");
    fs::write(&credential, "0b".repeat(32)).unwrap();
    let (master, made) = MasterKey::obtain(Some(&credential), &file).unwrap();
    assert!(!made);
    assert_eq!(Vault::new(&master).kek_id(), vault(0x0b).kek_id());
}

#[test]
fn nothing_secret_is_printed() {
    let master = MasterKey::from_bytes([0xAB; 32]);
    let printed = format!("{master:?} {:?} {:?}", key(0xAB), Vault::new(&master));
    for secret in ["abab", "171", "AB"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
