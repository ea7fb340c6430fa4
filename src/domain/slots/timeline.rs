//! When the client means to have the car, in four terms counted from today.
//!
//! Seasons and dates stay unread: without the day of the talk they are no term.

use std::{ops::Range, sync::LazyLock};

use rust_decimal::Decimal;

use super::{Reading, cues::Cues, last_said};
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::{Phrases, Words},
    quantity::{Approx, Form, Quantity},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Term {
    /// At once, whatever it is said of.
    Now,
    /// Within days, where buying is meant.
    Soon,
    /// 1–3 months.
    Quarter,
    /// 3–6 months.
    Half,
    Later,
    /// Not before a far time, which speaks of the purchase by itself.
    NotBefore,
    /// A year to come, which tells a term only of a purchase.
    NextYear,
    /// A far time that is meant as one: "może za dwa lata".
    Perhaps,
    /// Buying, taking, ordering.
    Buy,
    /// "za", "in": what follows is a time to come.
    Ahead,
    /// "I have two months".
    Have,
    /// No buying now.
    Refuse,
    /// "from now", after the time.
    Behind,
    /// The time is of something else: value, warranty.
    Other,
    /// "after": the time that follows is of something else.
    After,
    /// A visit, a call, a payment.
    Visit,
}

static TERMS: LazyLock<Phrases<Term>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "od_zaraz|na_cito|na_juz|na_wczoraj|w_trybie_pilnym|as_soon_as_possible|as_soon_as_you_can|asap|straight_away|right_away|jak_najszybciej|im_szybciej_tym_lepiej|the_sooner_the_better|czym_predzej|potrzebuje_pilnie|pilnie_potrzebuje",
                Term::Now,
            ),
            (
                "od_razu|od_reki|natychmiast|na_teraz|pilnie|immediately|straight_off|yesterday|nawet_dzis|chocby_jutro|dzis|dzisiaj|jeszcze_dzis|today|tomorrow|jutro|pojutrze|tonight",
                Term::Soon,
            ),
            (
                "w_tym|do_konca|jeszcze_w_tym|przed_koncem tygodniu|tygodnia|miesiacu|miesiaca",
                Term::Soon,
            ),
            ("w_ciagu_tygodnia", Term::Soon),
            (
                "this|by_the_end_of_the|before_the_end_of_the|by_the|end_of_the|within_the|within_a|next|in_a week|weekend|month_end",
                Term::Soon,
            ),
            (
                "this_month|by_friday|by_monday|end_of_the_month|before_the_month_is_out|po_niedzieli|w_przyszlym_tygodniu|w_nastepnym_tygodniu|za_tydzien|za_pare_dni|za_kilka_dni|w_ten_weekend|do_weekendu|przed_weekendem|do_piatku|na_piatek|in_a_few_days",
                Term::Soon,
            ),
            (
                "za_miesiac|w_ciagu_miesiaca|w_przyszlym_miesiacu|w_nastepnym_miesiacu|w_tym_kwartale|do_konca_kwartalu|w_ciagu_kwartalu|za_kwartal|miesiac_dwa|w_ciagu_dwoch_miesiecy|in_a_month|next_month|this_quarter|in_a_quarter|within_a_month|within_a_quarter|a_month_or_two|a_couple_of_months|za_pare_tygodni|za_kilka_tygodni|in_a_few_weeks",
                Term::Quarter,
            ),
            (
                "za_pol_roku|w_ciagu_pol_roku|za_jakies_pol_roku|pol_roku_mam|in_half_a_year|in_six_months|six_months_or_so|w_przyszlym_kwartale|next_quarter|w_przeciagu_pol_roku|half_a_year_from_now",
                Term::Half,
            ),
            (
                "za_rok|za_poltora_roku|za_jakis_rok|gdzies_za_rok|w_ciagu_roku|in_a_year|in_a_year_or_two|in_a_year_or_so|a_year_from_now|a_year_or_two|within_a_year|sometime_next_year|the_year_after|za_rok_dwa|nie_w_tym_roku|not_this_year|nothing_this_year",
                Term::Later,
            ),
            (
                "not|won_t|isn_t|never|wait ..4 before|until|till ..2 next_year|next_summer|next_spring|next_autumn",
                Term::NotBefore,
            ),
            (
                "after|until next_year|next_summer|next_spring",
                Term::NotBefore,
            ),
            ("nie_licz* ..2 na_ten_rok", Term::NotBefore),
            (
                "nie ..2 przed|wczesniej ..2 przyszlym_rokiem|przyszlego_roku|w_przyszlym_roku",
                Term::NotBefore,
            ),
            (
                "next_year|w_przyszlym_roku|na_przyszly|w_nastepnym_roku|przyszly_rok",
                Term::NextYear,
            ),
            (
                "mam_czas|mamy_czas|moze|dopiero|najwczesniej|wczesniej|kiedys|pewnie|raczej|bez_pospiechu|nie_spieszy|nie_pali|spokojnie|wroce|maybe|perhaps|earliest|probably|no_rush|not_before|no_hurry",
                Term::Perhaps,
            ),
            (
                "bior*|biore|bierzemy|wezme|wezmiemy|kupuj*|kupie|kupimy|kupic|wyjezdzam|wyjechac|wyjade|zamawia*|zamowie|zamowic|zamowienie|podpis*|odbior*|odbier*|odebrac|zabrac|zabiera*|zabior*|chce_go|chce_ja|chcemy|chcialbym|chcialabym|musi|musze|potrzebuj*|potrzebn*|decyzj*|decyduje|decydujemy|zdecydowan*|zdecyduje_sie|zdecydujemy|wymieni*|wymian*|zmieniam|zmieniamy|zmienic|zmian*|zdazy*|start|finalizuj*|zamykam|zamykamy|wsiadam|wydac|zaplace|kupno|zakup*|chce_jeszcze|planuj*|jade|umow*|konczy|przelew|wplace|wplacam",
                Term::Buy,
            ),
            (
                "buy|buying|take_it|taking_it|order|ordering|drive_away|drive_it_away|driving_off|need_it|need_a|need_the|need_one|want_it|want_one|sign|needs_to|has_to|decide|decision|pick_it_up|pick_up|replace|start|collect|stand_there|get_it|get_one|close_the_deal|change_the_car|change_cars|switch|planning|purchase|delivered|delivery|hand_over|hand_it_over|deal|ready_to|contract*|runs_out|run_out",
                Term::Buy,
            ),
            (
                "za|za_okolo|za_jakies|za_jakis|za_gora|w_ciagu|w_przeciagu|w_perspektywie|na_przestrzeni|w_najblizszych|w_najblizsze|najwczesniej|dopiero_za|gdzies_za|najdalej|najpozniej|nie_pozniej_niz|w_jakies|na_decyzje",
                Term::Ahead,
            ),
            (
                "in|within|about|earliest|at_the_earliest|inside|over_the_next|in_the_next|in_about|in_around|next|for_another|at_least_another|not_for",
                Term::Ahead,
            ),
            ("mam|mamy|have|got", Term::Have),
            (
                "nothing_to_buy|not_buying|bez_decyzji|nie_kupuj*|nie_biore|nie_wezme|nie_dzis|nie_dzisiaj|not_today|nie_podpis*|nie_teraz|nie_zamierzam|not_going_to|nie_zdecyd*|not_signing|no_buying|i_wish",
                Term::Refuse,
            ),
            (
                "sprzeda*|odsprzed*|wyjdzie|wyjda|zastap*|przestarzal*|zabyt*|nowsz*|nowy_komputer|lift*|premier*|generacj*|poprawion*|tansz*|pol_ceny|dinozaur*|resell|sell|outdated|obsolete|newer|facelift|next_version|cheaper|half_price|recall*",
                Term::Other,
            ),
            (
                "from_now|from_today|time|or_so|at_the_earliest|najwczesniej",
                Term::Behind,
            ),
            (
                "wart*|wartosc*|traci*|gwarancj*|temu|ago|wykup*|straci|worth|value|old|lasts|zagwarant*|features|update*|residual|zwroci|zwraca|oszczedz*|pozyczk*|doswiadczen*",
                Term::Other,
            ),
            (
                "bateri*|akumulator*|warranty|battery|degradacj*|zasieg*|range|padnie|wymienic_na|will_it",
                Term::Other,
            ),
            (
                "po|after|od|since|przez|for|every|co|ostatnich|last|mialem|mialam",
                Term::After,
            ),
            (
                "wroc*|wpadn*|przyjd*|przyjad*|zajrz*|zadzwon*|odezw*|oddzwon*|jazd*|przejech*|przejazd*|sprawdzic|dam_znac|dac_znac|odpowie*|termin|answer|let_you_know|spotkani*|test_drive|drive_it_again|track_day|come_back|call|pop_in|be_back|przemysl*|urlop*|wakacj*|holiday*|think_about|emeryt*|slub*|rodz*|urodz*",
                Term::Visit,
            ),
        ],
    )
});

