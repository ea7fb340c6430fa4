//! One objection answered, and playbooks ranked for a situation: for the page and the API.
//!
//! Invariant: every text passed the guard after its marks were filled.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Advisor,
    composer::{self, Filter, ObjectionAnswer},
    error::{Error, Result},
    spoken::Gate,
    view::FactNote,
};
use crate::domain::{
    labels::{Archetype, Lang, Objection},
    slots::Slots,
};

/// An answer with its sources put into words.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ObjectionHelpView {
    pub name: String,
    #[serde(flatten)]
    pub answer: ObjectionAnswer,
    pub sources: Vec<FactNote>,
    /// Sentences that the guard took out.
    pub removed: usize,
    /// Always the playbook: nothing is generated here.
    pub source: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PlaybookView {
    pub id: String,
    pub title: String,
    pub goal: String,
    /// Those whose numbers are facts in force today.
    pub steps: Vec<String>,
    /// How well it matches; only its order means something.
    pub score: f32,
    pub reason: composer::Reason,
    /// Sentences that the guard took out.
    pub removed: usize,
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
        let mut gate = Gate::new(&knowledge, &slots, lang, today);
        let answer = guarded(answer, &mut gate);
        let sources = self.notes(&answer.facts, &knowledge, lang);
        let name = knowledge
            .objection(objection)
            .map(|row| row.name.get(lang).to_owned())
            .unwrap_or_default();
        Ok(ObjectionHelpView {
            name,
            answer,
            sources,
            removed: gate.count(),
            source: "playbook",
        })
    }

    /// Playbooks by match, best first, with the reason.
    pub fn playbooks(&self, filter: &Filter, lang: Lang) -> Vec<PlaybookView> {
        let knowledge = self.knowledge();
        let slots = Slots::new();
        let render = super::strategy::renderer(&knowledge, lang, self.today(), &slots);
        let said = |text: &str| render(text).map(|(text, _)| text);
        let mut gate = Gate::new(&knowledge, &slots, lang, self.today());
        composer::playbooks_ranked(&knowledge, filter, &BTreeMap::new())
            .into_iter()
            .map(|ranked| {
                let before = gate.count();
                let playbook = ranked.playbook;
                let goal = said(playbook.goal.get(lang)).unwrap_or_default();
                let steps = playbook.steps.get(lang).iter();
                let steps = steps.filter_map(|step| said(step)).collect();
                PlaybookView {
                    id: playbook.id.clone(),
                    title: gate.pass(playbook.title.get(lang)),
                    goal: gate.pass(&goal),
                    steps: gate.pass_all(steps),
                    score: ranked.score,
                    reason: ranked.reason,
                    removed: gate.count() - before,
                }
            })
            .collect()
    }
}

/// The answer without the sentences that may not be said.
fn guarded(answer: ObjectionAnswer, gate: &mut Gate) -> ObjectionAnswer {
    ObjectionAnswer {
        say_to_client: gate.pass(&answer.say_to_client),
        reply: answer
            .reply
            .map(|reply| gate.pass(&reply))
            .filter(|reply| !reply.is_empty()),
        ask: gate.pass(&answer.ask),
        steps: gate.pass_all(answer.steps),
        why: gate.pass(&answer.why),
        ..answer
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{fact::FactValue, knowledge::seeded};

    fn help(knowledge: &crate::domain::knowledge::Knowledge, lang: Lang) -> Vec<ObjectionAnswer> {
        let slots = Slots::new();
        let today = date(2026, 11, 28);
        let render = super::super::strategy::renderer(knowledge, lang, today, &slots);
        let help = |objection: &Objection| {
            composer::objection_help(*objection, None, knowledge, lang, today, &render)
        };
        Objection::ALL.iter().filter_map(help).collect()
    }

    #[test]
    fn the_shipped_answers_pass_whole() {
        for lang in [Lang::Pl, Lang::En] {
            let mut gate = Gate::new(seeded(), &Slots::new(), lang, date(2026, 11, 28));
            let answers = help(seeded(), lang);
            assert_eq!(answers.len(), Objection::COUNT);
            for answer in answers {
                let said = guarded(answer.clone(), &mut gate);
                assert_eq!(said, answer, "{:?}", gate.removed());
                gate = Gate::new(seeded(), &Slots::new(), lang, date(2026, 11, 28));
            }
        }
    }

    #[test]
    fn a_number_that_is_no_fact_is_taken_out_of_an_answer() {
        let mut knowledge = seeded().clone();
        let facts = knowledge.facts.values_mut();
        facts.for_each(|fact| fact.value = FactValue::Unverified);
        let row = &mut knowledge.objections[0];
        row.why.pl = format!("{} Rata wynosi 1234 zł miesięcznie.", row.why.pl);
        let (id, why) = (row.id, seeded().objections[0].why.pl.clone());
        let mut gate = Gate::new(&knowledge, &Slots::new(), Lang::Pl, date(2026, 11, 28));
        let answers = help(&knowledge, Lang::Pl);
        let answer = answers.into_iter().find(|answer| answer.objection == id);
        assert_eq!(guarded(answer.unwrap(), &mut gate).why, why);
        assert_eq!(gate.count(), 1);
    }
}
