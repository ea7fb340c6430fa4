//! One section: composed, guarded and stored.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::json;

use super::{Job, Written, request::MAX_TOKENS};
use crate::{
    advisor::{
        Advisor,
        audit::Entry,
        composer::{self, Input},
        error::Result,
        export::section_row,
        prompt,
        spoken::Gate,
    },
    domain::{
        fact::FactId,
        guard::Verdict,
        id::GenerationId,
        indicators::Cta,
        knowledge::Knowledge,
        labels::Lang,
        mark,
        sealed::Subject,
        slots::Slots,
        strategy::{Body, Key, Source},
    },
    engine::generator::{Finish, Stop},
    store::{generations, strategies},
};

/// Fills the marks of a text with what may be quoted today.
pub(in crate::advisor) fn renderer<'r>(
    knowledge: &'r Knowledge,
    lang: Lang,
    today: Date,
    slots: &'r Slots,
) -> impl Fn(&str) -> Option<(String, Vec<FactId>)> + 'r {
    move |text: &str| {
        let rendered = mark::render(text, lang, today, &knowledge.facts, |_| None, slots).ok()?;
        Some((rendered.text, rendered.facts))
    }
}

impl Advisor {
    pub(super) fn composed(&self, job: &Job, key: Key) -> Body {
        let profile = &job.opened.profile;
        let lang = job.opened.row.lang;
        let indicators = self.indicators_of(profile, &job.knowledge);
        let input = Input {
            profile,
            knowledge: &job.knowledge,
            lang,
            today: self.today(),
            may_contact: job.may_contact,
            calming: indicators.cta == Cta::Calm,
            asked: &self.asked(&job.messages),
            wins: &BTreeMap::new(),
        };
        let render = renderer(&job.knowledge, lang, self.today(), &profile.slots);
        composer::compose(key, &input, &render)
    }

    /// Fills the marks of every text and takes out the sentences that must not be said.
    pub(super) fn guarded(&self, job: &Job, body: Body) -> (Body, Vec<Verdict>) {
        let lang = job.opened.row.lang;
        let today = self.today();
        let slots = &job.opened.profile.slots;
        let render = renderer(&job.knowledge, lang, today, slots);
        let mut gate = Gate::new(&job.knowledge, slots, lang, today);
        let body = body.map_texts(|text| match render(text) {
            Some((text, _)) => gate.pass(&text),
            None => String::new(),
        });
        (body, gate.removed())
    }

    pub(super) async fn store_section(&self, job: &Job, key: Key, written: Written) -> Result<()> {
        let opened = &job.opened;
        let place = section_row(job.id, key);
        let now = self.now_ms();
        let generation = written.finish.as_ref().map(|_| GenerationId(self.new_id()));
        let provenance = match (&written.finish, generation) {
            (Some(finish), Some(id)) => {
                Some(generation_row(job, id, key, &written.source, finish, now))
            }
            _ => None,
        };
        let removed = if written.removed.is_empty() {
            None
        } else {
            Some(
                opened
                    .key
                    .seal_json("strategy_sections", "removed", &place, &written.removed)?,
            )
        };
        let row = strategies::NewSection {
            strategy: job.id,
            key,
            source: written.source,
            body: opened
                .key
                .seal_json("strategy_sections", "body", &place, &written.body)?,
            removed,
            generation,
            at_ms: now,
        };
        let scope = job.scope;
        let entry = Entry::new("strategy.section", "strategy", job.id)
            .caller(&job.caller)
            .about(Subject::Client(opened.row.client))
            .with(json!({"key": key, "source": row.source.id(), "removed": written.removed.len()}));
        self.commit(scope, entry, move |tx, write| {
            if let Some(provenance) = &provenance {
                generations::insert(tx, write, provenance)?;
            }
            strategies::put_section(tx, write, &row)
        })
        .await?;
        Ok(())
    }
}

fn generation_row(
    job: &Job,
    id: GenerationId,
    key: Key,
    source: &Source,
    finish: &Finish,
    at_ms: i64,
) -> generations::GenerationRow {
    generations::GenerationRow {
        id,
        session: job.opened.row.id,
        strategy: Some(job.id),
        section: Some(key),
        provider: source.id().to_owned(),
        model: finish.model.clone(),
        template: prompt::TEMPLATE,
        seed: job.seed ^ key.index() as u64,
        temperature: 0.0,
        max_tokens: MAX_TOKENS,
        prompt: None,
        token_ids: None,
        queue_ms: finish.queue_ms,
        prefill_ms: finish.prefill_ms,
        decode_ms: finish.decode_ms,
        finish: match finish.stop {
            Stop::End => "end",
            Stop::Length => "length",
            Stop::Deadline => "deadline",
        }
        .to_owned(),
        details: json!({"binary": env!("CARGO_PKG_VERSION"), "knowledge_rev": job.knowledge.rev}),
        at_ms,
    }
}
