//! Figures over whole sessions: what is known of the client after the last utterance.
//!
//! The fold over utterances is the caller's, since it belongs to the domain and its slots.

use std::collections::BTreeMap;

use serde_json::Value;

use super::metrics::{Confusion, F1};
use super::share;
use crate::domain::labels::{Archetype, Lang, SlotKey, Speaker, Tag};
use crate::engine::classifier::corpus::{self, Session};

/// What the appliance knows at the end of a session.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionAnswer {
    /// By falling probability; `None` when it says "not enough data".
    pub archetypes: Option<Vec<Archetype>>,
    pub tags: Vec<Tag>,
    /// Numbers as JSON numbers, everything else as text; `home_charging` is "yes" or "no".
    pub slots: BTreeMap<SlotKey, Value>,
}

/// The figures of `eval sessions`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SessionFigures {
    pub n: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archetype_top1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archetype_top3: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain_recall: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<F1>,
    pub slots: SlotFigures,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_lang: BTreeMap<Lang, SessionFigures>,
}

/// Micro over (session, key); a wrong value is a false positive and a false negative.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct SlotFigures {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
}

/// Runs `answer` over every session of the file.
///
/// # Errors
/// When a line is not a labelled session; the error names line and key.
pub fn sessions_file(
    jsonl: &str,
    answer: impl Fn(&[(Speaker, &str)]) -> SessionAnswer,
) -> Result<SessionFigures, corpus::Error> {
    let sessions = corpus::sessions(jsonl)?;
    let answered: Vec<(Session, SessionAnswer)> = sessions
        .into_iter()
        .map(|session| {
            let turns: Vec<_> = session
                .utterances
                .iter()
                .map(|(s, t)| (*s, t.as_str()))
                .collect();
            let said = answer(&turns);
            (session, said)
        })
        .collect();
    let mut all = figures(&answered.iter().collect::<Vec<_>>());
    for &lang in Lang::ALL {
        let of_lang: Vec<_> = answered.iter().filter(|(s, _)| s.lang == lang).collect();
        if !of_lang.is_empty() {
            all.by_lang.insert(lang, figures(&of_lang));
        }
    }
    Ok(all)
}

fn figures(answered: &[&(Session, SessionAnswer)]) -> SessionFigures {
    let (mut with, mut without, mut silent) = (0, 0, 0);
    let (mut answers, mut top1, mut top3) = (0, 0, 0);
    let mut tags = Confusion::new(Tag::COUNT);
    let mut slots = SlotCounts::default();
    for (session, answer) in answered {
        match (&session.archetype, &answer.archetypes) {
            (None, _) => {}
            (Some(gold), said) if gold.is_empty() => {
                without += 1;
                silent += usize::from(said.is_none());
            }
            (Some(gold), said) => {
                with += 1;
                if let Some(said) = said {
                    let hit = |n: usize| said.iter().take(n).any(|a| gold.contains(a));
                    answers += 1;
                    top1 += usize::from(hit(1));
                    top3 += usize::from(hit(3));
                }
            }
        }
        if let Some(gold) = &session.tags {
            let indices = |tags: &[Tag]| tags.iter().map(|t| t.index()).collect::<Vec<_>>();
            tags.add(&indices(gold), &indices(&answer.tags));
        }
        if let Some(gold) = &session.slots {
            slots.add(gold, &answer.slots);
        }
    }
    SessionFigures {
        n: answered.len(),
        archetype_top1: share(top1, answers),
        archetype_top3: share(top3, answers),
        coverage: share(answers, with),
        abstain_recall: share(silent, without),
        tags: tags.f1(),
        slots: SlotFigures {
            precision: share(slots.right, slots.said),
            recall: share(slots.right, slots.gold),
        },
        by_lang: BTreeMap::new(),
    }
}

#[derive(Default)]
struct SlotCounts {
    right: usize,
    said: usize,
    gold: usize,
}

impl SlotCounts {
    fn add(&mut self, gold: &BTreeMap<SlotKey, Value>, said: &BTreeMap<SlotKey, Value>) {
        self.gold += gold.len();
        self.said += said.len();
        let right = |(key, value): &(&SlotKey, &Value)| {
            said.get(key).is_some_and(|said| same(**key, value, said))
        };
        self.right += gold.iter().filter(right).count();
    }
}

/// Numbers are exact; a car is compared by containment; case does not matter.
fn same(key: SlotKey, gold: &Value, said: &Value) -> bool {
    match (gold, said) {
        (Value::Number(gold), Value::Number(said)) => gold.as_f64() == said.as_f64(),
        (Value::String(gold), Value::String(said)) => {
            let (gold, said) = (gold.to_lowercase(), said.to_lowercase());
            if key == SlotKey::CurrentCar {
                gold.contains(&said) || said.contains(&gold)
            } else {
                gold == said
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILE: &str = r#"
{"id":"1","lang":"pl","utterances":[{"role":"client","text":"a"}],"archetype":["deal_hunter"],"tags":["family"],"slots":{"current_car":"Superb","yearly_km":31000}}
{"id":"2","lang":"pl","utterances":[{"role":"client","text":"b"}],"archetype":["eco_enthusiast"],"tags":[]}
{"id":"3","lang":"en","utterances":[{"role":"client","text":"c"}],"archetype":[],"slots":{"home_charging":"no"}}
"#;

    fn answer(turns: &[(Speaker, &str)]) -> SessionAnswer {
        let ranked = |archetypes: &[Archetype]| Some(archetypes.to_vec());
        match turns[0].1 {
            "a" => SessionAnswer {
                archetypes: ranked(&[Archetype::PragmaticAnalyst, Archetype::DealHunter]),
                tags: vec![Tag::Family, Tag::Rural],
                slots: [
                    (SlotKey::CurrentCar, json!("škoda superb")),
                    (SlotKey::YearlyKm, json!(30000)),
                ]
                .into(),
            },
            "b" => SessionAnswer::default(),
            _ => SessionAnswer {
                archetypes: ranked(&[Archetype::EcoEnthusiast]),
                ..SessionAnswer::default()
            },
        }
    }

    #[test]
    fn figures_by_hand() {
        let all = sessions_file(FILE, answer).unwrap();
        assert_eq!(all.n, 3);
        assert_eq!(
            (all.archetype_top1, all.archetype_top3),
            (Some(0.0), Some(1.0))
        );
        assert_eq!((all.coverage, all.abstain_recall), (Some(0.5), Some(0.0)));
        // One tag found, one false.
        assert!((all.tags.unwrap().micro_f1 - 2.0 / 3.0).abs() < 1e-9);
        // Three slots stated, two reported, one of them right.
        assert_eq!(all.slots.precision, Some(0.5));
        assert!((all.slots.recall.unwrap() - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(all.by_lang[&Lang::Pl].coverage, Some(0.5));
        assert_eq!(all.by_lang[&Lang::En].slots.recall, Some(0.0));
        assert_eq!(all.by_lang[&Lang::En].slots.precision, None);
    }

    #[test]
    fn slots_compare_by_their_kind() {
        assert!(same(SlotKey::PvKwp, &json!(10), &json!(10.0)));
        assert!(!same(SlotKey::PvKwp, &json!(10), &json!("10")));
        assert!(same(SlotKey::CurrentCar, &json!("Golf 7"), &json!("golf")));
        assert!(!same(SlotKey::Timeline, &json!("3-6m"), &json!("6m")));
    }
}
