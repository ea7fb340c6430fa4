//! Slots with a closed choice: charging at home, timeline, form of financing, form of the company.

use std::{ops::Range, sync::LazyLock};

use rust_decimal::Decimal;

use super::Reading;
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::{Phrases, Words},
    quantity::Quantity,
    slots::SlotValue,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Yes,
    No,
    /// Somebody else's, or the boot's.
    Elsewhere,
}

const CLASSES: &[(&str, &str)] = &[
    (
        "plug",
        "gniazd* wtyczk* sila sile wallbox* ladowark* przylacze wtyczka plug socket sockets charger chargers wallbox wall_box charging_box home_charger",
    ),
    (
        "home",
        "w_garazu garaz garazu w_domu domu w_wiacie wiacie pod_domem na_podjezdzie podjezdzie w_stodole przy_domu na_posesji w_hali pod_wiata garage at_home home house driveway in_the_drive cabin carport",
    ),
    (
        "denied",
        "nie_wydal* odmowil* nie_zgodz* nie_pozwala* nie_pozwoli* powiedzial*_nie nie_chce zabrania zabronil* nie_wyraz*",
    ),
    (
        "block",
        "wspolnot* spoldzielni* administracj* zarzad zarzadca landlord housing_association building_manager wlasciciel_mieszkania",
    ),
];

