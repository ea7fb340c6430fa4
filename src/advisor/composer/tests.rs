use std::collections::HashSet;

use jiff::civil::date;

use super::*;
use crate::domain::{
    fact::FactValue,
    knowledge::seeded,
    labels::{Need, Signal, SlotKey, Stage, Tag},
    profile::{
        Event, Pool,
        tests::{Said, after, client, said},
    },
    slots::SlotValue,
};

const TODAY: Date = date(2026, 11, 24);
/// A day on which most of the shipped facts still hold.
const SPRING: Date = date(2026, 3, 1);

/// Fills marks plainly: what the facts allow that day, and the client's slots.
fn renderer(profile: &Profile, today: Date) -> impl Fn(&str) -> Option<(String, Vec<FactId>)> + '_ {
    move |text| {
        let mut out = String::new();
        let mut facts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (mark, after) = after.split_once("}}")?;
            out.push_str(before);
            match mark.split_once(':')? {
                ("fact", id) => {
                    let fact = seeded().facts.get(id)?;
                    fact.quotable(today).ok()?;
                    let value = match fact.value {
                        FactValue::Number(n) => n.to_string(),
                        FactValue::Range(low, high) => format!("{low}–{high}"),
                        FactValue::Date(date) => date.to_string(),
                        FactValue::Unverified => return None,
                    };
                    out.extend([value, " ".to_owned(), fact.unit.to_string()]);
                    facts.push(id.to_owned());
                }
                ("slot", key) => match &profile.slots.get(&SlotKey::from_id(key)?)?.value {
                    SlotValue::Number(n) => out.push_str(&n.to_string()),
                    SlotValue::Text(text) => out.push_str(text),
                    _ => return None,
                },
                _ => return None,
            }
            rest = after;
        }
        out.push_str(rest);
        Some((out, facts))
    }
}

/// Who there is to compose for.
struct Case {
    profile: Profile,
    lang: Lang,
    today: Date,
    may_contact: bool,
    calming: bool,
}

impl Case {
    fn of(profile: Profile) -> Self {
        Self {
            profile,
            lang: Lang::Pl,
            today: TODAY,
            may_contact: true,
            calming: false,
        }
    }

    fn compose(&self, key: Key) -> Body {
        let (asked, wins) = (BTreeSet::new(), BTreeMap::new());
        let input = Input {
            profile: &self.profile,
            knowledge: seeded(),
            lang: self.lang,
            today: self.today,
            may_contact: self.may_contact,
            calming: self.calming,
            asked: &asked,
            wins: &wins,
        };
        compose(key, &input, &renderer(&self.profile, self.today))
    }
}

const NEEDS: [&[Need]; 3] = [
    &[],
    &[Need::Charging, Need::CostOfOwnership],
    &[Need::Range, Need::Comfort, Need::Technology],
];

fn wanting(archetype: Archetype, needs: &[Need]) -> Profile {
    let mut talk: Vec<Said> = (1..3).map(|n| said(n).leaning(archetype, 0.85)).collect();
    talk.extend(needs.iter().zip(3..).map(|(need, n)| said(n).need(*need)));
    after(talk)
}

/// Ten archetypes and the undecided, three sets of needs, two languages, two days, and everything
/// that can be stated at once.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for lang in [Lang::Pl, Lang::En] {
        for today in [TODAY, SPRING] {
            for needs in NEEDS {
                for &archetype in Archetype::ALL {
                    cases.push(Case {
                        lang,
                        today,
                        ..Case::of(wanting(archetype, needs))
                    });
                }
                let undecided = after(needs.iter().zip(1..).map(|(need, n)| said(n).need(*need)));
                cases.push(Case {
                    lang,
                    today,
                    ..Case::of(undecided)
                });
            }
        }
    }
    for &archetype in Archetype::ALL {
        let mut everything = said(3)
            .number(SlotKey::YearlyKm, 25_000)
            .number(SlotKey::CommuteKm, 35)
            .number(SlotKey::PvKwp, 9)
            .number(SlotKey::BudgetPln, 190_000)
            .number(SlotKey::MonthlyBudgetPln, 2_500)
            .slot(SlotKey::CurrentCar, SlotValue::Text("Škoda Octavia".into()));
        for &tag in Tag::ALL {
            everything = everything.tag(tag);
        }
        for &objection in Objection::ALL {
            everything = everything.objection(objection, 2);
        }
        for &signal in Signal::ALL {
            everything = everything.signal(signal);
        }
        let talk = [
            said(1).leaning(archetype, 0.85),
            said(2).leaning(archetype, 0.85),
            everything,
        ];
        cases.push(Case {
            today: SPRING,
            ..Case::of(after(talk))
        });
    }
    cases
}

