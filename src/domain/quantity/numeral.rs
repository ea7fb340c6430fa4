//! Number words of Polish (all cases, collective forms, combining forms) and English, folded.

use std::{collections::HashMap, sync::LazyLock};

use rust_decimal::Decimal;

/// The place of a numeral inside a spoken number; smaller places follow larger ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Unit,
    Teen,
    Ten,
    Hundred,
    /// Nothing said yet.
    Open,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numeral {
    pub(super) value: u32,
    pub(super) class: Class,
    pub(super) ordinal: bool,
}

const CARDINALS: &[(u32, &str)] = &[
    (0, "zero zera"),
    (1, "jeden jedna jedno jednego jednej jednemu jednym one"),
    (
        2,
        "dwa dwie dwoch dwu dwom dwoma dwiema dwaj dwoje dwojga dwojgu dwojgiem two",
    ),
    (
        3,
        "trzy trzech trzem trzema trzej troje trojga trojgu trojgiem three",
    ),
    (
        4,
        "cztery czterech czterem czterema czterej czworo czworga czworgu czworgiem four",
    ),
    (5, "piec pieciu piecioma piecioro pieciorga pieciorgu five"),
    (
        6,
        "szesc szesciu szescioma szescioro szesciorga szesciorgu six",
    ),
    (7, "siedem siedmiu siedmioma siedmioro siedmiorga seven"),
    (8, "osiem osmiu osmioma osmioro osmiorga eight"),
    (9, "dziewiec dziewieciu dziewiecioma dziewiecioro nine"),
    (10, "dziesiec dziesieciu dziesiecioma dziesiecioro ten"),
    (11, "jedenascie jedenastu jedenastoma eleven"),
    (12, "dwanascie dwunastu dwunastoma twelve"),
    (13, "trzynascie trzynastu trzynastoma thirteen"),
    (14, "czternascie czternastu czternastoma fourteen"),
    (15, "pietnascie pietnastu pietnastoma fifteen"),
    (16, "szesnascie szesnastu szesnastoma sixteen"),
    (17, "siedemnascie siedemnastu siedemnastoma seventeen"),
    (18, "osiemnascie osiemnastu osiemnastoma eighteen"),
    (19, "dziewietnascie dziewietnastu dziewietnastoma nineteen"),
    (20, "dwadziescia dwudziestu dwudziestoma twenty"),
    (30, "trzydziesci trzydziestu trzydziestoma thirty"),
    (40, "czterdziesci czterdziestu czterdziestoma forty fourty"),
    (50, "piecdziesiat piecdziesieciu piecdziesiecioma fifty"),
    (60, "szescdziesiat szescdziesieciu szescdziesiecioma sixty"),
    (
        70,
        "siedemdziesiat siedemdziesieciu siedemdziesiecioma seventy",
    ),
    (80, "osiemdziesiat osiemdziesieciu osiemdziesiecioma eighty"),
    (
        90,
        "dziewiecdziesiat dziewiecdziesieciu dziewiecdziesiecioma ninety",
    ),
    (100, "sto stu"),
    (200, "dwiescie dwustu"),
    (300, "trzysta trzystu"),
    (400, "czterysta czterystu"),
    (500, "piecset pieciuset"),
    (600, "szescset szesciuset"),
    (700, "siedemset siedmiuset"),
    (800, "osiemset osmiuset"),
    (900, "dziewiecset dziewieciuset"),
];

/// Stems of Polish ordinals; English ones stand complete.
const ORDINALS: &[(u32, &str, &str)] = &[
    (1, "pierwsz", "first"),
    (2, "drug", ""),
    (3, "trzec", "third"),
    (4, "czwart", "fourth"),
    (5, "piat", "fifth"),
    (6, "szost", "sixth"),
    (7, "siodm", "seventh"),
    (8, "osm", "eighth"),
    (9, "dziewiat", "ninth"),
    (10, "dziesiat", "tenth"),
    (11, "jedenast", "eleventh"),
    (12, "dwunast", "twelfth"),
    (13, "trzynast", "thirteenth"),
    (14, "czternast", "fourteenth"),
    (15, "pietnast", "fifteenth"),
    (16, "szesnast", "sixteenth"),
    (17, "siedemnast", "seventeenth"),
    (18, "osiemnast", "eighteenth"),
    (19, "dziewietnast", "nineteenth"),
    (20, "dwudziest", "twentieth"),
    (30, "trzydziest", "thirtieth"),
    (40, "czterdziest", ""),
    (50, "piecdziesiat", ""),
    (60, "szescdziesiat", ""),
    (70, "siedemdziesiat", ""),
    (80, "osiemdziesiat", ""),
    (90, "dziewiecdziesiat", ""),
];

const ORDINAL_ENDINGS: &[&str] = &[
    "y", "i", "a", "ia", "e", "ie", "ego", "iego", "ej", "iej", "emu", "iemu", "ym", "im", "ych",
    "ich", "ymi", "imi",
];

static NUMERALS: LazyLock<HashMap<String, Numeral>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for &(value, stem, english) in ORDINALS {
        let numeral = Numeral {
            value,
            class: class(value),
            ordinal: true,
        };
        for ending in ORDINAL_ENDINGS {
            table.insert(format!("{stem}{ending}"), numeral);
        }
        if !english.is_empty() {
            table.insert(english.to_owned(), numeral);
        }
    }
    for &(value, forms) in CARDINALS {
        for form in forms.split(' ') {
            table.insert(
                form.to_owned(),
                Numeral {
                    value,
                    class: class(value),
                    ordinal: false,
                },
            );
        }
    }
    table
});

