//! Amounts the client stated: distances, power of the panels, budgets, the size of the household.

use std::{ops::Range, sync::LazyLock};

use rust_decimal::Decimal;

use super::Reading;
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::{Phrases, Words},
    quantity::{Per, Quantity},
    slots::SlotValue,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Yearly,
    Work,
    OneWay,
    RoundTrip,
    Panels,
    /// Money the client has or will spend.
    Purse,
    Instalment,
    /// Money that is a price, a wage, a fuel bill, somebody else's.
    NotPurse,
    Us,
}

static CUES: LazyLock<Phrases<Cue>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "rocznie|w_roku|na_rok|w_ciagu_roku|w_skali_roku|zeszlym_roku|ubieglym_roku|roczny_przebieg|rocznego_przebiegu",
                Cue::Yearly,
            ),
            (
                "a_year|per_year|each_year|every_year|yearly|annually|annual|last_year|per_annum|in_a_year",
                Cue::Yearly,
            ),
            (
                "do pracy|roboty|biura|firmy|szkoly|fabryki|kopalni|szpitala|zakladu|kancelarii|pracowni",
                Cue::Work,
            ),
            (
                "dojezdzam|dojezdza|dojazd|dojazdu|commute*|to_work|to_the_office|to_my_office|to_the_job|each_morning|market_run",
                Cue::Work,
            ),
            (
                "w_jedna_strone|w_jedna|one_way|each_way|jedna_strona",
                Cue::OneWay,
            ),
            (
                "w_obie_strony|w_obie|tam_i_z_powrotem|i_z_powrotem|tam_i_nazad|round_trip|there_and_back|both_ways|and_back|return_trip|w_dwie_strony",
                Cue::RoundTrip,
            ),
            ("there|tam ..2 back|z_powrotem|nazad", Cue::RoundTrip),
            (
                "panele|paneli|panelach|fotowoltaik*|pv|kwp|solar|solary|instalacj*|na_dachu|roof",
                Cue::Panels,
            ),
            (
                "budzet*|odlozone|odlozonych|przeznacz*|stac_mnie|stac_nas|wydam|wydac|wydamy|moge_dac|gotowk*|dojsc|posunac|do_dyspozycji|mam|mamy|przekrocz*|zmiesc*|miesci|mieszcze|limit|sufit|dam|doplac*|nie_wiecej|ani_zlotowki",
                Cue::Purse,
            ),
            (
                "budget|spend|afford|cash|account|ceiling|i_have|we_have|i_could_do|could_do|up_to|limit|max|maximum|put_aside|saved_up|not_a_zloty_more|top_whack|i_can_go|go_to|stretch",
                Cue::Purse,
            ),
            (
                "rata|raty|rate|ratach|racie|miesiecznie|na_miesiac|miesieczn*|instalment*|installment*|monthly|a_month|per_month|each_month",
                Cue::Instalment,
            ),
            (
                "kosztuje|kosztowal*|cena|ceny|cenie|warte|wart|warta|zarabiam|pensj*|paliw*|benzyn*|prad|prad_to|ubezpieczen*|skladk*|czynsz*|hipotek*|kredyt_na_dom|przerasta|za_wysok*|taniej|rabat*|upust*|doplat*|dotac*|subskryb*|zysk*|obrot*|przychod*|dali_mi|dawali|wycen*|konkurencj*|u_nich|w_innym_salonie|gdzie_indziej",
                Cue::NotPurse,
            ),
            (
                "costs|price|priced|worth|earn|salary|fuel|petrol|diesel_costs|insurance|rent|mortgage|cheaper|discount|grant|subsid*|subscribers|turnover|revenue|offered_me|quoted|too_much|too_high|elsewhere|competitor*|another_dealer|other_dealer",
                Cue::NotPurse,
            ),
            (
                "jest_nas|nas_jest|nas_bedzie|jestesmy|rodzina|rodzine|rodziny|rodzinka|domownikow|my_w|we_are|we_re|family_of|household_of|of_us|us_in_total|there_s|there_are",
                Cue::Us,
            ),
        ],
    )
});

