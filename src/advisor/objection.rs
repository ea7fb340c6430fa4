//! One objection answered, and playbooks ranked for a situation: for the page and the API.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Advisor,
    composer::{self, Filter, ObjectionAnswer},
    error::{Error, Result},
    view::FactNote,
};
use crate::domain::{
    labels::{Archetype, Lang, Objection},
    slots::Slots,
};

/// An answer with its sources put into words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectionHelpView {
    pub name: String,
    #[serde(flatten)]
    pub answer: ObjectionAnswer,
    pub sources: Vec<FactNote>,
    /// Always the playbook: nothing is generated here.
    pub source: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaybookView {
    pub id: String,
    pub title: String,
    pub goal: String,
    pub steps: Vec<String>,
    pub score: f32,
    pub reason: composer::Reason,
}

impl Advisor {
    pub fn handle_objection(
        &self,
        objection: Objection,
        archetype: Option<Archetype>,
        lang: Lang,
    ) -> Result<ObjectionHelpView> {
        let knowledge = self.knowledge();
        let today = self.today();
        let slots = Slots::new();
        let render = super::strategy::renderer(&knowledge, lang, today, &slots);
        let answer =
            composer::objection_help(objection, archetype, &knowledge, lang, today, &render)
                .ok_or(Error::NotFound)?;
        let sources = self.notes(&answer.facts, &knowledge, lang);
        let name = knowledge
            .objection(objection)
            .map(|row| row.name.get(lang).to_owned())
            .unwrap_or_default();
        Ok(ObjectionHelpView {
            name,
            answer,
            sources,
            source: "playbook",
        })
    }

    /// Playbooks by match, best first, with the reason.
    pub fn playbooks(&self, filter: &Filter, lang: Lang) -> Vec<PlaybookView> {
        let knowledge = self.knowledge();
        let slots = Slots::new();
        let render = super::strategy::renderer(&knowledge, lang, self.today(), &slots);
        let said = |text: &str| render(text).map(|(text, _)| text);
        composer::playbooks_ranked(&knowledge, filter, &BTreeMap::new())
            .into_iter()
            .map(|ranked| PlaybookView {
                id: ranked.playbook.id.clone(),
                title: ranked.playbook.title.get(lang).to_owned(),
                goal: said(ranked.playbook.goal.get(lang)).unwrap_or_default(),
                steps: ranked
                    .playbook
                    .steps
                    .get(lang)
                    .iter()
                    .filter_map(|step| said(step))
                    .collect(),
                score: ranked.score,
                reason: ranked.reason,
            })
            .collect()
    }
}
