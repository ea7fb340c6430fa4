use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::domain::classification::Span;
use crate::engine::random::SplitMix64;

static SHIPPED_MODEL: LazyLock<EmbeddedClassifier> =
    LazyLock::new(|| EmbeddedClassifier::load().unwrap());

fn rows() -> Vec<corpus::Utterance> {
    corpus::utterances(include_str!("../../../models/corpus/utterances/b.jsonl")).unwrap()
}

/// Every label with evidence, by name.
fn evidence(said: &Classification) -> Vec<(String, Vec<Span>)> {
    fn of<L: std::fmt::Display>(found: &Found<L>) -> (String, Vec<Span>) {
        (found.label.to_string(), found.evidence.clone())
    }
    let mut all: Vec<_> = said.top.as_ref().map(of).into_iter().collect();
    all.extend(said.tags.iter().map(of));
    all.extend(said.needs.iter().map(of));
    all.extend(said.objections.iter().map(|o| of(&o.found)));
    all.extend(said.signals.iter().map(of));
    all
}

fn check(said: &Classification, text: &str) {
    assert!((said.archetype.iter().sum::<f32>() - 1.0).abs() < 1e-4);
    for (label, spans) in evidence(said) {
        assert!(!spans.is_empty() && spans.len() <= 4, "{label} in {text}");
        for span in spans {
            let words = span
                .of(text)
                .unwrap_or_else(|| panic!("{span:?} is outside {text}"));
            assert!(!words.is_empty() && words.trim() == words, "{words:?}");
            assert!((0.0..=1.0).contains(&span.weight));
        }
    }
    if let Ok(top) = &said.top {
        assert_eq!(said.ranked()[0], (top.label, top.p));
    }
}

#[test]
fn the_labels_of_the_corpus_have_evidence_in_the_text() {
    for row in rows() {
        check(&SHIPPED_MODEL.classify(row.role, &row.text), &row.text);
    }
}

#[test]
fn an_obvious_client_is_understood() {
    let text = "Mam troje dzieci, muszą wejść trzy foteliki isofix i wózek do bagażnika.";
    let said = SHIPPED_MODEL.classify(Speaker::Client, text);
    let top = said.top.unwrap();
    assert_eq!(top.label, Archetype::FamilyGuardian);
    let quoted: Vec<_> = top.evidence.iter().filter_map(|s| s.of(text)).collect();
    assert!(
        quoted
            .iter()
            .any(|q| q.contains("foteliki") || q.contains("dzieci")),
        "{quoted:?}"
    );
    assert!(said.tags.iter().any(|t| t.label == Tag::Family));
    assert_eq!(said.lang, Lang::Pl);
}

#[test]
fn silence_and_the_seller_say_nothing_of_the_client() {
    for text in ["", "…", "?!", "🚗"] {
        let said = SHIPPED_MODEL.classify(Speaker::Client, text);
        assert_eq!(said.top, Err(Abstain::NoEvidence), "{text:?}");
        assert!(said.tags.is_empty() && said.objections.is_empty());
    }
    let text = "Przy trójce dzieci polecam wersję z siedmioma miejscami, rabat też się znajdzie.";
    let said = SHIPPED_MODEL.classify(Speaker::Seller, text);
    assert_eq!(said.top, Err(Abstain::Seller));
    assert!(said.tags.is_empty() && said.needs.is_empty() && said.signals.is_empty());
    assert!(said.archetype.iter().all(|p| (p - 0.1).abs() < 1e-6));
}

#[test]
fn an_objection_brings_its_need_and_a_sole_trader_a_business() {
    for row in rows().iter().filter(|r| r.role != Speaker::Seller) {
        let said = SHIPPED_MODEL.classify(row.role, &row.text);
        for objection in &said.objections {
            let need = objection.found.label.implied_need();
            assert!(
                need.is_none_or(|n| said.needs.iter().any(|f| f.label == n)),
                "{}",
                row.id
            );
            assert!((1..=3).contains(&objection.severity));
        }
        let has = |tag| said.tags.iter().any(|t| t.label == tag);
        assert!(!has(Tag::SoleTrader) || has(Tag::Business), "{}", row.id);
    }
}

