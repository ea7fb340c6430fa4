//! The alphabet of byte-level BPE: each byte as a printable character (GPT-2's `bytes_to_unicode`).

/// The character that stands for a byte.
pub fn to_char(byte: u8) -> char {
    match byte {
        b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff => char::from(byte),
        // The others follow from U+0100 in the order of the bytes.
        0x00..=0x20 => shifted(u32::from(byte)),
        0x7f..=0xa0 => shifted(u32::from(byte) - 0x7f + 0x21),
        0xad => shifted(0x43),
    }
}

/// The byte that a character stands for.
pub(super) fn from_char(c: char) -> Option<u8> {
    match u32::from(c) {
        n @ (0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff) => Some(n as u8),
        n @ 0x100..=0x120 => Some((n - 0x100) as u8),
        n @ 0x121..=0x142 => Some((n - 0x121 + 0x7f) as u8),
        0x143 => Some(0xad),
        _ => None,
    }
}

/// The bytes of a token, or `None` if a character of it stands for none.
pub(super) fn of_token(token: &str) -> Option<Box<[u8]>> {
    token.chars().map(from_char).collect()
}

fn shifted(n: u32) -> char {
    char::from_u32(0x100 + n).expect("U+0100 to U+0143 are characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_own_character() {
        for byte in 0..=255 {
            assert_eq!(from_char(to_char(byte)), Some(byte));
        }
        assert_eq!(
            (to_char(b' '), to_char(b'\n'), to_char(0xad)),
            ('Ġ', 'Ċ', 'Ń')
        );
        let alphabet: std::collections::HashSet<_> = (0..=255).map(to_char).collect();
        let theirs = tokenizers::pre_tokenizers::byte_level::ByteLevel::alphabet();
        assert_eq!(alphabet, theirs.into_iter().collect());
    }
}
