//! Numbers that claim nothing: idioms, counting words, references, appointments, courtesies.
//!
//! Whatever is not recognised here has to equal a fact.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{
    fact::Unit,
    phrase::{Phrases, Words},
    quantity::{Approx, Form, Quantity, Value, When},
    text::{Folded, Kind},
};

/// Words of a sentence that decide whether a number in it is harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Idiom,
    /// Numbers that compare without a fact ("dwa razy taniej").
    Comparison,
    /// Someone's time for a talk or a drive.
    Courtesy,
    /// A meeting or a call to come.
    Meeting,
    /// An offer with an end, or a promise with a date.
    Deadline,
    Charging,
    Acceleration,
    Family,
    Stock,
    Tax,
    Saving,
    Phases,
}

const CUES: &[(&str, Cue)] = &[
    ("trzy|3 grosze", Cue::Idiom),
    ("two|2 cents", Cue::Idiom),
    ("na|w sto|100|stu procent|procentach", Cue::Idiom),
    (
        "sto|100|stu procent*|% racji|pewn*|zgod*|elektryczn*|przekonan*|skupien*",
        Cue::Idiom,
    ),
    (
        "hundred|100|one_hundred percent|%|per_cent your|sure|certain|electric|right|honest|agree|behind|committed|fine|happy",
        Cue::Idiom,
    ),
    (
        "a|one|100 ?hundred percent ?your|sure|certain|right",
        Cue::Idiom,
    ),
    (
        "raz_dwa|sto_lat|sto_razy|tysiac_razy|pierwsza_rzecz|jedna_rzecz|jedno_zdanie|dwie_strony|dwa_swiaty|na_dwoje_babka",
        Cue::Idiom,
    ),
    (
        "dwa|trzy razy ..1 zastanow*|pomysl*|sprawdz*|obejrz*|przemysl*",
        Cue::Idiom,
    ),
    ("think|look|check|ask twice", Cue::Idiom),
    ("piec minut|minuty przed|po ..1 dwunast*|czasie", Cue::Idiom),
    ("dwudziest* pierwszy|pierwszego wiek*", Cue::Idiom),
    ("twenty first century", Cue::Idiom),
    ("24 7", Cue::Idiom),
    ("24 h|godzin*|hours", Cue::Idiom),
    (
        "cztery|czterech|4 kola|kolka|kol|strony|sciany|oczy|pory",
        Cue::Idiom,
    ),
    ("four wheels|seasons|walls|corners", Cue::Idiom),
    (
        "fifty_fifty|million_dollar|nine_to_five|one_by_one|one_on_one|two_way|one_off|second_to_none",
        Cue::Idiom,
    ),
    (
        "pol_na_pol|piate_kolo|siodmym_niebie|szosty_zmysl",
        Cue::Idiom,
    ),
    ("za|from|od zera|scratch|zero", Cue::Idiom),
    (
        "zero|zera emisj*|stres*|problem*|obaw*|zobowiazan*|presji|nacisk*|ryzyk*|emission*|pressure|hassle|stress|obligation*|noise|gears",
        Cue::Idiom,
    ),
    (
        "dwa|trzy|cztery|piec|dziesiec|2|3|4|5|10|kilka|kilkukrotnie|kilkakrotnie razy ..1 tan*|droz*|szyb*|wiec*|mni*|lep*|dluz*|dal*|mocn*|tyle|lzej*|cis*",
        Cue::Comparison,
    ),
    (
        "dwukrotnie|trzykrotnie|dwa_razy|o_polowe|o_polowa|o_jedna_trzecia|o_jedna_czwarta|polowe ..1 tan*|droz*|szyb*|wiec*|mni*|lep*|dluz*|nizsz*|wyzsz*|mocn*",
        Cue::Comparison,
    ),
    (
        "polowa|polowe|polowy|jedna_trzecia|jedna_trzecia|cwierc|dwie_trzecie|trzy_czwarte ..1 cen*|koszt*|zasieg*|wartosc*|raty|kwoty|baterii",
        Cue::Comparison,
    ),
    (
        "two|three|four|five|ten|2|3|4|5|10 times ..1 as|cheaper|faster|more|less|better|longer|the|quicker|further",
        Cue::Comparison,
    ),
    (
        "twice|double|triple ?as the|as|cheap*|fast*|much|range|power|quick*",
        Cue::Comparison,
    ),
    (
        "half|third|quarter|two_thirds ?of the|its|your ..1 price|cost*|range|value|money|battery|instalment",
        Cue::Comparison,
    ),
    (
        "half as|the_price|the_cost|the_range|the_value",
        Cue::Comparison,
    ),
    (
        "a_third|a_quarter|by_half|half ..1 cheaper|less|more|faster|lower|off",
        Cue::Comparison,
    ),
    (
        "prosze|poprosze|daj|dajmy|potrzebuj*|poswie*|zajm*|potrwa*|trwa|wroc*|wrac*|przynios*|rozmow*|spotkan*|jazd*|jezdzi*|chwil*|kaw*|usiad*|obejrz*|zarezerwuj*|rezerwuj*",
        Cue::Courtesy,
    ),
    (
        "give|grant|spare|need|takes|take|fetch|back|ready|meeting|chat|coffee|drive|drives|moment|sit|show|walk|book",
        Cue::Courtesy,
    ),
    (
        "umow*|spotka*|zaprasz*|oddzwon*|zadzwon*|odezw*|wpad*|przyjed*|przyjdz*|czekam|bede|jestem|zajrz*|wroc*|przypomn*|kontakt*|napisz*|wysl*|jazd*|termin*",
        Cue::Meeting,
    ),
    (
        "meet|see_you|call|ring|book*|drop_by|come|appointment|slot|slots|drive|remind*|get_back|touch|send|visit|say|shall",
        Cue::Meeting,
    ),
    (
        "poniedzialek|wtorek|srode|sroda|czwartek|piatek|sobote|sobota|niedziele|niedziela|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
        Cue::Meeting,
    ),
    (
        "promocj*|ofert*|rabat*|cen*|doplat*|dotac*|program*|dostaw*|odbior*|wazn*|obowiazuj*|termin_dostawy|konczy*|gwaranc*|przepis*|wchodzi|zwolnion*|buspas*|leasing*|rat*",
        Cue::Deadline,
    ),
    (
        "offer*|price*|discount*|deal|grant*|deliver*|valid|ends|expire*|runs|warranty|deadline|law|closed|bus_lane*|lease|available_from",
        Cue::Deadline,
    ),
    (
        "ladow*|naladuj*|doladuj*|postoj*|bateri*|charg*|plug*|battery|on_the_road|recharge*|kabel",
        Cue::Charging,
    ),
    (
        "sekund*|second*|przyspiesz*|setk*|sprint*|accelerat*|0_100|s",
        Cue::Acceleration,
    ),
    (
        "rodzin*|jezdzicie|jestescie|was_jest|jest_was|domownik*|family|household|of_you|of_us|dzieci",
        Cue::Family,
    ),
    (
        "na_placu|na_stanie|w_magazynie|dostepn*|zosta*|stoi|stoja|od_reki|in_stock|on_the_lot|left|available|remaining|waiting_here",
        Cue::Stock,
    ),
    ("vat|odlicz*|deduct*|podatk*|tax|limit*|kosztow", Cue::Tax),
    (
        "oszczed*|zaoszczed*|taniej|mniej|zostan*|zyska*|tansz*|w_kieszeni|save|saving*|saved|cheaper|less|pocket|better_off|off",
        Cue::Saving,
    ),
    ("faz*|phase*|trojfaz*|jednofaz*", Cue::Phases),
];

