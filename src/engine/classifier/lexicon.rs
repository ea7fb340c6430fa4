//! The lexicon of concepts: which words of both languages name the same thing in a showroom.
//!
//! Matching is on folded words, so a concept's evidence is a set of words of the text.
//! Must not know labels; what a concept says about a client is learned.

use std::collections::HashMap;
use std::ops::Range;

use super::words::{Word, level_gender};

/// The shipped lexicon (`models/classifier/lexicon.txt`).
pub(crate) const SHIPPED: &str = include_str!("../../../models/classifier/lexicon.txt");

/// Letters of a phrase's first word that it is found by: one for each would try thousands a word.
const KEY: usize = 4;

/// `a ~ b`: b must begin within so many words after a.
const GAP: usize = 5;

#[derive(Debug)]
pub(crate) struct Lexicon {
    concepts: Vec<String>,
    exact: HashMap<String, Vec<u16>>,
    prefixes: HashMap<String, Vec<u16>>,
    longest_prefix: usize,
    /// By the first letters of the first word, at most [`KEY`] of them.
    phrases: HashMap<String, Vec<Phrase>>,
}

#[derive(Debug)]
struct Phrase {
    concept: u16,
    first: Vec<Pattern>,
    /// Empty unless the entry has a gap.
    then: Vec<Pattern>,
}

#[derive(Debug)]
enum Pattern {
    Exact(String),
    Prefix(String),
}

impl Pattern {
    fn new(entry: &str) -> Self {
        match entry.strip_suffix('*') {
            Some(prefix) => Self::Prefix(prefix.to_owned()),
            None => Self::Exact(levelled(entry)),
        }
    }

    fn fits(&self, word: &Word) -> bool {
        match self {
            Self::Exact(exact) => *exact == word.folded,
            Self::Prefix(prefix) => {
                word.plain.starts_with(prefix.as_str()) || word.folded.starts_with(prefix.as_str())
            }
        }
    }

    fn key(&self) -> &str {
        let (Self::Exact(text) | Self::Prefix(text)) = self;
        beginning(text, KEY)
    }
}

/// One find: the concept and the words that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) concept: u16,
    pub(crate) words: Range<usize>,
}

impl Lexicon {
    /// Reads `name: entry, entry` lines; see the head of the file for the notation.
    pub(crate) fn parse(text: &str) -> Self {
        let mut lexicon = Self {
            concepts: Vec::new(),
            exact: HashMap::new(),
            prefixes: HashMap::new(),
            longest_prefix: 0,
            phrases: HashMap::new(),
        };
        for line in text.lines().map(str::trim).filter(|l| !l.starts_with('#')) {
            let Some((name, entries)) = line.split_once(':') else {
                continue;
            };
            let concept = lexicon.concepts.len() as u16;
            lexicon.concepts.push(name.trim().to_owned());
            for entry in entries.split(',') {
                lexicon.add(concept, entry.trim());
            }
        }
        lexicon
    }

    fn add(&mut self, concept: u16, entry: &str) {
        let (first, then) = entry.split_once('~').unwrap_or((entry, ""));
        let patterns = |part: &str| {
            part.split_whitespace()
                .map(Pattern::new)
                .collect::<Vec<_>>()
        };
        let (mut first, then) = (patterns(first), patterns(then));
        match (first.len(), then.len()) {
            (0, _) => {}
            (1, 0) => match first.remove(0) {
                Pattern::Exact(word) => push(&mut self.exact, word, concept),
                Pattern::Prefix(prefix) => {
                    self.longest_prefix = self.longest_prefix.max(prefix.len());
                    push(&mut self.prefixes, prefix, concept);
                }
            },
            _ => {
                let key = first[0].key().to_owned();
                self.phrases.entry(key).or_default().push(Phrase {
                    concept,
                    first,
                    then,
                });
            }
        }
    }

    /// Names by concept; a name stands twice when two lines have it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.concepts.iter().map(String::as_str)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Every concept that a stretch of words names, in the order of the text.
    pub(crate) fn matches(&self, words: &[Word]) -> Vec<Match> {
        let mut found = Vec::new();
        for at in 0..words.len() {
            self.single(&words[at], at, &mut found);
            for phrase in self.beginning_like(&words[at]) {
                phrase.find(words, at, &mut found);
            }
        }
        found
    }