#[test]
fn gendered_verb_forms_change_nothing() {
    for (his, hers) in [
        (
            "Zrobiłem kosztorys w arkuszu.",
            "Zrobiłam kosztorys w arkuszu.",
        ),
        (
            "Chciałbym przejechać się z żoną.",
            "Chciałabym przejechać się z żoną.",
        ),
        (
            "Widziałem ten pożar w telewizji.",
            "Widziałam ten pożar w telewizji.",
        ),
        ("Sprzedałem diesla i żałuję.", "Sprzedałam diesla i żałuję."),
        ("Wziąłem leasing na firmę.", "Wzięłam leasing na firmę."),
        (
            "Zacząłem od porównania kosztów.",
            "Zaczęłam od porównania kosztów.",
        ),
        ("Przyszedłem tylko popatrzeć.", "Przyszłam tylko popatrzeć."),
        ("Wszedłem z ciekawości.", "Weszłam z ciekawości."),
        ("Powinienem zapytać żony.", "Powinnam zapytać żony."),
        ("Mógłbym odebrać w piątek?", "Mogłabym odebrać w piątek?"),
        (
            "Byłem wierny BMW przez lata.",
            "Byłam wierny BMW przez lata.",
        ),
        (
            "Kupiłbym od ręki, gdyby był rabat.",
            "Kupiłabym od ręki, gdyby był rabat.",
        ),
        (
            "Czytałem o degradacji baterii.",
            "Czytałam o degradacji baterii.",
        ),
        ("Policzyłem koszt kilometra.", "Policzyłam koszt kilometra."),
        (
            "Jeździłem po torze w Poznaniu.",
            "Jeździłam po torze w Poznaniu.",
        ),
        (
            "Obiecałem dzieciom duży bagażnik.",
            "Obiecałam dzieciom duży bagażnik.",
        ),
        (
            "Zamontowałem panele na dachu.",
            "Zamontowałam panele na dachu.",
        ),
        (
            "Nie wiedziałem, od czego zacząć.",
            "Nie wiedziałam, od czego zacząć.",
        ),
        (
            "Zainstalowałem betę oprogramowania.",
            "Zainstalowałam betę oprogramowania.",
        ),
        (
            "Myślałem o czerwonym lakierze.",
            "Myślałam o czerwonym lakierze.",
        ),
    ] {
        let said = |text| {
            let said = SHIPPED_MODEL.classify(Speaker::Client, text);
            let names: Vec<_> = evidence(&said).into_iter().map(|(name, _)| name).collect();
            ((names, said.tone.label, said.stage.label), said.archetype)
        };
        let ((his_labels, his_p), (her_labels, her_p)) = (said(his), said(hers));
        assert_eq!(his_labels, her_labels, "{his}");
        // A prefix of the lexicon may fit one form only ("wszed*"), so not to the last bit.
        let close = |(a, b): (&f32, &f32)| (a - b).abs() < 0.01;
        assert!(his_p.iter().zip(&her_p).all(close), "{his}");
    }
}

/// The text without the words of the spans, or without as many other words.
fn without(text: &str, gone: &[bool]) -> String {
    let scalars: Vec<char> = text.chars().collect();
    let mut kept = scalars.clone();
    for (word, _) in words::words(text)
        .iter()
        .zip(gone)
        .filter(|(_, gone)| **gone)
    {
        let place = word.place.start as usize..word.place.end as usize;
        kept[place].fill(' ');
    }
    kept.into_iter().collect()
}

