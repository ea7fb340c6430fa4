//! Laws and tables of the fold, and the utterances that other modules' tests are told with.

use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    super::classification::{Abstain, Found, FoundObjection, ModelRef},
    *,
};

/// An utterance to be said in a test; number `n` is said at second `n`.
pub(crate) struct Said(Heard);

pub(crate) fn said(n: u32) -> Said {
    Said(Heard {
        utterance: UtteranceId(Uuid::from_u128(n.into())),
        at_ms: i64::from(n) * 1000,
        speaker: Speaker::Client,
        words: 10,
        labels: Classification {
            model: ModelRef {
                id: "test".into(),
                sha256: String::new(),
                head: 0,
            },
            archetype: [0.1; Archetype::COUNT],
            top: Err(Abstain::NoEvidence),
            tags: Vec::new(),
            needs: Vec::new(),
            objections: Vec::new(),
            signals: Vec::new(),
            tone: found(Tone::Neutral, 0),
            stage: found(Stage::Discovery, 0),
            lang: Lang::Pl,
        },
        slots: Vec::new(),
    })
}

fn span(start: u32) -> Span {
    Span {
        start,
        end: start + 4,
        weight: 0.5,
    }
}

fn found<L>(label: L, start: u32) -> Found<L> {
    Found {
        label,
        p: 0.9,
        evidence: vec![span(start)],
    }
}

impl Said {
    pub(crate) fn by(mut self, speaker: Speaker) -> Self {
        self.0.speaker = speaker;
        self
    }

    /// The classifier answers `archetype` with probability `p` on one piece of evidence.
    pub(crate) fn leaning(self, archetype: Archetype, p: f32) -> Self {
        let mut said = self.faint(archetype, p);
        said.0.labels.top = Ok(Found {
            p,
            ..found(archetype, 0)
        });
        said
    }

    /// The same distribution, below the error budget.
    pub(crate) fn faint(mut self, archetype: Archetype, p: f32) -> Self {
        self.0.labels.archetype = [(1.0 - p) / (Archetype::COUNT as f32 - 1.0); Archetype::COUNT];
        self.0.labels.archetype[archetype.index()] = p;
        self.0.labels.top = Err(Abstain::BelowBudget);
        self
    }

    pub(crate) fn need(mut self, need: Need) -> Self {
        self.0.labels.needs.push(found(need, 5));
        self
    }

    pub(crate) fn tag(mut self, tag: Tag) -> Self {
        self.0.labels.tags.push(found(tag, 5));
        self
    }

    pub(crate) fn signal(mut self, signal: Signal) -> Self {
        self.0.labels.signals.push(found(signal, 5));
        self
    }

    pub(crate) fn objection(mut self, objection: Objection, severity: u8) -> Self {
        let found = found(objection, 5);
        self.0
            .labels
            .objections
            .push(FoundObjection { found, severity });
        self
    }

    pub(crate) fn tone(mut self, tone: Tone) -> Self {
        self.0.labels.tone.label = tone;
        self
    }

    pub(crate) fn stage(mut self, stage: Stage) -> Self {
        self.0.labels.stage.label = stage;
        self
    }

    pub(crate) fn slot(mut self, key: SlotKey, value: SlotValue) -> Self {
        self.0.slots.push(Stated {
            key,
            value,
            quote: span(5),
        });
        self
    }

    pub(crate) fn number(self, key: SlotKey, value: i64) -> Self {
        self.slot(key, SlotValue::Number(Decimal::from(value)))
    }

    pub(crate) fn event(self) -> Event {
        Event::Heard(Box::new(self.0))
    }
}

/// The state after these utterances.
pub(crate) fn after(said: impl IntoIterator<Item = Said>) -> Profile {
    let events: Vec<_> = said.into_iter().map(Said::event).collect();
    Profile::replay(&events, &Pool::default())
}

/// A client of this archetype, with enough evidence to be sure.
pub(crate) fn client(archetype: Archetype) -> Profile {
    after([
        said(1).leaning(archetype, 0.85),
        said(2).leaning(archetype, 0.85),
    ])
}

fn corrected(archetype: Option<Archetype>, at_ms: i64) -> Event {
    Event::Corrected {
        archetype,
        by: UserId(Uuid::from_u128(1)),
        at_ms,
        utterance: None,
    }
}

/// The posterior to the last bit.
fn bits(profile: &Profile) -> [u32; Archetype::COUNT] {
    profile.posterior.map(f32::to_bits)
}

#[test]
fn silence_knows_nothing() {
    let profile = Profile::new();
    assert_eq!(profile.archetype(), None);
    assert_eq!(profile.band(), Band::Collect);
    assert!((profile.posterior.iter().sum::<f32>() - 1.0).abs() < 1e-6);
}