/// How many go together, by collective words ("we czworo", "w piątkę").
static TOGETHER: LazyLock<Phrases<u8>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "we_dwoje|we_dwie|we_dwoch|we_dwojke|jest_nas_dwoje|nas_dwoje|we_dwojgu",
                2,
            ),
            (
                "we_troje|we_trzy|trojka_nas|w_trojke|jest_nas_troje|nas_troje|nas_trojka",
                3,
            ),
            (
                "we_czworo|we_cztery|czworka_nas|w_czworke|we_czworke|nas_czworo|nas_czworka",
                4,
            ),
            ("w_piecioro|piatka_nas|w_piatke|nas_piecioro|nas_piatka", 5),
            (
                "w_szescioro|szostka_nas|w_szostke|nas_szescioro|nas_szostka",
                6,
            ),
            ("w_siedmioro|w_siodemke|nas_siedmioro", 7),
            ("dwa_plus_jeden|2_1_w_rodzinie", 3),
            ("dwa_plus_dwa", 4),
            ("dwa_plus_trzy", 5),
            ("dwa_plus_cztery", 6),
            ("just the_two_of_us|two_of_us", 2),
            ("the_three_of_us", 3),
            ("the_four_of_us", 4),
            ("the_five_of_us", 5),
        ],
    )
});

struct Sentence<'q> {
    cues: Vec<(Range<usize>, Cue)>,
    quantities: Vec<&'q Quantity>,
}

impl Sentence<'_> {
    fn has(&self, cue: Cue) -> bool {
        self.cues.iter().any(|(_, c)| *c == cue)
    }

    /// Whether the cue stands within some tokens of the quantity.
    fn near(&self, cue: Cue, quantity: &Quantity, tokens: usize) -> bool {
        self.cues.iter().any(|(at, c)| {
            let apart = if at.end <= quantity.tokens.start {
                quantity.tokens.start - at.end
            } else {
                at.start.saturating_sub(quantity.tokens.end)
            };
            *c == cue && apart <= tokens
        })
    }
}

pub(super) fn read(reading: &mut Reading<'_>) {
    let quantities = reading.quantities.clone();
    for tokens in reading.sentences.clone() {
        let words = Words::new(reading.folded, tokens.clone());
        let sentence = Sentence {
            cues: CUES
                .find(&words)
                .into_iter()
                .map(|h| (h.tokens, h.value))
                .collect(),
            quantities: quantities
                .iter()
                .filter(|q| tokens.contains(&q.tokens.start))
                .collect(),
        };
        for quantity in &sentence.quantities {
            let Some((n, key)) = read_one(quantity, &sentence, reading) else {
                continue;
            };
            reading.state(key, SlotValue::Number(n.normalize()), &quantity.tokens, 1.0);
        }
        if let Some(hit) = TOGETHER.find(&words).into_iter().next_back() {
            reading.state(
                SlotKey::HouseholdSize,
                SlotValue::Number(Decimal::from(hit.value)),
                &hit.tokens,
                1.0,
            );
        }
    }
}

fn read_one(
    quantity: &Quantity,
    sentence: &Sentence<'_>,
    reading: &Reading<'_>,
) -> Option<(Decimal, SlotKey)> {
    let n = quantity.number()?;
    yearly(n, quantity, sentence)
        .or_else(|| commute(n, quantity, sentence))
        .or_else(|| panels(n, quantity, sentence))
        .or_else(|| money(n, quantity, sentence, reading))
        .or_else(|| household(n, quantity, sentence, reading))
}

const fn between(low: i64, high: i64) -> (i64, i64) {
    (low, high)
}

fn is_within(n: Decimal, (low, high): (i64, i64)) -> bool {
    n >= Decimal::from(low) && n <= Decimal::from(high)
}

fn yearly(n: Decimal, quantity: &Quantity, sentence: &Sentence<'_>) -> Option<(Decimal, SlotKey)> {
    let far = is_within(n, between(1_000, 250_000));
    let said = match (quantity.unit, quantity.per) {
        (Some(Unit::KmPerYear), _) => true,
        (Some(Unit::Km), None) | (None, Some(Per::Year)) => sentence.has(Cue::Yearly),
        (None, None) => {
            sentence.near(Cue::Yearly, quantity, 6)
                && (quantity.multiplied || n >= Decimal::from(5_000))
                && !sentence.has(Cue::NotPurse)
        }
        _ => false,
    };
    (said && far).then_some((n, SlotKey::YearlyKm))
}

