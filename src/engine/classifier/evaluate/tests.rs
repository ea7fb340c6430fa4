use super::*;
use crate::domain::classification::{Abstain, Found, FoundObjection, ModelRef};
use crate::domain::labels::{Archetype, Speaker, Stage, Tone};

/// Answers by the first word: an archetype and its probability, or nothing.
struct Scripted(ModelRef);

impl Scripted {
    fn new() -> Self {
        Self(ModelRef {
            id: "scripted".to_owned(),
            sha256: String::new(),
            head: 0,
        })
    }
}

fn found<L>(label: L) -> Found<L> {
    Found {
        label,
        p: 0.8,
        evidence: Vec::new(),
    }
}

impl Classifier for Scripted {
    fn classify(&self, _role: Speaker, text: &str) -> Classification {
        let mut archetype = [0.0; Archetype::COUNT];
        archetype[Archetype::DealHunter.index()] = 0.8;
        archetype[Archetype::PragmaticAnalyst.index()] = 0.2;
        Classification {
            model: self.0.clone(),
            archetype,
            top: if text.starts_with("silent") {
                Err(Abstain::BelowBudget)
            } else {
                Ok(found(Archetype::DealHunter))
            },
            tags: vec![found(Tag::Family)],
            needs: Vec::new(),
            objections: vec![FoundObjection {
                found: found(Objection::PriceTooHigh),
                severity: 2,
            }],
            signals: Vec::new(),
            tone: found(Tone::Neutral),
            stage: found(Stage::Analysis),
            lang: Lang::Pl,
        }
    }

    fn model(&self) -> &ModelRef {
        &self.0
    }
}

const FILE: &str = r#"
{"id":"1","lang":"pl","text":"a","archetype":["deal_hunter"],"tags":["family"],"needs":[],"objections":["price_too_high"],"tone":"neutral","stage":"analysis"}
{"id":"2","lang":"pl","text":"b","archetype":["eco_enthusiast","pragmatic_analyst"],"tags":["family","rural"],"objections":[],"tone":"interested","stage":"decision"}
{"id":"3","lang":"en","text":"silent c","archetype":["deal_hunter"],"tone":"very_negative"}
{"id":"4","lang":"en","text":"silent d","archetype":[]}
{"id":"5","lang":"en","text":"e","archetype":[]}
{"id":"6","lang":"en","text":"f"}
"#;

#[test]
fn figures_by_hand() {
    let all = classify_file(&Scripted::new(), FILE).unwrap();
    assert_eq!(all.n, 6);
    // Rows 1 and 2 are answered of three that have an archetype; only row 1 is hit, both in top 3.
    assert_eq!(
        (all.archetype_top1, all.archetype_top3),
        (Some(0.5), Some(1.0))
    );
    assert!((all.coverage.unwrap() - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(all.abstain_recall, Some(0.5));
    // Two items at 0.8, one hit; fifteen bins hold one each: (0.8 + 0.2) / 2.
    assert!((all.ece.unwrap() - 0.5).abs() < 1e-6);
    // Tags: found twice, one missed.
    assert!((all.tags.unwrap().micro_f1 - 4.0 / 5.0).abs() < 1e-9);
    assert_eq!(all.needs, None);
    // Objections: one found, one false.
    assert!((all.objections.unwrap().micro_f1 - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(all.signals, None);
    assert!((all.tone.unwrap() - 1.0 / 3.0).abs() < 1e-9);
    assert!((all.tone_within_one.unwrap() - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!((all.stage, all.language), (Some(0.5), Some(1.0 / 3.0)));
    let en = &all.by_lang[&Lang::En];
    assert_eq!((en.n, en.archetype_top1, en.coverage), (4, None, Some(0.0)));
}

#[test]
fn the_json_has_the_keys_of_the_specification() {
    let figures = classify_file(&Scripted::new(), FILE).unwrap();
    let json = serde_json::to_value(&figures).unwrap();
    for key in [
        "n",
        "archetype_top1",
        "archetype_top3",
        "coverage",
        "abstain_recall",
        "ece",
        "ece_debiased",
        "top1_interval",
        "tags",
        "objections",
        "tone",
        "tone_within_one",
        "stage",
        "language",
        "p50_ms",
        "p99_ms",
        "by_lang",
    ] {
        assert!(json.get(key).is_some(), "{key}");
    }
    assert!(json["tags"]["micro_f1"].is_f64() && json["tags"]["macro_f1"].is_f64());
    assert_eq!(json["by_lang"]["pl"]["n"], 2);
    assert!(json.get("signals").is_none(), "nothing to score");
}

#[test]
fn a_broken_line_is_named() {
    let broken = FILE.replace("\"id\":\"4\",", "");
    let error = classify_file(&Scripted::new(), &broken).unwrap_err();
    assert_eq!(error.to_string(), "line 5, key \"id\": is missing");
}