/// Every text of a section with its cap.
fn texts(body: &Body) -> Vec<(&str, usize)> {
    fn all(list: &[String], cap: usize) -> Vec<(&str, usize)> {
        list.iter().map(|text| (text.as_str(), cap)).collect()
    }
    match body {
        Body::Opening {
            goal,
            say_to_client,
        } => vec![(goal, 80), (say_to_client, 110)],
        Body::Arguments { items, reason, .. } => {
            let items = items.iter().map(|item| (item.text.as_str(), 200));
            items.chain([(reason.as_str(), 160)]).collect()
        }
        Body::Next { steps, red_flags } => [all(steps, 120), all(red_flags, 120)].concat(),
        Body::Language {
            use_words,
            avoid,
            voice,
            draft,
        } => {
            let draft = draft.iter().map(|draft| (draft.as_str(), 480));
            let mut texts = [all(use_words, 24), all(avoid, 24)].concat();
            texts.push((voice, 120));
            texts.extend(draft);
            texts
        }
        Body::Plan {
            steps,
            questions,
            follow_up,
        } => {
            let follow_up = follow_up.iter().map(|step| (step.text.as_str(), 120));
            let mut texts = [all(steps, 160), all(questions, 90)].concat();
            texts.extend(follow_up);
            texts
        }
        Body::Objections { items } => items
            .iter()
            .flat_map(|item| [(item.say_to_client.as_str(), 110), (item.why.as_str(), 200)])
            .collect(),
    }
}

#[test]
fn every_section_keeps_its_caps_and_leaves_no_mark() {
    for case in cases() {
        for &key in Key::ALL {
            let body = case.compose(key);
            assert_eq!(body.key(), key);
            for (text, cap) in texts(&body) {
                assert!(text.chars().count() <= cap, "{key}: {text}");
                assert!(
                    !text.contains("{{") && !text.contains("}}"),
                    "{key}: {text}"
                );
            }
            match body {
                Body::Opening {
                    goal,
                    say_to_client,
                } => assert!(!goal.is_empty() && !say_to_client.is_empty()),
                Body::Arguments { items, car, reason } => {
                    assert_eq!(items.len(), 3);
                    assert_eq!(car.is_some(), !reason.is_empty());
                    let texts: HashSet<_> = items.iter().map(|item| &item.text).collect();
                    assert_eq!(texts.len(), 3, "an argument twice");
                }
                Body::Next { steps, red_flags } => {
                    assert!((1..=4).contains(&steps.len()) && red_flags.len() <= 3);
                }
                Body::Language { use_words, .. } => assert!(use_words.len() >= 3),
                Body::Plan {
                    steps, questions, ..
                } => {
                    assert!((1..=6).contains(&steps.len()), "{steps:?}");
                    assert!((1..=5).contains(&questions.len()));
                }
                Body::Objections { items } => assert!(items.len() <= 5),
            }
        }
    }
}

#[test]
fn different_clients_get_different_openings_and_arguments() {
    for lang in [Lang::Pl, Lang::En] {
        for needs in NEEDS {
            let mut openings = HashSet::new();
            let mut sets = HashSet::new();
            for &archetype in Archetype::ALL {
                let case = Case {
                    lang,
                    ..Case::of(wanting(archetype, needs))
                };
                let Body::Opening { say_to_client, .. } = case.compose(Key::Opening) else {
                    unreachable!()
                };
                let Body::Arguments { items, .. } = case.compose(Key::Arguments) else {
                    unreachable!()
                };
                let set: BTreeSet<_> = items.into_iter().map(|item| item.text).collect();
                assert!(openings.insert(say_to_client), "{archetype} {needs:?}");
                assert!(sets.insert(set), "{archetype} {needs:?}");
            }
        }
    }
}

