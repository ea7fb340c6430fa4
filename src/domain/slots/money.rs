//! What the client has or will spend, at once or a month.

use std::{ops::Range, sync::LazyLock};

use rust_decimal::Decimal;

use super::{Reading, amount::is_within, cues::Cues};
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::{Phrases, Words},
    quantity::{Approx, Per, Quantity},
    text::Folded,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    /// Money the client has or will spend.
    Purse,
    /// A word for the money itself, after which bare hundreds are thousands.
    Chest,
    /// Money at hand, where the amount follows at once.
    Own,
    /// What the client would like an instalment to be.
    Wish,
    /// What somebody asks of the client, and how the client takes it.
    Offered,
    Instalment,
    /// A form that is paid by instalments.
    Lease,
    /// Money itself, looked for or paid.
    Money,
    /// Money that is a price, a wage, a fuel bill, somebody else's; or no money: what a warranty, a
    /// battery, a service count.
    Apart,
    /// What would set a number apart only comes with it: "z gwarancją", "price range".
    Along,
    /// The amount is refused.
    TooMuch,
    /// The number counts kilometres.
    Distance,
}

static CUES: LazyLock<Phrases<Cue>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "budzet*|odlozon*|odlozylem|odlozylam|odlozylismy|uzbiera*|przeznacz*|stac_mnie|stac_nas|chce_wydac|chcemy_wydac|chcialbym_wydac|moge_wydac|wydam|wydamy|wyloze|moge_dac|moge_dojsc|dojsc|posunac|do_dyspozycji|dysponuj*|przekrocz*|zmiesc*|miesci|mieszcze|zamknac|moj_limit|nasz_limit|limit_mam|sufit*|nie_wiecej|wiecej_nie|ani_zlotowki|ani_grosza|gora|maks*|do_wydania|pieniedzy|srodkow|ani_pol|w_banku|granica|granice|i_koniec|to_wszystko|przelew|licze_na_kwote|gotow|gotowa|gotowi|zaplace|moge_zaplacic|w_granicach|celuj*|pulap*|poza_to|na_koncie|na_stol",
                Cue::Purse,
            ),
            (
                "budget|to_spend|i_d_spend|can_spend|afford|ceiling|could_do|my_limit|our_limit|absolute_limit|is_the_limit|max|maximum|put_aside|set_aside|saved|saved_up|not_a_zloty_more|top_whack|i_can_go|i_could_go|go_to|stretch|all_in|tops|at_most|at_the_very_most|all_of_it|everything|willing|available|what_i_ve_got|all_i_have|all_i_ve_got|in_the_bank|my_allowance|to_play_with|my_cap|no_more_than",
                Cue::Purse,
            ),
            (
                "budzet*|na_koncie|odlozon*|moge_wydac|chcemy_wydac|chce_wydac|do_wydania|pieniedzy|srodkow|ani_pol|w_banku|budget|to_spend|set_aside|saved",
                Cue::Chest,
            ),
            (
                "mam|mamy|gotowk*|dam|razem|na_wszystko|i_have|i_ve|i_ve_got|we_have|we_ve|we_ve_got|cash|account|konto|konta",
                Cue::Own,
            ),
            (
                "be_happy|be_fine|would_suit|stomach|nothing_over|comfortable|i_could|no_more|call_it|lets_say|make_it|myslal*|zakladam|zakladal*|raczej|doable|chcialbym|chcialabym|ideally|moge|mozemy|celuj*|moj_budzet|place|placic|zaplacic|szukam|interesuje_mnie|licze_na|i_pay|we_pay|i_d_pay|looking_for|per_car|za_sztuke|od_sztuki|okay|odpowiada|where_i_stop|that_s_my|nie_przekracz*|nie_wyzej|nie_wyzsz*",
                Cue::Wish,
            ),
            (
                "wychodzi*|wyszl*|wyszed*|wyskak*|boli*|za_duz*|za_wysok*|za_drog*|zabija|zabojcz*|wyzsz*|nizsz*|mniejsz*|wieksz*|skacze|rosnie|wzrosl*|u_pana|u_pani|u_was|wasz*|wy_mi|pan_mi|pani_mi|proponuj*|propozycj*|dostal*|podal*|policzyl*|zje|ego|nie_dam_rady|nie_udzwign*|nie_ma_mowy|zamurowa*|za_performance|rrso|zlapal|urwac|obnizyc|to_jak|czemu|dlaczego|skad|za_co",
                Cue::Offered,
            ),
            (
                "says|your|you_re|you_ve|you_want|too|out_of_the_question|no_chance|hurts|ouch|more_than|than|quote*|showing_off|advert|came_to|comes_to|works_out|why|for_that|i_expect",
                Cue::Offered,
            ),
            (
                "rata|raty|rate|ratach|racie|ratka|miesiecznie|na_miesiac|miesieczn*|co_miesiac|mies|abonament*|instalment*|installment*|monthly|a_month|per_month|each_month|every_month",
                Cue::Instalment,
            ),
            (
                "szukam|szukamy|cos|auto_do|auta_do|samochod_do|samochodu_do|pieniadze|pieniedzy|pieniadzach|kasa|kasy|kase|forsy|kwota|kwoty|kwote|kwocie|looking_for|price_range|something|a_car|money|pay|paying|spend",
                Cue::Money,
            ),
            (
                "gwarancj*|bateri*|akumulator*|zasieg*|serwis|serwisu|serwisie|serwisy|serwisow|przeglad*|przebieg*|nalot*|licznik*|warranty|warranties|guarantee*|battery|batteries|range|service|services|servicing|mileage|odometer",
                Cue::Apart,
            ),
            (
                "z|ze|wraz_z|plus|lacznie_z ..1 gwarancj*|bateri*|zasieg*|przeglad*|przebieg*",
                Cue::Along,
            ),
            (
                "with|including|plus|and ..1 warranty|guarantee*|battery|range|service|servicing|mileage",
                Cue::Along,
            ),
            ("price|budget|in_the|in_that|my range", Cue::Along),
            (
                "kosztuj*|kosztowal*|cena|ceny|cenie|cennik*|cennikow*|wart*|zarabia*|pensj*|paliw*|benzyn*|prad|ubezpieczenie|ubezpieczenia|ubezpieczeniu|skladk*|czynsz*|hipote*|wklad*|pod_zastaw|przerasta|odpada|za_wysok*|za_duzo|drogo|taniej|drozej|rabat*|upust*|dotac*|subskryb*|zysk*|obrot*|przychod*|dali|dawal*|daja|dawali_mi|wycen*|konkurencj*|u_nich|w_innym_salonie|innego_dealera|gdzie_indziej|wolaja|wolal*|chca|kupil|kupila|kupili|sprzedal*|ofert*|ogloszen*|widzialem|widzialam|porownywal*|wychodzilo|wychodzil*|czesne|remont*|kredyt_na_dom|kredyt_hipoteczny|kara|kary|naprawa|naprawy|skup*|komis*|powazn*_kwota|tyle_samo|brakuje|oszczed*|zaoszczed*|dolozyc_musze",
                Cue::Apart,
            ),
            (
                "costs|cost|price*|priced|worth|earn*|salary|fuel|petrol|diesel|insurance|rent|mortgage|cheaper|discount|grant|subsid*|subscribers|turnover|revenue|offer|offered|quote*|quoted|too_much|too_high|steep|elsewhere|competitor*|another_dealer|other_dealer|deposit|down_payment|want_for|asking|listed|was_sold|sold|bought|repair|replacement|save|saves|short_of|earning|joke",
                Cue::Apart,
            ),
            (
                "za_duzo|za_drogo|to_za_drogo|nie_mam_tyle|tyle_nie_mam|nie_stac|zamurowa*|out_of_the_question|no_chance|too_much|nie_udzwign*|limit_150|limit_225|limitu|limit_amortyzac*",
                Cue::TooMuch,
            ),
            (
                "leasing*|najem|najmie|najmu|wynajem|abonament*|lease|rental|subscription",
                Cue::Lease,
            ),
            (
                "przebieg*|nalot*|licznik*|kilometr*|km|odometer|clock|mileage|kilometre*|kilometer*|rocznie|w_roku|na_rok|a_year|per_year|each_year|yearly|annually",
                Cue::Distance,
            ),
        ],
    )
});

