//! The check that no invented number and no dishonest sentence reaches a client (`product.md` 4.4).
//!
//! Must not know who wrote a text. Invariant: a sentence that passes holds no price, range, share,
//! date or duration other than a quotable fact's, said of the thing the fact is about.

use jiff::civil::Date;

use super::{
    fact::{Fact, FactId},
    labels::{Lang, labels},
    quantity,
    text::{self, Folded, slice},
    vehicle::{self, Casing},
};
use subject::Clauses;

mod concept;
pub mod eval;
mod harmless;
mod honesty;
mod lexicon;
mod numbers;
mod subject;

labels! {
    /// Why a sentence was removed (`labels.md`).
    Reason {
        InventedNumber = "invented_number",
        ExpiredFact = "expired_fact",
        LowConfidenceFact = "low_confidence_fact",
        FalseScarcity = "false_scarcity",
        InventedSocialProof = "invented_social_proof",
        PressureAfterNo = "pressure_after_no",
        Vulnerability = "vulnerability",
        SpecialCategory = "special_category",
    }
}

/// One sentence that must not be said.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// Unicode scalars of the checked text, end exclusive.
    pub sentence: std::ops::Range<u32>,
    pub reason: Reason,
    /// The words that gave the reason.
    pub seen: String,
    pub nearest: Option<FactId>,
}

/// Checks a final text against the facts that may be quoted in it.
///
/// `allowed` holds facts of the knowledge base beside what the client stated (`slot.…`) and what a
/// calculator returned (`calc.…`). A sentence has a verdict for every reason against it, the gravest
/// first; a text without verdicts may be said.
pub fn check(text: &str, lang: Lang, today: Date, allowed: &[Fact]) -> Vec<Verdict> {
    let folded = Folded::new(text);
    let cars = vehicle::scan(&folded, Casing::Prose);
    let quantities = quantity::find_in(&folded, &cars, lang);
    let taken: Vec<_> = quantities.iter().map(|q| q.tokens.clone()).collect();
    let mut verdicts = Vec::new();
    let mut before = honesty::Before::default();
    let mut earlier = None;
    for span in text::sentences(text) {
        let tokens = folded.within(&span);
        let inside = |t: &std::ops::Range<usize>| tokens.contains(&t.start);
        let mine = quantities.partition_point(|q| q.tokens.start < tokens.start)
            ..quantities.partition_point(|q| inside(&q.tokens) || q.tokens.start < tokens.end);
        let mine = &quantities[mine];
        let clauses = Clauses::new(&folded, tokens.clone(), &cars, &taken, lang, earlier.take());
        let sentence = harmless::Sentence::new(&folded, tokens.clone(), today);
        let judged = numbers::judge(&sentence, &clauses, mine, today, allowed);
        let mut problems = honesty::judge(&folded, tokens, mine, &judged, &mut before);
        for problem in judged.problems {
            if !problems.iter().any(|p| p.reason == problem.reason) {
                problems.push(problem);
            }
        }
        earlier = if clauses.names_a_car() {
            clauses.only_car()
        } else {
            None
        };
        verdicts.extend(problems.into_iter().map(|problem| Verdict {
            sentence: span.clone(),
            reason: problem.reason,
            seen: slice(text, &folded.span(&problem.tokens)).to_owned(),
            nearest: problem.nearest,
        }));
    }
    verdicts
}

