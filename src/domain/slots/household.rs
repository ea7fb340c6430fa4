//! How many go together. The number of "us" has to be said, or follow from what is ("trójka i my").

use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::{Reading, amount::is_within, cues::Cues};
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::{Phrases, Words},
    quantity::Quantity,
    slots::SlotValue,
    text::Folded,
};

/// Collective words by number: "troje" and the like, "trójka" and the like, as children are counted.
const COLLECTIVE: &[(u8, &str, &str)] = &[
    (1, "jedno", "jedno|jednym|one|a"),
    (
        2,
        "dwoje|dwojke|dwojka|dwie",
        "dwoje|dwojke|dwojka|dwojki|dwojgiem|two",
    ),
    (
        3,
        "troje|trojke|trojka|trzy",
        "troje|trojke|trojka|trojki|trojgiem|three",
    ),
    (
        4,
        "czworo|czworke|czworka|cztery",
        "czworo|czworke|czworka|czworki|czworgiem|four",
    ),
    (5, "piecioro|piatke|piatka", "piecioro|piatke|piatka|five"),
    (
        6,
        "szescioro|szostke|szostka",
        "szescioro|szostke|szostka|szostki|six",
    ),
    (
        7,
        "siedmioro|siodemke|siodemka",
        "siedmioro|siodemke|siodemka",
    ),
];

/// Patterns whose `@n` is the collective words for "us" and `@c` those for children.
const US: &[&str] = &[
    "jest_nas|nas_jest|nas_bedzie|bedzie_nas|nas|jestesmy|bedziemy ..3 @n",
    "we @n",
    "w @c",
    "@n nas",
];

/// Patterns of children with both parents, who are two more.
const BOTH: &[&str] = &[
    "@c ..1 dzieci|dzieciakow|dzieciaki|maluchow|chlopakow|corek|synow ..1 i|plus my|nas_dwoje",
    "@c ..1 kids|children|girls|boys ..1 and|plus us|the_two_of_us|me_and",
    "my|nas_dwoje|oboje|we ..2 i|plus|z|and @c ..1 dzieci|dzieciakow|dzieciaki|kids|children",
    "mam|mamy ..1 meza|zone|z_mezem|z_zona|wife|husband ..2 @c ..1 dzieci|dzieciakow|dziecko|kids|children",
    "ja|me|maz|zona ..2 zona|maz|wife|husband|mezem|zona|partner|partnerka ..2 i|plus|and @c ..1 dzieci|dzieciakow|kids|children|girls|boys|dziecko",
];

static TOGETHER: LazyLock<Phrases<u8>> = LazyLock::new(|| {
    let mut rows = Vec::new();
    for (n, us, children) in COLLECTIVE {
        // One is no collective: it counts children only.
        let us: Vec<_> = US
            .iter()
            .filter(|_| *n > 1)
            .map(|p| (p.replace("@n", us).replace("@c", children), *n))
            .collect();
        let both = BOTH.iter().map(|p| (p.replace("@c", children), *n + 2));
        rows.extend(us.into_iter().chain(both));
    }
    rows.extend(
        [
            ("cala czworka|czworke", 4),
            ("cala piatka|piatke", 5),
            ("cala szostka|szostke", 6),
            ("dwa_plus_jeden|2_plus_1", 3),
            ("rodzin*|model*|family 2_1", 3),
            ("rodzin*|model*|family 2_2", 4),
            ("rodzin*|model*|family 2_3", 5),
            ("rodzin*|model*|family 2_4", 6),
            ("dwa_plus_dwa|2_plus_2", 4),
            ("dwa_plus_trzy|2_plus_3", 5),
            ("dwa_plus_cztery|2_plus_4", 6),
            ("me and|plus|i my wife|husband|partner ..1 and the|a|our baby|kid|little_one|son|daughter", 3),
            ("just|only my wife|husband|partner|mum|mother|dad|son|daughter ..0 and_me", 2),
            ("just|only me and my wife|husband|partner|mum|mother", 2),
            ("the_two|two of_us", 2),
            ("mieszkam|zyje|mieszkamy ..1 z mezem|zona ..1 we_dwoje", 2),
        ]
        .map(|(pattern, n)| (pattern.to_owned(), n)),
    );
    let rows: Vec<_> = rows.iter().map(|(p, n)| (p.as_str(), *n)).collect();
    Phrases::new(&[], &rows)
});

/// Reads what collective words say.
pub(super) fn read(reading: &mut Reading<'_>, words: &Words<'_>) {
    // The largest is the whole: "nas dwoje i troje dzieci".
    let hits = TOGETHER.find(words);
    let free = hits.into_iter().filter(|hit| {
        let after = reading.folded.get(hit.tokens.end);
        !is_measured(after) && !reading.of_others(hit.tokens.start)
    });
    if let Some(hit) = free.max_by_key(|h| h.value) {
        let n = SlotValue::Number(Decimal::from(hit.value));
        reading.state(SlotKey::HouseholdSize, n, &hit.tokens, 1.0);
    }
}

/// What a collective may count that is no person of the household.
fn is_measured(word: &str) -> bool {
    [
        "godzin", "minut", "miesi", "lat", "tygod", "aut", "samochod", "raz", "wersj", "strony",
        "osoby", "dziec", "maluch", "corek", "synow", "kids",
    ]
    .iter()
    .any(|stem| word.starts_with(stem))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Us;

static CUES: LazyLock<Phrases<Us>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[(
            "jest_nas|nas_jest|nas_bedzie|nas|jestesmy|rodzin*|jezdzimy|wozimy|woze|domownik*|doroslych|adults|czyli|w_sumie|lacznie|w_domu|gospodarstw*|my_w|we_are|we_re|family_of|household_of|family|household|of_us|us_in_total|there_s|there_are|at_home|in_the_house",
            Us,
        )],
    )
});

/// What a sentence says of "us".
pub(super) struct Household(Cues<Us>);

impl Household {
    pub(super) fn new(words: &Words<'_>, folded: &Folded) -> Self {
        Self(Cues::new(&CUES, words, folded))
    }

    /// A number of persons, or a bare one between "us" and nothing counted.
    pub(super) fn counted(
        &self,
        n: Decimal,
        quantity: &Quantity,
        reading: &Reading<'_>,
    ) -> Option<(Decimal, SlotKey)> {
        let cues = &self.0;
        let people = is_within(n, (2, 12)) && n.fract().is_zero() && !quantity.multiplied;
        let said = match quantity.unit {
            Some(Unit::Person) => {
                cues.near(Us, &quantity.tokens, 4) && !reading.asks(quantity.tokens.start)
            }
            None => {
                let before = reading.before(quantity.tokens.start);
                matches!(
                    before,
                    "of" | "nas" | "jest" | "are" | "re" | "w" | "we" | "jestesmy"
                ) && cues.near(Us, &quantity.tokens, 1)
                    && !is_counted(reading.folded.get(quantity.tokens.end))
            }
            _ => false,
        };
        (people && said).then_some((n, SlotKey::HouseholdSize))
    }
}

/// A noun after the number: "jesteśmy dwa razy", "we are two minutes away".
fn is_counted(word: &str) -> bool {
    let joins = [
        "in",
        "at",
        "and",
        "with",
        "w",
        "i",
        "z",
        "bo",
        "plus",
        "wiec",
        "so",
        "altogether",
        "razem",
    ];
    !word.is_empty() && word.chars().all(char::is_alphabetic) && !joins.contains(&word)
}
