//! Bytes of tokens to text, piece by piece.

/// Holds back the bytes of a character that is not yet complete.
///
/// The pieces, with [`TextStream::finish`] at the end, join to the lossy decoding of all bytes.
#[derive(Debug, Default)]
pub struct TextStream {
    /// The start of a character: at most three bytes.
    pending: Vec<u8>,
}

impl TextStream {
    /// Takes the bytes of one token and returns the text that is complete with them.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut text = String::new();
        let mut incomplete = 0;
        let mut chunks = self.pending.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let at_the_end = chunks.peek().is_none();
            if at_the_end && may_go_on(chunk.invalid()) {
                incomplete = chunk.invalid().len();
            } else if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.pending.drain(..self.pending.len() - incomplete);
        text
    }

    /// What is left at the end: a replacement character for a character that stayed incomplete.
    pub fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.pending)).into_owned()
    }
}

/// Whether bytes are the proper start of a character, not an error.
fn may_go_on(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_character_comes_when_it_is_complete() {
        let mut stream = TextStream::default();
        let car = "🚗".as_bytes();
        assert_eq!(stream.push(&car[..1]), "");
        assert_eq!(stream.push(&car[1..3]), "");
        assert_eq!(stream.push(&[car[3], b'!']), "🚗!");
        assert_eq!(stream.push(&[0xc5]), "");
        assert_eq!(stream.push(b"a"), "\u{fffd}a");
        assert_eq!(stream.push(&[0xff]), "\u{fffd}");
        assert_eq!(stream.push(&[0xc5]), "");
        assert_eq!(stream.finish(), "\u{fffd}");
        assert_eq!(stream.finish(), "");
    }

    proptest! {
        #[test]
        fn pieces_join_to_the_whole(pieces in prop::collection::vec(
            prop::collection::vec(prop_oneof![any::<u8>(), Just(0xc5), Just(0x82), Just(0xf0)], 0..6),
            0..12,
        )) {
            let mut stream = TextStream::default();
            let mut text: String = pieces.iter().map(|piece| stream.push(piece)).collect();
            text.push_str(&stream.finish());
            prop_assert_eq!(text, String::from_utf8_lossy(&pieces.concat()).into_owned());
        }

        #[test]
        fn valid_text_is_never_damaged(text in "\\PC{0,20}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.sort_unstable();
            let mut stream = TextStream::default();
            let mut from = 0;
            let mut out = String::new();
            for cut in cuts.into_iter().chain([text.len()]) {
                out.push_str(&stream.push(&text.as_bytes()[from..cut]));
                from = cut;
            }
            prop_assert_eq!(out, text);
        }
    }
}
