//! Distances: how far a year, and how far to work.

use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::{amount::is_within, cues::Cues};
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::{Phrases, Words},
    quantity::{Per, Quantity},
    text::Folded,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Yearly,
    Monthly,
    Work,
    OneWay,
    RoundTrip,
    /// Another destination than work, or one that is rarely driven to.
    Elsewhere,
    /// The distance is the car's: odometer, range, warranty, service.
    Cars,
    /// The amount is money.
    Money,
    /// "robi", "przy": an amount that is driven.
    Drive,
    /// "robię", "I drive": the client's own way.
    OwnDrive,
}

static CUES: LazyLock<Phrases<Cue>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "rocznie|w_roku|w_rok|na_rok|w_ciagu_roku|w_skali_roku|zeszlym_roku|ubieglym_roku|roczny_przebieg|rocznego_przebiegu|przez_rok|co_roku|roczne|rocznego",
                Cue::Yearly,
            ),
            (
                "a_year|per_year|each_year|every_year|yearly|annually|annual|last_year|per_annum|in_a_year|a_twelvemonth",
                Cue::Yearly,
            ),
            (
                "miesiecznie|na_miesiac|w_miesiacu|w_miesiac|co_miesiac|a_month|per_month|monthly|every_month|each_month",
                Cue::Monthly,
            ),
            (
                "do ..3 pracy|roboty|biura|firmy|szkoly|fabryki|kopalni|zakladu|kancelarii|pracowni|urzedu|uczelni|przychodni|huty|magazynu",
                Cue::Work,
            ),
            ("od pracy|biura|roboty|firmy", Cue::Work),
            ("from work|the_office|my_office|my_job", Cue::Work),
            (
                "dojezdzam|dojezdzamy|dojazd|dojazdy|dojazdu|ucze|pracuje|mam_prace|mam_biuro|mam_robote",
                Cue::Work,
            ),
            (
                "commut*|work_s|work_is|to_work|to_the_office|to_my_office|to_the_job|to_the_plant|to_the_yard|to_the_site|to_my_job|from_work|i_work|i_teach|each_morning|market_run|the_office",
                Cue::Work,
            ),
            (
                "w_jedna_strone|w_jedna|w_1_strone|one_way|each_way|jedna_strona|one_direction|single_trip|a_way",
                Cue::OneWay,
            ),
            (
                "w_obie_strony|w_obie|tam_i_z_powrotem|i_z_powrotem|w_te_i_z_powrotem|w_te_i_we_wte|tam_i_nazad|round_trip|there_and_back|to_and_from|both_ways|and_back|return_trip|w_dwie_strony",
                Cue::RoundTrip,
            ),
            ("there|tam ..2 back|z_powrotem|nazad", Cue::RoundTrip),
            (
                "kosciol*|corki|syna|brata|siostry|narzeczon*|dziewczyn*|znajomych|wnuk*|dzialk*|rodzicow|tesciow*|babci|mamy_na_wies|sklep*|zakup*|lekarza|jezior*|lotnisk*|ladowark*|serwis*|salon*|najblizsz*|gory|morze|moze_morza|warsztatu|wakacj*|urlop*|chorwac*|silowni*|przystank*|stacji|autostrad*|centrum_handlowego|rehabilitac*",
                Cue::Elsewhere,
            ),
            (
                "raz_na|raz_w|dwa_razy|czasem|czasami|w_niedziele|w_weekend*|na_weekend*|od_swieta|once_a|sometimes|at_weekends|at_the_weekend|on_sundays|on_sunday|holiday*",
                Cue::Elsewhere,
            ),
            (
                "church|grandchildren|grandkids|parents|cottage|shop|shops|airport|charger|chargers|dealer*|seaside|cabin|in_laws|nearest|lake|mountains|motorway",
                Cue::Elsewhere,
            ),
            (
                "przebiegu|nalot*|liczniku|licznik|gwarancj*|zasieg*|przeglad*|bateri*|akumulator*|na_jednym|na_ladowaniu|na_baku|odometer|on_the_clock|mileage|warranty|range|battery|on_one_charge|on_a_charge|on_a_tank|promieniu",
                Cue::Cars,
            ),
            (
                "kosztuj*|koszt|koszty|koszcie|zl|pln|zloty*|zlotych|ubezpieczen*|skladk*|rata|raty|podatk*|zysk*|obrot*|przychod*|oszczedz*|oc|ac|insurance|tax|cost|costs|save|saves|saving*|revenue|turnover|residual",
                Cue::Money,
            ),
            (
                "paliw*|benzyn*|serwis|fuel|petrol ..2 na|za|wydaj*|for|spend",
                Cue::Money,
            ),
            ("wydaj*|spend ..3 na|on", Cue::Money),
            (
                "polis*|agent*|broker*|insur*|premium|oszczedn*|rat|stawce|przeplyw*|trace|wydam|wyskakuj*|units|za_przeglad*|warsztat*|dniowk*|na_glowe|kosztow*|odlicz*|gr|groszy",
                Cue::Money,
            ),
            (
                "robie|robimy|jezdze|jezdzimy|przejezdzam|nakrecam|wykrecam|i_do|i_drive|we_drive|we_do|i_cover ..1 ?ze",
                Cue::OwnDrive,
            ),
            (
                "robie|robimy|jezdze|jezdzimy|przejezdzam|nakrecam|wykrecam|robi|przebieg|przebiegi|przy|i_do|i_drive|we_drive|we_do|does|driving|clock_up|i_cover",
                Cue::Drive,
            ),
        ],
    )
});

