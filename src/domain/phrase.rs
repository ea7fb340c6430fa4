//! Phrases: patterns of word stems with gaps, matched against folded tokens.
//!
//! Must not know what a phrase means; whoever owns a lexicon brings its rows. Signs between words
//! are passed over, so that "won't" reads as the words `won t`.
//!
//! A pattern is elements parted by spaces. An element is alternatives parted by `|`; in it `*` ends
//! a stem, `_` joins words that follow each other, `@name` stands for a class, a leading `?` makes it
//! optional. `..n` between two elements lets up to n other words stand there.

use std::{collections::HashMap, ops::Range};

use super::text::{Folded, Kind};

#[derive(Debug, Clone)]
struct Stem {
    text: Box<str>,
    prefix: bool,
}

impl Stem {
    fn fits(&self, word: &str) -> bool {
        if self.prefix {
            word.starts_with(&*self.text)
        } else {
            word == &*self.text
        }
    }
}

/// Words that follow each other.
type Alternative = Box<[Stem]>;

#[derive(Debug)]
struct Element {
    any_of: Vec<Alternative>,
    /// How many other words may stand before this element.
    gap: usize,
    optional: bool,
}

/// A set of patterns, each carrying a value.
#[derive(Debug)]
pub struct Phrases<T> {
    patterns: Vec<(Vec<Element>, T)>,
    /// Patterns by the first letters of their possible first words.
    by_initial: HashMap<[u8; 2], Vec<u16>>,
    /// Patterns whose first word may begin with a single known letter only.
    by_letter: HashMap<u8, Vec<u16>>,
}

/// Where a pattern matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<T> {
    /// Tokens of the folded text.
    pub tokens: Range<usize>,
    pub value: T,
}

/// The tokens of a folded text that are words or digits.
#[derive(Debug, Clone)]
pub struct Words<'t> {
    folded: &'t Folded,
    at: Vec<usize>,
}

impl<'t> Words<'t> {
    pub fn new(folded: &'t Folded, tokens: Range<usize>) -> Self {
        let at = tokens
            .filter(|&i| folded.kind(i).is_some_and(|k| k != Kind::Mark))
            .collect();
        Self { folded, at }
    }

    pub fn len(&self) -> usize {
        self.at.len()
    }

    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The word at a place among words; empty beyond the last.
    pub fn get(&self, place: usize) -> &'t str {
        self.at.get(place).map_or("", |&i| self.folded.get(i))
    }

    /// The token of a word.
    pub fn token(&self, place: usize) -> Option<usize> {
        self.at.get(place).copied()
    }

    /// Whether a comma stands between this word and the next.
    pub fn comma_after(&self, place: usize) -> bool {
        self.token(place)
            .is_some_and(|token| self.folded.get(token + 1) == ",")
    }

    /// The place of the first word at or after a token.
    pub fn place(&self, token: usize) -> usize {
        self.at.partition_point(|&i| i < token)
    }
}

impl<T: Copy> Phrases<T> {
    /// Compiles the rows.
    ///
    /// # Panics
    ///
    /// On an unknown class or an empty pattern: rows are constants of the program.
    pub fn new(classes: &[(&str, &str)], rows: &[(&str, T)]) -> Self {
        let mut phrases = Self {
            patterns: Vec::with_capacity(rows.len()),
            by_initial: HashMap::new(),
            by_letter: HashMap::new(),
        };
        for (pattern, value) in rows {
            assert!(pattern.is_ascii(), "{pattern:?} is not folded");
            let elements = compile(classes, pattern);
            let id = phrases.patterns.len() as u16;
            assert!(
                !elements.is_empty() && !elements[0].optional,
                "pattern {pattern:?}"
            );
            for alternative in &elements[0].any_of {
                phrases.index(alternative[0].text.as_bytes(), alternative[0].prefix, id);
            }
            phrases.patterns.push((elements, *value));
        }
        phrases
    }

    fn index(&mut self, stem: &[u8], prefix: bool, id: u16) {
        let list = match *stem {
            [one] if prefix => self.by_letter.entry(one).or_default(),
            [one] => self.by_initial.entry([one, 0]).or_default(),
            [one, two, ..] => self.by_initial.entry([one, two]).or_default(),
            [] => return,
        };
        if list.last() != Some(&id) {
            list.push(id);
        }
    }

