//! Words of an utterance: folded, with gendered endings levelled, and with their place in the text.
//!
//! Invariant: ranges count Unicode scalars of the text as given, so that a span cut from them is
//! a part of that text however the folding changed its letters.

use std::ops::Range;

/// One word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, no diacritics, masculine endings.
    pub(crate) folded: String,
    /// Lower case, no diacritics, endings as written.
    pub(crate) plain: String,
    /// Unicode scalars of the text.
    pub(crate) place: Range<u32>,
}

/// Splits a text into words: letters and digits, and an apostrophe between two of them.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut open: Option<Word> = None;
    let mut scalars = text.chars().enumerate().peekable();
    while let Some((at, scalar)) = scalars.next() {
        let at = at as u32;
        let before = open.as_ref().map_or(0, |w| w.folded.len());
        let word = open.get_or_insert_with(|| Word {
            folded: String::new(),
            plain: String::new(),
            place: at..at,
        });
        if fold_into(scalar, &mut word.folded) {
            word.place.end = at + 1;
            continue;
        }
        let joins = matches!(scalar, '\'' | '’')
            && before > 0
            && scalars
                .peek()
                .is_some_and(|(_, next)| next.is_alphanumeric());
        if joins {
            word.folded.push('\'');
        } else {
            words.extend(open.take().filter(|w| !w.folded.is_empty()));
        }
    }
    words.extend(open.filter(|w| !w.folded.is_empty()));
    for word in &mut words {
        word.plain.clone_from(&word.folded);
        level_gender(&mut word.folded);
    }
    words
}

/// Appends the folded scalar; false when the scalar is no part of a word.
///
/// A combining mark belongs to the word and leaves no trace.
fn fold_into(scalar: char, out: &mut String) -> bool {
    if matches!(scalar, '\u{300}'..='\u{36f}') {
        return !out.is_empty();
    }
    if !scalar.is_alphanumeric() {
        return false;
    }
    for lower in scalar.to_lowercase() {
        match lower {
            'ą' | 'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ć' | 'č' | 'ç' => out.push('c'),
            'ď' => out.push('d'),
            'ę' | 'è' | 'é' | 'ê' | 'ë' | 'ě' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ł' => out.push('l'),
            'ń' | 'ñ' | 'ň' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => out.push('o'),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' => out.push('s'),
            'ť' => out.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            '\u{300}'..='\u{36f}' => {}
            other => out.push(other),
        }
    }
    true
}

/// Endings of past tense, conditional, participle and adjective: feminine, then what it becomes.
/// The first that fits is taken; `keep` letters must stand before it.
const ENDINGS: [(&str, &str, usize); 12] = [
    ("elabym", "albym", 1),
    ("elabys", "albys", 1),
    ("elaby", "alby", 1),
    ("labym", "lbym", 1),
    ("labys", "lbys", 1),
    ("laby", "lby", 1),
    ("elam", "alem", 1),
    ("elas", "ales", 1),
    ("lam", "lem", 1),
    ("las", "les", 1),
    ("la", "l", 2),
    ("na", "ny", 3),
];

/// Forms that no ending rule reaches.
const IRREGULAR: [(&str, &str); 9] = [
    ("powinienem", "powinien"),
    ("powinnam", "powinien"),
    ("powinna", "powinien"),
    ("sama", "sam"),
    ("gotowa", "gotowy"),
    ("ciekawa", "ciekawy"),
    ("pewna", "pewny"),
    ("pewien", "pewny"),
    ("winna", "winien"),
];

/// Verbs of going change their stem with the gender: `szedłem`, `szłam`.
const GOING: [(&str, &str); 5] = [
    ("przyszedl", "przyszl"),
    ("podszedl", "podeszl"),
    ("wyszedl", "wyszl"),
    ("wszedl", "weszl"),
    ("szedl", "szl"),
];

/// Brings a feminine form to the masculine one, so that both give the same features.
///
/// It works on the ending alone and so also changes words that are no verbs; that does no harm,
/// as every text and the lexicon go the same way.
pub(crate) fn level_gender(word: &mut String) {
    if let Some((_, to)) = IRREGULAR.iter().find(|(from, _)| from == word) {
        (*to).clone_into(word);
        return;
    }
    for (from, to, keep) in ENDINGS {
        if word.len() >= from.len() + keep && word.ends_with(from) {
            word.truncate(word.len() - from.len());
            word.push_str(to);
            break;
        }
    }
    for (from, to) in GOING {
        if word.starts_with(from) {
            word.replace_range(..from.len(), to);
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|w| w.folded).collect()
    }

    #[test]
    fn words_fold_and_keep_their_place() {
        let found = words("Źle, że don’t — 3D!");
        let places: Vec<_> = found.iter().map(|w| w.place.clone()).collect();
        assert_eq!(folded("Źle, że don’t — 3D!"), ["zle", "ze", "don't", "3d"]);
        assert_eq!(places, [0..3, 5..7, 8..13, 16..18]);
    }

    #[test]
    fn a_decomposed_letter_folds_like_a_composed_one() {
        assert_eq!(folded("z\u{301}o\u{301}lw"), folded("źólw"));
        assert_eq!(folded("ZAŻÓŁĆ"), ["zazolc"]);
        assert_eq!(folded("'' '"), Vec::<String>::new());
    }

    #[test]
    fn gendered_forms_meet() {
        for (his, hers) in [
            ("zrobiłem", "zrobiłam"),
            ("chciałbym", "chciałabym"),
            ("wziąłem", "wzięłam"),
            ("zacząłem", "zaczęłam"),
            ("przyszedłem", "przyszłam"),
            ("wszedłem", "weszłam"),
            ("podszedłem", "podeszłam"),
            ("szedł", "szła"),
            ("powinienem", "powinnam"),
            ("zdecydowany", "zdecydowana"),
            ("mógłbym", "mogłabym"),
            ("byłem", "byłam"),
            ("sam", "sama"),
        ] {
            assert_eq!(folded(his), folded(hers));
        }
    }
}