    /// An exact entry meets the levelled word, a prefix either form: levelling an ending may cut
    /// into the prefix of a word that is no verb.
    fn single(&self, word: &Word, at: usize, found: &mut Vec<Match>) {
        let first_new = found.len();
        let exact = self.exact.get(&word.folded).into_iter().flatten();
        let prefixes = self
            .prefixes_of(&word.plain)
            .chain(self.prefixes_of(&word.folded));
        for &concept in exact.chain(prefixes) {
            if !found[first_new..].iter().any(|m| m.concept == concept) {
                found.push(Match {
                    concept,
                    words: at..at + 1,
                });
            }
        }
    }

    /// Phrases whose first word may be this one, in either form.
    fn beginning_like<'a>(&'a self, word: &'a Word) -> impl Iterator<Item = &'a Phrase> {
        let keys = |form: &'a str| {
            let keys = (1..=KEY).map(move |n| beginning(form, n));
            keys.scan(0, |before, key| {
                let new = key.len() > *before;
                *before = key.len();
                new.then_some(key)
            })
        };
        let plain = keys(&word.plain);
        let folded = keys(&word.folded).filter(|key| !word.plain.starts_with(key));
        plain
            .chain(folded)
            .filter_map(|key| self.phrases.get(key))
            .flatten()
    }

    fn prefixes_of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a u16> {
        word.char_indices()
            .map(|(start, c)| start + c.len_utf8())
            .take_while(|&end| end <= self.longest_prefix)
            .filter_map(|end| self.prefixes.get(&word[..end]))
            .flatten()
    }
}

impl Phrase {
    fn find(&self, words: &[Word], at: usize, found: &mut Vec<Match>) {
        if !fits(&self.first, &words[at..]) {
            return;
        }
        let end = at + self.first.len();
        let here = Match {
            concept: self.concept,
            words: at..end,
        };
        if self.then.is_empty() {
            found.push(here);
            return;
        }
        let then = (end..words.len().min(end + GAP)).find(|&i| fits(&self.then, &words[i..]));
        if let Some(then) = then {
            found.push(here);
            found.push(Match {
                concept: self.concept,
                words: then..then + self.then.len(),
            });
        }
    }
}

fn fits(patterns: &[Pattern], words: &[Word]) -> bool {
    patterns.len() <= words.len() && patterns.iter().zip(words).all(|(p, w)| p.fits(w))
}

/// The first `n` letters, or all of them.
fn beginning(word: &str, n: usize) -> &str {
    let end = word.char_indices().nth(n).map_or(word.len(), |(at, _)| at);
    &word[..end]
}

fn push(map: &mut HashMap<String, Vec<u16>>, key: String, concept: u16) {
    let concepts = map.entry(key).or_default();
    if !concepts.contains(&concept) {
        concepts.push(concept);
    }
}

fn levelled(word: &str) -> String {
    let mut word = word.to_owned();
    level_gender(&mut word);
    word
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::classifier::words::words;

    fn named(lexicon: &str, text: &str) -> Vec<(u16, Range<usize>)> {
        let found = Lexicon::parse(lexicon).matches(&words(text));
        found.into_iter().map(|m| (m.concept, m.words)).collect()
    }

    #[test]
    fn entries_match_words_endings_rows_and_gaps() {
        let lexicon = "# head\nchild: dzieci*, son\nlooking: just looking\nfar: service ~ mile*\n";
        assert_eq!(named(lexicon, "Dzieciaki, sons"), [(0, 0..1)]);
        assert_eq!(named(lexicon, "just looking, just me"), [(1, 0..2)]);
        assert_eq!(
            named(lexicon, "Service is ninety miles away"),
            [(2, 0..1), (2, 3..4)]
        );
        assert_eq!(named(lexicon, "service a b c d e miles"), []);
    }

    #[test]
    fn a_word_names_a_concept_once() {
        assert_eq!(
            named("child: dzieci*, dzieck*, dzieci", "dzieci"),
            [(0, 0..1)]
        );
    }

    #[test]
    fn the_shipped_lexicon_is_folded_and_fits_its_rows() {
        let lexicon = Lexicon::parse(SHIPPED);
        assert!(lexicon.len() < super::super::features::CONCEPT_ROWS);
        for line in SHIPPED.lines().filter(|l| !l.starts_with('#')) {
            assert!(line.is_ascii(), "not folded: {line}");
        }
    }
}