/// The text without the sentences that failed; what is left keeps its own spaces.
pub fn clean(text: &str, verdicts: &[Verdict]) -> String {
    let mut failed: Vec<_> = verdicts.iter().map(|v| v.sentence.clone()).collect();
    failed.sort_by_key(|s| s.start);
    failed.dedup();
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for sentence in failed {
        kept.push_str(slice(text, &(from..sentence.start)));
        from = sentence.end;
        // The space after a removed sentence goes with it.
        from += slice(text, &(from..u32::MAX))
            .chars()
            .take_while(|c| *c == ' ')
            .count() as u32;
    }
    kept.push_str(slice(text, &(from..u32::MAX)));
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;
    use crate::domain::{
        fact::{Confidence, FactValue, Localised, Unit},
        mark,
    };

    const TODAY: Date = Date::constant(2026, 11, 23);

    fn fact(id: &str, value: &str, unit: Unit) -> Fact {
        Fact {
            id: id.to_owned(),
            about: String::new(),
            label: Localised::default(),
            value: FactValue::Number(value.parse().unwrap()),
            unit,
            source: String::new(),
            as_of: TODAY,
            valid_from: TODAY,
            valid_to: None,
            review_by: Date::MAX,
            confidence: Confidence::High,
        }
    }

    fn facts() -> Vec<Fact> {
        vec![
            fact("range_model_y_lr_awd", "586", Unit::Km),
            fact("range_model_3_standard", "534", Unit::Km),
            fact("price_model_y_rwd", "204990", Unit::Pln),
            fact("bev_cost_cap", "225000", Unit::Pln),
            fact("ice_cost_cap", "100000", Unit::Pln),
            fact("lease_term", "36", Unit::Month),
            fact("accel_model_y_lr_awd", "4.8", Unit::Second),
            fact("towing_model_y", "1600", Unit::Kilogram),
            fact("g12_night", "0.55", Unit::PlnPerKwh),
            fact("g12_day", "1.05", Unit::PlnPerKwh),
            fact("calc.tco_horizon", "60", Unit::Month),
            fact("slot.household_size", "4", Unit::Person),
        ]
    }

    fn reasons(text: &str, lang: Lang) -> Vec<Reason> {
        check(text, lang, TODAY, &facts())
            .iter()
            .map(|v| v.reason)
            .collect()
    }

    #[test]
    fn a_right_number_belongs_to_its_car_and_rule() {
        let clean = [
            "Model Y Long Range przejedzie 586 km, a Model 3 Standard 534 km.",
            "Zasięg 534 km to wynik Modelu 3, 586 km Modelu Y.",
            "Limit dla elektryka to 225 tys. zł, dla diesla sto tysięcy.",
            "W G12 nocna kilowatogodzina kosztuje 55 groszy, a dzienna 1,05 zł.",
            "Leasing na trzy lata, hak na 1,6 tony, cztery osoby w rodzinie.",
            "Model Y rusza do setki w 4,8 sekundy, od 0 do 100 km/h.",
        ];
        for text in clean {
            assert_eq!(reasons(text, Lang::Pl), [], "{text}");
        }
        let invented = [
            "Model 3 przejedzie 586 km.",
            "Zasięg 534 km ma Model Y, a Model 3 586 km.",
            "Limit dla elektryka to 100 tys. zł.",
            "W G12 nocą płaci się 1,05 zł za kWh.",
            "Gwarancja na trzy lata.",
            "Kia EV6 przejedzie 534 km.",
            "Model Y Performance ma 586 km zasięgu.",
            "Rodzina pięcioosobowa zmieści się bez trudu.",
            "Dopłata wyniesie 225 000 zł.",
            "Model 3 jest wygodny. Ma 586 km zasięgu.",
        ];
        for text in invented {
            assert_eq!(reasons(text, Lang::Pl), [Reason::InventedNumber], "{text}");
        }
    }

    #[test]
    fn harmless_numbers_pass() {
        let texts = [
            (
                Lang::Pl,
                "Mam dwa pytania i jedną prośbę, spotkajmy się o 14:30 albo po siedemnastej.",
            ),
            (
                Lang::Pl,
                "W sobotę, 28 listopada, zarezerwuję dla Pana pół godziny na jazdę.",
            ),
            (
                Lang::Pl,
                "Proszę zadzwonić: 600 123 456, wewnętrzny pokój 12, piętro 2.",
            ),
            (
                Lang::Pl,
                "Złącze Typ 2, jedna faza albo trzy, taryfa G12, druk VAT-26, droga S8.",
            ),
            (
                Lang::Pl,
                "Wybierzmy między Modelem 3, ID.4 i EV6, a potem iX3 50.",
            ),
            (
                Lang::Pl,
                "Na sto procent oddzwonię, dorzucę swoje trzy grosze.",
            ),
            (
                Lang::Pl,
                "Zużycie podaje się na 100 km, przyspieszenie od 0 do 100 km/h.",
            ),
            (
                Lang::En,
                "Two quick questions, then meet me at half past ten on Saturday the 28th.",
            ),
            (
                Lang::En,
                "You're a hundred percent right, see page 4, section 2.",
            ),
            (
                Lang::En,
                "We'll take the Model 3 first and the Ioniq 5 second.",
            ),
        ];
        for (lang, text) in texts {
            assert_eq!(reasons(text, lang), [], "{text}");
        }
    }

    #[test]
    fn expired_weak_and_unverified_facts_give_their_own_reasons() {
        let day = Date::constant(2026, 11, 22);
        let expired = Fact {
            valid_to: Some(day),
            ..fact("price", "204990", Unit::Pln)
        };
        let due = Fact {
            review_by: day,
            ..fact("price", "204990", Unit::Pln)
        };
        let weak = Fact {
            confidence: Confidence::Low,
            ..fact("price", "204990", Unit::Pln)
        };
        let none = Fact {
            value: FactValue::Unverified,
            ..fact("price", "0", Unit::Pln)
        };
        let reason =
            |facts: &[Fact]| check("Cena to 204 990 zł.", Lang::Pl, TODAY, facts)[0].reason;
        assert_eq!(reason(std::slice::from_ref(&expired)), Reason::ExpiredFact);
        assert_eq!(reason(&[due]), Reason::ExpiredFact);
        assert_eq!(
            reason(std::slice::from_ref(&weak)),
            Reason::LowConfidenceFact
        );
        assert_eq!(reason(&[none]), Reason::InventedNumber);
        let good = fact("price", "204990", Unit::Pln);
        assert!(
            check(
                "Cena to 204 990 zł.",
                Lang::Pl,
                TODAY,
                &[expired, weak, good]
            )
            .is_empty()
        );
    }

    #[test]
    fn a_verdict_shows_the_words_and_the_nearest_fact() {
        let text = "Dzień dobry! Kosztuje 205 tys. zł.";
        let verdicts = check(text, Lang::Pl, TODAY, &facts());
        assert_eq!(verdicts.len(), 1);
        assert_eq!(slice(text, &verdicts[0].sentence), "Kosztuje 205 tys. zł.");
        assert_eq!(verdicts[0].seen, "205 tys. zł");
        assert_eq!(verdicts[0].nearest.as_deref(), Some("price_model_y_rwd"));
    }

    #[test]
    fn cleaning_takes_out_the_sentences_that_failed() {
        let text = "Źle? Nie. Kosztuje 205 tys. zł. Umówmy jazdę.  Zostały ostatnie sztuki!\nDo zobaczenia.";
        let verdicts = check(text, Lang::Pl, TODAY, &facts());
        assert_eq!(
            clean(text, &verdicts),
            "Źle? Nie. Umówmy jazdę.  \nDo zobaczenia."
        );
        assert!(check(&clean(text, &verdicts), Lang::Pl, TODAY, &facts()).is_empty());
        assert_eq!(clean(text, &[]), text);
    }

    #[test]
    fn a_live_stock_or_date_fact_bears_out_what_it_says() {
        let stock = fact("stock_model_y", "2", Unit::Piece);
        assert!(
            check(
                "Zostały nam dwie sztuki na placu.",
                Lang::Pl,
                TODAY,
                std::slice::from_ref(&stock)
            )
            .is_empty()
        );
        assert_eq!(
            check(
                "Zostały nam trzy sztuki na placu.",
                Lang::Pl,
                TODAY,
                &[stock]
            )[0]
            .reason,
            Reason::FalseScarcity
        );
        let until = Fact {
            value: FactValue::Date(Date::constant(2026, 12, 15)),
            ..fact("promo_until", "0", Unit::Date)
        };
        let text = "Promocja kończy się 15 grudnia 2026.";
        assert!(check(text, Lang::Pl, TODAY, &[until]).is_empty());
        assert!(!check(text, Lang::Pl, TODAY, &[]).is_empty());
    }

    #[test]
    fn what_marks_say_the_guard_reads_back() {
        let units = Unit::ALL
            .iter()
            .filter(|u| !matches!(u, Unit::Date | Unit::Piece | Unit::Person));
        for (&unit, lang) in units.flat_map(|u| [(u, Lang::Pl), (u, Lang::En)]) {
            for value in ["3", "15", "22.5", "586", "2349.5", "204990", "0.55"] {
                let fact = fact("calc.any", value, unit);
                let said = mark::value(&fact.value, unit, lang).unwrap();
                let text = match lang {
                    Lang::Pl => format!("Wynik to {said}."),
                    Lang::En => format!("The result is {said}."),
                };
                assert_eq!(check(&text, lang, TODAY, &[fact]), [], "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_foreign_price_gets_through(n in 1_000_u32..900_000, sep in "[ \u{a0}.]") {
            prop_assume!(![204_990, 225_000, 100_000].contains(&n));
            let digits = n.to_string();
            let (head, tail) = digits.split_at(digits.len() - 3);
            let text = format!("To auto jest wycenione na {head}{sep}{tail} zł.");
            prop_assert_eq!(reasons(&text, Lang::Pl), [Reason::InventedNumber]);
        }

        #[test]
        fn no_foreign_range_gets_through(n in 100_u32..900) {
            prop_assume!(![586, 534].contains(&n));
            let spoken = mark::number(Decimal::from(n), Lang::En);
            let text = format!("You will get {spoken} km out of it.");
            prop_assert_eq!(reasons(&text, Lang::En), [Reason::InventedNumber]);
        }

        #[test]
        fn cleaning_never_adds_and_always_settles(text in "[a-zA-Z0-9 .,!?żółćęą]{0,120}") {
            let verdicts = check(&text, Lang::Pl, TODAY, &facts());
            let kept = clean(&text, &verdicts);
            prop_assert!(kept.chars().count() <= text.chars().count());
            prop_assert_eq!(clean(&kept, &check(&kept, Lang::Pl, TODAY, &facts())), kept.clone());
        }
    }
}
