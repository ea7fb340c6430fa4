//! In which form the client buys. A firm whose form nobody named is none.

use std::sync::LazyLock;

use super::{Reading, cues::breaks, last_said};
use crate::domain::{
    labels::SlotKey,
    phrase::{Phrases, Words},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Private,
    SoleTrader,
    Registered,
    /// The mention is no choice.
    Void,
}

static FORMS: LazyLock<Phrases<Form>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "jdg|jednoosobow*|samozatrudni*|wlasna_dzialalnosc|wlasnej_dzialalnosci|swojej_dzialalnosci|na_dzialalnosc|na_dzialalnosci|prowadze_dzialalnosc|moja_dzialalnosc|mam_dzialalnosc|dzialalnosc_gospodarcz*|dzialalnosci_gospodarczej|dzialalnosc_mam|b2b|b_2_b",
                Form::SoleTrader,
            ),
            (
                "sole_trader|sole_trade|sole_proprietor*|self_employed|one_person_company|one_person_firm|one_person_business|one_man_business|one_man_band|one_woman|one_man_company|one_man_firm|freelance*",
                Form::SoleTrader,
            ),
            ("just_me ..3 business|company|firm", Form::SoleTrader),
            ("business|company|firm|outfit ..1 just_me", Form::SoleTrader),
            (
                "na|przez|bierze|kupuje|wezmie|placi|dla|w_imieniu|reprezentuje|rachunku|podpisuje|finansuje|leasinguje|fakture_na|faktura_na ..2 spolke|spolka|spolki",
                Form::Registered,
            ),
            (
                "spolka|spolke ..1 bierze|kupuje|wezmie|placi|kupi|zaplaci|podpisuje|finansuje",
                Form::Registered,
            ),
            (
                "spolka|spolke|spolki|spolce ?z akcyjn*|z_o_o|o_o|ograniczona|komandytow*|jawn*|cywiln*",
                Form::Registered,
            ),
            ("sp_z_o_o|sp_zoo|zoo|sp_k|sp_j", Form::Registered),
            (
                "aut|auta|samochodow|busow ..2 spolka|spolki",
                Form::Registered,
            ),
            (
                "ltd|limited_company|limited_liability|plc|llc|gmbh|corporate_account|company_s_account",
                Form::Registered,
            ),
            (
                "through|on|by|for|to the|our|a|my company",
                Form::Registered,
            ),
            (
                "the|my|our company is|pays|signs|takes|buys|will|would|is_buying|is_paying",
                Form::Registered,
            ),
            (
                "prywatnie|na_osobe_prywatna|osoba_prywatna|osobe_prywatna|osoba_fizyczna|osobe_fizyczna|prywatny_zakup|jako_prywatn*|klient_prywatny|prywatnego|zakup_prywatny|na_mnie_prywatnie|prywatna_osoba|na_wlasne_nazwisko",
                Form::Private,
            ),
            (
                "biore|kupuje|bierze|wezme|kupie|place|zaplace|auto|samochod ..4 na_siebie",
                Form::Private,
            ),
            (
                "nie ..1 na|przez ..1 firme|spolke|dzialalnosc|biuro",
                Form::Private,
            ),
            (
                "nie mam|prowadze|mamy ..1 firmy|dzialalnosci",
                Form::Private,
            ),
            (
                "bez|zadna|zadnej|zadnych ..1 firma|firmy|firm",
                Form::Private,
            ),
            ("dzialalnosc prowadze|mam", Form::SoleTrader),
            ("firmy|dzialalnosci nie mam|prowadze|mamy", Form::Private),
            (
                "private_purchase|privately|private_buyer|private_person|private_individual|as_a_private|personal_purchase|personally|in_my_own_name|in_my_name|private_sale|for_private_use|for_myself|as_an_individual",
                Form::Private,
            ),
            (
                "not through|on the|my|a|any ?old company|business|firm",
                Form::Private,
            ),
            ("company lease", Form::Registered),
            ("don_t|not|no ..2 company|business", Form::Void),
            ("nie|zadn* ..1 jednoosobow*|jdg", Form::Void),
            (
                "nie|ani|zadn* spolka|spolki|spolke|sp|na_siebie|na_mnie",
                Form::Void,
            ),
            ("not|no ..1 ltd|limited_company|plc", Form::Void),
            (
                "jesli|gdyby|gdybym|czy|if|whether|suppose|zakladajac ..3 spolke|spolka|jdg|dzialalnosc|company|prywatnie|privately",
                Form::Void,
            ),
            ("firm*_leasingow*|company car", Form::Void),
        ],
    )
});

pub(super) fn read(reading: &mut Reading<'_>, words: &Words<'_>) {
    let hits = FORMS.find(words);
    let void = |at: &std::ops::Range<usize>| {
        hits.iter().any(|h| {
            h.value == Form::Void
                && h.tokens.start < at.end
                && at.start < h.tokens.end
                && !breaks(reading.folded, &h.tokens)
        })
    };
    let forms = [
        (Form::Private, "private"),
        (Form::SoleTrader, "sole_trader"),
        (Form::Registered, "company"),
    ];
    // "Nie na spółkę" is private, though the firm is in it.
    let said = forms.iter().flat_map(|&(form, id)| {
        hits.iter()
            .filter(move |h| h.value == form)
            .map(move |h| (id, h.tokens.clone()))
    });
    let said = said
        .filter(|(_, at)| !void(at) && !reading.of_others(at.start))
        .collect();
    if let Some((id, tokens)) = last_said(said)
        && !reading.asks(tokens.start)
    {
        reading.choose(SlotKey::CompanyForm, id, &tokens, 1.0);
    }
}