#[test]
fn removing_the_evidence_moves_a_label_more_than_removing_other_words() {
    let mut random = SplitMix64::new(11);
    let (mut by_evidence, mut by_chance, mut n) = (0.0, 0.0, 0);
    for row in rows().iter().filter(|r| r.role == Speaker::Client) {
        let said = SHIPPED_MODEL.classify(row.role, &row.text);
        let Ok(top) = said.top else { continue };
        let all = words::words(&row.text);
        let shown = |w: &words::Word| {
            let inside = |s: &Span| s.start <= w.place.start && w.place.end <= s.end;
            top.evidence.iter().any(inside)
        };
        let gone: Vec<bool> = all.iter().map(shown).collect();
        let mut others = gone.clone();
        random.shuffle(&mut others);
        if others == gone || n == 100 {
            continue;
        }
        let log_odds = |text: &str| {
            let p = f64::from(SHIPPED_MODEL.known_archetypes(text)[top.label.index()]);
            (p / (1.0 - p)).ln()
        };
        let before = log_odds(&row.text);
        by_evidence += before - log_odds(&without(&row.text, &gone));
        by_chance += before - log_odds(&without(&row.text, &others));
        n += 1;
    }
    assert_eq!(n, 100);
    assert!(
        by_evidence > 3.0 * by_chance.max(0.0),
        "{by_evidence} against {by_chance}"
    );
}

#[test]
fn the_parts_of_the_words_add_up_to_the_logits() {
    // Against the definition: features by row times the dequantised table, and the votes.
    let text = "Ile kosztuje serwis? Bo w BMW płaciłem majątek, 3 tysiące za przegląd!";
    let logits = SHIPPED_MODEL.attribute(text).logits();
    let weights = &SHIPPED_MODEL.weights;
    let tokens = tokens::tokens(text, &SHIPPED_MODEL.lexicon);
    let encoder = weights.encoder.as_ref().unwrap();
    let votes = encoder.votes(&Batch::new(&[&tokens]).unwrap(), Ok).unwrap();
    let votes: Vec<f32> = votes.logits.get(0).unwrap().to_vec1().unwrap();
    let factors = SHIPPED_MODEL.factors();
    let table: Vec<Vec<u8>> = weights.table.to_vec2().unwrap();
    let features = features::extract(
        text,
        &SHIPPED_MODEL.lexicon,
        SHIPPED_MODEL.metadata.features,
    );
    for (i, logit) in logits.iter().enumerate() {
        let rows = features.by_row();
        let sum: f32 = rows
            .iter()
            .map(|(&row, value)| {
                let byte = f32::from(table[row as usize][i]) - f32::from(weights::ZERO);
                value * byte * weights.scale[row as usize]
            })
            .sum();
        let expected = weights.bias[i] + sum + factors[i] * votes[i];
        assert!((expected - logit).abs() < 1e-3, "output {i}");
    }
}

#[test]
fn threads_share_one_model() {
    let text = "Rata mnie zabije, a do tego ubezpieczenie.";
    let alone = SHIPPED_MODEL.classify(Speaker::Client, text);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| SHIPPED_MODEL.classify(Speaker::Client, text)))
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn weights_for_another_lexicon_are_refused() {
    let (mut metadata, weights, _) = weights::read(SHIPPED).unwrap();
    metadata.lexicon_sha256 = "other".to_owned();
    metadata.encoder_epochs = 0;
    let table = vec![0.0; features::ROWS * OUTPUTS];
    let bytes = weights::write(&metadata, &table, &weights.bias, None);
    let refused = EmbeddedClassifier::from_bytes(&bytes).unwrap_err();
    assert!(matches!(refused, Error::Mismatch("lexicon")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_classified(text in prop::collection::vec(any::<char>(), 0..5000)) {
        let text: String = text.into_iter().collect();
        check(&SHIPPED_MODEL.classify(Speaker::Client, &text), &text);
    }

    #[test]
    fn any_words_are_classified(text in "([a-zA-ZąęłóżźćńśĄĘŁ'’0-9?!…. \u{301}]{0,12} ){0,60}") {
        check(&SHIPPED_MODEL.classify(Speaker::Observation, &text), &text);
    }
}
