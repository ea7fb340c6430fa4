//! Bytes as lower-case hexadecimal digits.

/// Two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes every write");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_stay() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
        assert_eq!(hex(&[]), "");
    }
}