/// What makes a bare amount a year a sum of money, wherever in the text it stands.
static INSURANCE: LazyLock<Phrases<()>> = LazyLock::new(|| {
    let words =
        "polis*|agent*|agencji|broker*|ubezpiecz*|skladk*|insur*|premium|oc|ac|oszczedn*|saving*";
    Phrases::new(&[], &[(words, ())])
});

/// Whether a text speaks of insurance or savings anywhere.
pub(super) fn speaks_of_money(folded: &Folded) -> bool {
    INSURANCE.any(&Words::new(folded, 0..folded.len()))
}

/// The ways that a sentence speaks of.
pub(super) struct Ways<'t> {
    cues: Cues<Cue>,
    folded: &'t Folded,
    /// Two equal distances: there, and back.
    there_and_back: bool,
    /// The whole text speaks of insurance or savings.
    of_money: bool,
}

impl<'t> Ways<'t> {
    /// `of_money` is what [`speaks_of_money`] says of the whole text.
    pub(super) fn new(
        words: &Words<'_>,
        folded: &'t Folded,
        said: &[Quantity],
        of_money: bool,
    ) -> Self {
        let equal = |q: &Quantity| q.number() == said[0].number();
        Self {
            cues: Cues::new(&CUES, words, folded),
            folded,
            there_and_back: said.len() == 2 && said.iter().all(equal),
            of_money,
        }
    }

    pub(super) fn read(&self, n: Decimal, quantity: &Quantity) -> Option<(Decimal, SlotKey)> {
        self.yearly(n, quantity)
            .map(|n| (n, SlotKey::YearlyKm))
            .or_else(|| self.commute(n, quantity).map(|n| (n, SlotKey::CommuteKm)))
    }

    fn yearly(&self, n: Decimal, quantity: &Quantity) -> Option<Decimal> {
        let at = &quantity.tokens;
        if quantity.per == Some(Per::Month) && quantity.unit == Some(Unit::Km)
            || quantity.unit == Some(Unit::Km) && self.cues.after(Cue::Monthly, at, 1)
        {
            let year = n * Decimal::from(12);
            return is_within(year, (1_000, 250_000)).then_some(year);
        }
        let money = self.cues.beside(Cue::Money, at, 4);
        let driven = self.cues.beside(Cue::Drive, at, 4);
        let cars = self.cues.beside(Cue::Cars, at, 4);
        let said = match (quantity.unit, quantity.per) {
            (Some(Unit::KmPerYear), _) => true,
            (None, Some(Per::Year)) => driven || !self.cues.has(Cue::Money) && !self.of_money,
            (Some(Unit::Km), None) => {
                self.cues.has(Cue::Yearly)
                    || is_within(n, (6_000, 70_000))
                        && !cars
                        && !self.cues.has(Cue::Elsewhere)
                        && !self.at_that(at.start)
            }
            (None, None) => {
                !money && (self.driven_alone(n, quantity) || self.bare_yearly(n, quantity, driven))
            }
            _ => false,
        };
        (said && is_within(n, (2_000, 250_000))).then_some(n)
    }

