//! The power of the client's own panels.

use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::{Reading, amount::is_within, cues::Cues};
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::{Phrases, Words},
    quantity::Quantity,
    text::Folded,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Panels,
    /// The power is of a charger, a heat pump, a motor.
    Apart,
    Own,
}

static CUES: LazyLock<Phrases<Cue>> = LazyLock::new(|| {
    Phrases::new(
        &[],
        &[
            (
                "panel*|fotowoltaik*|pv|kwp|solar*|instalacj*|dach*|roof*|peak|south_side|south_facing|poludni*|photovolt*|kilowatopik*|slonc*",
                Cue::Panels,
            ),
            (
                "na ..1 stodole|stajni|garazu|hali|oborze|wiacie|gruncie|domu|barn",
                Cue::Panels,
            ),
            (
                "ladowark*|wallbox*|charger*|wall_box|slup*|stacj*|pompa|pompy|pompe|silnik*|moc_silnika|dc|heat_pump|motor",
                Cue::Apart,
            ),
            (
                "mam|mamy|moje|nasze|moja|nasza|i_have|i_ve|we_ve|we_have|my|our|robimy|zakladamy|kladziemy",
                Cue::Own,
            ),
        ],
    )
});

/// What a sentence says of panels.
pub(super) struct Roof(Cues<Cue>);

impl Roof {
    pub(super) fn new(words: &Words<'_>, folded: &Folded) -> Self {
        Self(Cues::new(&CUES, words, folded))
    }

    pub(super) fn read(
        &self,
        n: Decimal,
        quantity: &Quantity,
        reading: &Reading<'_>,
    ) -> Option<(Decimal, SlotKey)> {
        let (cues, at) = (&self.0, &quantity.tokens);
        let power = match quantity.unit {
            Some(Unit::Kwp) => true,
            Some(Unit::Kw) => cues.near(Cue::Panels, at, 7) && !cues.beside(Cue::Apart, at, 3),
            None => {
                cues.near(Cue::Panels, at, 1)
                    && !n.fract().is_zero()
                    && !quantity.foreign
                    && quantity.per.is_none()
            }
            _ => false,
        };
        let asked = reading.asks(at.start) && !cues.before(Cue::Own, at, 6);
        (power && !asked && is_within(n, (1, 500))).then_some((n, SlotKey::PvKwp))
    }
}
