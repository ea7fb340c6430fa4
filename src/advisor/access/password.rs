//! Passwords: what is accepted, how they are hashed and checked.
//!
//! Policy after NIST SP 800-63B-4: a single factor needs 15 characters; no composition rules.
//! Hashing is Argon2id with 19 MiB and two passes (ASVS 11.4.2), about 30 ms on the target machine,
//! so callers run it on a blocking thread.
//!
//! Invariant: the memory of a hash goes back to the system when the hash is done.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};

/// Fewest and most characters.
pub const LENGTH: std::ops::RangeInclusive<usize> = 15..=128;

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    TooShort,
    TooLong,
    /// Few different characters, or the name of the account or product.
    Guessable,
}

/// Whether a new password is acceptable for the account `name`.
pub fn accept(password: &str, name: &str) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < *LENGTH.start() {
        return Err(Weak::TooShort);
    }
    if length > *LENGTH.end() {
        return Err(Weak::TooLong);
    }
    let folded = password.to_lowercase();
    let distinct: std::collections::BTreeSet<char> = folded.chars().collect();
    let name = name.to_lowercase();
    let known = [
        name.as_str(),
        "bigdecoder",
        "password",
        "hasło",
        "1234567890",
        "12345678",
        "123456",
        "qwerty",
    ];
    let rest = known
        .iter()
        .filter(|word| word.chars().count() > 2)
        .fold(folded, |rest, word| rest.replace(word, ""));
    if distinct.len() < 6 || rest.chars().count() < length / 3 {
        return Err(Weak::Guessable);
    }
    Ok(())
}

/// The PHC string to store.
pub fn hash(password: &str) -> String {
    const VALID: &str = "Argon2 with fixed valid parameters and a random salt cannot fail";
    let (hasher, salt) = (hasher(), Salt::generate());
    let output = output(&hasher, password, &salt).expect(VALID);
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(hasher.params()).expect(VALID),
        salt: Some(salt),
        hash: Some(output),
    };
    hash.to_string()
}

/// Whether the password is the one behind the stored PHC string.
pub fn verify(password: &str, stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        return false;
    };
    let same = || {
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = Version::try_from(hash.version?).ok()?;
        let hasher = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
        // Outputs are compared in constant time.
        let output = output(&hasher, password, hash.salt.as_ref()?)?;
        Some(output == *hash.hash.as_ref()?)
    };
    same().unwrap_or(false)
}

/// Spends the time of a check, so that an unknown name takes as long as a wrong password.
pub fn verify_nobody(password: &str) {
    // The outcome is of no interest, only its cost.
    let _ = output(&hasher(), password, b"nobody-has-this-salt");
}

fn output(hasher: &Argon2<'_>, password: &str, salt: &[u8]) -> Option<Output> {
    let length = hasher.params().output_len();
    let mut bytes = vec![0; length.unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
    let mut memory = memory(hasher.params().block_count());
    hasher
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut bytes, &mut memory[..])
        .ok()?;
    Output::new(&bytes).ok()
}

/// Blocks of 1 KiB that are reserved for a hash, more than it uses; what is not used is not touched.
///
/// glibc maps an allocation above 32 MiB by itself and unmaps it when it is freed. A smaller one,
/// when freed, raises the size from which it does so (`mallopt(3)`, `M_MMAP_THRESHOLD`): hashes of
/// 19 MiB then come from the arena of whichever thread makes them and stay there. Ten sign-ins
/// left 275 MiB behind.
const RESERVED_BLOCKS: usize = 33 * 1024;

fn memory(blocks: usize) -> Vec<Block> {
    let mut memory = Vec::with_capacity(blocks.max(RESERVED_BLOCKS));
    memory.resize(blocks, Block::new());
    memory
}

fn hasher() -> Argon2<'static> {
    let params =
        Params::new(19 * 1024, 2, 1, None).expect("the parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn a_password_is_found_again_and_no_other() {
        let stored = hash("cztery słowa na kartce");
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(verify("cztery słowa na kartce", &stored));
        assert!(!verify("cztery slowa na kartce", &stored));
        assert!(!verify("cztery słowa na kartce", "no hash"));
        assert_ne!(stored, hash("cztery słowa na kartce"));
    }

    /// Stored by the library's own hasher before this module brought its own memory.
    #[test]
    fn an_older_hash_is_still_good() {
        let hasher = hasher();
        let stored = PasswordHasher::<PasswordHash>::hash_password(
            &hasher,
            "salon przy lesie 27".as_bytes(),
        );
        let stored = stored.unwrap().to_string();
        assert!(verify("salon przy lesie 27", &stored));
        assert!(!verify("salon przy lesie 28", &stored));
        let ours = PasswordHash::new(&hash("salon przy lesie 27")).unwrap();
        assert!(
            hasher
                .verify_password("salon przy lesie 27".as_bytes(), &ours)
                .is_ok()
        );
    }

    #[test]
    fn weak_passwords_are_refused() {
        for (password, verdict) in [
            ("cztery słowa na kartce", Ok(())),
            ("krótkie hasło", Err(Weak::TooShort)),
            ("aaaaaaaaaaaaaaaaaaa", Err(Weak::Guessable)),
            ("BigDecoderBigDecoder", Err(Weak::Guessable)),
            ("password12345678", Err(Weak::Guessable)),
            ("marta.nowakmarta.nowak", Err(Weak::Guessable)),
        ] {
            assert_eq!(accept(password, "marta.nowak"), verdict, "{password}");
        }
        assert_eq!(accept(&"ab cd ef gh ".repeat(11), "x"), Err(Weak::TooLong));
    }
}
