//! Facts: the only source of numbers besides what a client said and what a calculator returns.
//!
//! Invariant: only a fact of confidence H or M, inside its validity and before its review date, is
//! quotable.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::labels::{Lang, labels};

pub type FactId = String;
/// What a fact is about: a car, a programme, a tariff, a law.
pub type SubjectId = String;

labels! {
    Confidence { High = "H", Medium = "M", Low = "L" }
}

labels! {
    /// The closed list of units (`labels.md`).
    Unit {
        Pln = "PLN",
        PlnPerMonth = "PLN/month",
        PlnPerYear = "PLN/year",
        PlnPerDay = "PLN/day",
        PlnPerHour = "PLN/h",
        PlnPerKwh = "PLN/kWh",
        Eur = "EUR",
        Km = "km",
        Mi = "mi",
        KmPerHour = "km/h",
        KmPerYear = "km/year",
        Second = "s",
        Minute = "min",
        Week = "weeks",
        Month = "months",
        Year = "years",
        Percent = "%",
        Kw = "kW",
        Kwh = "kWh",
        KwhPer100Km = "kWh/100km",
        Kwp = "kWp",
        Litre = "l",
        Kilogram = "kg",
        Inch = "in",
        Piece = "pcs",
        Person = "persons",
        Date = "date",
    }
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    /// A decimal number as text, so that no digit is lost.
    #[schema(value_type = String)]
    Number(Decimal),
    /// From and to.
    #[schema(value_type = String)]
    Range(Decimal, Decimal),
    #[schema(value_type = String, format = Date)]
    Date(Date),
    /// Nobody has verified a value; there is nothing to quote.
    Unverified,
}

/// A text in both languages.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Localised {
    pub pl: String,
    pub en: String,
}

impl Localised {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Fact {
    #[schema(value_type = String)]
    pub id: FactId,
    #[schema(value_type = String)]
    pub about: SubjectId,
    /// What the number is, for chips and tables.
    pub label: Localised,
    pub value: FactValue,
    pub unit: Unit,
    pub source: String,
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day of validity; `None` while a law is in force.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    #[schema(value_type = String, format = Date)]
    pub review_by: Date,
    pub confidence: Confidence,
}

/// Why a fact must not be quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unquotable {
    Unverified,
    LowConfidence,
    NotYetValid,
    Expired,
    ReviewDue,
}

impl Fact {
    /// Whether the fact may be said to a client on `today`.
    pub fn quotable(&self, today: Date) -> Result<(), Unquotable> {
        if self.value == FactValue::Unverified {
            Err(Unquotable::Unverified)
        } else if self.confidence == Confidence::Low {
            Err(Unquotable::LowConfidence)
        } else if today < self.valid_from {
            Err(Unquotable::NotYetValid)
        } else if self.valid_to.is_some_and(|end| today > end) {
            Err(Unquotable::Expired)
        } else if today > self.review_by {
            Err(Unquotable::ReviewDue)
        } else {
            Ok(())
        }
    }
}
