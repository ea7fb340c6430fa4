//! Numbers the client stated: each quantity goes to the first reader that knows what it counts.

use std::ops::Range;

use rust_decimal::Decimal;

use super::{Reading, WEAK, distance, household, money, panels};
use crate::domain::{
    fact::Unit,
    labels::SlotKey,
    phrase::Words,
    quantity::{Form, Quantity, Value},
    slots::SlotValue,
};

pub(super) fn read(reading: &mut Reading<'_>) {
    let of_money = distance::speaks_of_money(reading.folded);
    for tokens in reading.sentences.clone() {
        let said = reading.quantities_in(&tokens).to_vec();
        if said.is_empty() {
            continue;
        }
        let words = Words::new(reading.folded, tokens.clone());
        let ways = distance::Ways::new(&words, reading.folded, &said, of_money);
        let roof = panels::Roof::new(&words, reading.folded);
        let purse = money::Purse::new(&words, reading.folded);
        let household = household::Household::new(&words, reading.folded);
        for quantity in &said {
            let Some(n) = quantity.number() else {
                continue;
            };
            if reading.of_others(quantity.tokens.start) {
                continue;
            }
            let found = ways
                .read(n, quantity)
                .or_else(|| roof.read(n, quantity, reading))
                .or_else(|| purse.read(n, quantity, reading))
                .or_else(|| household.counted(n, quantity, reading));
            let (n, key, weight) = match found {
                Some((n, key)) => (n, key, 1.0),
                None if ways.answers(n, quantity) && !reading.asks(quantity.tokens.start) => {
                    (n, SlotKey::YearlyKm, WEAK)
                }
                None => continue,
            };
            reading.state(
                key,
                SlotValue::Number(n.normalize()),
                &quantity.tokens,
                weight,
            );
        }
    }
}

pub(super) fn is_within(n: Decimal, (low, high): (i64, i64)) -> bool {
    n >= Decimal::from(low) && n <= Decimal::from(high)
}

/// Gives spoken words their unit where they have one only among amounts of a client: "sto koła" are
/// thousands, though four are wheels; "kilosy" are kilometres.
pub(super) fn slang(reading: &mut Reading<'_>) {
    join_hundreds(reading);
    for quantity in &mut reading.quantities {
        // "trzydzieści w jedną stronę": the preposition is no watt.
        let last = quantity.tokens.end - 1;
        if quantity.foreign && reading.folded.get(last) == "w" && !reading.folded.glued(last) {
            quantity.foreign = false;
            quantity.tokens.end = last;
            quantity.span = reading.folded.span(&quantity.tokens);
        }
        let Value::Number(n) = quantity.value else {
            continue;
        };
        if quantity.unit.is_some() || quantity.foreign || quantity.multiplied {
            continue;
        }
        let word = reading.folded.get(quantity.tokens.end);
        let takes: fn(&mut Quantity, Decimal) = match word {
            "kola" | "kolek" | "kol" if n >= Decimal::from(20) => |q, n| {
                q.value = Value::Number(n * Decimal::ONE_THOUSAND);
                q.multiplied = true;
            },
            "kilosow" | "kilosy" | "kaemow" | "kaemy" | "kilometrow" => {
                |q, _| q.unit = Some(Unit::Km)
            }
            _ => continue,
        };
        takes(quantity, n);
        let tokens: Range<usize> = quantity.tokens.start..quantity.tokens.end + 1;
        quantity.span = reading.folded.span(&tokens);
        quantity.tokens = tokens;
    }
}

/// "dwa trzysta" is 2300, as money is said.
fn join_hundreds(reading: &mut Reading<'_>) {
    let plain = |q: &Quantity| {
        let bare = q.form == Form::Words && !q.multiplied && !q.foreign;
        q.number().filter(|_| bare)
    };
    let mut at = 1;
    while at < reading.quantities.len() {
        let (thousands, hundreds) = (&reading.quantities[at - 1], &reading.quantities[at]);
        let joined = match (plain(thousands), plain(hundreds)) {
            (Some(a), Some(b))
                if thousands.unit.is_none()
                    && thousands.tokens.end == hundreds.tokens.start
                    && is_within(a, (1, 9))
                    && is_within(b, (100, 999)) =>
            {
                a * Decimal::ONE_THOUSAND + b
            }
            _ => {
                at += 1;
                continue;
            }
        };
        let tokens = thousands.tokens.start..hundreds.tokens.end;
        let whole = Quantity {
            span: reading.folded.span(&tokens),
            tokens,
            value: Value::Number(joined),
            ..hundreds.clone()
        };
        reading.quantities.splice(at - 1..=at, [whole]);
    }
}