static HOME: LazyLock<Phrases<Home>> = LazyLock::new(|| {
    Phrases::new(
        CLASSES,
        &[
            (
                "parkuj* ..2 ulicy|chodniku|chodnik|podworku|pod_blokiem",
                Home::No,
            ),
            (
                "street_parking|park ..2 on_the_street|park_in_the_street|on_street_parking",
                Home::No,
            ),
            (
                "kabel|kabla|kablem ..2 przez|z ..1 okno|okna|chodnik|balkon|balkonu",
                Home::No,
            ),
            (
                "nie_ma_mowy|mowy_nie_ma|nie_wchodzi_w_gre ..4 ladowark*|gniazd*|wallbox*",
                Home::No,
            ),
            (
                "prad|sila|trojfaz* ..3 w_garazu|w_domu|w_wiacie|na_podjezdzie|pod_wiata",
                Home::Yes,
            ),
            (
                "garaz|garazu|garazem ..4 pradem|prad|sila|gniazd*|trojfaz*",
                Home::Yes,
            ),
            (
                "power|electricity|three_phase ..3 in_the_garage|in_my_garage|at_home|in_the_carport|driveway",
                Home::Yes,
            ),
            (
                "wallbox*|ladowark* ..3 wisi|juz_mam|mamy_juz|zamontowan*|zainstalowan*|zalozon*",
                Home::Yes,
            ),
            (
                "charger|wallbox|wall_box ..3 installed|fitted|on_the_wall|already",
                Home::Yes,
            ),
            (
                "nie_ma|brak|nie_mam|nie_mamy|bez|zadnego|zadnych|zero ..3 gniazd*|gniazdk*|ladowark*|wallbox*|garazu|wlasnego_gniazdka",
                Home::No,
            ),
            (
                "@plug ..2 brak|nie_ma|nie_mam|nie_mamy|nie_bedzie|nie_zrobi*",
                Home::No,
            ),
            (
                "nie_mam|nie_ma|nie_mamy|nie_bedzie|nie_bardzo ..1 gdzie|jak ..5 ladowac|naladowac|podlaczyc|wpiac|podpiac|podladowac",
                Home::No,
            ),
            (
                "pod|w domem|blokiem|bloku|kamienicy|mieszkaniu|domu ..3 nie_mam|nie_ma|nie_mamy ..1 gdzie|jak",
                Home::No,
            ),
            (
                "nie_mam|nie_ma ..1 gdzie ..3 domem|blokiem|bloku|kamienic*",
                Home::No,
            ),
            ("nikt nie laduje", Home::No),
            ("@block ..6 @denied", Home::No),
            ("@denied ..4 @block", Home::No),
            (
                "nikt ..3 gniazd*|gniazdka|ladowarki ..2 nie_zrobi|nie_zalozy|nie_da",
                Home::No,
            ),
            (
                "nie_naladuje|nie_moge_ladowac|nie_podlacze ..3 domu|bloku|sie|pod",
                Home::No,
            ),
            (
                "no|without|any ?home|own|private charger|chargers|socket|sockets|plug|wallbox|wall_box|charging|garage|driveway|power",
                Home::No,
            ),
            (
                "nowhere|no_place|no_way|nothing ..2 to ..1 charge|plug",
                Home::No,
            ),
            (
                "can_t|cannot|couldn_t ..1 charge ..2 home|flat|building|house",
                Home::No,
            ),
            (
                "won_t|wouldn_t|doesn_t ..4 charger|socket|wallbox ..3 garage|building|flat",
                Home::No,
            ),
            ("@plug ..4 @home", Home::Yes),
            ("@home ..6 @plug", Home::Yes),
            (
                "mam|mamy ..2 gdzie ..2 ladowac|ladowania|podlaczyc|podpiac",
                Home::Yes,
            ),
            (
                "ladowac|ladowanie|podlaczyc ..2 mam|mamy|jest ..1 gdzie|jak",
                Home::Yes,
            ),
            (
                "ladujemy|laduje|naladuje|bede_ladowac|ladowac ..3 z_wlasnego|w_domu|w_garazu|z_dachu|pod_domem|u_siebie|na_podjezdzie",
                Home::Yes,
            ),
            (
                "charge|charging|plug_in ..3 at_home|at_my_house|in_my_garage|in_the_garage|in_our_garage|overnight_at_home",
                Home::Yes,
            ),
            ("have|got|ve ?a box ..2 at_home|in_the_garage", Home::Yes),
            (
                "mam|mamy|have|got ..2 wallbox*|wall_box|home_charger",
                Home::Yes,
            ),
            (
                "kolega|kolezanka|sasiad|sasiadka|brat|siostra|u_tesciow|u_rodzicow|u_mamy|znajom*|neighbour|neighbor|friend|colleague|brother ..5 @plug",
                Home::Elsewhere,
            ),
            (
                "@plug ..3 bagaznik*|boot|trunk|pracy|biurem|biurze|work|office|kosciol*|urzedem|dyskont*|trasie|stacji|hotel*",
                Home::Elsewhere,
            ),
        ],
    )
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Term {
    Now,
    Soon,
    /// 1–3 months.
    Quarter,
    /// 3–6 months.
    Half,
    Later,
    /// A year to come, which tells a term only of a purchase.
    NextYear,
    /// A far time that is meant as one: "może za dwa lata".
    Perhaps,
    /// Buying, taking, ordering.
    Buy,
    /// "za", "in": what follows is a time to come.
    Ahead,
    /// The time is of something else: value, warranty, the past.
    Other,
}

static TERMS: LazyLock<Phrases<Term>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "od_zaraz|na_teraz|na_cito|w_trybie_pilnym|pilnie|as_soon_as_you_can|yesterday|the_sooner_the_better|im_szybciej_tym_lepiej",
                Term::Now,
            ),
            (
                "w_ten_weekend|do_weekendu|przed_weekendem|do_piatku|w_sobote_odbieram|this_weekend|by_the_weekend|before_the_weekend|by_the_end_of_the_week|by_the_end_of_the_month|before_the_end_of_the_month|w_ciagu_tygodnia|within_a_week|within_the_week",
                Term::Soon,
            ),
            (
                "w_ciagu_miesiaca|within_a_month|w_ciagu_kwartalu|within_a_quarter|a_month_or_two|miesiac_dwa|w_nastepnym_miesiacu",
                Term::Quarter,
            ),
            (
                "za_rok_albo|za_rok_dwa|in_a_year_or_two|w_ciagu_roku|within_a_year|sometime_next_year|za_jakis_rok|gdzies_za_rok",
                Term::Later,
            ),
            (
                "finalizuj*|zamykam|zamykamy|zdecydowan*|decyduje|decydujemy|wsiadam|zabieram|zabieramy|auto_musi|samochod_musi|potrzebne|potrzebny|zakup|planuje|planujemy|zmieniam|zmieniamy|zmienic",
                Term::Buy,
            ),
            (
                "get_it|get_one|close_the_deal|want_one|need_one|change_the_car|switch|planning|purchase|delivered|delivery|hand_over",
                Term::Buy,
            ),
            (
                "za_okolo|za_jakies|za_jakis|w_perspektywie|na_przestrzeni|w_najblizszych|over_the_next|in_the_next|in_about|in_around|next",
                Term::Ahead,
            ),
            ("next_year|w_przyszlym_roku", Term::NextYear),
            (
                "moze|dopiero|najwczesniej|wczesniej|kiedys|maybe|perhaps|earliest",
                Term::Perhaps,
            ),
            ("jade|jedziemy|odjezdzam|odjade|driving_off", Term::Buy),
            ("inside|mam|mamy", Term::Ahead),
            (
                "od_razu|od_reki|natychmiast|na_juz|na_wczoraj|jak_najszybciej|czym_predzej|right_away|straight_away|immediately|asap|as_soon_as_possible|straight_off",
                Term::Now,
            ),
            (
                "dzis|dzisiaj|jeszcze_dzis|w_tym_tygodniu|do_konca_tygodnia|w_tym_miesiacu|do_konca_miesiaca|today|this_week|this_month|by_friday|tomorrow|jutro|po_niedzieli|next_week|w_przyszlym_tygodniu|za_tydzien|in_a_week",
                Term::Soon,
            ),
            (
                "za_miesiac|w_przyszlym_miesiacu|w_tym_kwartale|do_konca_kwartalu|in_a_month|next_month|this_quarter|za_kwartal|in_a_quarter",
                Term::Quarter,
            ),
            (
                "za_pol_roku|w_ciagu_pol_roku|in_half_a_year|in_six_months|w_przyszlym_kwartale|next_quarter",
                Term::Half,
            ),
            (
                "za_rok|za_poltora_roku|dopiero_za_rok|in_a_year|in_a_year_or_so|a_year_from_now|nie_wczesniej_niz_za_rok|za_dwa_lata_najwczesniej",
                Term::Later,
            ),
            (
                "bior*|biore|wezme|wezmiemy|kupuj*|kupie|kupimy|kupic|wyjezdzam|wyjechac|wyjade|zamawiam|zamowie|zamowic|podpis*|odbior*|odebrac|chce_go|chce_ja|chcemy|musi|potrzebuj*|decyzj*|wymieni*|zdazy*|zdazymy|start",
                Term::Buy,
            ),
            (
                "buy|buying|take_it|order|ordering|drive_away|drive_it_away|need_it|want_it|sign|needs_to|decide|decision|pick_it_up|replace|start|collect|stand_there",
                Term::Buy,
            ),
            (
                "za|w_ciagu|najwczesniej|dopiero_za|gdzies_za|in|within|about|earliest|at_the_earliest",
                Term::Ahead,
            ),
            (
                "wart*|wartosc*|traci*|gwarancj*|po|temu|ago|wykup*|straci|baterii|bateria|worth|value|warranty|battery|old|after|lasts|wymienic_na|zagwarant*|features|update*",
                Term::Other,
            ),
        ],
    )
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Cash,
    Credit,
    Leasing,
    Rental,
    /// The mention is no choice of this client.
    Void,
}