static CUE_PHRASES: LazyLock<Phrases<Cue>> = LazyLock::new(|| Phrases::new(&[], CUES));

/// Words before a bare number that make it a reference.
const REFERENCES: &[&str] = &[
    "art",
    "artykul",
    "artykule",
    "ul",
    "ulica",
    "ulicy",
    "nr",
    "numer",
    "numerem",
    "punkt",
    "punkcie",
    "pkt",
    "strona",
    "stronie",
    "str",
    "pietro",
    "pietrze",
    "pokoj",
    "pokoju",
    "stanowisko",
    "stanowisku",
    "sala",
    "sali",
    "wersja",
    "wersji",
    "version",
    "typ",
    "typu",
    "type",
    "euro",
    "etap",
    "etapie",
    "generacja",
    "poziom",
    "poziomu",
    "level",
    "floor",
    "page",
    "step",
    "point",
    "room",
    "bay",
    "number",
    "no",
    "grupa",
    "krok",
    "krok",
    "linia",
    "peron",
    "brama",
    "bramka",
    "gate",
    "desk",
    "biurko",
    "iso",
    "ncap",
    "un",
    "regulamin",
    "zalacznik",
    "paragraf",
    "section",
    "chapter",
    "ust",
    "rozdzial",
    "ccs",
    "hw",
    "hardware",
    "tier",
    "r",
    "klasa",
    "klasie",
    "klasy",
    "seria",
    "serii",
    "pasmo",
    "rzad",
    "rzedzie",
    "row",
    "autostrada",
    "droga",
    "dk",
    "dw",
    "trasa",
    "road",
    "route",
];

