use super::*;
use crate::domain::text::slice;

/// A quantity as a short text: value, unit, period, sign of inexactness.
fn show(text: &str, lang: Lang) -> String {
    let one = |q: &Quantity| {
        let value = match q.value {
            Value::Number(n) => n.normalize().to_string(),
            Value::Range(a, b) => format!("{}..{}", a.normalize(), b.normalize()),
            Value::Date(w) => format!(
                "{}-{}-{}",
                w.year.map_or("?".to_owned(), |y| y.to_string()),
                w.month.map_or("?".to_owned(), |m| m.to_string()),
                w.day.map_or("?".to_owned(), |d| d.to_string())
            ),
            Value::Clock(h, m) => format!("{h}:{m:02}"),
            Value::Vague => "vague".to_owned(),
        };
        let unit = match (q.unit, q.foreign) {
            (Some(Unit::Date), _) | (None, false) => String::new(),
            (Some(unit), _) => format!(" {unit}"),
            (None, true) => " ?".to_owned(),
        };
        let per = q.per.map_or(String::new(), |p| format!(" per {p:?}"));
        format!("{value}{unit}{per}")
    };
    find(text, lang)
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn polish_numbers_and_units() {
    let cases = [
        ("204 990 zł", "204990 PLN"),
        (
            "204\u{a0}990\u{a0}zł i 2\u{202f}349,50 zł miesięcznie",
            "204990 PLN; 2349.5 PLN/month",
        ),
        ("184.990 zł", "184990 PLN"),
        ("184'990 zł, 204,990 zł", "184990 PLN; 204990 PLN"),
        (
            "dwieście cztery tysiące dziewięćset dziewięćdziesiąt złotych",
            "204990 PLN",
        ),
        ("Do dwustu dwudziestu pięciu tysięcy wliczy Pan", "225000"),
        ("225 tys. zł. Potem", "225000 PLN"),
        ("ćwierć miliona, pół miliona złotych", "250000; 500000 PLN"),
        (
            "półtora tysiąca, dwa i pół tysiąca złotych",
            "1500; 2500 PLN",
        ),
        (
            "półtorej godziny, pół godziny, kwadrans, trzy kwadranse",
            "90 min; 30 min; 15 min; 45 min",
        ),
        (
            "osiemnastolitrowy, 854-litrowy, dziewiętnastocalowych",
            "18 l; 854 l; 19 in",
        ),
        (
            "pięcioosobowa rodzina, trzyletni leasing",
            "5 persons; 3 years",
        ),
        (
            "1,6 tony, półtorej tony, 1600 kg",
            "1600 kg; 1500 kg; 1600 kg",
        ),
        (
            "36 miesięcy, trzy lata, 14 dni, 3 tygodnie",
            "36 months; 3 years; 2 weeks; 3 weeks",
        ),
        (
            "55 groszy, 0,55 zł za kilowatogodzinę, 1,05 zł/kWh, 497 zł/MWh",
            "0.55 PLN; 0.55 PLN/kWh; 1.05 PLN/kWh; 0.497 PLN/kWh",
        ),
        (
            "250 zł rocznie, 2,50 zł za godzinę, 5 zł dziennie",
            "250 PLN/year; 2.5 PLN/h; 5 PLN/day",
        ),
        (
            "sześćdziesiąt dwa procent, 2,9 proc., 50%",
            "62 %; 2.9 %; 50 %",
        ),
        (
            "trzydziestu tysiącach kilometrów rocznie i czterdziestu pięciu",
            "30000 km/year; 45",
        ),
        ("dwustu pięćdziesięciu kilometrów na godzinę", "250 km/h"),
        (
            "trzy i pół sekundy, cztery przecinek osiem sekundy",
            "3.5 s; 4.8 s",
        ),
        (
            "13,9 kWh/100 km, 18 kWh na sto kilometrów",
            "13.9 kWh/100km; 18 kWh/100km",
        ),
        ("12 tysięcy rocznie", "12000 per Year"),
        ("36 kilometrów dziennie", "36 km per Day"),
        ("ma 514 KM i 493 Nm", "514 ?; 493 ?"),
        (
            "2 tys. 300 zł, dwa tysiące trzysta złotych",
            "2300 PLN; 2300 PLN",
        ),
        ("11 kW, 6,5 kWp, 75 kWh", "11 kW; 6.5 kWp; 75 kWh"),
        (
            "stu czterdziestu ośmiu tysięcy dwustu złotych",
            "148200 PLN",
        ),
        (
            "dwadzieścia parę tysięcy, kilka tysięcy złotych, kilkaset złotych",
            "vague; vague PLN; vague PLN",
        ),
        ("dwie sztuki, ten egzemplarz", "2 pcs"),
        ("Rata nie wyżej niż 3200 miesięcznie", "3200 per Month"),
    ];
    for (text, expected) in cases {
        assert_eq!(show(text, Lang::Pl), expected, "{text}");
    }
}

#[test]
fn english_numbers_and_units() {
    let cases = [
        ("PLN 229,990 and €36,990", "229990 PLN; 36990 EUR"),
        (
            "two hundred and twenty-nine thousand nine hundred and ninety zloty",
            "229990 PLN",
        ),
        (
            "230k, PLN 225k, two grand a month",
            "230000; 225000 PLN; 2000 per Month",
        ),
        (
            "a quarter of a million zloty, half a million",
            "250000 PLN; 500000",
        ),
        ("two and a half thousand zloty a month", "2500 PLN/month"),
        ("four point eight seconds, 4.8 s", "4.8 s; 4.8 s"),
        (
            "eight years or 160,000 km, a hundred and sixty thousand",
            "8 years; 160000 km; 160000",
        ),
        (
            "a four-year lease, thirty-six months, half an hour",
            "4 years; 36 months; 30 min",
        ),
        (
            "11 kW wallbox, eleven kilowatts, 1.70 zł per kilowatt-hour",
            "11 kW; 11 kW; 1.7 PLN/kWh",
        ),
        ("13.9 kWh per 100 km", "13.9 kWh/100km"),
        ("seventy percent, 5 per cent", "70 %; 5 %"),
        (
            "twenty-five thousand kilometres a year, 9,000 a year",
            "25000 km/year; 9000 per Year",
        ),
        ("1,600 kg and 1.6 t", "1600 kg; 1600 kg"),
        ("a family of four", "4"),
        ("thirty-one hundred zloty", "3100 PLN"),
        ("a few thousand zloty", "vague PLN"),
    ];
    for (text, expected) in cases {
        assert_eq!(show(text, Lang::En), expected, "{text}");
    }
}

#[test]
fn ranges_inherit_units_and_thousands() {
    let cases = [
        (Lang::Pl, "od 500 do 600 km", "500..600 km"),
        (
            Lang::Pl,
            "148\u{a0}200–163\u{a0}900 zł",
            "148200..163900 PLN",
        ),
        (
            Lang::Pl,
            "od 148 200 zł do 163 900 zł",
            "148200..163900 PLN",
        ),
        (Lang::Pl, "od 200 do 250 tys. zł", "200000..250000 PLN"),
        (Lang::Pl, "między dwa a trzy tysiące", "2000..3000"),
        (Lang::Pl, "45 km do pracy", "45 km"),
        (Lang::Pl, "dwa-trzy tygodnie", "2..3 weeks"),
        (
            Lang::En,
            "between 2,190 and 2,480 zł a month",
            "2190..2480 PLN/month",
        ),
        (Lang::En, "from four to 29 percent", "4..29 %"),
        (Lang::En, "0-100 km/h", "0..100 km/h"),
    ];
    for (lang, text, expected) in cases {
        assert_eq!(show(text, lang), expected, "{text}");
    }
}

#[test]
fn dates_and_times() {
    let cases = [
        (
            Lang::Pl,
            "do 31.12.2027, 2027-12-31",
            "2027-12-31; 2027-12-31",
        ),
        (
            Lang::Pl,
            "trzydziesty pierwszy grudnia 2027 roku",
            "2027-12-31",
        ),
        (
            Lang::Pl,
            "31 grudnia 2028 roku, w sobotę, 28 listopada",
            "2028-12-31; ?-11-28",
        ),
        (
            Lang::Pl,
            "do końca kwietnia 2026, w kwietniu 2026",
            "2026-4-30; 2026-4-?",
        ),
        (
            Lang::Pl,
            "do 31 grudnia dwa tysiące dwudziestego siódmego",
            "2027-12-31",
        ),
        (
            Lang::Pl,
            "w 2027 r. i do końca 2027 roku",
            "2027-?-?; 2027-12-31",
        ),
        (
            Lang::Pl,
            "o 14:30, o dziesiątej, do dziewiętnastej, o 16",
            "14:30; 10:00; 19:00; 16:00",
        ),
        (Lang::Pl, "wpół do ósmej, kwadrans po piątej", "8:30; 5:15"),
        (
            Lang::En,
            "until 31 December 2027, December 31st, 2027",
            "2027-12-31; 2027-12-31",
        ),
        (
            Lang::En,
            "on 30 April 2026; end of April 2026",
            "2026-4-30; 2026-4-30",
        ),
        (Lang::En, "the 15th of May", "?-5-15"),
        (Lang::En, "You may use 15 kW", "15 kW"),
        (
            Lang::En,
            "at 4:15 pm, half past ten, 5 pm",
            "4:15; 10:30; 5:00",
        ),
    ];
    for (lang, text, expected) in cases {
        assert_eq!(show(text, lang), expected, "{text}");
    }
}

#[test]
fn names_telephones_versions_and_codes_are_no_quantities() {
    let texts = [
        "Model 3, ID.4, EV6, Sealion 7, iX3 50 i Ioniq 5",
        "tel. 600 123 456 albo +48 600 123 456, 600-123-456",
        "wersja 12.3.1, VAT-26, CCS2, taryfa G12, droga S8",
    ];
    for text in texts {
        assert_eq!(show(text, Lang::Pl), "", "{text}");
    }
    assert_eq!(show("Model 3 534 km", Lang::Pl), "534 km");
    assert_eq!(show("ID.4 520 km", Lang::Pl), "520 km");
}

#[test]
fn inexact_words_are_kept() {
    let approx = |text: &str| find(text, Lang::Pl)[0].approx;
    assert_eq!(approx("prawie 600 km"), Some(Approx::Below));
    assert_eq!(approx("ok. 600 km"), Some(Approx::About));
    assert_eq!(approx("ponad 600 km"), Some(Approx::Over));
    assert_eq!(approx("więcej niż 600 km"), Some(Approx::Over));
    assert_eq!(approx("nie więcej niż 600 km"), Some(Approx::AtMost));
    assert_eq!(approx("600 km"), None);
}

#[test]
fn spans_hold_number_and_unit() {
    let text = "Łącznie 204\u{a0}990\u{a0}zł, czyli PLN 5";
    let spans: Vec<_> = find(text, Lang::Pl)
        .iter()
        .map(|q| slice(text, &q.span).to_owned())
        .collect();
    assert_eq!(spans, ["204\u{a0}990\u{a0}zł", "PLN 5"]);
}

proptest::proptest! {
    #[test]
    fn digits_round_trip_through_every_grouping(n in 1_u32..999_999, sep in "[ \u{a0}\u{202f}.']") {
        let plain = n.to_string();
        let text = match plain.len() {
            0..=3 => plain,
            len => format!("{}{sep}{} zł", &plain[..len - 3], &plain[len - 3..]),
        };
        let found = find(&text, Lang::Pl);
        proptest::prop_assert!(!found.is_empty(), "{text:?}");
        proptest::prop_assert!(found[0].number() == Some(Decimal::from(n)) || found[0].other == Some(Decimal::from(n)), "{text:?} {found:?}");
    }

    #[test]
    fn nothing_panics(text in "[0-9a-z .,:%/-]{0,40}") {
        find(&text, Lang::Pl);
        find(&text, Lang::En);
    }
}