static FORMS: LazyLock<Phrases<Form>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "gotowka|gotowke|gotowki|gotowce|z_konta|przelewem|przelew|z_wlasnych|za_swoje|z_oszczednosci|bez_kredytu|bez_rat",
                Form::Cash,
            ),
            (
                "cash|outright|bank_transfer|from_savings|from_the_bank_account|from_my_account|bank_account|no_payments|own_money",
                Form::Cash,
            ),
            (
                "kredyt|kredycie|kredytem|kredytu|na_raty|loan|car_loan|bank_loan|on_credit|bank_finance",
                Form::Credit,
            ),
            (
                "leasing|leasingu|leasingiem|lease|leasing_operacyjny",
                Form::Leasing,
            ),
            (
                "najem|najmu|najmie|najmem|wynajem|wynajmu|wynajmie|abonament|abonamencie|rental|long_term_rental|subscription|long_term_hire",
                Form::Rental,
            ),
            ("cash machine|point|desk|back|flow", Form::Void),
            ("karta|karte|karty kredytow*", Form::Void),
            (
                "kredyt ..1 na_dom|na_mieszkanie|hipoteczn*|mieszkaniow*",
                Form::Void,
            ),
            ("ratujemy|splacam|splacamy|mam_juz ..1 kredyt", Form::Void),
            ("kredytu brak|nie_mam|nie_chce", Form::Void),
            ("firma|firmy|firme leasingow*", Form::Void),
            (
                "nie|zadnego|zadnych|bez|not|no|never ..2 leasing|leasingu|lease|kredyt|kredytu|loan|najem|najmu|rental|gotowka|gotowki",
                Form::Void,
            ),
            (
                "wynajmuje|w_wynajmie|wynajmujemy|mieszkanie_na_wynajem|wynajem_mieszkan*|na_wynajem",
                Form::Void,
            ),
            ("kiedys|wczesniej ..2 za gotowke", Form::Void),
            ("konczy|koncza ..2 sie|mi|nam ..2 najem|leasing", Form::Void),
            ("okres|lat|latach|miesiacach leasing|leasingu", Form::Void),
        ],
    )
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompanyForm {
    Private,
    SoleTrader,
    Registered,
    /// A firm of unknown form.
    Unknown,
}