#[test]
fn the_needs_change_the_arguments_of_an_archetype() {
    for &archetype in Archetype::ALL {
        let of = |needs| Case::of(wanting(archetype, needs)).compose(Key::Arguments);
        assert_ne!(of(NEEDS[1]), of(NEEDS[2]), "{archetype}");
    }
}

#[test]
fn an_argument_with_a_number_names_its_fact() {
    let mut named = 0;
    for case in cases() {
        let Body::Arguments { items, .. } = case.compose(Key::Arguments) else {
            unreachable!()
        };
        for item in items {
            let row = seeded().arguments.iter().find(|row| {
                let filled = renderer(&case.profile, case.today)(row.text.get(case.lang));
                filled.is_some_and(|(text, _)| text == item.text)
            });
            let expected: BTreeSet<_> = row.unwrap().facts.iter().collect();
            assert_eq!(item.facts.iter().collect::<BTreeSet<_>>(), expected);
            named += expected.len();
        }
    }
    assert!(named > 0, "no argument quoted a fact");
}

#[test]
fn nothing_is_quoted_that_does_not_hold_that_day() {
    let none = |text: &str| (!text.contains("{{")).then(|| (text.to_owned(), Vec::new()));
    for &archetype in Archetype::ALL {
        let profile = wanting(archetype, NEEDS[1]);
        let (asked, wins) = (BTreeSet::new(), BTreeMap::new());
        let input = Input {
            profile: &profile,
            knowledge: seeded(),
            lang: Lang::Pl,
            today: date(2031, 1, 1),
            may_contact: true,
            calming: false,
            asked: &asked,
            wins: &wins,
        };
        for &key in Key::ALL {
            let body = compose(key, &input, &none);
            for (text, _) in texts(&body) {
                let bare = text.replace("Model 3", "").replace("iX3 50", "");
                assert!(!bare.contains(|c: char| c.is_ascii_digit()), "{text}");
            }
            if let Body::Objections { items } = &body {
                assert!(items.iter().all(|item| item.facts.is_empty()));
            }
            if let Body::Arguments { items, .. } = &body {
                assert_eq!(items.len(), 3, "enough can be said without a number");
            }
        }
    }
}

#[test]
fn it_is_deterministic() {
    for case in cases() {
        for &key in Key::ALL {
            assert_eq!(case.compose(key), case.compose(key));
        }
    }
}

#[test]
fn without_consent_to_contact_there_is_no_draft_and_no_follow_up() {
    let mut case = Case::of(client(Archetype::DealHunter));
    let drafted = |case: &Case| match case.compose(Key::Language) {
        Body::Language { draft, .. } => draft.is_some(),
        _ => unreachable!(),
    };
    let followed = |case: &Case| match case.compose(Key::Plan) {
        Body::Plan { follow_up, .. } => follow_up.len(),
        _ => unreachable!(),
    };
    assert!(drafted(&case) && followed(&case) > 0);
    case.may_contact = false;
    assert!(!drafted(&case) && followed(&case) == 0);
}

#[test]
fn the_stage_and_a_correction_change_the_opening() {
    let say = |profile: &Profile| match Case::of(profile.clone()).compose(Key::Opening) {
        Body::Opening { say_to_client, .. } => say_to_client,
        _ => unreachable!(),
    };
    let mut profile = client(Archetype::FamilyGuardian);
    let before = say(&profile);
    profile.apply(
        &Event::StageSet {
            stage: Stage::Decision,
            at_ms: 9,
        },
        &Pool::default(),
    );
    let decision = say(&profile);
    assert_ne!(before, decision);
    profile.apply(
        &Event::Corrected {
            archetype: Some(Archetype::TechPioneer),
            by: crate::domain::id::UserId(uuid::Uuid::nil()),
            at_ms: 10,
            utterance: None,
        },
        &Pool::default(),
    );
    assert_ne!(decision, say(&profile));
}

