use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    super::{
        id::UserId,
        knowledge::seeded,
        profile::{
            Event, Pool,
            tests::{Said, after, client, said},
        },
    },
    *,
};

const TODAY: Date = date(2026, 11, 24);

fn id(n: u128) -> CardId {
    CardId(Uuid::from_u128(n))
}

fn moment<'a>(profile: &'a Profile, history: &'a History) -> Moment<'a> {
    Moment {
        profile,
        knowledge: seeded(),
        lang: Lang::Pl,
        today: TODAY,
        now_ms: 60_000,
        last: None,
        history,
        trigger: Trigger::Heard,
    }
}

fn first(profile: &Profile) -> Card {
    choose(id(1), &moment(profile, &History::default())).card
}

/// Two clear sentences of a family, then what is given.
fn family(more: Said) -> Profile {
    after([
        said(1).leaning(Archetype::FamilyGuardian, 0.85),
        said(2).leaning(Archetype::FamilyGuardian, 0.85),
        more,
    ])
}

#[test]
fn what_matters_most_comes_first() {
    let winter = Objection::WinterRange;
    let cases = [
        (Profile::new(), Topic::Undecided),
        (
            client(Archetype::TechPioneer),
            Topic::Archetype(Archetype::TechPioneer),
        ),
        (family(said(3).need(Need::Space)), Topic::Need(Need::Space)),
        (
            after([said(1).need(Need::Charging)]),
            Topic::Need(Need::Charging),
        ),
        (
            family(said(3).need(Need::Space).signal(Signal::TestDrive)),
            Topic::Signal(Signal::TestDrive),
        ),
        (
            family(said(3).signal(Signal::TestDrive).objection(winter, 1)),
            Topic::Objection(winter),
        ),
        (
            family(
                said(3)
                    .objection(Objection::PriceTooHigh, 1)
                    .objection(winter, 3),
            ),
            Topic::Objection(winter),
        ),
    ];
    for (profile, topic) in cases {
        let card = first(&profile);
        assert_eq!(card.topic, topic);
        assert_eq!(card.archetype, profile.archetype());
        assert_eq!(card.source, Source::Playbook);
    }
}

#[test]
fn a_card_shows_the_words_that_led_to_it() {
    let card = first(&family(said(3).objection(Objection::WinterRange, 2)));
    assert_eq!(card.why.len(), 1);
    assert_eq!(card.why[0].utterance.0, Uuid::from_u128(3));
    assert!(first(&Profile::new()).why.is_empty());
}

#[test]
fn chips_are_facts_that_hold_today() {
    let history = History::default();
    let chips = |objection, today| {
        let profile = after([said(1).objection(objection, 2)]);
        let moment = Moment {
            today,
            ..moment(&profile, &history)
        };
        choose(id(1), &moment).card.chips
    };
    let tax = Objection::BusinessTaxUnclear;
    let network = Objection::ChargingNetwork;
    assert_eq!(chips(tax, TODAY), ["bev_cost_cap", "ice_cost_cap"]);
    assert_eq!(chips(tax, date(2028, 1, 1)), [""; 0]);
    assert_eq!(chips(network, TODAY), ["public_points", "dc_points"]);
    assert_eq!(chips(network, date(2026, 12, 2)), [""; 0], "review is due");
}

#[test]
fn who_is_only_looking_is_not_questioned() {
    let card = first(&family(said(3).signal(Signal::JustLooking)));
    assert_eq!(card.topic, Topic::Signal(Signal::JustLooking));
    assert_eq!(card.ask, None);
}

#[test]
fn a_signal_passes() {
    let profile = family(said(3).signal(Signal::TestDrive));
    let history = History::default();
    let later = Moment {
        now_ms: 600_000,
        ..moment(&profile, &history)
    };
    assert_eq!(
        choose(id(1), &later).card.topic,
        Topic::Archetype(Archetype::FamilyGuardian)
    );
}

#[test]
fn a_card_that_is_being_read_stays() {
    let calm = client(Archetype::FamilyGuardian);
    let history = History::default();
    let on_screen = choose(id(1), &moment(&calm, &history)).card;
    let mut seen = History::default();
    seen.show(&on_screen);
    let winter = family(said(3).objection(Objection::WinterRange, 2));
    let at = |now_ms, trigger| {
        let moment = Moment {
            now_ms,
            trigger,
            last: Some((&on_screen, 50_000)),
            ..moment(&winter, &seen)
        };
        choose(id(2), &moment)
    };
    let young = at(69_999, Trigger::Heard);
    assert_eq!((young.card.id, young.held), (id(1), true));
    assert_eq!(
        young.next.map(|peek| peek.topic),
        Some(Topic::Objection(Objection::WinterRange))
    );
    let old = at(70_000, Trigger::Heard);
    assert_eq!((old.card.id, old.held), (id(2), false));
    let wanted = at(50_001, Trigger::AskedFor);
    assert_eq!((wanted.card.id, wanted.held), (id(2), false));
}