#[test]
fn certainty_follows_evidence_and_posterior() {
    use Archetype::{FamilyGuardian, TechPioneer};
    use Certainty::{NotEnough, Rather, Sure};
    let cases: [(&str, Vec<Said>, Certainty); 7] = [
        (
            "one piece of evidence is not enough, however sure",
            vec![said(1).leaning(FamilyGuardian, 0.99)],
            NotEnough,
        ),
        (
            "two of the same kind make it certain",
            vec![
                said(1).leaning(FamilyGuardian, 0.8),
                said(2).leaning(FamilyGuardian, 0.8),
            ],
            Sure,
        ),
        (
            "two weak ones lean",
            vec![
                said(1).leaning(FamilyGuardian, 0.3),
                said(2).leaning(FamilyGuardian, 0.3),
            ],
            Rather,
        ),
        (
            "two that disagree cancel",
            vec![
                said(1).leaning(FamilyGuardian, 0.8),
                said(2).leaning(TechPioneer, 0.8),
            ],
            NotEnough,
        ),
        (
            "the seller's words are no evidence",
            vec![
                said(1).leaning(FamilyGuardian, 0.9).by(Speaker::Seller),
                said(2).leaning(FamilyGuardian, 0.9).by(Speaker::Seller),
            ],
            NotEnough,
        ),
        (
            "observations count half",
            vec![
                said(1)
                    .leaning(FamilyGuardian, 0.6)
                    .by(Speaker::Observation),
                said(2)
                    .leaning(FamilyGuardian, 0.6)
                    .by(Speaker::Observation),
            ],
            Rather,
        ),
        (
            "faint hints alone never become an answer",
            (1..40)
                .map(|n| said(n).faint(FamilyGuardian, 0.4))
                .collect(),
            NotEnough,
        ),
    ];
    for (name, said, certainty) in cases {
        assert_eq!(after(said).certainty(), certainty, "{name}");
    }
}

#[test]
fn faint_hints_move_the_posterior_but_bring_no_evidence() {
    let i = Archetype::EcoEnthusiast.index();
    let faint = after((1..5).map(|n| said(n).faint(Archetype::EcoEnthusiast, 0.4)));
    assert!(faint.posterior[i] > 0.3, "{}", faint.posterior[i]);
    assert_eq!(faint.spans, 0);
    let clear = after((1..5).map(|n| said(n).leaning(Archetype::EcoEnthusiast, 0.4)));
    assert!(clear.posterior[i] > faint.posterior[i]);
    let flat = after((1..5).map(said));
    assert_eq!(bits(&flat), bits(&Profile::new()));
}

#[test]
fn a_prior_of_the_classifier_is_counted_once() {
    let mut prior = [0.08; Archetype::COUNT];
    prior[0] = 0.28;
    let pool = Pool {
        prior,
        ..Pool::default()
    };
    let mut heard = said(1).leaning(Archetype::StatusAchiever, 0.28);
    heard.0.labels.archetype = pool.prior;
    let profile = Profile::replay(&[heard.event()], &pool);
    assert_eq!(bits(&profile), bits(&Profile::new()));
}

#[test]
fn evidence_is_counted_by_stretch_and_capped() {
    let spans = |spans: Vec<(u32, u32)>| {
        let mut said = said(1).leaning(Archetype::DealHunter, 0.9);
        if let Ok(top) = &mut said.0.labels.top {
            top.evidence = spans
                .into_iter()
                .map(|(start, end)| Span {
                    start,
                    end,
                    weight: 0.3,
                })
                .collect();
        }
        after([said]).spans
    };
    assert_eq!(spans(vec![(0, 4), (5, 9)]), 1, "neighbouring words");
    assert_eq!(spans(vec![(8, 12), (0, 9)]), 1, "overlapping");
    assert_eq!(spans(vec![(0, 4), (20, 24)]), 2, "apart");
    assert_eq!(spans(vec![(0, 4), (20, 24), (40, 44)]), 2, "one witness");
    assert_eq!(spans(vec![(4, 4)]), 0, "an empty span");
}

