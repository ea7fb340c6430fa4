//! Whose affairs a statement is about: the client's, or those of somebody else.

use std::sync::LazyLock;

use super::Reading;
use crate::domain::phrase::{Phrases, Words};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Own,
    /// Somebody outside the household.
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
                "kolega|kolezanka|koledzy|kumpel|kumpela|sasiad|sasiadka|sasiedzi|szef|szefowa|wspolnik|wspolniczka|brat|siostra|szwagier|szwagierka|kuzyn|kuzynka|znajomy|znajoma|znajomi|tesc|tesciowie|syn|corka|doradca|ksiegowy|ksiegowa|jedni|drudzy|wojt|proboszcz|wujek|ciotka|ziec|synowa|ktos|konkurencja|tata|ojciec",
                Voice::Other,
            ),
            (
                "on|oni|ona robi|ma|jezdzi|placi|placa|maja|wzial|wziela|kupil|kupila",
                Voice::Other,
            ),
            ("he|she|they", Voice::Other),
            (
                "u|dla|od|auto|auta|samochod|firma|firme|tesla|u_tego kolegi|kolezanki|kumpla|sasiada|sasiadki|szefa|wspolnika|brata|siostry|szwagra|kuzyna|znajomego|znajomych|tescia|syna|corki|wujka|prezesa",
                Voice::Other,
            ),
            (
                "neighbour*|neighbor*|colleague*|mate|mates|friend|friends|brother|sister|boss|cousin|uncle|son|daughter|father|dad|in_law|somebody|someone|buddy|coworker|bank_says|accountant|broker|agent|insurer",
                Voice::Other,
            ),
        ],
    )
});

impl Reading<'_> {
    /// Whether what stands at a token is said of somebody else: an outsider is the last one named
    /// before it in its sentence.
    pub(super) fn of_others(&self, token: usize) -> bool {
        let Some(sentence) = self.sentences.iter().find(|s| s.contains(&token)) else {
            return false;
        };
        let words = Words::new(self.folded, sentence.start..token);
        VOICES
            .find(&words)
            .into_iter()
            .next_back()
            .is_some_and(|hit| hit.value == Voice::Other)
    }
}
