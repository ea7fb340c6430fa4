//! Passwords: what is accepted, how they are hashed and checked.
//!
//! Policy after NIST SP 800-63B-4: a single factor needs 15 characters; no composition rules.
//! Hashing is Argon2id with 19 MiB and two passes (ASVS 11.4.2), about 30 ms on the target machine,
//! so callers run it on a blocking thread.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
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
    let without = |word: &str| folded.replace(&word.to_lowercase(), "").chars().count();
    let mostly = |word: &str| word.len() > 2 && without(word) < length / 3;
    if distinct.len() < 6
        || [
            "bigdecoder",
            "password",
            "hasło",
            "1234567890",
            "qwerty",
            name,
        ]
        .iter()
        .any(|w| mostly(w))
    {
        return Err(Weak::Guessable);
    }
    Ok(())
}

/// The PHC string to store.
pub fn hash(password: &str) -> String {
    hasher()
        .hash_password(password.as_bytes())
        .expect("Argon2 with fixed valid parameters and a random salt cannot fail")
        .to_string()
}

/// Whether the password is the one behind the stored PHC string.
pub fn verify(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Spends the time of a check, so that an unknown name takes as long as a wrong password.
pub fn verify_nobody(password: &str) {
    let mut out = [0_u8; 32];
    // The outcome is of no interest, only its cost.
    let _ = hasher().hash_password_into(password.as_bytes(), b"nobody-has-this-salt", &mut out);
}

fn hasher() -> Argon2<'static> {
    let params =
        Params::new(19 * 1024, 2, 1, None).expect("the parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn weak_passwords_are_refused() {
        for (password, verdict) in [
            ("cztery słowa na kartce", Ok(())),
            ("krótkie hasło", Err(Weak::TooShort)),
            ("aaaaaaaaaaaaaaaaaaa", Err(Weak::Guessable)),
            ("BigDecoderBigDecoder", Err(Weak::Guessable)),
            ("marta.nowakmarta.nowak", Err(Weak::Guessable)),
        ] {
            assert_eq!(accept(password, "marta.nowak"), verdict, "{password}");
        }
        assert_eq!(accept(&"ab cd ef gh ".repeat(11), "x"), Err(Weak::TooLong));
    }
}
