use super::{super::seed, *};

/// What is broken after a change of the sound seed.
fn broken(change: impl FnOnce(&mut Knowledge)) -> Vec<String> {
    let mut knowledge = seed().unwrap();
    change(&mut knowledge);
    check(&knowledge).iter().map(ToString::to_string).collect()
}

fn one(change: impl FnOnce(&mut Knowledge), rule: &str) {
    let found = broken(change);
    assert!(
        found.iter().any(|line| line.contains(rule)),
        "{rule}: {found:?}"
    );
}

#[test]
fn each_rule_notices_what_it_is_for() {
    assert_eq!(broken(|_| ()), [""; 0]);
    one(|k| drop(k.objections.pop()), "each once");
    one(|k| k.signals.swap(0, 1), "order of the labels");
    one(
        |k| k.arguments[1].id = k.arguments[0].id.clone(),
        "stands there twice",
    );
    one(
        |k| k.undecided.headlines.pl[0] = "Zapytaj i posłuchaj, a potem znów zapytaj".into(),
        "7 words, 5 allowed",
    );
    one(
        |k| k.undecided.goal.pl = "a".repeat(81),
        "81 characters, 80 allowed",
    );
    one(
        |k| k.undecided.voice.pl = "Powiedz, że auto kosztuje 204 990 zł.".into(),
        "a number outside a mark",
    );
    one(
        |k| k.objections[0].why.pl = "To obniży ratę o połowę, czyli ½.".into(),
        "a number outside a mark",
    );
    one(
        |k| k.undecided.say[0].pl = "Zasięg to {{fact:range_model_y_standard}}.".into(),
        "no mark may stand here",
    );
    one(
        |k| k.arguments[0].text.pl = "Cena: {{fact:price_of_gold}}.".into(),
        "points nowhere",
    );
    one(
        |k| k.arguments[0].text.en = "It goes {{slot:range}}.".into(),
        "points nowhere",
    );
    one(
        |k| k.arguments[0].facts = vec!["bev_stock".into()],
        "not the facts of its marks",
    );
    one(
        |k| k.cars[0].price_fact = Some("price_of_gold".into()),
        "there is no fact price_of_gold",
    );
    one(
        |k| k.questions[0].answers[0].p[3] += 0.02,
        "answers of eco_enthusiast sum to",
    );
    one(
        |k| k.signals[0].say.pl = "Warto się pospieszyć, zostały tylko ostatnie auta.".into(),
        "block-list",
    );
    one(
        |k| {
            k.undecided.openings.retain(|o| o.stage != Stage::Decision);
        },
        "none for decision",
    );
}

#[test]
fn a_model_name_may_hold_a_digit() {
    let found = broken(|k| {
        k.undecided.voice.pl = "Model 3 i BMW iX3 50 xDrive, także Modelu 3.".into();
        k.undecided.voice.en = "Model 3 and the ID.7.".into();
    });
    assert_eq!(found, [""; 0]);
}