    /// Every match, in the order of its first word; a pattern matches once from a given word.
    pub fn find(&self, words: &Words<'_>) -> Vec<Hit<T>> {
        let mut hits = Vec::new();
        for place in 0..words.len() {
            let word = words.get(place).as_bytes();
            let initial = [word[0], word.get(1).copied().unwrap_or(0)];
            let ids = self.by_initial.get(&initial).into_iter().flatten();
            let short = self.by_letter.get(&word[0]).into_iter().flatten();
            for &id in ids.chain(short) {
                let (elements, value) = &self.patterns[usize::from(id)];
                if let Some(end) = matches(elements, words, place) {
                    let first = words.at[place];
                    let last = words.at[end - 1];
                    hits.push(Hit {
                        tokens: first..last + 1,
                        value: *value,
                    });
                }
            }
        }
        hits
    }

    /// Whether any pattern matches.
    pub fn any(&self, words: &Words<'_>) -> bool {
        !self.find(words).is_empty()
    }
}

/// The place after the last word of a match that begins at `place`.
fn matches(elements: &[Element], words: &Words<'_>, place: usize) -> Option<usize> {
    let Some((first, rest)) = elements.split_first() else {
        return Some(place);
    };
    for skipped in 0..=first.gap {
        let at = place + skipped;
        if at >= words.len() {
            break;
        }
        for alternative in &first.any_of {
            let fits = alternative
                .iter()
                .enumerate()
                .all(|(i, stem)| at + i < words.len() && stem.fits(words.get(at + i)));
            if fits && let Some(end) = matches(rest, words, at + alternative.len()) {
                return Some(end);
            }
        }
    }
    if first.optional {
        matches(rest, words, place)
    } else {
        None
    }
}

fn compile(classes: &[(&str, &str)], pattern: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut gap = 0;
    for part in pattern.split_whitespace() {
        if let Some(n) = part.strip_prefix("..") {
            gap = n.parse().expect("a gap is a number of words");
            continue;
        }
        let optional = part.starts_with('?');
        let mut any_of = Vec::new();
        for alternative in part.trim_start_matches('?').split('|') {
            expand(classes, alternative, &mut any_of);
        }
        elements.push(Element {
            any_of,
            gap,
            optional,
        });
        gap = 0;
    }
    elements
}

fn expand(classes: &[(&str, &str)], alternative: &str, into: &mut Vec<Alternative>) {
    if let Some(name) = alternative.strip_prefix('@') {
        let (_, members) = classes
            .iter()
            .find(|(class, _)| *class == name)
            .unwrap_or_else(|| panic!("no class @{name}"));
        for member in members.split_whitespace() {
            expand(classes, member, into);
        }
        return;
    }
    let stems = alternative.split('_').map(|stem| Stem {
        text: stem.trim_end_matches('*').into(),
        prefix: stem.ends_with('*'),
    });
    into.push(stems.collect());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, text: &str) -> Option<String> {
        let folded = Folded::new(text);
        let words = Words::new(&folded, 0..folded.len());
        let phrases = Phrases::new(
            &[("stock", "sztuk* egzemplarz* last_one")],
            &[(pattern, ())],
        );
        let hit = phrases.find(&words).into_iter().next()?;
        Some(super::super::text::slice(text, &folded.span(&hit.tokens)).to_owned())
    }

    #[test]
    fn patterns_match_stems_gaps_classes_and_options() {
        let cases: &[(&str, &str, Option<&str>)] = &[
            (
                "ostatni* @stock",
                "To ostatnie sztuki!",
                Some("ostatnie sztuki"),
            ),
            ("ostatni* @stock", "To ostatnie dwie sztuki", None),
            (
                "ostatni* ..2 @stock",
                "To ostatnie już dwie sztuki",
                Some("ostatnie już dwie sztuki"),
            ),
            ("ostatni* ..1 @stock", "To ostatnie już dwie sztuki", None),
            ("very @stock", "the very last one", Some("very last one")),
            (
                "won_t ..1 call",
                "I won't even call",
                Some("won't even call"),
            ),
            ("no ?more rush", "no rush", Some("no rush")),
            ("no ?more rush", "no more rush", Some("no more rush")),
            ("a|b* c", "bcd c", Some("bcd c")),
            ("call", "recall", None),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                found(pattern, text).as_deref(),
                *expected,
                "{pattern} in {text}"
            );
        }
    }
}