/// So few words name an instalment to say what it may be.
const SHORT: usize = 7;

/// What a sentence says of money.
pub(super) struct Purse<'t> {
    cues: Cues<Cue>,
    folded: &'t Folded,
    words: usize,
}

impl<'t> Purse<'t> {
    pub(super) fn new(words: &Words<'_>, folded: &'t Folded) -> Self {
        let cues = Cues::new(&CUES, words, folded).without(Cue::Apart, Cue::Along);
        Self {
            cues,
            folded,
            words: words.len(),
        }
    }

    pub(super) fn read(
        &self,
        n: Decimal,
        quantity: &Quantity,
        reading: &Reading<'_>,
    ) -> Option<(Decimal, SlotKey)> {
        let at = &quantity.tokens;
        if quantity.foreign
            || self.cues.beside(Cue::Apart, at, 6)
            || self.cues.has(Cue::TooMuch)
            || self.priced(at)
            || reading.asks(at.start) && !self.cues.has(Cue::Purse) && !self.capped(quantity)
        {
            return None;
        }
        self.monthly(n, quantity)
            .map(|n| (n, SlotKey::MonthlyBudgetPln))
            .or_else(|| self.budget(n, quantity).map(|n| (n, SlotKey::BudgetPln)))
    }

    /// "do 200 tysięcy złotych", "up to": a limit to what is spent. Of a bare number it takes a word
    /// for money to tell it from the limit of a warranty.
    fn capped(&self, quantity: &Quantity) -> bool {
        let money = [
            Cue::Purse,
            Cue::Wish,
            Cue::Instalment,
            Cue::Lease,
            Cue::Money,
        ];
        quantity.approx == Some(Approx::AtMost)
            && (matches!(quantity.unit, Some(Unit::Pln | Unit::PlnPerMonth))
                || money
                    .iter()
                    .any(|cue| self.cues.near(*cue, &quantity.tokens, 8)))
    }

