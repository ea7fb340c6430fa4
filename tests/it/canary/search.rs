//! A search for words in bytes, in every form in which they might have been written down.
//!
//! Shared with the crate's own test that switches sealing off, and so must find them.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

/// Bytes that a search looks at first.
const START: usize = 4;

pub(crate) struct Search {
    patterns: Vec<Pattern>,
    /// Places in `patterns` by their first bytes.
    by_start: HashMap<[u8; START], Vec<usize>>,
}

struct Pattern {
    word: String,
    form: String,
    bytes: Vec<u8>,
}

/// A word that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hit {
    pub(crate) file: PathBuf,
    pub(crate) word: String,
    pub(crate) form: String,
}

impl Search {
    pub(crate) fn new(words: &[&str]) -> Self {
        let mut search = Self {
            patterns: Vec::new(),
            by_start: HashMap::new(),
        };
        for word in words {
            for (spelling, text) in spellings(word) {
                for (encoding, bytes) in encodings(&text) {
                    search.add(word, format!("{spelling}, {encoding}"), bytes);
                }
            }
        }
        search
    }

    fn add(&mut self, word: &str, form: String, bytes: Vec<u8>) {
        let start: [u8; START] = bytes[..START].try_into().unwrap();
        let place = self.patterns.len();
        self.by_start.entry(start).or_default().push(place);
        self.patterns.push(Pattern {
            word: word.to_owned(),
            form,
            bytes,
        });
    }

    /// What stands in the bytes: words with their forms.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        for (at, start) in bytes.windows(START).enumerate() {
            let Some(places) = self.by_start.get(start) else {
                continue;
            };
            for pattern in places.iter().map(|place| &self.patterns[*place]) {
                if bytes[at..].starts_with(&pattern.bytes) {
                    found.insert((pattern.word.clone(), pattern.form.clone()));
                }
            }
        }
        found
    }

    /// What stands in the files of a folder, but for those below `except`, and in their names.
    pub(crate) fn folder(&self, dir: &Path, except: &Path) -> BTreeSet<Hit> {
        let mut hits = BTreeSet::new();
        for file in files(dir)
            .into_iter()
            .filter(|file| !file.starts_with(except))
        {
            let name = file.as_os_str().as_encoded_bytes();
            // One that is gone meanwhile holds nothing.
            let content = fs::read(&file).unwrap_or_default();
            for (word, form) in self.bytes(name).into_iter().chain(self.bytes(&content)) {
                let file = file.clone();
                hits.insert(Hit { file, word, form });
            }
        }
        hits
    }
}

pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(self::files(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}

fn spellings(word: &str) -> Vec<(&'static str, String)> {
    let lower = word.to_lowercase();
    let mut spellings = vec![
        ("as written", word.to_owned()),
        ("lower case", lower.clone()),
        ("upper case", word.to_uppercase()),
        ("without diacritics", plain(word)),
        ("folded", plain(&lower)),
        ("decomposed", decomposed(word)),
        ("lower case and decomposed", decomposed(&lower)),
    ];
    let mut seen = BTreeSet::new();
    spellings.retain(|(_, text)| seen.insert(text.clone()));
    spellings
}

/// Each Polish letter, its plain letter, and the mark that makes one of the other.
const LETTERS: [(char, char, &str); 9] = [
    ('ą', 'a', "\u{328}"),
    ('ć', 'c', "\u{301}"),
    ('ę', 'e', "\u{328}"),
    ('ł', 'l', ""),
    ('ń', 'n', "\u{301}"),
    ('ó', 'o', "\u{301}"),
    ('ś', 's', "\u{301}"),
    ('ź', 'z', "\u{301}"),
    ('ż', 'z', "\u{307}"),
];

fn plain(word: &str) -> String {
    spell(word, |_, plain, _| plain.to_string())
}

fn decomposed(word: &str) -> String {
    spell(word, |letter, plain, mark| match mark {
        // The stroke of ł is no mark of its own.
        "" => letter.to_string(),
        mark => format!("{plain}{mark}"),
    })
}

fn spell(word: &str, make: impl Fn(char, char, &str) -> String) -> String {
    let one = |letter: char| {
        let lower = letter.to_lowercase().next().unwrap_or(letter);
        match LETTERS.iter().find(|(known, ..)| *known == lower) {
            Some((_, plain, mark)) if lower == letter => make(letter, *plain, mark),
            Some((_, plain, mark)) => make(letter, plain.to_ascii_uppercase(), mark),
            None => letter.to_string(),
        }
    };
    word.chars().map(one).collect()
}

fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = text.as_bytes();
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect();
    let per_byte = |escape: fn(u8) -> String| -> Vec<u8> {
        bytes
            .iter()
            .flat_map(|byte| escape(*byte).into_bytes())
            .collect()
    };
    let percent = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let json = |unit: u16| match u8::try_from(unit) {
        Ok(byte @ 32..=126) => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    let mut encodings = vec![
        ("UTF-8", bytes.to_vec()),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("hex", per_byte(|byte| format!("{byte:02x}"))),
        ("HEX", per_byte(|byte| format!("{byte:02X}"))),
        ("percent", per_byte(percent)),
        (
            "JSON",
            text.encode_utf16()
                .flat_map(|unit| json(unit).into_bytes())
                .collect(),
        ),
    ];
    for shift in 0..3 {
        encodings.push(("base64", base64(bytes, shift, b"+/")));
        encodings.push(("base64url", base64(bytes, shift, b"-_")));
    }
    let mut seen = BTreeSet::new();
    encodings.retain(|(_, bytes)| seen.insert(bytes.clone()));
    encodings
}

/// The characters of Base64 that depend on `bytes` alone, when `shift` other bytes stand before.
fn base64(bytes: &[u8], shift: usize, last: &[u8; 2]) -> Vec<u8> {
    let letters: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .chain(*last)
        .collect();
    let bits: Vec<u8> = std::iter::repeat_n(0, shift)
        .chain(bytes.iter().copied())
        .flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1))
        .collect();
    let whole = bits.chunks_exact(6).skip((8 * shift).div_ceil(6));
    whole
        .map(|six| {
            letters[six
                .iter()
                .fold(0, |value, bit| (value << 1) | usize::from(*bit))]
        })
        .collect()
}

/// Every form is found where somebody else wrote it.
#[test]
fn the_search_finds_every_form() {
    let search = Search::new(&["Żółćgłąb"]);
    let planted: [(&str, &[u8]); 14] = [
        ("as written, UTF-8", "w Żółćgłąb".as_bytes()),
        ("lower case, UTF-8", "żółćgłąbek".as_bytes()),
        ("upper case, UTF-8", "ŻÓŁĆGŁĄB".as_bytes()),
        ("without diacritics, UTF-8", b"Zolcglab"),
        ("folded, UTF-8", b"zolcglab"),
        (
            "decomposed, UTF-8",
            "Z\u{307}o\u{301}łc\u{301}gła\u{328}b".as_bytes(),
        ),
        ("folded, UTF-16LE", b"z\0o\0l\0c\0g\0l\0a\0b\0"),
        ("folded, UTF-16BE", b"\0z\0o\0l\0c\0g\0l\0a\0b"),
        ("folded, hex", b"7a6f6c63676c6162"),
        ("as written, HEX", b"C5BBC3B3C582C48767C582C48562"),
        (
            "as written, percent",
            b"q=%C5%BB%C3%B3%C5%82%C4%87g%C5%82%C4%85b",
        ),
        (
            "as written, JSON",
            br"\u017b\u00f3\u0142\u0107g\u0142\u0105b",
        ),
        ("as written, base64", b"xbvDs8WCxIdnxYLEhWI="),
        ("lower case, base64", b"YWHFvMOzxYLEh2fFgsSFYg"),
    ];
    for (form, bytes) in planted {
        let found = search.bytes(bytes);
        assert!(
            found.iter().any(|(_, found)| found == form),
            "{form}: {found:?}"
        );
    }
    assert_eq!(
        search.bytes(b"zolc glab, and nothing else of the kind"),
        BTreeSet::new()
    );
}
