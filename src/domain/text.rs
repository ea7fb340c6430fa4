//! Text as the rules read it: folded tokens that remember where they stood, and sentences.
//!
//! Must not know any vocabulary beyond abbreviations. Invariant: every offset that leaves this
//! module counts Unicode scalars of the original text, end exclusive, whatever folding dropped.

use std::ops::Range;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters, with the combining marks that belong to them.
    Word,
    /// ASCII digits.
    Digits,
    /// One sign of any other kind.
    Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    /// Unicode scalars of the original text, end exclusive.
    pub start: u32,
    pub end: u32,
    /// No white space stands before the token (nor is it the first of the text).
    pub glued: bool,
    /// The original begins with a capital letter.
    pub capital: bool,
    from: u32,
    to: u32,
}

/// A text folded to lower-case letters without diacritics, cut into tokens.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    text: String,
    tokens: Vec<Token>,
}

impl Folded {
    pub fn new(text: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(text.len()),
            tokens: Vec::with_capacity(text.len() / 4),
        };
        let mut glued = false;
        for (at, c) in (0..).zip(text.chars()) {
            if c.is_whitespace() {
                glued = false;
                continue;
            }
            let Some(plain) = fold_char(c) else {
                if let Some(last) = folded.tokens.last_mut().filter(|_| glued) {
                    last.end = at + 1;
                }
                continue;
            };
            folded.push(at, c, plain, glued);
            glued = true;
        }
        folded
    }

    fn push(&mut self, at: u32, c: char, plain: char, glued: bool) {
        let kind = if plain.is_ascii_digit() {
            Kind::Digits
        } else if plain.is_alphanumeric() {
            Kind::Word
        } else {
            Kind::Mark
        };
        let from = self.text.len() as u32;
        self.text.push(plain);
        let to = self.text.len() as u32;
        match self.tokens.last_mut() {
            Some(last) if glued && kind != Kind::Mark && last.kind == kind => {
                last.end = at + 1;
                last.to = to;
            }
            _ => self.tokens.push(Token {
                kind,
                start: at,
                end: at + 1,
                glued,
                capital: c.is_uppercase(),
                from,
                to,
            }),
        }
    }

    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The folded text of a token; empty beyond the last one, so that rules may look ahead freely.
    pub fn get(&self, index: usize) -> &str {
        self.tokens
            .get(index)
            .map_or("", |t| &self.text[t.from as usize..t.to as usize])
    }

    pub fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.get(index).map(|t| t.kind)
    }

    /// Whether a token exists there and touches the one before it.
    pub fn glued(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|t| t.glued)
    }

    pub fn capital(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|t| t.capital)
    }

    /// Scalars of the original text from the first to the last of these tokens.
    pub fn span(&self, tokens: &Range<usize>) -> Range<u32> {
        let start = self.tokens.get(tokens.start).map_or(0, |t| t.start);
        let end = tokens
            .end
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(start, |t| t.end);
        start..end.max(start)
    }

    /// The tokens that lie inside a stretch of the original text.
    pub fn within(&self, span: &Range<u32>) -> Range<usize> {
        let start = self.tokens.partition_point(|t| t.start < span.start);
        let end = self.tokens.partition_point(|t| t.end <= span.end);
        start..end.max(start)
    }
}

/// Lower case without diacritics; `None` for a combining mark.
///
/// One scalar gives at most one, so that a folded text never grows in scalars.
pub fn fold_char(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase());
    }
    Some(match c {
        'ą' | 'Ą' | 'á' | 'Á' | 'à' | 'À' | 'â' | 'Â' | 'ä' | 'Ä' | 'ã' | 'Ã' | 'å' | 'Å' => {
            'a'
        }
        'ć' | 'Ć' | 'č' | 'Č' | 'ç' | 'Ç' => 'c',
        'ď' | 'Ď' => 'd',
        'ę' | 'Ę' | 'é' | 'É' | 'è' | 'È' | 'ê' | 'Ê' | 'ë' | 'Ë' | 'ě' | 'Ě' => 'e',
        'í' | 'Í' | 'ì' | 'Ì' | 'î' | 'Î' | 'ï' | 'Ï' => 'i',
        'ł' | 'Ł' => 'l',
        'ń' | 'Ń' | 'ñ' | 'Ñ' | 'ň' | 'Ň' => 'n',
        'ó' | 'Ó' | 'ò' | 'Ò' | 'ô' | 'Ô' | 'ö' | 'Ö' | 'õ' | 'Õ' | 'ø' | 'Ø' => 'o',
        'ř' | 'Ř' => 'r',
        'ś' | 'Ś' | 'š' | 'Š' | 'ß' => 's',
        'ť' | 'Ť' => 't',
        'ú' | 'Ú' | 'ù' | 'Ù' | 'û' | 'Û' | 'ü' | 'Ü' | 'ů' | 'Ů' => 'u',
        'ý' | 'Ý' | 'ÿ' => 'y',
        'ź' | 'Ź' | 'ż' | 'Ż' | 'ž' | 'Ž' => 'z',
        '’' | '‘' | '`' | '´' | 'ʼ' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '−' | '‐' | '‑' | '‒' => '-',
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{ad}' => return None,
        other => other.to_lowercase().next().unwrap_or(other),
    })
}

