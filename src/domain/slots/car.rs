//! The car the client drives now, in the nominative.

use std::{ops::Range, sync::LazyLock};

use super::Reading;
use crate::domain::{
    labels::SlotKey,
    phrase::{Phrases, Words},
    slots::SlotValue,
    vehicle::Mention,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    /// "mam", "my", "I drive": the client's own.
    Own,
    /// "teraz", "right now": the present one among several.
    Now,
    /// The car does something for the client: "pęka w szwach", "mi to robi".
    Serves,
    /// Sold, dreamt of, compared, asked about.
    Apart,
    /// Belongs to somebody else.
    Others,
    /// Got out of, for good: "wysiąść z".
    Left,
}

static CUES: LazyLock<Phrases<Cue>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "trzymam|katuje|wozi|dojezdzamy|pod_domem_stoi|w_garazu_stoi|zdaje|zdajemy|konczy_sie_leasing_na|konczy_sie_najem|zjezdzam|obecnym_autem_jest",
                Cue::Own,
            ),
            (
                "daily|i_m_in|in_my|replacing|replace_my|replaces|out_of_my|hand_back|handing_back|came_in|arrived_in|i_keep|keep_my|been_driving|we_run",
                Cue::Own,
            ),
            (
                "mam|mamy|posiadam|jezdze|jezdzimy|jezdzilem_dotad|smigam|uzywam|przyjechalem|przyjechalam|przyjezdzam|dojezdzam|woze|wozimy|woza",
                Cue::Own,
            ),
            (
                "moj|moja|moje|mojego|mojej|mojemu|moim|nasz|nasza|nasze|naszego|naszej|naszym|swoj|swoje|swoja|swojego|swojej|swoim",
                Cue::Own,
            ),
            (
                "oddam|oddaje|oddaja|zostawiam|zostawie|zamieniam|zamienie|w_rozliczeniu|do_oddania|wymieniam|wymienic|przesiadam|przesiasc|wysiadam|wysiade|wysiasc",
                Cue::Own,
            ),
            (
                "my|mine|our|i_drive|i_ve|i_m_in_a|in_an_old|i_have|we_have|we_drive|i_own|i_run|runs|driving|drive|own_s|moving_from|coming_from|part_exchange|trade_in|trading_in|swap|been_in|i_m_in",
                Cue::Own,
            ),
            (
                "wysiasc_z|wysiadam_z|przesiasc_sie_z|przesiadam_sie_z|przesiadka_z|get_out_of|moving_on_from",
                Cue::Left,
            ),
            ("od|for|since ..2 lat|lata|roku|years|20*", Cue::Now),
            (
                "teraz|obecny|obecna|obecne|current_one|the_current|my_current|obecnie|aktualnie|na_razie|dzis|dzisiaj|na_co_dzien|dotad|do_tej_pory|now|right_now|currently|at_the_moment|these_days|for_now|today",
                Cue::Now,
            ),
            (
                "peka|pekl|sluzy|posluzy|pojezdzi|mi_jeszcze|pali|zapali|robi_mi|mi_to_robi|mi_robi|ma_juz|dobija|sie_sypie|stary|stara|starym|starego|starej|stare|wysluzony|z_auta|na_gazie|w_dieslu|w_gazie",
                Cue::Serves,
            ),
            (
                "old|knackered|beat_up|trusty|diesel|battered|is_outside|still_going|is_on|in_the_boot_of",
                Cue::Serves,
            ),
            (
                "potem|pozniej|sprzedal*|mialem|mialam|mielismy|wczesniej|poprzedni*|kiedys|pierwsz*_auto|przed_nia|przed_nim|jezdzilem|jezdzilam|skasowal*|rozbil*|roztrzaskal*|ukradli",
                Cue::Apart,
            ),
            (
                "ogladal*|rozwazam*|porown*|zestawi*|zamiast|konkurenc*|zastanawiam|wolalbym|wolalabym|chcialbym|chcialabym|kupilbym|u_konkurencji|widzial*|czytal*|test|testowal*|kosztuje|kosztowal*|wezme|dostalem_oferte|lepszy|lepsza|gorszy|niz",
                Cue::Apart,
            ),
            (
                "sold|used_to|before_that|previous|previously|first_was|once_had|i_had|had_a|ran_a|would|considering|looked_at|looking_at|compare*|compared|versus|instead_of|than|test_drove|against|wanted|next_to|cost|costs|quoted|first",
                Cue::Apart,
            ),
            (
                "mate|mates|kumpel|kumpla|kolega|kolegi|kolezanka|kolezanki|sasiad|sasiada|sasiadka|szef|szefa|wspolnik|wspolnika|brat|brata|szwagier|szwagra|kuzyn|kuzyna|znajomy|znajomego|syn|syna|corka|tesc|tescia|tata|ojciec|\
                 kierownik|prezes|handlowiec|wlasciciel|neighbour|neighbor|colleague|boss|partner_has|brother|friend|cousin|son|daughter|everyone|everybody|wszyscy",
                Cue::Others,
            ),
        ],
    )
});

