//! Whose affairs a statement is about: the client's, or those of somebody else.

use std::{ops::Range, sync::LazyLock};

use super::cues::breaks;
use crate::domain::{
    phrase::{Phrases, Words},
    quantity::Quantity,
    text::Folded,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Own,
    /// Somebody outside the household, or advice, whoever gives it.
    Other,
}

static VOICES: LazyLock<Phrases<Voice>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "ja|my|nas|mam|mamy|robie|robimy|jezdze|jezdzimy|biore|bierzemy|wezme|kupuje|kupujemy|chcemy|place|zaplace|dojezdzam|moj|moja|moje|mojego|mojej|moim|nasz|nasza|nasze|naszym|u_mnie|prowadze|dam|wydam",
                Voice::Own,
            ),
            (
                "i_m|i_ve|i_do|i_have|i_drive|i_can|i_could|i_d|i_ll|i_want|i_need|i_am|i_go|i_run|i_buy|i_pay|we|we_re|we_ve|we_d|we_do|our|mine",
                Voice::Own,
            ),
            (
                "kolega|kolezanka|koledzy|kumpel|kumpela|sasiad|sasiadka|sasiedzi|szef|szefowa|wspolnik|wspolniczka|brat|siostra|szwagier|szwagierka|kuzyn|kuzynka|znajomy|znajoma|znajomi|tesc|tesciowie|doradca|ksiegowy|ksiegowa|jedni|drudzy|wojt|proboszcz|wujek|ciotka|ziec|synowa|ktos|konkurencja",
                Voice::Other,
            ),
            (
                "on|oni|ona robi|ma|jezdzi|placi|placa|maja|wzial|wziela|kupil|kupila",
                Voice::Other,
            ),
            ("he|she|they", Voice::Other),
            (
                "mowi|mowia|radzi|radza|namawia|doradza|kaze zebym|zebysmy|zeby",
                Voice::Other,
            ),
            (
                "u|dla|od|auto|auta|samochod|firma|firme|tesla|u_tego kolegi|kolezanki|kumpla|sasiada|sasiadki|szefa|wspolnika|brata|siostry|szwagra|kuzyna|znajomego|znajomych|tescia|wujka|prezesa",
                Voice::Other,
            ),
            (
                "neighbour*|neighbor*|colleague*|mate|mates|friend|friends|brother|sister|boss|cousin|uncle|in_law|somebody|someone|buddy|coworker|bank_says|accountant|broker|agent|insurer",
                Voice::Other,
            ),
        ],
    )
});

/// Words after which a clause goes on about whom the last one spoke of.
const GOES_ON: &[&str] = &[
    "ze", "zeby", "zebym", "zebysmy", "iz", "ktory", "ktora", "ktorzy", "co", "bo", "robi",
    "jezdzi", "placi", "ma", "maja", "wzial", "wziela", "kupil", "kupila", "wydal", "wydala",
    "dal", "dala", "that", "who", "which", "because", "does", "drives", "pays", "has", "got",
    "bought", "took",
];

/// By token of a sentence: whether what stands there is said of somebody else, who is the last one
/// named before it in its clause. A clause that opens with one of the `quantities`, in their order,
/// goes on with the one before: "ma panele, 8 kWp".
pub(super) fn of_others(
    folded: &Folded,
    sentence: &Range<usize>,
    quantities: &[Quantity],
) -> Vec<bool> {
    let mut hits = VOICES.find(&Words::new(folded, sentence.clone()));
    hits.sort_by_key(|hit| hit.tokens.end);
    let mut hits = hits.into_iter().peekable();
    let (mut named, mut here) = (false, false);
    let mut others = Vec::with_capacity(sentence.len());
    for token in sentence.clone() {
        while let Some(hit) = hits.next_if(|hit| hit.tokens.end <= token) {
            here = hit.value == Voice::Other;
            named = here;
        }
        if breaks(folded, &(token..token + 1)) {
            // A colon lets the one named speak.
            let speaks = folded.get(token) == ":";
            let counts = quantities
                .binary_search_by_key(&(token + 1), |q| q.tokens.start)
                .is_ok();
            here = named && (speaks || counts || GOES_ON.contains(&folded.get(token + 1)));
        }
        others.push(here);
    }
    others
}