/// Counted things that are a claim about the car, the network or other people.
const CLAIMS: &[&str] = &[
    "stacj",
    "ladowar",
    "supercharger",
    "punktow",
    "punkty_ladow",
    "salon",
    "serwis",
    "gwiazd",
    "podusz",
    "airbag",
    "star",
    "kamer",
    "camera",
    "czujnik",
    "sensor",
    "glosnik",
    "speaker",
    "klient",
    "kierowc",
    "client",
    "customer",
    "driver",
    "owner",
    "buyer",
    "wlascic",
    "uzytkown",
    "nagrod",
    "award",
    "charger",
    "station",
    "sites",
    "stall",
    "kraj",
    "countr",
    "dealer",
];

/// The cues of one sentence.
pub(super) struct Sentence<'t> {
    folded: &'t Folded,
    tokens: Range<usize>,
    cues: Vec<(Range<usize>, Cue)>,
    today: Date,
}

impl<'t> Sentence<'t> {
    pub(super) fn new(folded: &'t Folded, tokens: Range<usize>, today: Date) -> Self {
        let words = Words::new(folded, tokens.clone());
        let cues = CUE_PHRASES
            .find(&words)
            .into_iter()
            .map(|h| (h.tokens, h.value))
            .collect();
        Self {
            folded,
            tokens,
            cues,
            today,
        }
    }

    fn has(&self, cue: Cue) -> bool {
        self.cues.iter().any(|(_, c)| *c == cue)
    }

    fn idiom(&self, tokens: &Range<usize>) -> bool {
        self.cues
            .iter()
            .any(|(t, c)| *c == Cue::Idiom && t.start < tokens.end && tokens.start < t.end)
    }

    /// A comparison by a factor or a share, which is arithmetic of one's own.
    pub(super) fn comparison(&self) -> Option<&Range<usize>> {
        self.cues
            .iter()
            .find(|(_, c)| *c == Cue::Comparison)
            .map(|(tokens, _)| tokens)
    }

