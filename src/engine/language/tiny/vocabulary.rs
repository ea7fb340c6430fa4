//! The vocabulary of a tiny model: every byte, some frequent pairs, and its family's control tokens.

use std::collections::HashSet;

use crate::engine::language::tokenizer::to_char;

/// Frequent pairs of Polish and English, in the order of merging.
const MERGES: &[(&str, &str)] = &[
    ("n", "i"),
    ("i", "e"),
    ("ni", "e"),
    ("r", "z"),
    ("c", "z"),
    ("s", "z"),
    ("o", "w"),
    ("\u{142}", ""),
    ("t", "h"),
    ("th", "e"),
    ("i", "n"),
    ("in", "g"),
    ("e", "r"),
    ("a", "n"),
    ("o", "n"),
    ("s", "t"),
    (" ", "w"),
    (" ", "p"),
    (" ", "n"),
    (" ", "z"),
    (" ", "s"),
    (" ", "the"),
    (" n", "ie"),
    (" p", "o"),
    ("\"", ":"),
    ("\":", " "),
    ("\"", ","),
    ("\",", " "),
];

/// The tokens (`controls` last) and the merges, in the alphabet of byte-level BPE.
pub(super) fn vocabulary(controls: &[&str]) -> (Vec<String>, Vec<String>) {
    let spell = |text: &str| text.bytes().map(to_char).collect::<String>();
    let mut tokens: Vec<String> = (0..=255).map(|byte| to_char(byte).to_string()).collect();
    let mut merges = Vec::new();
    for (left, right) in MERGES {
        let (left, right) = (spell(left), spell(right));
        // A pair with nothing on the right joins the two bytes of one letter.
        let (left, right) = match (left.char_indices().nth(1), right.is_empty()) {
            (Some((middle, _)), true) => (left[..middle].to_owned(), left[middle..].to_owned()),
            _ => (left, right),
        };
        tokens.push(format!("{left}{right}"));
        merges.push(format!("{left} {right}"));
    }
    tokens.extend(controls.iter().map(|control| (*control).to_owned()));
    debug_assert_eq!(tokens.iter().collect::<HashSet<_>>().len(), tokens.len());
    (tokens, merges)
}
