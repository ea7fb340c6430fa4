//! An analysis as the page and the API show it.

use std::collections::BTreeSet;

use super::Labelling;
use crate::{
    advisor::{
        Advisor, sessions as views,
        view::{Analysis, Labelled, SlotView},
    },
    domain::{
        classification::Found,
        id::UtteranceId,
        knowledge::Knowledge,
        labels::Lang,
        mark,
        profile::{Certainty, Profile},
        slots::Stated,
    },
};

impl Advisor {
    pub(super) fn analysis(
        &self,
        labelling: &Labelling,
        profile: &Profile,
        knowledge: &Knowledge,
        lang: Lang,
        shown: bool,
        utterance: Option<UtteranceId>,
    ) -> Analysis {
        let labels = &labelling.labels;
        let card = self.chosen(profile, knowledge, lang);
        let certainty = |p: f32| {
            if p >= self.0.pool.sure_at {
                Certainty::Sure
            } else {
                Certainty::Rather
            }
        };
        let view =
            |archetype, p| views::archetype_view(archetype, p, certainty(p), knowledge, lang);
        let top = labels.top.as_ref().ok().filter(|_| shown);
        let mut rows: Vec<String> = labels
            .objections
            .iter()
            .map(|o| format!("objection:{}", o.found.label))
            .collect();
        rows.extend(top.map(|found| format!("archetype:{}", found.label)));
        rows.extend(card.chips.iter().map(|fact| format!("fact:{fact}")));
        let indicators = self.indicators_of(profile, knowledge);
        Analysis {
            utterance,
            stored: utterance.is_some(),
            text: labelling.text.clone(),
            lang: labels.lang,
            top: top.map(|found| view(found.label, found.p)),
            abstained: if shown {
                labels.top.as_ref().err().copied()
            } else {
                None
            },
            top_three: if shown {
                labels
                    .ranked()
                    .into_iter()
                    .take(3)
                    .map(|(a, p)| view(a, p))
                    .collect()
            } else {
                Vec::new()
            },
            evidence: top.map(|found| found.evidence.clone()).unwrap_or_default(),
            tags: labels
                .tags
                .iter()
                .map(|f| labelled(f, None, String::new()))
                .collect(),
            needs: labels
                .needs
                .iter()
                .map(|f| labelled(f, None, String::new()))
                .collect(),
            objections: labels
                .objections
                .iter()
                .map(|o| {
                    let row = knowledge.objection(o.found.label);
                    let name = row
                        .map(|row| row.name.get(lang).to_owned())
                        .unwrap_or_default();
                    labelled(&o.found, Some(o.severity), name)
                })
                .collect(),
            signals: labels
                .signals
                .iter()
                .map(|f| {
                    let row = knowledge.signals.iter().find(|row| row.id == f.label);
                    labelled(
                        f,
                        None,
                        row.map(|row| row.name.get(lang).to_owned())
                            .unwrap_or_default(),
                    )
                })
                .collect(),
            tone: labelled(&labels.tone, None, String::new()),
            stage: labelled(&labels.stage, None, String::new()),
            slots: labelling
                .slots
                .iter()
                .filter_map(|slot| labelling.slot(slot))
                .collect(),
            questions: views::questions(profile, knowledge, lang, &BTreeSet::default()),
            say_to_client: Some(card.say),
            for_seller: Some(card.headline),
            indicators: if shown {
                views::indicator_views(&indicators)
            } else {
                Vec::new()
            },
            knowledge: rows,
            source: "model",
            model: labels.model.clone(),
            knowledge_rev: knowledge.rev,
            took_us: labelling.took_us,
        }
    }
}

impl Labelling {
    fn slot(&self, stated: &Stated) -> Option<SlotView> {
        Some(SlotView {
            key: stated.key,
            value: views::slot_text(&stated.value),
            said: mark::slot(stated.key, &stated.value, self.labels.lang),
            quote: Some(stated.quote.of(&self.text)?.to_owned()),
            by_person: false,
        })
    }
}

fn labelled<L: std::fmt::Display + Copy>(
    found: &Found<L>,
    severity: Option<u8>,
    name: String,
) -> Labelled {
    Labelled {
        id: found.label.to_string(),
        name,
        p: found.p,
        severity,
        evidence: found.evidence.clone(),
    }
}
