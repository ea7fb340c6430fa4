//! The playbook composer: writes every section of a strategy from the knowledge alone, for when no
//! model answers. Its source is always [`Source::Playbook`](crate::domain::strategy::Source).
//!
//! Must not know the client's words: quotes would let a client write the seller's advice. Numbers
//! come in through `render` only, and a text whose mark may not be quoted today is passed over.
//! Invariant: the same input gives the same bytes, and every text keeps the cap of its field.

mod arguments;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

pub use crate::domain::fit::{
    Filter, RankedPlaybook, Reason, WinRate, playbooks as playbooks_ranked,
};
use crate::domain::{
    fact::FactId,
    fit,
    knowledge::{Approach, Knowledge, ObjectionRow, Playbook, Reply},
    labels::{Archetype, Lang, Objection},
    profile::Profile,
    question,
    strategy::{Body, FollowUp, Key, ObjectionHelp},
};

/// Fills the marks of a text: the text and the facts in it, or `None` if one may not be quoted today.
pub type Render<'r> = dyn Fn(&str) -> Option<(String, Vec<FactId>)> + 'r;

/// Objections in a section: the open ones, then likely ones up to this many.
const MAX_OBJECTIONS: usize = 5;
const MAX_STEPS: usize = 4;
const MAX_PLAN_STEPS: usize = 6;
const MAX_RED_FLAGS: usize = 3;
const MAX_QUESTIONS: usize = 5;
/// Steps that answer a signal, before those of the archetype.
const MAX_SIGNAL_STEPS: usize = 2;

/// Everything a section depends on besides the renderer.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub profile: &'a Profile,
    pub knowledge: &'a Knowledge,
    pub lang: Lang,
    pub today: Date,
    /// Consent to contact is recorded: without it there is no draft and no follow-up.
    pub may_contact: bool,
    /// The talk must slow down ([`Cta::Calm`](crate::domain::indicators::Cta::Calm)).
    pub calming: bool,
    /// Questions already asked in this session.
    pub asked: &'a BTreeSet<String>,
    /// Learned win rates by playbook id.
    pub wins: &'a BTreeMap<String, WinRate>,
}

impl<'a> Input<'a> {
    fn approach(&self) -> &'a Approach {
        self.knowledge.approach(self.profile.archetype())
    }

    /// The best-matching playbook, or `None` while nothing about the client speaks for one.
    fn playbook(&self) -> Option<&'a Playbook> {
        let filter = Filter::of(self.profile, self.calming);
        let first = fit::playbooks(self.knowledge, &filter, self.wins)
            .into_iter()
            .next()?;
        let reason = &first.reason;
        let met = reason.archetype.is_some()
            || !reason.tags.is_empty()
            || !reason.objections.is_empty()
            || self.calming;
        met.then_some(first.playbook)
    }
}

/// Writes one section.
pub fn compose(key: Key, input: &Input, render: &Render) -> Body {
    match key {
        Key::Opening => opening(input, render),
        Key::Arguments => arguments::compose(input, render),
        Key::Next => next(input, render),
        Key::Language => language(input, render),
        Key::Plan => plan(input, render),
        Key::Objections => objections(input),
    }
}

fn opening(input: &Input, render: &Render) -> Body {
    let approach = input.approach();
    let stage: Vec<_> = approach
        .openings
        .iter()
        .filter(|opening| opening.stage == input.profile.stage)
        .collect();
    // Another opening as the talk goes on, the same one for the same talk.
    let turn = input.profile.client_utterances() % stage.len().max(1);
    let turned = stage[turn..].iter().chain(&stage[..turn]);
    let texts = turned.map(|opening| opening.get(input.lang));
    Body::Opening {
        goal: first(render, [approach.goal.get(input.lang)], 80),
        say_to_client: first(render, texts, 110),
    }
}

fn next(input: &Input, render: &Render) -> Body {
    let approach = input.approach();
    let own = approach.next_steps.get(input.lang).iter();
    let mut steps = Vec::new();
    if let Some(playbook) = input.playbook().filter(|_| input.calming) {
        let calm = playbook.steps.get(input.lang).iter();
        fill(&mut steps, render, calm, 120, MAX_STEPS);
    } else {
        let mut signals: Vec<_> = input.profile.signals.iter().collect();
        signals.sort_by_key(|(_, seen)| std::cmp::Reverse(seen.at_ms));
        let heard = signals
            .into_iter()
            .filter_map(|(&signal, _)| input.knowledge.signal(signal))
            .map(|row| row.next_step.get(input.lang));
        fill(&mut steps, render, heard, 120, MAX_SIGNAL_STEPS);
        fill(&mut steps, render, own, 120, MAX_STEPS);
    }
    let mut red_flags = Vec::new();
    let flags = approach.red_flags.get(input.lang).iter();
    fill(&mut red_flags, render, flags, 120, MAX_RED_FLAGS);
    Body::Next { steps, red_flags }
}

fn language(input: &Input, render: &Render) -> Body {
    let approach = input.approach();
    let words = |words: &[String]| -> Vec<String> {
        let short = words.iter().filter(|word| word.chars().count() <= 24);
        short.cloned().collect()
    };
    let draft = first(render, [approach.draft.get(input.lang)], 480);
    Body::Language {
        use_words: words(approach.words_use.get(input.lang)),
        avoid: words(approach.words_avoid.get(input.lang)),
        voice: first(render, [approach.voice.get(input.lang)], 120),
        draft: Some(draft).filter(|draft| input.may_contact && !draft.is_empty()),
    }
}