    fn before(&self, at: usize) -> &'t str {
        if at > self.tokens.start {
            self.folded.get(at - 1)
        } else {
            ""
        }
    }

    /// The first word after the quantity, a hyphen passed over.
    fn after(&self, quantity: &Quantity) -> &'t str {
        let end = quantity.tokens.end;
        if self.folded.get(end) == "-" && self.folded.glued(end) {
            self.folded.get(end + 1)
        } else {
            self.folded.get(end)
        }
    }

    /// Whether the quantity claims nothing that a fact would have to bear out.
    ///
    /// `follows` tells that the sentence already gave a quantity with a unit, so that a bare one may be
    /// short for the same.
    pub(super) fn is_harmless(&self, quantity: &Quantity, follows: bool) -> bool {
        if self.idiom(&quantity.tokens)
            && !(quantity.unit == Some(Unit::Percent) && self.has(Cue::Tax))
        {
            return true;
        }
        match quantity.value {
            Value::Clock(..) => true,
            Value::Date(when) => self.date_is_harmless(when, quantity),
            Value::Vague => {
                !(self.has(Cue::Saving)
                    && quantity.unit.is_some_and(|u| {
                        u == Unit::Pln || u == Unit::PlnPerMonth || u == Unit::PlnPerYear
                    }))
            }
            Value::Range(low, high) => {
                self.sprint(quantity, low, high)
                    || quantity
                        .numbers()
                        .all(|n| self.number_is_harmless(n, quantity, follows))
            }
            Value::Number(n) => self.number_is_harmless(n, quantity, follows),
        }
    }

    fn date_is_harmless(&self, when: When, quantity: &Quantity) -> bool {
        let deadline = self.has(Cue::Deadline);
        let limit = matches!(
            self.before(quantity.tokens.start),
            "do" | "until" | "till" | "by" | "od" | "from" | "since" | "before" | "przed"
        );
        let this_year = when.year.is_none_or(|y| y == self.today.year());
        match (when.month, when.day) {
            (None, None) => this_year && !limit && !deadline,
            _ if this_year && when.agrees(self.today) && when.day.is_some() => true,
            _ => {
                this_year
                    && !deadline
                    && !(limit && !self.has(Cue::Meeting))
                    && (self.has(Cue::Meeting) || self.has(Cue::Courtesy))
            }
        }
    }

    /// "0–100", "od zera do stu".
    fn sprint(&self, quantity: &Quantity, low: Decimal, high: Decimal) -> bool {
        low.is_zero()
            && high == Decimal::ONE_HUNDRED
            && matches!(quantity.unit, None | Some(Unit::KmPerHour | Unit::Km))
    }

    fn number_is_harmless(&self, n: Decimal, quantity: &Quantity, follows: bool) -> bool {
        let start = quantity.tokens.start;
        let before = self.before(start);
        let hundred = n == Decimal::ONE_HUNDRED;
        if hundred
            && matches!(before, "do" | "to" | "a")
            && matches!(quantity.unit, None | Some(Unit::KmPerHour))
            && self.has(Cue::Acceleration)
        {
            return true;
        }
        if quantity.foreign {
            let word = self.folded.get(quantity.tokens.end - 1);
            return word.starts_with("stopni")
                || word.starts_with("degree")
                || word == "°"
                || word == "m"
                || word.starts_with("metr");
        }
        match quantity.unit {
            None if quantity.per.is_some() => false,
            None => self.bare_is_harmless(n, quantity, follows),
            Some(Unit::Km) => {
                hundred && matches!(before, "na" | "per" | "/" | "every" | "kazde" | "za")
            }
            Some(Unit::Minute | Unit::Second) => {
                n <= Decimal::from(120)
                    && self.has(Cue::Courtesy)
                    && !self.has(Cue::Charging)
                    && !self.has(Cue::Acceleration)
                    || n <= Decimal::ONE && quantity.form == Form::Words
            }
            Some(Unit::Week | Unit::Month | Unit::Year) => {
                matches!(self.after(quantity), "temu" | "ago" | "wstecz" | "earlier")
                    || n <= Decimal::from(60)
                        && self.has(Cue::Meeting)
                        && !self.has(Cue::Deadline)
                        && quantity.unit != Some(Unit::Year)
            }
            Some(Unit::Person) => !self.has(Cue::Family) && n <= Decimal::TEN,
            Some(Unit::Piece) => !self.has(Cue::Stock) && n <= Decimal::TEN,
            _ => false,
        }
    }

    fn bare_is_harmless(&self, n: Decimal, quantity: &Quantity, follows: bool) -> bool {
        let start = quantity.tokens.start;
        let end = quantity.tokens.end;
        let mut back = start;
        while back > self.tokens.start && matches!(self.folded.get(back - 1), "." | ":" | "§" | "#")
        {
            back -= 1;
        }
        let reference = self.before(back);
        if REFERENCES.contains(&reference)
            || back < start && self.folded.get(back) == "§"
            || self.folded.get(back) == "#"
        {
            return true;
        }
        let ordinal = self.folded.glued(end)
            && (matches!(self.folded.get(end), "st" | "nd" | "rd" | "th")
                || self.folded.get(end) == "."
                    && end + 1 < self.tokens.end
                    && self.folded.kind(end + 1) == Some(Kind::Word));
        if ordinal {
            return true;
        }
        let whole = n.fract().is_zero();
        let counted = self.after(quantity);
        if counted.starts_with("faz")
            || counted.starts_with("phase")
            || n <= Decimal::from(3) && self.has(Cue::Phases)
        {
            return true;
        }
        let doubtful = quantity.multiplied || !whole || n > Decimal::from(12);
        if doubtful
            || matches!(quantity.approx, Some(Approx::Over | Approx::Below))
                && quantity.form == Form::Digits
        {
            return false;
        }
        let claim = CLAIMS.iter().any(|c| counted.starts_with(c))
            || CLAIMS
                .iter()
                .any(|c| self.folded.get(end + 1).starts_with(c));
        if claim && n > Decimal::TWO {
            return false;
        }
        let noun = self.folded.kind(end) == Some(Kind::Word) && end < self.tokens.end;
        quantity.form == Form::Words || noun || !follows
    }
}