#[test]
fn raised_objections_come_before_likely_ones_and_answered_ones_are_gone() {
    let mut profile = after([
        said(1).leaning(Archetype::FamilyGuardian, 0.85),
        said(2)
            .leaning(Archetype::FamilyGuardian, 0.85)
            .objection(Objection::DataPrivacy, 1)
            .objection(Objection::PriceTooHigh, 3),
    ]);
    let order = |profile: &Profile| -> Vec<Objection> {
        match Case::of(profile.clone()).compose(Key::Objections) {
            Body::Objections { items } => items.iter().map(|item| item.objection).collect(),
            _ => unreachable!(),
        }
    };
    assert_eq!(
        order(&profile),
        [
            Objection::PriceTooHigh,
            Objection::DataPrivacy,
            Objection::WinterRange,
            Objection::LongTrips,
            Objection::SpouseDisagrees
        ]
    );
    let answered = Event::Answered {
        objection: Objection::PriceTooHigh,
        at_ms: 3,
    };
    profile.apply(&answered, &Pool::default());
    assert!(!order(&profile).contains(&Objection::PriceTooHigh));
    assert_eq!(order(&Profile::new()), [], "nothing is guessed");
}

#[test]
fn a_signal_leads_the_next_steps_and_calm_replaces_them() {
    let profile = after([
        said(1).leaning(Archetype::DealHunter, 0.85),
        said(2)
            .leaning(Archetype::DealHunter, 0.85)
            .signal(Signal::TradeIn),
    ]);
    let steps = |case: &Case| match case.compose(Key::Next) {
        Body::Next { steps, .. } => steps,
        _ => unreachable!(),
    };
    let mut case = Case::of(profile);
    let trade_in = &seeded().signal(Signal::TradeIn).unwrap().next_step.pl;
    assert_eq!(&steps(&case)[0], trade_in);
    case.calming = true;
    assert!(!steps(&case).contains(trade_in));
    assert!(steps(&case)[0].starts_with("Przerwij sprzedaż"));
    let Body::Plan { steps, .. } = case.compose(Key::Plan) else {
        unreachable!()
    };
    assert!(steps[0].starts_with("Przerwij sprzedaż"));
}

#[test]
fn an_objection_is_answered_for_the_archetype() {
    let help = |objection, archetype, today| {
        let profile = Profile::new();
        let render = renderer(&profile, today);
        objection_help(objection, archetype, seeded(), Lang::Pl, today, &render).unwrap()
    };
    let winter = Objection::WinterRange;
    let family = help(winter, Some(Archetype::FamilyGuardian), TODAY);
    let skeptic = help(winter, Some(Archetype::TechnicalSkeptic), TODAY);
    let anyone = help(winter, None, TODAY);
    assert_eq!(family.say_to_client, skeptic.say_to_client);
    assert_ne!(family.reply, skeptic.reply);
    assert_ne!(family.reply, anyone.reply);
    assert!(skeptic.reply.unwrap().contains("43 %"));
    assert_eq!(skeptic.facts, ["winter_loss_model_y"]);
    let later = help(winter, Some(Archetype::TechnicalSkeptic), date(2028, 1, 1));
    assert_eq!(later.reply, anyone.reply, "the number no longer holds");
    assert!(later.facts.is_empty());
    for &objection in Objection::ALL {
        let help = help(objection, None, date(2031, 1, 1));
        assert!(help.reply.is_some(), "{objection} has nothing to say");
        assert!(help.steps.len() >= 3);
    }
}

#[test]
fn a_plan_without_a_lead_is_to_listen() {
    let Body::Plan {
        steps, follow_up, ..
    } = Case::of(Profile::new()).compose(Key::Plan)
    else {
        unreachable!()
    };
    assert_eq!(steps, seeded().undecided.next_steps.pl);
    assert!(follow_up.is_empty());
}

#[test]
fn the_plan_follows_the_circumstances() {
    let first = |profile: Profile| match Case::of(profile).compose(Key::Plan) {
        Body::Plan { steps, .. } => steps[0].clone(),
        _ => unreachable!(),
    };
    let flat = first(after([
        said(1).tag(Tag::NoHomeCharging),
        said(2).objection(Objection::NoHomeCharging, 2),
    ]));
    let fleet = first(after([said(1).tag(Tag::Fleet).tag(Tag::Business)]));
    assert!(flat.contains("gniazda"), "{flat}");
    assert!(fleet.contains("flot"), "{fleet}");
}