/// The best playbook; while nothing speaks for one, the steps of listening.
fn plan(input: &Input, render: &Render) -> Body {
    let playbook = input.playbook();
    let list = playbook.map_or(&input.approach().next_steps, |playbook| &playbook.steps);
    let mut steps = Vec::new();
    let texts = list.get(input.lang).iter();
    fill(&mut steps, render, texts, 160, MAX_PLAN_STEPS);
    let mut questions = Vec::new();
    let telling = question::next(input.profile, input.knowledge, input.asked);
    let telling = telling
        .iter()
        .map(|next| next.question.text.get(input.lang));
    fill(&mut questions, render, telling, 90, MAX_QUESTIONS);
    let discovery = playbook.map(|playbook| playbook.discovery_questions.get(input.lang));
    let discovery = discovery.into_iter().flatten();
    fill(&mut questions, render, discovery, 90, MAX_QUESTIONS);
    let rows = playbook
        .filter(|_| input.may_contact)
        .map(|playbook| &playbook.follow_up);
    let follow_up = rows.into_iter().flatten().filter_map(|row| {
        let text = fitting(render, row.get(input.lang), 120)?.0;
        Some(FollowUp {
            days: row.days,
            text,
        })
    });
    Body::Plan {
        steps,
        questions,
        follow_up: follow_up.collect(),
    }
}

/// Open objections, the most severe first, then those likely for the archetype.
fn objections(input: &Input) -> Body {
    let raised = &input.profile.raised;
    let open = input.profile.open_objections();
    let open = open.into_iter().map(|(objection, _)| objection);
    let likely = input
        .profile
        .archetype()
        .and_then(|archetype| input.knowledge.archetype(archetype))
        .map(|row| row.likely_objections.iter().copied());
    let likely = likely.into_iter().flatten();
    let items = open
        .chain(likely.filter(|objection| !raised.contains_key(objection)))
        .take(MAX_OBJECTIONS)
        .filter_map(|objection| input.knowledge.objection(objection))
        .map(|row| ObjectionHelp {
            objection: row.id,
            say_to_client: row.say.get(input.lang).to_owned(),
            why: row.why.get(input.lang).to_owned(),
            facts: quotable(input.knowledge, &row.facts, input.today),
        });
    Body::Objections {
        items: items.collect(),
    }
}

/// Everything to say and know about one objection, for `POST /api/objections/handle`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct ObjectionAnswer {
    pub objection: Objection,
    /// First the sentence to say, …
    pub say_to_client: String,
    /// … then what follows it, adapted to the archetype, …
    pub reply: Option<String>,
    pub ask: String,
    /// … then the steps and the reason, for the seller, …
    pub steps: Vec<String>,
    pub why: String,
    /// … then the sources.
    #[schema(value_type = Vec<String>)]
    pub facts: Vec<FactId>,
}

/// Answers one objection; `None` for one that the knowledge does not hold.
pub fn objection_help(
    objection: Objection,
    archetype: Option<Archetype>,
    knowledge: &Knowledge,
    lang: Lang,
    today: Date,
    render: &Render,
) -> Option<ObjectionAnswer> {
    let row = knowledge.objection(objection)?;
    let reply = replies(row, archetype).find_map(|reply| render(reply.get(lang)));
    let mut facts: Vec<_> = reply.iter().flat_map(|(_, facts)| facts.clone()).collect();
    for fact in quotable(knowledge, &row.facts, today) {
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    let steps = row.steps.get(lang).iter();
    Some(ObjectionAnswer {
        objection,
        say_to_client: row.say.get(lang).to_owned(),
        reply: reply.map(|(text, _)| text),
        ask: row.ask.get(lang).to_owned(),
        steps: steps.filter_map(|step| Some(render(step)?.0)).collect(),
        why: row.why.get(lang).to_owned(),
        facts,
    })
}

/// Those for the archetype, then those for anyone.
fn replies(row: &ObjectionRow, archetype: Option<Archetype>) -> impl Iterator<Item = &Reply> {
    let own = move |reply: &&Reply| archetype.is_some_and(|a| reply.archetypes.contains(&a));
    let any = row
        .replies
        .iter()
        .filter(|reply| reply.archetypes.is_empty());
    row.replies.iter().filter(own).chain(any)
}

fn quotable(knowledge: &Knowledge, facts: &[FactId], today: Date) -> Vec<FactId> {
    let holds = |id: &&FactId| {
        let fact = knowledge.facts.get(*id);
        fact.is_some_and(|fact| fact.quotable(today).is_ok())
    };
    facts.iter().filter(holds).cloned().collect()
}

/// A text with its marks filled, if they can be and if it keeps the cap.
fn fitting(render: &Render, text: &str, cap: usize) -> Option<(String, Vec<FactId>)> {
    render(text).filter(|(text, _)| text.chars().count() <= cap)
}

/// The first text that fits; empty where none does.
fn first<'t>(render: &Render, texts: impl IntoIterator<Item = &'t str>, cap: usize) -> String {
    let mut texts = texts.into_iter();
    texts
        .find_map(|text| fitting(render, text, cap))
        .map(|(text, _)| text)
        .unwrap_or_default()
}

/// Adds texts that fit and are not there yet, up to `max` in all.
fn fill<T: AsRef<str>>(
    out: &mut Vec<String>,
    render: &Render,
    texts: impl IntoIterator<Item = T>,
    cap: usize,
    max: usize,
) {
    for text in texts {
        if out.len() >= max {
            return;
        }
        if let Some((text, _)) = fitting(render, text.as_ref(), cap)
            && !out.contains(&text)
        {
            out.push(text);
        }
    }
}

#[cfg(test)]
mod tests;
