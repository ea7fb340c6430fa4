//! A person's words for a slot.

use super::is_text;
use crate::{
    advisor::error::{Error, Refusal, Result},
    domain::{labels::SlotKey, slots::SlotValue},
};

/// A person's words for a slot, as the value they stand for.
pub(super) fn slot_value(key: SlotKey, text: &str) -> Result<SlotValue> {
    let choice = |allowed: &[&str]| {
        allowed
            .iter()
            .find(|known| **known == text)
            .map(|known| SlotValue::Choice((*known).to_owned()))
            .ok_or(Error::invalid("value", Refusal::NotAChoice))
    };
    match key {
        _ if !is_text(text) => Err(Error::invalid("value", Refusal::NotText)),
        SlotKey::CurrentCar if text.chars().count() <= 80 => Ok(SlotValue::Text(text.to_owned())),
        SlotKey::CurrentCar => Err(Error::invalid("value", Refusal::TooLong { max: 80 })),
        SlotKey::HomeCharging => match text {
            "yes" => Ok(SlotValue::YesNo(true)),
            "no" => Ok(SlotValue::YesNo(false)),
            _ => Err(Error::invalid("value", Refusal::NotAChoice)),
        },
        SlotKey::Timeline | SlotKey::Financing | SlotKey::CompanyForm => choice(key.choices()),
        _ => {
            let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let number: rust_decimal::Decimal = digits
                .replace(',', ".")
                .parse()
                .map_err(|_| Error::invalid("value", Refusal::NotANumber))?;
            if number.is_sign_negative() || number > rust_decimal::Decimal::from(100_000_000) {
                return Err(Error::invalid("value", Refusal::OutOfRange));
            }
            Ok(SlotValue::Number(number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_takes_only_what_it_can_hold() {
        assert_eq!(
            slot_value(SlotKey::YearlyKm, "25 000").unwrap(),
            SlotValue::Number(25_000.into())
        );
        assert!(slot_value(SlotKey::YearlyKm, "dużo").is_err());
        assert!(slot_value(SlotKey::YearlyKm, "-1").is_err());
        assert_eq!(
            slot_value(SlotKey::HomeCharging, "no").unwrap(),
            SlotValue::YesNo(false)
        );
        assert!(slot_value(SlotKey::Financing, "barter").is_err());
    }
}