fn commute(n: Decimal, quantity: &Quantity, sentence: &Sentence<'_>) -> Option<(Decimal, SlotKey)> {
    let daily = quantity.per == Some(Per::Day);
    let distance = quantity.unit == Some(Unit::Km) && (quantity.per.is_none() || daily);
    let bare = quantity.unit.is_none()
        && !quantity.foreign
        && !quantity.multiplied
        && quantity.per.is_none()
        && sentence.has(Cue::OneWay);
    let way = sentence.has(Cue::Work)
        || sentence.has(Cue::OneWay)
        || sentence.has(Cue::RoundTrip) && distance;
    if !(distance || bare) || !way || !is_within(n, between(if bare { 2 } else { 1 }, 250)) {
        return None;
    }
    let there_and_back =
        sentence.quantities.len() == 2 && sentence.quantities.iter().all(|q| q.number() == Some(n));
    let halved =
        !there_and_back && !sentence.has(Cue::OneWay) && (sentence.has(Cue::RoundTrip) || daily);
    let one_way = if halved { n / Decimal::TWO } else { n };
    Some((one_way, SlotKey::CommuteKm))
}

fn panels(n: Decimal, quantity: &Quantity, sentence: &Sentence<'_>) -> Option<(Decimal, SlotKey)> {
    let power = match quantity.unit {
        Some(Unit::Kwp) => true,
        Some(Unit::Kw) => sentence.near(Cue::Panels, quantity, 6),
        _ => false,
    };
    (power && is_within(n, between(1, 500))).then_some((n, SlotKey::PvKwp))
}

fn money(
    n: Decimal,
    quantity: &Quantity,
    sentence: &Sentence<'_>,
    reading: &Reading<'_>,
) -> Option<(Decimal, SlotKey)> {
    if quantity.foreign
        || sentence.near(Cue::NotPurse, quantity, 5)
        || reading.asks(quantity.tokens.start) && !sentence.has(Cue::Purse)
    {
        return None;
    }
    let monthly = match (quantity.unit, quantity.per) {
        (Some(Unit::PlnPerMonth), _) | (None, Some(Per::Month)) => true,
        (None | Some(Unit::Pln), None) => sentence.near(Cue::Instalment, quantity, 5),
        _ => return None,
    };
    if monthly && is_within(n, between(300, 15_000)) {
        return Some((n, SlotKey::MonthlyBudgetPln));
    }
    let amount =
        quantity.unit == Some(Unit::Pln) || quantity.multiplied || n >= Decimal::from(20_000);
    let purse = sentence.near(Cue::Purse, quantity, 7)
        || quantity.approx == Some(crate::domain::quantity::Approx::AtMost);
    let plain =
        quantity.per.is_none() && amount && purse && !sentence.near(Cue::Yearly, quantity, 4);
    (plain && is_within(n, between(20_000, 3_000_000))).then_some((n, SlotKey::BudgetPln))
}

fn household(
    n: Decimal,
    quantity: &Quantity,
    sentence: &Sentence<'_>,
    reading: &Reading<'_>,
) -> Option<(Decimal, SlotKey)> {
    let people = is_within(n, between(1, 12)) && n.fract().is_zero() && !quantity.multiplied;
    let after = reading.folded.get(quantity.tokens.end);
    let said = match quantity.unit {
        Some(Unit::Person) => sentence.has(Cue::Us),
        None => {
            let before = reading.before(quantity.tokens.start);
            matches!(
                before,
                "of" | "nas" | "jest" | "are" | "re" | "w" | "we" | "jestesmy"
            ) && sentence.near(Cue::Us, quantity, 1)
                && !is_counted(after)
        }
        _ => false,
    };
    (people && said).then_some((n, SlotKey::HouseholdSize))
}

/// A noun after the number: "jesteśmy dwa razy", "we are two minutes away".
fn is_counted(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(char::is_alphabetic)
        && !matches!(
            word,
            "in" | "at"
                | "and"
                | "with"
                | "w"
                | "i"
                | "z"
                | "bo"
                | "plus"
                | "wiec"
                | "so"
                | "altogether"
                | "razem"
        )
}