#[test]
fn a_correction_wins_at_once_and_stays_until_cleared() {
    let pool = Pool::default();
    let mut profile = client(Archetype::FamilyGuardian);
    profile.apply(&corrected(Some(Archetype::DealHunter), 3000), &pool);
    assert_eq!(profile.top, Some((Archetype::DealHunter, Certainty::Sure)));
    assert_eq!(profile.ranked()[0].0, Archetype::DealHunter);
    assert_eq!(profile.band(), Band::Strategy);
    let against = said(4).leaning(Archetype::FamilyGuardian, 0.99).event();
    profile.apply(&against, &pool);
    assert_eq!(profile.archetype(), Some(Archetype::DealHunter));
    profile.apply(&corrected(None, 5000), &pool);
    assert_eq!(profile.archetype(), Some(Archetype::FamilyGuardian));
    let steps: Vec<_> = profile
        .evolution
        .iter()
        .map(|change| (change.archetype, change.corrected))
        .collect();
    assert_eq!(
        steps,
        [
            (Some(Archetype::FamilyGuardian), false),
            (Some(Archetype::DealHunter), true),
            (Some(Archetype::FamilyGuardian), true),
        ]
    );
}

#[test]
fn later_words_override_a_slot_but_not_a_person() {
    let pool = Pool::default();
    let number = |n: i64| SlotValue::Number(Decimal::from(n));
    let set = |value, n: u32| Event::SlotSet {
        key: SlotKey::BudgetPln,
        value,
        at_ms: 0,
        from: UtteranceId(Uuid::from_u128(n.into())),
    };
    let budget = |profile: &Profile| {
        profile
            .slots
            .get(&SlotKey::BudgetPln)
            .map(|slot| slot.value.clone())
    };
    let say = |n: u32, amount| said(n).number(SlotKey::BudgetPln, amount).event();
    let mut profile = Profile::new();
    let steps: [(Event, Option<SlotValue>); 6] = [
        (say(1, 150_000), Some(number(150_000))),
        (say(2, 180_000), Some(number(180_000))),
        (set(Some(number(170_000)), 2), Some(number(170_000))),
        (say(3, 90_000), Some(number(170_000))),
        (set(None, 3), None),
        (say(4, 200_000), Some(number(200_000))),
    ];
    for (i, (event, expected)) in steps.into_iter().enumerate() {
        profile.apply(&event, &pool);
        assert_eq!(budget(&profile), expected, "step {i}");
    }
    let by_seller = said(5)
        .number(SlotKey::BudgetPln, 1)
        .by(Speaker::Seller)
        .event();
    profile.apply(&by_seller, &pool);
    assert_eq!(budget(&profile), Some(number(200_000)));
}

#[test]
fn an_objection_is_open_until_answered_and_may_come_back() {
    let pool = Pool::default();
    let winter = Objection::WinterRange;
    let mut profile = after([said(1).objection(winter, 2), said(2).objection(winter, 1)]);
    let raised = &profile.raised[&winter];
    assert_eq!((raised.severity, raised.times), (2, 2));
    assert_ne!(raised.first, raised.last);
    assert_eq!(profile.needs[&Need::Range].times, 2, "the implied need");
    let answered = Event::Answered {
        objection: winter,
        at_ms: 3000,
    };
    profile.apply(&answered, &pool);
    assert!(profile.open_objections().is_empty());
    profile.apply(&said(4).objection(winter, 1).event(), &pool);
    let open = profile.open_objections();
    assert_eq!((open[0].0, open[0].1.severity), (winter, 1));
}

#[test]
fn open_objections_come_by_severity_then_newest() {
    let profile = after([
        said(1).objection(Objection::PriceTooHigh, 2),
        said(2).objection(Objection::LongTrips, 3),
        said(3).objection(Objection::DataPrivacy, 2),
    ]);
    let order: Vec<_> = profile.open_objections().iter().map(|(o, _)| *o).collect();
    assert_eq!(
        order,
        [
            Objection::LongTrips,
            Objection::DataPrivacy,
            Objection::PriceTooHigh
        ]
    );
}

#[test]
fn circumstances_follow_from_slots() {
    let profile = after([said(1)
        .number(SlotKey::PvKwp, 9)
        .slot(SlotKey::HomeCharging, SlotValue::YesNo(false))
        .slot(
            SlotKey::CompanyForm,
            SlotValue::Choice("sole_trader".into()),
        )]);
    let tags: Vec<_> = profile.circumstances().into_iter().collect();
    assert_eq!(
        tags,
        [
            Tag::Business,
            Tag::SoleTrader,
            Tag::HasPv,
            Tag::NoHomeCharging
        ]
    );
}

#[test]
fn a_returning_client_starts_with_a_faded_lean_that_is_not_shown() {
    let earlier = client(Archetype::TechPioneer);
    let back = Profile::returning(&earlier, 0.5);
    let i = Archetype::TechPioneer.index();
    assert!(back.posterior[i] > 0.1 && back.posterior[i] < earlier.posterior[i]);
    assert_eq!(back.archetype(), None);
    assert_eq!(
        bits(&Profile::returning(&earlier, 0.0)),
        bits(&Profile::new())
    );
    let mut wrong = earlier.clone();
    wrong.apply(&corrected(Some(Archetype::DealHunter), 1), &Pool::default());
    let back = Profile::returning(&wrong, 1.0);
    assert_eq!(back.ranked()[0].0, Archetype::DealHunter);
}

