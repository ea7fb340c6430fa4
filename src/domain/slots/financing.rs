//! How the client will pay. Forms that are compared, asked about, refused or over are no choice.

use std::{ops::Range, sync::LazyLock};

use super::{Reading, cues::breaks};
use crate::domain::{
    labels::SlotKey,
    phrase::{Phrases, Words},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Cash,
    Credit,
    Leasing,
    Rental,
    /// The mention is no choice of this client.
    Void,
    /// The mention asks.
    Open,
    /// The sentence weighs.
    Weigh,
}

const CLASSES: &[(&str, &str)] = &[(
    "form",
    "gotowka gotowke gotowki gotowce kredyt kredycie kredytem kredytu kredytow kredyty raty leasing leasingu leasingiem najem najmu najmie najmem wynajem wynajmu abonament abonamentu cash loan credit lease leasing rental subscription finance",
)];

static FORMS: LazyLock<Phrases<Form>> = LazyLock::new(|| {
    Phrases::new(
        CLASSES,
        &[
            (
                "gotowka|gotowke|gotowki|gotowce|gotoweczk*|z_konta|przelewem|z_wlasnych|za_swoje|z_oszczednosci|bez_kredytu|bez_rat|na_konto_moge|gotowa_na_stol|place_calosc|zaplace_calosc",
                Form::Cash,
            ),
            (
                "cash|outright|bank_transfer|from_savings|from_the_bank_account|from_my_account|no_payments|own_money|wire_the|wire_it|wire_transfer|simply_wire|pay_in_full|my_savings",
                Form::Cash,
            ),
            (
                "kredyt|kredycie|kredytem|kredytu|kredytowac|na_raty|w_ratach|ratalnie|loan|car_loan|bank_loan|on_credit|bank_finance|on_finance",
                Form::Credit,
            ),
            (
                "leasing|leasingu|leasingiem|lease|leasing_operacyjny|wyleasingowac|leasinguje|lizing",
                Form::Leasing,
            ),
            (
                "najem|najmu|najmie|najmem|wynajem|wynajmu|wynajmie|abonament|abonamencie|abonamentem|rental|long_term_rental|subscription|long_term_hire",
                Form::Rental,
            ),
            (
                "przelew idzie|od_razu|od_reki|zrobie|jeszcze_dzis",
                Form::Cash,
            ),
            ("cash machine|point|desk|back|flow", Form::Void),
            ("karta|karte|karty kredytow*", Form::Void),
            (
                "kredyt|kredytu|kredycie ..3 na_dom|na_mieszkanie|hipoteczn*|mieszkaniow*|studenck*",
                Form::Void,
            ),
            ("ratujemy|splacam|splacamy|mam_juz ..1 kredyt", Form::Void),
            (
                "@form brak|odpada|odpadaja|nie_chce|nie_chcemy|nie_uznaje|nie_uznajemy|nie_biore|nie_mam|nie_wchodzi|nie_interesuje|nie_lubie|nie_potrzebuje|nie_ma_sensu|to_nie_dla",
                Form::Void,
            ),
            ("firma|firmy|firme|firmie leasingow*", Form::Void),
            (
                "nie|ani|zadnego|zadnych|zaden|bez|zamiast|przy|niz|kontra|wobec|not|no|nor|never|without|instead_of|than|versus|vs ..2 @form",
                Form::Void,
            ),
            (
                "wynajmuje|w_wynajmie|wynajmujemy|mieszkanie_na_wynajem|wynajem_mieszkan*|na_wynajem|rental_flat|rental_car",
                Form::Void,
            ),
            (
                "kiedys|wczesniej|poprzedni*|last|previous ..2 ?za @form",
                Form::Void,
            ),
            (
                "konczy|koncza|skonczy|wygasa|runs_out|ends|ending ..3 @form",
                Form::Void,
            ),
            (
                "@form ..1 konczy|koncza|skonczy|wygasa|runs_out|ends|is_ending|is_up|expires",
                Form::Void,
            ),
            ("okres|lat|latach|miesiacach leasing|leasingu", Form::Void),
            ("ile|jaki|jaka|jakie|how|what ..5 @form", Form::Open),
            ("gotowki ..2 szkoda|malo|duzo|nie|strach|wydac", Form::Void),
            ("@form ..1 nie", Form::Void),
            ("@form ..5 nie_oplaca|nie_ma_sensu|doesn_t_pay", Form::Void),
            (
                "@form ..2 drogi|droga|boli|sie_boje|za_drogi|too_expensive|scares",
                Form::Void,
            ),
            (
                "says|said|mowi|mowia|radzi|haven_t|hasn_t|all_my ..2 @form",
                Form::Void,
            ),
            ("in_a|from_the|on_a rental", Form::Void),
            ("abonament za|na", Form::Void),
            (
                "driving|software|connectivity|data subscription",
                Form::Void,
            ),
            ("won_t|don_t|can_t|wouldn_t|didn_t ..3 @form", Form::Void),
            (
                "abonament|abonamentu|subscription serwis*|service",
                Form::Void,
            ),
            (
                "proponuj*|oferuj*|oferta|bralam|bralem|kupowal*|placilem|placilam|suggest* ..4 @form",
                Form::Void,
            ),
            ("@form ..2 czy|or ..2 @form", Form::Open),
            (
                "nie_wiem|czy|whether|zastanawia*|porown*|zestaw*|compare*|dylemat|argue|suma_rat",
                Form::Weigh,
            ),
        ],
    )
});

pub(super) fn read(reading: &mut Reading<'_>, words: &Words<'_>, tokens: &Range<usize>) {
    let hits = FORMS.find(words);
    let touched = |by: Form, at: &Range<usize>| {
        hits.iter().any(|h| {
            h.value == by
                && !reading.is_filler(h.tokens.start)
                && h.tokens.start < at.end
                && at.start < h.tokens.end
                && (by == Form::Open || !breaks(reading.folded, &h.tokens))
        })
    };
    let mut chosen: Vec<_> = hits
        .iter()
        .filter(|h| !matches!(h.value, Form::Void | Form::Open | Form::Weigh))
        .filter(|h| !touched(Form::Void, &h.tokens) && !touched(Form::Open, &h.tokens))
        .filter(|h| !reading.of_others(h.tokens.start))
        .collect();
    chosen.dedup_by_key(|h| h.value);
    // Several forms in a sentence are compared, not chosen; so are those of a question.
    let [only] = chosen.as_slice() else {
        return;
    };
    // "Nie wiem, czy leasing", "leasing, czy": weighed before, or right after.
    let weighed = hits.iter().any(|h| {
        let before = h.tokens.end <= only.tokens.start;
        h.value == Form::Weigh && (before || h.tokens.start <= only.tokens.end + 3)
    });
    if reading.asks(tokens.start) || weighed {
        return;
    }
    let id = match only.value {
        Form::Cash => "cash",
        Form::Credit => "credit",
        Form::Leasing => "leasing",
        Form::Rental => "rental",
        Form::Void | Form::Open | Form::Weigh => return,
    };
    let at = only.tokens.clone();
    reading.choose(SlotKey::Financing, id, &at, 1.0);
}