/// Lower case without diacritics, white space kept.
pub fn fold(text: &str) -> String {
    text.chars().filter_map(fold_char).collect()
}

/// A stretch of the text by scalars; what lies beyond the end is cut off.
pub fn slice<'t>(text: &'t str, span: &Range<u32>) -> &'t str {
    let byte = |scalars: u32| {
        text.char_indices()
            .nth(scalars as usize)
            .map_or(text.len(), |(at, _)| at)
    };
    &text[byte(span.start)..byte(span.end.max(span.start))]
}

/// Abbreviations whose full stop never ends a sentence.
const BEFORE_MORE: &[&str] = &[
    "np", "ul", "al", "tel", "art", "dr", "mgr", "inz", "prof", "ok", "tzw", "mr", "mrs", "ms",
    "approx", "vs", "no", "nr", "sw", "im", "ks", "sp", "pkt", "str", "ust", "par", "e.g", "i.e",
    "eg", "ie", "cf", "m.in", "m", "p", "z o", "ca", "tj", "wg", "kod", "woj", "os", "pl",
];

/// Abbreviations that end a sentence only where a capital letter follows.
const MAYBE_LAST: &[&str] = &[
    "tys", "mln", "mld", "r", "o.o", "godz", "proc", "szt", "min", "sek", "mies", "itd", "itp",
    "zl", "gr", "kg", "km", "h", "l", "w", "o", "a.m", "p.m", "etc", "ltd", "inc", "co", "jr",
    "wyd", "rys", "tab", "poz", "dz", "u", "max", "maks", "ew", "por", "zob", "jw", "br", "ub",
];

/// The sentences of a text, as scalars without the white space around them.
///
/// A full stop inside a number, a name ("ID.4") or after an abbreviation does not end one; a line
/// break always does.
pub fn sentences(text: &str) -> Vec<Range<u32>> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < chars.len() {
        let end = match chars[at] {
            '\n' | '\r' => Some(at),
            '.' | '!' | '?' | '…' => ends_at(&chars, at),
            _ => None,
        };
        at = end.map_or(at + 1, |end| end.max(at + 1));
        if let Some(end) = end {
            push_trimmed(&chars, start..end, &mut found);
            start = at;
        }
    }
    push_trimmed(&chars, start..chars.len(), &mut found);
    found
}