    /// "za Enyaqa 205 tysięcy", "za 190 tysięcy": a price, unless something for that much is
    /// sought; "o tysiąc": a difference.
    fn priced(&self, at: &Range<usize>) -> bool {
        let word = |back: usize| {
            at.start
                .checked_sub(back)
                .map_or("", |i| self.folded.get(i))
        };
        let sought = |w: &str| matches!(w, "cos" | "auto" | "auta" | "samochodu" | "samochod");
        let delta = ["o", "by", "nie", "not"].contains(&word(1));
        delta || word(1) == "za" && !sought(word(2)) || word(2) == "za" && !sought(word(3))
    }

    fn monthly(&self, n: Decimal, quantity: &Quantity) -> Option<Decimal> {
        let at = &quantity.tokens;
        let said = match (quantity.unit, quantity.per) {
            (Some(Unit::PlnPerMonth), _) | (None, Some(Per::Month)) => true,
            (None | Some(Unit::Pln), None) => {
                self.cues.near(Cue::Instalment, at, 6)
                    || self.cues.near(Cue::Lease, at, 8) && quantity.approx == Some(Approx::AtMost)
            }
            _ => false,
        };
        let own = matches!(quantity.approx, Some(Approx::AtMost | Approx::Over))
            || [Cue::Purse, Cue::Wish]
                .iter()
                .any(|cue| self.cues.beside(*cue, at, 6));
        let short = self.words <= SHORT && !self.cues.has(Cue::Offered);
        let fits = said && (own || short);
        (fits && is_within(n, (500, 15_000))).then_some(n)
    }

    fn budget(&self, n: Decimal, quantity: &Quantity) -> Option<Decimal> {
        let at = &quantity.tokens;
        let bare = quantity.unit.is_none() && !quantity.multiplied && quantity.per.is_none();
        if bare && is_within(n, (60, 600)) && self.cues.beside(Cue::Chest, at, 2) {
            return Some(n * Decimal::ONE_THOUSAND);
        }
        let amount =
            quantity.unit == Some(Unit::Pln) || quantity.multiplied || n >= Decimal::from(20_000);
        let money = matches!(quantity.unit, None | Some(Unit::Pln)) && quantity.per.is_none();
        let purse = self.cues.near(Cue::Purse, at, 7)
            || self.cues.beside(Cue::Own, at, 2)
            || self.capped(quantity);
        let plain = money && amount && purse && !self.cues.beside(Cue::Distance, at, 4);
        (plain && is_within(n, (40_000, 3_000_000))).then_some(n)
    }
}