static COMPANIES: LazyLock<Phrases<CompanyForm>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "jdg|jednoosobow*|jednoosobowa_dzialalnosc|samozatrudnion*|wlasna_dzialalnosc|na_dzialalnosc|na_dzialalnosci|prowadze_dzialalnosc|moja_dzialalnosc|mam_dzialalnosc",
                CompanyForm::SoleTrader,
            ),
            (
                "sole_trader|sole_proprietor*|self_employed|one_person_company|one_person_firm|one_man_business|one_man_band|one_woman|one_man_company|freelancer|just_me ..3 ?business|company",
                CompanyForm::SoleTrader,
            ),
            (
                "business|company|firm|outfit ..1 just_me",
                CompanyForm::SoleTrader,
            ),
            ("b_2_b", CompanyForm::SoleTrader),
            (
                "na|przez|bierze|kupuje|wezmie ..2 spolke|spolka",
                CompanyForm::Registered,
            ),
            ("na ..1 spolke|sp_z_o_o|zoo", CompanyForm::Registered),
            (
                "spolka|spolke|spolki ?akcyjn* z_o_o|akcyjna|komandytow*|jawna",
                CompanyForm::Registered,
            ),
            (
                "sp_z_o_o|rachunku_spolki|faktura_na_spolke|fakture_na_spolke",
                CompanyForm::Registered,
            ),
            (
                "ltd|limited_company|through_the_company|company_pays|company_takes|company_buys|company_is_buying|invoice_to_the_company|on_the_company|corporate_account|for_the_company",
                CompanyForm::Registered,
            ),
            (
                "na_firme|firma_placi|firma_kupuje|faktura_na_firme|fakture_na_firme|bierzemy_na_firme|w_koszty",
                CompanyForm::Unknown,
            ),
            (
                "on_the_firm|on_the_firm_s|through_the_firm|through_the_business|on_the_business|firm_pays|through_my_company|through_my_business",
                CompanyForm::Unknown,
            ),
            (
                "prywatnie|na_osobe_prywatna|osoba_prywatna|na_siebie|prywatny_zakup|prywatnego|nie_na_firme|nie_przez_firme",
                CompanyForm::Private,
            ),
            (
                "private_purchase|privately|private_buyer|private_person|private_individual|as_a_private|personal_purchase|in_my_own_name|not_through_the|not_through_my",
                CompanyForm::Private,
            ),
        ],
    )
});

pub(super) fn read(reading: &mut Reading<'_>) {
    for tokens in reading.sentences.clone() {
        let words = Words::new(reading.folded, tokens.clone());
        home(reading, &words, &tokens);
        timeline(reading, &words, &tokens);
        financing(reading, &words, &tokens);
        company(reading, &words);
    }
}

fn home(reading: &mut Reading<'_>, words: &Words<'_>, tokens: &Range<usize>) {
    let hits = HOME.find(words);
    let of = |home: Home| hits.iter().find(|h| h.value == home);
    if let Some(no) = of(Home::No) {
        reading.state(
            SlotKey::HomeCharging,
            SlotValue::YesNo(false),
            &no.tokens,
            1.0,
        );
    } else if let Some(yes) = of(Home::Yes).filter(|_| of(Home::Elsewhere).is_none())
        && (!reading.asks(tokens.start) || matches!(words.get(0), "mam" | "mamy" | "i" | "we"))
    {
        reading.state(
            SlotKey::HomeCharging,
            SlotValue::YesNo(true),
            &yes.tokens,
            1.0,
        );
    }
}