#[test]
fn nothing_new_changes_nothing() {
    let profile = family(said(3).objection(Objection::WinterRange, 2));
    let card = first(&profile);
    let mut history = History::default();
    history.show(&card);
    let again = Moment {
        now_ms: 500_000,
        last: Some((&card, 0)),
        ..moment(&profile, &history)
    };
    let chosen = choose(id(2), &again);
    assert_eq!(chosen.card, card);
    assert!(!chosen.held);
    let mut answered = profile.clone();
    let event = Event::Answered {
        objection: Objection::WinterRange,
        at_ms: 1,
    };
    answered.apply(&event, &Pool::default());
    let then = Moment {
        profile: &answered,
        ..again
    };
    assert_ne!(choose(id(2), &then).card.topic, card.topic);
}

#[test]
fn a_correction_changes_the_way_to_speak() {
    let mut profile = client(Archetype::FamilyGuardian);
    let event = Event::Corrected {
        archetype: Some(Archetype::DealHunter),
        by: UserId(Uuid::nil()),
        at_ms: 3000,
        utterance: None,
    };
    profile.apply(&event, &Pool::default());
    let card = first(&profile);
    assert_eq!(card.topic, Topic::Archetype(Archetype::DealHunter));
    assert_eq!(card.certainty, Certainty::Sure);
}

#[test]
fn asking_on_never_repeats_a_sentence_while_another_fits() {
    let profile = family(
        said(3)
            .objection(Objection::WinterRange, 2)
            .need(Need::Space)
            .signal(Signal::FamilyDecision),
    );
    let fitting = lines::fitting(&moment(&profile, &History::default())).len();
    let mut history = History::default();
    let mut card: Option<Card> = None;
    let mut sentences = BTreeSet::new();
    for n in 0..fitting {
        let moment = Moment {
            last: card.as_ref().map(|card| (card, 0)),
            trigger: Trigger::AskedFor,
            ..moment(&profile, &history)
        };
        let next = choose(id(n as u128), &moment).card;
        assert!(sentences.insert(next.say.clone()), "{} again", next.say);
        history.show(&next);
        card = Some(next);
    }
    let moment = Moment {
        last: card.as_ref().map(|card| (card, 0)),
        trigger: Trigger::AskedFor,
        ..moment(&profile, &history)
    };
    let again = choose(id(99), &moment).card;
    assert_eq!(
        again.line, history.lines[0],
        "then the one said longest ago"
    );
}

/// Utterances with any labels.
fn talk() -> impl Strategy<Value = Vec<(usize, usize, usize, usize)>> {
    proptest::collection::vec(
        (
            0..Archetype::COUNT,
            0..Need::COUNT,
            0..Signal::COUNT * 2,
            0..Objection::COUNT * 2,
        ),
        0..6,
    )
}

fn tell(talk: &[(usize, usize, usize, usize)]) -> Profile {
    after(talk.iter().zip(1..).map(|((a, need, signal, o), n)| {
        let mut said = said(n)
            .leaning(Archetype::ALL[*a], 0.8)
            .need(Need::ALL[*need]);
        if let Some(signal) = Signal::ALL.get(*signal) {
            said = said.signal(*signal);
        }
        match Objection::ALL.get(*o) {
            Some(objection) => said.objection(*objection, 2),
            None => said,
        }
    }))
}

proptest! {
    #[test]
    fn every_card_keeps_the_limits_of_the_page(talk in talk(), english in any::<bool>(), steps in 1..12usize) {
        let profile = tell(&talk);
        let lang = if english { Lang::En } else { Lang::Pl };
        let mut history = History::default();
        for n in 0..steps {
            let moment = Moment { lang, trigger: Trigger::AskedFor, ..moment(&profile, &history) };
            let chosen = choose(id(n as u128), &moment);
            let card = &chosen.card;
            prop_assert!(words(&card.headline) <= 5, "{}", card.headline);
            prop_assert!(words(&card.say) <= 14 && card.say.chars().count() <= 110, "{}", card.say);
            if let Some(ask) = &card.ask {
                prop_assert!(words(&ask.text) <= 12, "{}", ask.text);
            }
            prop_assert!(card.chips.len() <= MAX_CHIPS && card.why.len() <= 2);
            prop_assert!(card.words(seeded(), lang) <= MAX_WORDS);
            prop_assert!(chosen.next.is_some());
            history.show(card);
        }
    }

    #[test]
    fn the_same_moment_gives_the_same_card(talk in talk()) {
        let profile = tell(&talk);
        let history = History::default();
        let moment = moment(&profile, &history);
        prop_assert_eq!(choose(id(1), &moment), choose(id(1), &moment));
    }
}