pub(super) fn read(reading: &mut Reading<'_>, words: &Words<'_>, tokens: &Range<usize>) {
    let cues = Cues::new(&TERMS, words, reading.folded);
    let asks = reading.asks(tokens.start);
    let mut found = counted(reading, &cues, tokens);
    found.extend(named(&cues, words.len()));
    if !asks {
        found.extend(soon(&cues));
    }
    found.retain(|(_, at)| !reading.of_others(at.start));
    if let Some((id, at)) = last_said(found) {
        reading.choose(SlotKey::Timeline, id, &at, 1.0);
    }
}

type Found = (&'static str, Range<usize>);

/// "za cztery miesiące", "two months from now".
fn counted(reading: &Reading<'_>, cues: &Cues<Term>, tokens: &Range<usize>) -> Vec<Found> {
    let times = reading.quantities_in(tokens).iter();
    let found = times.filter_map(|q| {
        let at = &q.tokens;
        let days = days(q)?;
        // "za dwa, trzy lata": one more number may stand between.
        let listed = reading.before(at.start) == ",";
        let ahead = cues.before(Term::Ahead, at, if listed { 2 } else { 1 })
            || cues.before(Term::Have, at, 0)
            || cues.after(Term::Behind, at, 1)
            || q.approx == Some(Approx::About) && cues.has(Term::Perhaps)
            || reading.before(at.start) == "do"
                && cues.has(Term::Buy)
                && q.unit != Some(Unit::Year);
        let apart = cues.beside(Term::Other, at, 6) || cues.before(Term::After, at, 1);
        let meant = cues.has(Term::Perhaps) || cues.has(Term::Buy);
        let visit = cues.beside(Term::Visit, at, 4) && days <= Decimal::from(2 * MONTH_DAYS);
        let far = if meant { 36 } else { 18 };
        (ahead && !apart && !visit && days <= Decimal::from(far * MONTH_DAYS))
            .then(|| (term(days), at.clone()))
    });
    found.collect()
}

/// So few words speak of the purchase alone: "auto za rok".
const SHORT: usize = 7;

fn named(cues: &Cues<Term>, words: usize) -> Vec<Found> {
    let meant = cues.has(Term::Buy) || cues.has(Term::Perhaps);
    let named = [
        (Term::NotBefore, "6m+"),
        (Term::Later, "6m+"),
        (Term::NextYear, "6m+"),
        (Term::Half, "3-6m"),
        (Term::Quarter, "1-3m"),
    ];
    let all = named
        .into_iter()
        .flat_map(|(term, id)| cues.all(term).map(move |at| (term, id, at)));
    let found = all.filter_map(|(term, id, at)| {
        let fits = match term {
            Term::NextYear => meant,
            Term::Later => meant || words <= SHORT,
            Term::Quarter => meant && !cues.beside(Term::Visit, at, 4),
            _ => true,
        };
        (fits && !cues.beside(Term::Other, at, 8)).then(|| (id, at.clone()))
    });
    found.collect()
}

fn soon(cues: &Cues<Term>) -> Vec<Found> {
    if cues.has(Term::Refuse) {
        return Vec::new();
    }
    let soon = cues
        .all(Term::Soon)
        .filter(|at| cues.near(Term::Buy, at, 7) && !cues.beside(Term::Visit, at, 4));
    cues.all(Term::Now)
        .chain(soon)
        .map(|at| ("now", at.clone()))
        .collect()
}

/// Days of a month, for sorting a stated time into the four terms.
const MONTH_DAYS: i64 = 30;

/// A stated time in days; `None` for one too short or of another kind.
fn days(quantity: &Quantity) -> Option<Decimal> {
    let spoken = quantity.form != Form::Adjective;
    let n = quantity.numbers().last().filter(|_| spoken)?;
    match quantity.unit? {
        Unit::Week => Some(n * Decimal::from(7)).filter(|d| *d >= Decimal::from(7)),
        Unit::Month => Some(n * Decimal::from(MONTH_DAYS)),
        Unit::Year => Some(n * Decimal::from(12 * MONTH_DAYS)),
        _ => None,
    }
}

fn term(days: Decimal) -> &'static str {
    if days < Decimal::from(28) {
        "now"
    } else if days <= Decimal::from(3 * MONTH_DAYS) {
        "1-3m"
    } else if days <= Decimal::from(6 * MONTH_DAYS) {
        "3-6m"
    } else {
        "6m+"
    }
}
