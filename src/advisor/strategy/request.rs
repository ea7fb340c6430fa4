//! What a model is asked: the state of the session, the numbers it may name, and what was said.

use super::Job;
use crate::{
    advisor::{
        Advisor,
        error::Result,
        prompt,
        sessions::{slot_text, speaker},
    },
    domain::{fact::Fact, fit, strategy::Key},
    engine::generator::{Class, Request},
    privacy::vault,
};

/// Tokens of one section.
pub(super) const MAX_TOKENS: u16 = 700;
/// Numbers offered to a model.
const NUMBERS: usize = 24;

impl Advisor {
    pub(super) fn request(&self, job: &Job, key: Key) -> Result<Request> {
        let profile = &job.opened.profile;
        let lang = job.opened.row.lang;
        let knowledge = &job.knowledge;
        let row = profile
            .archetype()
            .and_then(|archetype| knowledge.archetype(archetype));
        let tags: Vec<_> = profile.tags.keys().copied().collect();
        let needs: Vec<_> = profile.needs.keys().copied().collect();
        let open = profile.open_objections();
        let objections: Vec<_> = open
            .iter()
            .filter_map(|(id, _)| knowledge.objection(*id))
            .map(|row| prompt::ObjectionLine {
                id: row.id,
                name: row.name.get(lang),
            })
            .collect();
        let slots: Vec<_> = profile
            .slots
            .iter()
            .map(|(&key, slot)| (key, slot_text(&slot.value)))
            .collect();
        let marks: Vec<_> = self
            .offered(job)
            .into_iter()
            .map(|fact| (format!("fact:{}", fact.id), fact))
            .collect();
        let numbers: Vec<_> = marks
            .iter()
            .map(|(mark, fact)| prompt::NumberLine {
                mark,
                label: fact.label.get(lang),
            })
            .collect();
        let quotes: Vec<_> = job
            .messages
            .iter()
            .filter_map(|message| {
                Some(prompt::Quote {
                    speaker: speaker(message.kind)?,
                    text: &message.text,
                })
            })
            .collect();
        let marker = prompt::Marker::new(vault::random()?);
        let prompt = prompt::render(&prompt::Input {
            lang,
            section: key,
            archetype: row.map(|row| prompt::ArchetypeLine {
                name: row.approach.name.get(lang),
                drive: row.approach.drive.get(lang),
                worry: row.approach.worry.get(lang),
            }),
            stage: profile.stage,
            tags: &tags,
            needs: &needs,
            objections: &objections,
            slots: &slots,
            numbers: &numbers,
            quotes: &quotes,
            marker: &marker,
        });
        Ok(Request {
            class: Class::Panel,
            prefix: prompt.prefix,
            user: prompt.user,
            schema: None,
            max_tokens: MAX_TOKENS,
            seed: job.seed ^ key.index() as u64,
            temperature: 0.0,
            // The chain sets it.
            deadline_ms: 0,
        })
    }

    /// Facts a model may use: those of the raised objections, then those that fit the arguments.
    fn offered<'j>(&self, job: &'j Job) -> Vec<&'j Fact> {
        let today = self.today();
        let knowledge = &job.knowledge;
        let raised = job.opened.profile.open_objections();
        let of_objections = raised
            .iter()
            .filter_map(|(id, _)| knowledge.objection(*id))
            .flat_map(|row| &row.facts);
        let of_arguments = fit::arguments(&job.opened.profile, knowledge)
            .into_iter()
            .flat_map(|(row, _)| &row.facts);
        let mut offered: Vec<&Fact> = Vec::new();
        for id in of_objections.chain(of_arguments) {
            if let Some(fact) = knowledge.facts.get(id)
                && fact.quotable(today).is_ok()
                && !offered.iter().any(|known| known.id == fact.id)
            {
                offered.push(fact);
            }
        }
        offered.truncate(NUMBERS);
        offered
    }
}
