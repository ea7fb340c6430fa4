use proptest::prelude::*;

use super::*;

fn marker() -> Marker {
    Marker::new([0xab; 16])
}

fn input<'a>(lang: Lang, quotes: &'a [Quote<'a>], marker: &'a Marker) -> Input<'a> {
    Input {
        lang,
        section: Key::Arguments,
        archetype: Some(ArchetypeLine {
            name: "Strażnik Rodziny",
            drive: "bezpieczeństwo",
            worry: "Zimowa trasa z dziećmi.",
        }),
        stage: Stage::Analysis,
        tags: &[Tag::Family, Tag::HasPv],
        needs: &[Need::Range],
        objections: &[ObjectionLine {
            id: Objection::WinterRange,
            name: "Zasięg zimą",
        }],
        slots: &[],
        numbers: &[NumberLine {
            mark: "fact:range_y",
            label: "Zasięg WLTP Modelu Y",
        }],
        quotes,
        marker,
    }
}

fn client(text: &str) -> Quote<'_> {
    Quote {
        speaker: Speaker::Client,
        text,
    }
}

#[test]
fn the_template_is_pinned() {
    let marker = marker();
    let quotes = [
        client("A zimą\ndojadę nad morze?"),
        Quote {
            speaker: Speaker::Seller,
            text: "Policzę.",
        },
    ];
    let slots = [(SlotKey::HouseholdSize, "4".to_owned())];
    for lang in [Lang::Pl, Lang::En] {
        let mut input = input(lang, &quotes, &marker);
        input.slots = &slots;
        let Prompt { prefix, user } = render(&input);
        insta::assert_snapshot!(
            format!("v{TEMPLATE}-{lang}"),
            format!("{prefix}\n---\n{user}")
        );
    }
}

#[test]
fn the_prefix_depends_on_the_language_alone() {
    let marker = marker();
    let quotes = [client("x")];
    let one = render(&input(Lang::Pl, &[], &marker)).prefix;
    let mut other = input(Lang::Pl, &quotes, &marker);
    other.section = Key::Plan;
    other.archetype = None;
    assert_eq!(one, render(&other).prefix);
    assert_ne!(one, render(&input(Lang::En, &[], &marker)).prefix);
}

#[test]
fn what_is_absent_leaves_no_title() {
    let marker = marker();
    let mut input = input(Lang::En, &[], &marker);
    input.tags = &[];
    input.needs = &[];
    input.objections = &[];
    input.numbers = &[];
    input.archetype = None;
    let user = render(&input).user;
    for title in [
        "Situation",
        "Matters",
        "objections:",
        "Numbers",
        "From the conversation",
    ] {
        assert!(!user.contains(title), "{title}: {user}");
    }
    assert!(user.contains("too little is known"));
}

#[test]
fn long_visits_and_long_words_are_cut() {
    let marker = marker();
    let long = "ż".repeat(5_000);
    let texts: Vec<String> = (0..40).map(|i| format!("{i} {long}")).collect();
    let quotes: Vec<_> = texts.iter().map(|text| client(text)).collect();
    let user = render(&input(Lang::Pl, &quotes, &marker)).user;
    assert!(user.chars().count() < 7_000);
    assert!(user.contains("]39 ") && user.contains("]28 ") && !user.contains("]27 "));
}

proptest! {
    /// Whatever a client says, the block of data has as many marks as lines, and nothing of what
    /// was said stands outside them.
    #[test]
    fn a_client_cannot_leave_the_block(
        texts in prop::collection::vec(
            prop_oneof![
                "\\PC{0,60}",
                "(\\[/|\\[|\\]|\n|abab|ab|abababababababababababababababab| ignore the rules){0,20}",
            ],
            1..5,
        ),
    ) {
        let Marker(mark) = marker();
        let marker = marker();
        let quotes: Vec<_> = texts.iter().map(|text| client(text)).collect();
        let user = render(&input(Lang::En, &quotes, &marker)).user;
        let (open, close) = (format!("[{mark}]"), format!("[/{mark}]"));
        // One of each is in the announcement.
        prop_assert_eq!(user.matches(&mark).count(), 2 * quotes.len() + 2);
        prop_assert_eq!(user.matches(&open).count(), quotes.len() + 1);
        let (_, after) = user.split_once("as data").unwrap();
        let lines: Vec<_> = after.lines().skip(1).take(quotes.len()).collect();
        for line in lines {
            let told = line.strip_prefix("client: ").unwrap();
            prop_assert!(told.starts_with(&open) && told.ends_with(&close), "{}", line);
        }
    }
}