    /// "Robię dwadzieścia tysięcy", of which neither unit nor period is said.
    fn driven_alone(&self, n: Decimal, quantity: &Quantity) -> bool {
        let own = self.cues.before(Cue::OwnDrive, &quantity.tokens, 1);
        own && quantity.multiplied && is_within(n, (6_000, 70_000))
    }

    /// A bare number whose year stands by it, or not far where the number is driven.
    fn bare_yearly(&self, n: Decimal, quantity: &Quantity, driven: bool) -> bool {
        let at = &quantity.tokens;
        let by_it = self.cues.beside(Cue::Yearly, at, 0)
            || self.cues.before(Cue::Yearly, at, 4) && !self.joined(at.start);
        let driven = driven && self.cues.near(Cue::Yearly, at, 6);
        (by_it || driven) && (quantity.multiplied || n >= Decimal::from(5_000))
    }

    /// "after 60 thousand km", "with 20 thousand km": the age of a car.
    fn at_that(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |i| self.folded.get(i));
        [
            "po", "to", "jest", "i", "and", "with", "after", "co", "every", "ma", "has",
        ]
        .contains(&before)
    }

    /// Whether no noun follows the number: "dziesięć kółek" are no distance.
    fn uncounted(&self, after: usize) -> bool {
        let word = self.folded.get(after);
        !word.chars().all(char::is_alphabetic)
            || ["", "w", "each", "one", "tam", "there", "do", "to", "a"].contains(&word)
    }

    /// Whether the number begins something else than the words before it.
    fn joined(&self, at: usize) -> bool {
        let before = at.checked_sub(1).map_or("", |i| self.folded.get(i));
        ["and", "i", ",", ":"].contains(&before)
    }

    /// An amount that opens the talk and says nothing else, as one answers "how much a year?".
    pub(super) fn answers(&self, n: Decimal, quantity: &Quantity) -> bool {
        let at = &quantity.tokens;
        let alone = ["", ",", "."].contains(&self.folded.get(at.end));
        let bare = quantity.multiplied && quantity.unit.is_none() && quantity.per.is_none();
        let other = self.of_money || self.cues.has(Cue::Money) || self.cues.has(Cue::Cars);
        at.start <= 1 && alone && bare && !other && is_within(n, (6_000, 70_000))
    }

    fn commute(&self, n: Decimal, quantity: &Quantity) -> Option<Decimal> {
        let (cues, at) = (&self.cues, &quantity.tokens);
        let daily = quantity.per == Some(Per::Day);
        let distance = quantity.unit == Some(Unit::Km) && (quantity.per.is_none() || daily);
        let bare = quantity.unit.is_none()
            && !quantity.foreign
            && !quantity.multiplied
            && quantity.per.is_none()
            && cues.has(Cue::OneWay)
            && self.uncounted(at.end);
        let to_work = if cues.beside(Cue::Elsewhere, at, 8) || cues.beside(Cue::Cars, at, 3) {
            cues.nearer(Cue::Work, Cue::Elsewhere, at)
        } else {
            let rare = cues.has(Cue::Elsewhere);
            cues.has(Cue::Work)
                || !rare && (cues.has(Cue::OneWay) || distance && cues.has(Cue::RoundTrip))
        };
        if !(distance || bare) || !to_work || !is_within(n, (if bare { 2 } else { 1 }, 250)) {
            return None;
        }
        let halved =
            !self.there_and_back && !cues.has(Cue::OneWay) && (cues.has(Cue::RoundTrip) || daily);
        Some(if halved { n / Decimal::TWO } else { n })
    }
}