/// Models that people cross-shop rather than trade in: a bare name of one is no current car.
const ELECTRIC: &[&str] = &[
    "model3",
    "modely",
    "models",
    "modelx",
    "id3",
    "id4",
    "id5",
    "id7",
    "elroq",
    "enyaq",
    "ev3",
    "ev4",
    "ev5",
    "ev6",
    "ev9",
    "ix",
    "ix1",
    "ix2",
    "ix3",
    "i4",
    "i5",
    "i7",
    "eqa",
    "eqb",
    "eqc",
    "eqe",
    "eqs",
    "q4etron",
    "q6etron",
    "q8etron",
    "etrongt",
    "taycan",
    "ioniq5",
    "ioniq6",
    "ioniq9",
    "inster",
    "konaelectric",
    "ex30",
    "ex40",
    "ex60",
    "ex90",
    "ariya",
    "mg4",
    "seal",
    "sealion7",
    "atto3",
    "dolphin",
    "dolphinsurf",
    "spring",
    "t03",
    "box",
    "born",
    "tavascan",
    "polestar2",
    "polestar3",
    "polestar4",
    "zeekr7x",
    "macheG",
    "bz4x",
    "avenger",
    "ec3",
    "ec4",
    "r5",
    "renault5",
    "g6",
    "g9",
];

/// Ordinary words that, written as a name among cars, are one.
const PLAIN: &[&str] = &[
    "golf", "polo", "focus", "leon", "leaf", "zoe", "juke", "rapid", "scala", "puma", "up",
    "galaxy", "rio", "swift", "transit", "jazz",
];

/// Cases of ordinary words that are also those of a name: horsepower, a party.
const WORDS: &[&str] = &["koni", "konie", "imprezy", "imprezie", "imprez"];

/// Words that follow the name of a car, however ordinary it looks.
const BODIES: &[&str] = &[
    "kombi", "diesel", "hybrid", "hybryda", "touring", "avant", "variant", "estate", "cabrio",
    "coupe", "gti",
];

struct Candidate {
    rank: i32,
    /// Index among the cars of the text.
    car: usize,
}

/// Reads the current car from the cars the text names.
pub(super) fn read(reading: &mut Reading<'_>) {
    let mut best: Option<Candidate> = None;
    for sentence in reading.sentences.clone() {
        let words = Words::new(reading.folded, sentence.clone());
        let cues: Vec<_> = CUES
            .find(&words)
            .into_iter()
            .map(|h| (h.tokens, h.value))
            .collect();
        for (car, mention) in reading
            .cars
            .iter()
            .enumerate()
            .filter(|(_, c)| sentence.contains(&c.tokens.start))
            .filter(|(_, c)| !WORDS.contains(&reading.folded.get(c.tokens.start)))
        {
            let score = score(mention, &cues, &words, reading);
            // A model says more than the make of a whole life.
            let rank = score + if mention.model.is_some() { 4 } else { 0 };
            if score > 0 && best.as_ref().is_none_or(|b| rank > b.rank) {
                best = Some(Candidate { rank, car });
            }
        }
    }
    if let Some(best) = best {
        let mention = &reading.cars[best.car];
        let (name, tokens) = (full_name(mention, reading), mention.tokens.clone());
        reading.state(SlotKey::CurrentCar, SlotValue::Text(name), &tokens, 1.0);
    }
}

/// How surely the client drives it: zero or less for no.
fn score(
    mention: &Mention,
    cues: &[(Range<usize>, Cue)],
    words: &Words<'_>,
    reading: &Reading<'_>,
) -> i32 {
    let place = words.place(mention.tokens.start);
    let end = words.place(mention.tokens.end);
    let comma = |from: usize, to: usize| {
        (from.saturating_sub(1)..to.saturating_sub(1)).any(|p| words.comma_after(p))
    };
    // What is said of others or of the past holds for its clause only.
    let bound = |cue: Cue| matches!(cue, Cue::Apart | Cue::Others);
    let near = |cue: Cue, before: usize, after: usize| {
        cues.iter().any(|(tokens, c)| {
            let (from, to) = (words.place(tokens.start), words.place(tokens.end));
            let before =
                to <= place && place - to < before && !(bound(cue) && comma(to, place + 1));
            let after = from >= end && from - end < after && !comma(end, from + 1);
            *c == cue && (before || after)
        })
    };
    let now = near(Cue::Now, 2, 1) || near(Cue::Left, 2, 0);
    if !now && near(Cue::Apart, 5, 1) || near(Cue::Others, 4, 2) {
        return 0;
    }
    let mut score = 0;
    score += if near(Cue::Own, 6, 0) {
        4
    } else if near(Cue::Own, 0, 4) {
        2
    } else {
        0
    };
    score += if near(Cue::Now, 4, 2) { 4 } else { 0 };
    score += if near(Cue::Serves, 2, 4) { 2 } else { 0 };
    let electric = mention
        .model
        .as_deref()
        .is_some_and(|m| ELECTRIC.contains(&m));
    let question = reading.asks(mention.tokens.start);
    let plain = mention.model.as_deref().is_some_and(|m| PLAIN.contains(&m))
        && reading.folded.capital(mention.tokens.start);
    let bodied = BODIES.contains(&reading.folded.get(mention.tokens.end));
    let doubtful = mention.doubtful && !plain && !bodied;
    if score == 0 && mention.model.is_some() && !doubtful && !electric && !question {
        score = 1;
    }
    if mention.model.is_none() {
        score -= 2;
    }
    if doubtful {
        score -= 2;
    }
    if question { score - 2 } else { score }
}

/// The model, with its make where that is named apart.
fn full_name(mention: &Mention, reading: &Reading<'_>) -> String {
    let mut name = mention.name.clone();
    let bare = reading
        .cars
        .iter()
        .find(|c| c.model.is_none() && c.make == mention.make && mention.model.is_some());
    if let Some(make) = bare.filter(|make| !name.starts_with(&make.name)) {
        name = format!("{} {name}", make.name);
    }
    name
}