const fn class(value: u32) -> Class {
    match value {
        0..=9 => Class::Unit,
        10..=19 => Class::Teen,
        20..=99 => Class::Ten,
        _ => Class::Hundred,
    }
}

pub(super) fn numeral(word: &str) -> Option<Numeral> {
    NUMERALS.get(word).copied()
}

/// A word for a power of a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Multiplier {
    pub(super) by: u64,
    /// The word alone says one ("tysiąc"), rather than some ("tysiące").
    pub(super) alone: bool,
}

pub(super) fn multiplier(word: &str) -> Option<Multiplier> {
    let (by, alone) = match word {
        "tysiac" | "tysiaca" | "tysiacu" | "tysiacem" | "tysiak" | "tysiaka" => (1_000, true),
        "tys" | "tysi" | "tysiace" | "tysiecy" | "tysiacom" | "tysiacami" | "tysiacach"
        | "tysiaki" | "tysiakow" | "kafli" | "kafle" | "patykow" | "klockow" | "k" | "thousand"
        | "thousands" | "grand" => (1_000, false),
        "milion" | "miliona" | "milionie" | "milionem" => (1_000_000, true),
        "mln" | "miliony" | "milionow" | "milionach" | "million" | "millions" => (1_000_000, false),
        "mld" | "miliard" | "miliarda" | "miliardy" | "miliardow" | "billion" => {
            (1_000_000_000, false)
        }
        _ => return None,
    };
    Some(Multiplier { by, alone })
}

/// A word for an amount that nobody can check.
pub(super) fn is_vague(word: &str) -> bool {
    matches!(
        word,
        "pare"
            | "paru"
            | "parunastu"
            | "kilka"
            | "kilku"
            | "kilkanascie"
            | "kilkunastu"
            | "kilkadziesiat"
            | "kilkudziesieciu"
            | "kilkaset"
            | "kilkuset"
            | "ilestam"
            | "few"
            | "several"
            | "couple"
            | "nascie"
    )
}

/// Combining forms that begin a compound adjective ("osiemnasto-", "dwudziesto-", "pięćset-").
const COMBINING: &[(&str, u32)] = &[
    ("jedenasto", 11),
    ("dwunasto", 12),
    ("trzynasto", 13),
    ("czternasto", 14),
    ("pietnasto", 15),
    ("szesnasto", 16),
    ("siedemnasto", 17),
    ("osiemnasto", 18),
    ("dziewietnasto", 19),
    ("dwudziesto", 20),
    ("trzydziesto", 30),
    ("czterdziesto", 40),
    ("piecdziesiecio", 50),
    ("szescdziesiecio", 60),
    ("siedemdziesiecio", 70),
    ("osiemdziesiecio", 80),
    ("dziewiecdziesiecio", 90),
    ("dwustu", 200),
    ("trzystu", 300),
    ("czterystu", 400),
    ("pieciuset", 500),
    ("szesciuset", 600),
    ("siedmiuset", 700),
    ("osmiuset", 800),
    ("dziewieciuset", 900),
    ("stu", 100),
    ("sto", 100),
    ("jedno", 1),
    ("dwu", 2),
    ("trzy", 3),
    ("troj", 3),
    ("cztero", 4),
    ("piecio", 5),
    ("szescio", 6),
    ("siedmio", 7),
    ("osmio", 8),
    ("dziewiecio", 9),
    ("dziesiecio", 10),
];

/// The number at the head of a compound adjective and what remains of the word.
pub(super) fn combining(word: &str) -> Option<(Decimal, &str)> {
    if let Some(rest) = word.strip_prefix("poltora") {
        return Some((Decimal::new(15, 1), rest));
    }
    let mut rest = word;
    let mut value = 0;
    let mut last = Class::Open;
    while let Some((form, n)) = COMBINING.iter().find(|(form, n)| {
        let class = class(*n);
        rest.starts_with(form) && class < last && !(class == Class::Teen && last == Class::Ten)
    }) {
        rest = &rest[form.len()..];
        value += n;
        last = class(*n);
        if last == Class::Teen || last == Class::Unit {
            break;
        }
    }
    (value > 0 && rest.len() >= 3).then(|| (Decimal::from(value), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cardinals_win_over_ordinals_of_the_same_form() {
        assert!(!numeral("piecdziesiat").unwrap().ordinal);
        assert!(numeral("trzydziestego").unwrap().ordinal);
        assert_eq!(numeral("osmiuset").unwrap().value, 800);
        assert_eq!(numeral("second"), None);
    }

    #[test]
    fn compound_adjectives_split_into_number_and_stem() {
        let cases = [
            ("osiemnastolitrowy", 18, "litrowy"),
            ("dwudziestopiecioletni", 25, "letni"),
            ("piecioosobowa", 5, "osobowa"),
            ("stukilometrowy", 100, "kilometrowy"),
            ("trojfazowo", 3, "fazowo"),
            ("dziewietnastocalowych", 19, "calowych"),
        ];
        for (word, value, rest) in cases {
            assert_eq!(
                combining(word),
                Some((Decimal::from(value), rest)),
                "{word}"
            );
        }
        assert_eq!(combining("litrowy"), None);
    }
}