/// Days of a month and a year, for sorting a stated time into the four terms.
const MONTH_DAYS: i64 = 30;

fn timeline(reading: &mut Reading<'_>, words: &Words<'_>, tokens: &Range<usize>) {
    let hits = TERMS.find(words);
    let has = |term: Term| hits.iter().any(|h| h.value == term);
    let choice = |term: &'static str| SlotValue::Choice(term.to_owned());
    let ahead = |quantity: &&Quantity| {
        tokens.contains(&quantity.tokens.start)
            && hits.iter().any(|h| {
                h.value == Term::Ahead
                    && h.tokens.end <= quantity.tokens.start
                    && quantity.tokens.start - h.tokens.end <= 2
            })
    };
    let counted = reading
        .quantities
        .iter()
        .find(|q| ahead(q) && days(q).is_some());
    if let Some((quantity, days)) = counted.and_then(|q| Some((q.clone(), days(q)?)))
        && !has(Term::Other)
        && (days <= Decimal::from(18 * MONTH_DAYS)
            || has(Term::Perhaps) && days <= Decimal::from(36 * MONTH_DAYS))
    {
        reading.state(SlotKey::Timeline, choice(term(days)), &quantity.tokens, 1.0);
        return;
    }
    let named = [
        (Term::Later, "6m+"),
        (Term::NextYear, "6m+"),
        (Term::Half, "3-6m"),
        (Term::Quarter, "1-3m"),
    ];
    for (term, id) in named {
        let found = hits.iter().find(|h| h.value == term);
        if let Some(hit) =
            found.filter(|_| !has(Term::Other) && (term != Term::NextYear || has(Term::Buy)))
        {
            reading.state(SlotKey::Timeline, choice(id), &hit.tokens, 1.0);
            return;
        }
    }
    let soon = hits
        .iter()
        .find(|h| h.value == Term::Now || h.value == Term::Soon);
    if let Some(hit) = soon.filter(|_| has(Term::Buy) && !reading.asks(tokens.start)) {
        reading.state(SlotKey::Timeline, choice("now"), &hit.tokens, 1.0);
    }
}

/// A stated time in days; `None` for one too short or of another kind.
fn days(quantity: &Quantity) -> Option<Decimal> {
    let n = quantity.numbers().last()?;
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

fn financing(reading: &mut Reading<'_>, words: &Words<'_>, tokens: &Range<usize>) {
    let hits = FORMS.find(words);
    let void = |at: &Range<usize>| {
        hits.iter()
            .any(|h| h.value == Form::Void && h.tokens.start < at.end && at.start < h.tokens.end)
    };
    let mut chosen: Vec<_> = hits
        .iter()
        .filter(|h| h.value != Form::Void && !void(&h.tokens))
        .collect();
    chosen.dedup_by_key(|h| h.value);
    // Several forms in a sentence are compared, not chosen; so are those of a question.
    let [only] = chosen.as_slice() else {
        return;
    };
    if reading.asks(tokens.start) {
        return;
    }
    let id = match only.value {
        Form::Cash => "cash",
        Form::Credit => "credit",
        Form::Leasing => "leasing",
        Form::Rental => "rental",
        Form::Void => return,
    };
    reading.state(
        SlotKey::Financing,
        SlotValue::Choice(id.to_owned()),
        &only.tokens.clone(),
        1.0,
    );
}

fn company(reading: &mut Reading<'_>, words: &Words<'_>) {
    let hits = COMPANIES.find(words);
    let of = |company: CompanyForm| hits.iter().find(|h| h.value == company);
    let found = of(CompanyForm::Private)
        .or_else(|| of(CompanyForm::SoleTrader))
        .or_else(|| of(CompanyForm::Registered))
        .or_else(|| of(CompanyForm::Unknown));
    let Some(hit) = found else {
        return;
    };
    let (id, weight) = match hit.value {
        CompanyForm::Private => ("private", 1.0),
        CompanyForm::SoleTrader => ("sole_trader", 1.0),
        CompanyForm::Registered => ("company", 1.0),
        CompanyForm::Unknown => ("company", super::WEAK),
    };
    reading.state(
        SlotKey::CompanyForm,
        SlotValue::Choice(id.to_owned()),
        &hit.tokens,
        weight,
    );
}