/// Where the sentence that the sign at `at` closes ends, with its closing quotes.
fn ends_at(chars: &[char], at: usize) -> Option<usize> {
    let mut end = at + 1;
    while end < chars.len() && matches!(chars[end], '.' | '!' | '?' | '…') {
        end += 1;
    }
    let signs = end - at;
    while end < chars.len() && matches!(chars[end], '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '“')
    {
        end += 1;
    }
    let Some(after) = chars.get(end) else {
        return Some(end);
    };
    if !after.is_whitespace() {
        return None;
    }
    if chars[at] != '.' || signs > 1 {
        return Some(end);
    }
    let next = chars[end..].iter().find(|c| !c.is_whitespace());
    let lower = next.is_some_and(|c| c.is_lowercase());
    let word = word_before(chars, at);
    let stays = BEFORE_MORE.contains(&word.as_str())
        || lower && (MAYBE_LAST.contains(&word.as_str()) || ends_in_digit(&word))
        || next.is_some_and(char::is_ascii_digit)
            && matches!(word.as_str(), "godz" | "poz" | "ust");
    (!stays).then_some(end)
}

fn ends_in_digit(word: &str) -> bool {
    word.chars().next_back().is_some_and(|c| c.is_ascii_digit())
}

/// The folded word before a full stop, inner full stops included ("m.in").
fn word_before(chars: &[char], at: usize) -> String {
    let from = chars[..at]
        .iter()
        .rposition(|c| !(c.is_alphanumeric() || *c == '.'))
        .map_or(0, |i| i + 1);
    chars[from..at]
        .iter()
        .filter_map(|&c| fold_char(c))
        .collect()
}

fn push_trimmed(chars: &[char], span: Range<usize>, found: &mut Vec<Range<u32>>) {
    let inside = |c: &char| !c.is_whitespace();
    let Some(first) = chars[span.clone()].iter().position(inside) else {
        return;
    };
    let last = chars[span.clone()]
        .iter()
        .rposition(inside)
        .unwrap_or(first);
    found.push((span.start + first) as u32..(span.start + last + 1) as u32);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        let folded = Folded::new(text);
        (0..folded.len())
            .map(|i| folded.get(i).to_owned())
            .collect()
    }

    #[test]
    fn folding_drops_diacritics_and_case() {
        assert_eq!(
            fold("Zażółć GĘŚLĄ jaźń, Škoda Citroën"),
            "zazolc gesla jazn, skoda citroen"
        );
        assert_eq!(fold("z\u{307}o\u{301}łw"), "zolw");
        assert_eq!(fold("he’s 5–6"), "he's 5-6");
    }

    #[test]
    fn tokens_part_words_digits_and_signs() {
        assert_eq!(
            words("ID.4 ma 204\u{a0}990 zł"),
            ["id", ".", "4", "ma", "204", "990", "zl"]
        );
        assert_eq!(words("854-litrowy"), ["854", "-", "litrowy"]);
        assert_eq!(words("You're"), ["you", "'", "re"]);
    }

    #[test]
    fn offsets_are_scalars_of_the_original() {
        let text = "z\u{307}ółw 🚗 Łódź";
        let folded = Folded::new(text);
        let last = folded.tokens()[folded.len() - 1];
        assert_eq!(slice(text, &(last.start..last.end)), "Łódź");
        let first = folded.tokens()[0];
        assert_eq!(slice(text, &(first.start..first.end)), "z\u{307}ółw");
        assert!(last.capital && !first.capital);
    }

    #[test]
    fn sentences_respect_numbers_names_and_abbreviations() {
        let split = |text: &str| -> Vec<String> {
            sentences(text)
                .iter()
                .map(|s| slice(text, s).to_owned())
                .collect()
        };
        assert_eq!(
            split("Model Y. Zimą mniej. ID.4 ma 184.990 zł!"),
            ["Model Y.", "Zimą mniej.", "ID.4 ma 184.990 zł!"]
        );
        assert_eq!(split("To 205 tys. zł. Dużo?"), ["To 205 tys. zł.", "Dużo?"]);
        assert_eq!(
            split("Do 31.12.2027 r. można. tak"),
            ["Do 31.12.2027 r. można.", "tak"]
        );
        assert_eq!(
            split("Np. Model 3, m.in. tu, sp. z o.o. też"),
            ["Np. Model 3, m.in. tu, sp. z o.o. też"]
        );
        assert_eq!(
            split("Raz…\nDwa \"trzy.\" Cztery"),
            ["Raz…", "Dwa \"trzy.\"", "Cztery"]
        );
        assert_eq!(split("  "), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn tokens_lie_in_order_inside_the_text(text in "\\PC{0,60}") {
            let folded = Folded::new(&text);
            let n = text.chars().count() as u32;
            let mut at = 0;
            for token in folded.tokens() {
                prop_assert!(token.start >= at && token.end > token.start && token.end <= n);
                at = token.end;
            }
        }

        #[test]
        fn sentences_cover_every_visible_scalar(text in "[a-zA-Z0-9 .!?\nżł]{0,60}") {
            let kept: String = sentences(&text).iter().map(|s| slice(&text, s)).collect();
            let visible = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(visible(&kept), visible(&text));
        }
    }
}
