use super::{
    super::{
        knowledge::seeded,
        profile::tests::{after, client, said},
    },
    *,
};

fn ids(profile: &Profile) -> Vec<&'static str> {
    let ranked = arguments(profile, seeded());
    ranked.iter().map(|(row, _)| row.id.as_str()).collect()
}

#[test]
fn an_argument_never_presumes_a_circumstance_that_was_not_stated() {
    for &archetype in Archetype::ALL {
        for (row, _) in arguments(&client(archetype), seeded()) {
            assert!(
                row.tags.iter().all(|tag| !presumes(*tag, Some(archetype))),
                "{archetype}: {}",
                row.id
            );
        }
    }
    let with_panels = after([said(1).tag(Tag::HasPv)]);
    assert!(ids(&with_panels).contains(&"eco_sun_at_noon"));
}

#[test]
fn the_need_that_came_up_decides_among_arguments_of_the_archetype() {
    let cases = [
        (Need::Space, "family_boot_test"),
        (Need::Charging, "family_holiday_route"),
        (Need::Safety, "family_crash_report"),
    ];
    for (need, expected) in cases {
        let profile = after([
            said(1).leaning(Archetype::FamilyGuardian, 0.9).need(need),
            said(2).leaning(Archetype::FamilyGuardian, 0.9).need(need),
        ]);
        assert!(
            ids(&profile)[..3].contains(&expected),
            "{need}: {:?}",
            &ids(&profile)[..3]
        );
    }
}

#[test]
fn each_archetype_has_enough_to_say() {
    for &archetype in Archetype::ALL {
        let of_their_own = arguments(&client(archetype), seeded())
            .into_iter()
            .filter(|(row, _)| !row.archetypes.is_empty())
            .count();
        assert!(of_their_own >= 6, "{archetype}: {of_their_own}");
    }
}

#[test]
fn the_car_follows_needs_and_circumstances() {
    let today = jiff::civil::date(2026, 11, 24);
    let pick = |profile: &Profile| car(profile, seeded(), today).map(|car| car.id.as_str());
    let leaning = |archetype, need| {
        after([
            said(1).leaning(archetype, 0.9).need(need),
            said(2).leaning(archetype, 0.9).need(need),
        ])
    };
    assert_eq!(pick(&Profile::new()), None, "nothing speaks for a car yet");
    let cases = [
        (
            leaning(Archetype::PerformanceEnthusiast, Need::Performance),
            "model_y_performance",
        ),
        (
            leaning(Archetype::DealHunter, Need::PurchasePrice),
            "model_3_standard",
        ),
        (
            leaning(Archetype::FamilyGuardian, Need::Space),
            "model_y_standard",
        ),
        (
            leaning(Archetype::TechnicalSkeptic, Need::Range),
            "model_y_lr_rwd",
        ),
    ];
    for (profile, expected) in cases {
        assert_eq!(pick(&profile), Some(expected));
    }
}

#[test]
fn a_car_above_the_budget_is_left_out_once_its_price_is_known() {
    let today = jiff::civil::date(2026, 11, 24);
    let profile = after([
        said(1)
            .leaning(Archetype::DealHunter, 0.9)
            .number(SlotKey::BudgetPln, 150_000),
        said(2).leaning(Archetype::DealHunter, 0.9),
    ]);
    let mut knowledge = seeded().clone();
    let before = car(&profile, &knowledge, today).unwrap().id.clone();
    let price_fact = seeded().car(&before).unwrap().price_fact.clone().unwrap();
    let fact = knowledge.facts.get_mut(&price_fact).unwrap();
    fact.value = FactValue::Number(Decimal::from(189_990));
    fact.confidence = super::super::fact::Confidence::High;
    let then = car(&profile, &knowledge, today).map(|car| car.id.clone());
    assert_ne!(then, Some(before));
}

#[test]
fn a_playbook_is_found_by_archetype_tag_stage_or_objection() {
    let rank = |filter: Filter| -> Vec<String> {
        playbooks(seeded(), &filter, &BTreeMap::new())
            .iter()
            .map(|ranked| ranked.playbook.id.clone())
            .collect()
    };
    let cases = [
        (
            Filter {
                archetype: Some(Archetype::TechPioneer),
                ..Filter::default()
            },
            "tech_demo",
        ),
        (
            Filter {
                tags: BTreeSet::from([Tag::Fleet, Tag::Business]),
                ..Filter::default()
            },
            "fleet_pilot",
        ),
        (
            Filter {
                archetype: Some(Archetype::FamilyGuardian),
                objections: BTreeSet::from([Objection::SpouseDisagrees]),
                stage: Some(Stage::Decision),
                ..Filter::default()
            },
            "undecided_partner",
        ),
        (
            Filter {
                archetype: Some(Archetype::DealHunter),
                tags: BTreeSet::from([Tag::NoHomeCharging]),
                objections: BTreeSet::from([Objection::NoHomeCharging]),
                ..Filter::default()
            },
            "apartment_without_socket",
        ),
        (
            Filter {
                calming: true,
                ..Filter::default()
            },
            "calm_annoyed_client",
        ),
    ];
    for (filter, expected) in cases {
        assert_eq!(rank(filter.clone())[0], expected, "{filter:?}");
    }
    assert_eq!(rank(Filter::default()).len(), seeded().playbooks.len() - 1);
}

#[test]
fn a_learned_win_rate_moves_a_playbook_and_says_so() {
    let filter = Filter {
        archetype: Some(Archetype::PragmaticAnalyst),
        ..Filter::default()
    };
    let first = playbooks(seeded(), &filter, &BTreeMap::new())[0].clone();
    let won = WinRate { won: 30, of: 30 };
    let lost = WinRate { won: 0, of: 30 };
    let mut wins = BTreeMap::from([(first.playbook.id.clone(), lost)]);
    let second = &playbooks(seeded(), &filter, &BTreeMap::new())[1];
    wins.insert(second.playbook.id.clone(), won);
    let learned = playbooks(seeded(), &filter, &wins);
    assert_eq!(learned[0].playbook.id, second.playbook.id);
    assert_eq!(learned[0].reason.wins, Some(won));
}