#[test]
fn the_trail_keeps_its_ends_however_long_the_visit() {
    let long = |n: u32| after((1..=n).map(|i| said(i).leaning(Archetype::FamilyGuardian, 0.6)));
    for n in [1, 10, 48, 49, 200] {
        let profile = long(n);
        let times: Vec<i64> = profile.trail.iter().map(|point| point.at_ms).collect();
        assert!(times.len() <= Profile::TRAIL && !times.is_empty(), "{n}");
        assert!(times.is_sorted());
        assert_eq!(times.first(), Some(&1_000), "the first point stays");
        assert_eq!(times.last(), Some(&(i64::from(n) * 1_000)), "{n}");
    }
    let first = &long(1).trail[0];
    assert!(!first.enough, "one sentence is not enough");
    let sum: u32 = first.shares.iter().map(|share| u32::from(*share)).sum();
    assert!((95..=105).contains(&sum), "{sum}");
    assert!(long(10).trail.last().is_some_and(|point| point.enough));
}

/// Any event: mostly speech with random labels, sometimes a person's hand.
fn event() -> impl Strategy<Value = Event> {
    let label = |n: usize| 0..n;
    let heard = (
        1..9u32,
        label(Archetype::COUNT),
        0.05f32..0.99,
        0..4u8,
        label(Objection::COUNT),
        label(Need::COUNT),
        label(Tone::COUNT),
        0..500_000i64,
    )
        .prop_map(|(n, a, p, kind, o, need, tone, amount)| {
            let archetype = Archetype::ALL[a];
            let said = match kind {
                0 => said(n).faint(archetype, p),
                1 => said(n).leaning(archetype, p).by(Speaker::Observation),
                2 => said(n).leaning(archetype, p).by(Speaker::Seller),
                _ => said(n).leaning(archetype, p),
            };
            said.need(Need::ALL[need])
                .objection(Objection::ALL[o], 1 + kind % 3)
                .tone(Tone::ALL[tone])
                .number(SlotKey::BudgetPln, amount)
                .event()
        });
    prop_oneof![
        6 => heard,
        1 => (label(Archetype::COUNT + 1), 0..99i64)
            .prop_map(|(a, at)| corrected(Archetype::ALL.get(a).copied(), at)),
        1 => label(Objection::COUNT).prop_map(|o| Event::Answered {
            objection: Objection::ALL[o],
            at_ms: 7,
        }),
        1 => (0..2usize).prop_map(|v| Event::SlotSet {
            key: SlotKey::BudgetPln,
            value: [None, Some(SlotValue::Number(Decimal::ONE))][v].clone(),
            at_ms: 8,
            from: UtteranceId(Uuid::from_u128(1)),
        }),
        1 => label(Stage::COUNT).prop_map(|s| Event::StageSet {
            stage: Stage::ALL[s],
            at_ms: 9,
        }),
    ]
}

proptest! {
    #[test]
    fn replaying_gives_the_same_bytes_as_living_through_it(
        events in proptest::collection::vec(event(), 0..30),
    ) {
        let pool = Pool::default();
        let mut lived = Profile::new();
        for event in &events {
            lived.apply(event, &pool);
            let stored = serde_json::to_string(&lived).unwrap();
            lived = serde_json::from_str(&stored).unwrap();
        }
        let replayed = Profile::replay(&events, &pool);
        prop_assert_eq!(
            serde_json::to_string(&lived).unwrap(),
            serde_json::to_string(&replayed).unwrap()
        );
        prop_assert_eq!(lived.rev as usize, events.len());
    }

    #[test]
    fn the_posterior_is_a_distribution(events in proptest::collection::vec(event(), 0..60)) {
        let profile = Profile::replay(&events, &Pool::default());
        prop_assert!(profile.posterior.iter().all(|p| (0.0..=1.0).contains(p)));
        prop_assert!((profile.posterior.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn the_order_of_speech_does_not_change_the_posterior(
        mut events in proptest::collection::vec(event(), 0..20),
    ) {
        let forth = Profile::replay(&events, &Pool::default());
        events.reverse();
        let back = Profile::replay(&events, &Pool::default());
        for (a, b) in forth.posterior.iter().zip(back.posterior) {
            prop_assert!((a - b).abs() < 1e-4, "{} {}", a, b);
        }
    }
}
