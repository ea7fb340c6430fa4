//! The rules that authored knowledge keeps: complete, linked, short, and free of loose numbers.
//!
//! Must not know where the texts come from: the seed and a manager's edit pass the same check.

use std::collections::BTreeSet;

use super::{
    super::{
        fact::{FactValue, Localised, Unit},
        labels::{Archetype, Objection, Signal, SlotKey, Stage},
    },
    Approach, ArgumentRow, Knowledge, LocalisedList, ObjectionRow, Playbook,
};

/// One broken rule, with the place of the text that breaks it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    pub at: String,
    pub rule: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.rule)
    }
}

/// Claims that the original product carried and that are false, expired or unlawful (`domain.md` 2.1
/// and 3.3), in lower case.
const BLOCKED: &[&str] = &[
    "mój elektryk",
    "zielony samochód",
    "kawka",
    "bez vat",
    "zerowy vat",
    "vat-free",
    "no vat on",
    "zero vat",
    "net-metering",
    "net metering",
    "opust",
    "supercharger w polsce",
    "najlepiej trzyma wartość",
    "nie traci na wartości",
    "lowest depreciation",
    "holds its value best",
    "ostatnie sztuki",
    "zostały tylko",
    "została tylko",
    "only a few left",
    "last ones",
    "ceny rosną",
    "cena wzrośnie",
    "prices are rising",
    "price will rise",
    "wszyscy kupują",
    "everyone is buying",
    "większość klientów",
    "most of our clients",
    "poleca to auto",
    "recommend this car",
];

/// What a mark counts for in a length: a little more than "204 990 zł".
const MARK_CHARS: usize = 14;
/// Probabilities of the answers of a question sum to one within this.
const SUM_TOLERANCE: f32 = 0.01;

/// How long a text may be, and whether it may hold marks.
#[derive(Clone, Copy)]
struct Limit {
    chars: usize,
    words: usize,
    marks: bool,
}

const fn chars(chars: usize) -> Limit {
    Limit {
        chars,
        words: usize::MAX,
        marks: true,
    }
}

const fn words(words: usize) -> Limit {
    Limit {
        chars: 110,
        words,
        marks: false,
    }
}

const HEADLINE: Limit = words(5);
const SAY: Limit = words(14);
const ASK: Limit = Limit {
    chars: 90,
    words: 12,
    marks: false,
};

/// Every rule that the knowledge breaks; empty means that it may be used.
pub fn check(knowledge: &Knowledge) -> Vec<Violation> {
    let mut checker = Checker::new(knowledge);
    checker.labels();
    checker.facts();
    for row in &knowledge.archetypes {
        checker.approach(row.id.id(), &row.approach);
    }
    checker.approach("undecided", &knowledge.undecided);
    knowledge
        .objections
        .iter()
        .for_each(|row| checker.objection(row));
    knowledge
        .playbooks
        .iter()
        .for_each(|row| checker.playbook(row));
    knowledge
        .arguments
        .iter()
        .for_each(|row| checker.argument(row));
    checker.questions();
    checker.signals();
    checker.cars();
    checker.promotions();
    checker.found
}

struct Checker<'k> {
    knowledge: &'k Knowledge,
    /// Names of models, longest first: the digits in them are harmless.
    names: Vec<String>,
    found: Vec<Violation>,
}

impl<'k> Checker<'k> {
    fn new(knowledge: &'k Knowledge) -> Self {
        let own = knowledge.cars.iter().flat_map(|car| {
            [
                car.model_name.clone(),
                car.model_name.replacen("Model ", "Modelu ", 1),
            ]
        });
        let rivals = knowledge.competitors.iter().map(|car| car.model.clone());
        let mut names: Vec<_> = own.chain(rivals).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Self {
            knowledge,
            names,
            found: Vec::new(),
        }
    }

    fn broken(&mut self, at: &str, rule: impl Into<String>) {
        self.found.push(Violation {
            at: at.to_owned(),
            rule: rule.into(),
        });
    }

    fn labels(&mut self) {
        let k = self.knowledge;
        let archetypes: Vec<_> = k.archetypes.iter().map(|row| row.id).collect();
        if archetypes != Archetype::ALL {
            self.broken("archetypes", "each once, in the order of the labels");
        }
        let objections: Vec<_> = k.objections.iter().map(|row| row.id).collect();
        if objections != Objection::ALL {
            self.broken("objections", "each once, in the order of the labels");
        }
        let signals: Vec<_> = k.signals.iter().map(|row| row.id).collect();
        if signals != Signal::ALL {
            self.broken("signals", "each once, in the order of the labels");
        }
        self.unique("arguments", k.arguments.iter().map(|row| row.id.as_str()));
        self.unique("playbooks", k.playbooks.iter().map(|row| row.id.as_str()));
        self.unique("questions", k.questions.iter().map(|row| row.id.as_str()));
        self.unique("cars", k.cars.iter().map(|row| row.id.as_str()));
        self.unique(
            "competitors",
            k.competitors.iter().map(|row| row.id.as_str()),
        );
        self.unique("promotions", k.promotions.iter().map(|row| row.id.as_str()));
    }

    fn unique(&mut self, table: &str, ids: impl Iterator<Item = &'k str>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            let clean = id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if !clean || id.is_empty() {
                self.broken(&format!("{table}.{id}"), "ids are snake_case");
            }
            if !seen.insert(id) {
                self.broken(&format!("{table}.{id}"), "stands there twice");
            }
        }
    }

    fn facts(&mut self) {
        for (id, fact) in &self.knowledge.facts {
            let at = format!("fact.{id}");
            let dated = matches!(fact.value, FactValue::Date(_));
            if fact.value != FactValue::Unverified && dated != (fact.unit == Unit::Date) {
                self.broken(&at, "the unit does not fit the value");
            }
            if fact.valid_to.is_some_and(|end| end < fact.valid_from) {
                self.broken(&at, "ends before it begins");
            }
            if fact.source.trim().is_empty() && fact.value != FactValue::Unverified {
                self.broken(&at, "a value needs a source");
            }
            if fact.label.pl.trim().is_empty() || fact.label.en.trim().is_empty() {
                self.broken(&at, "has no label");
            }
        }
    }

    fn approach(&mut self, id: &str, row: &Approach) {
        let at = |part: &str| format!("{id}.{part}");
        self.text(&at("name"), &row.name, chars(40));
        self.text(&at("drive"), &row.drive, chars(60));
        self.text(&at("description"), &row.description, chars(240));
        self.list(&at("traits"), &row.traits, 1..=6, chars(40));
        self.text(&at("worry"), &row.worry, chars(120));
        self.text(&at("goal"), &row.goal, chars(80));
        self.list(&at("headlines"), &row.headlines, 1..=6, HEADLINE);
        for stage in Stage::ALL {
            if !row.openings.iter().any(|opening| opening.stage == *stage) {
                self.broken(&at("openings"), format!("none for {stage}"));
            }
        }
        for opening in &row.openings {
            let text = pair(&opening.pl, &opening.en);
            self.text(&at("openings"), &text, SAY);
        }
        let mut needs = BTreeSet::new();
        for say in &row.say {
            self.text(&at("say"), &pair(&say.pl, &say.en), SAY);
            if !needs.insert(say.need) {
                self.broken(&at("say"), format!("{} stands there twice", say.need));
            }
        }
        self.list(&at("words_use"), &row.words_use, 3..=8, chars(24));
        self.list(&at("words_avoid"), &row.words_avoid, 3..=8, chars(24));
        self.text(&at("voice"), &row.voice, chars(120));
        let draft = Limit {
            marks: false,
            ..chars(480)
        };
        self.text(&at("draft"), &row.draft, draft);
        self.list(&at("next_steps"), &row.next_steps, 1..=4, chars(120));
        self.list(&at("red_flags"), &row.red_flags, 1..=3, chars(120));
        self.list(&at("strategies"), &row.strategies, 1..=4, chars(160));
    }

    fn objection(&mut self, row: &ObjectionRow) {
        let id = row.id.id();
        let at = |part: &str| format!("{id}.{part}");
        if row.group != row.id.group() {
            self.broken(id, format!("belongs to {}", row.id.group()));
        }
        self.text(&at("name"), &row.name, chars(40));
        self.text(&at("headline"), &row.headline, HEADLINE);
        self.text(&at("say"), &row.say, SAY);
        self.list(&at("steps"), &row.steps, 3..=4, chars(160));
        if !row.replies.iter().any(|reply| reply.archetypes.is_empty()) {
            self.broken(&at("replies"), "none for any archetype");
        }
        let mut used = BTreeSet::new();
        for reply in &row.replies {
            let text = pair(&reply.pl, &reply.en);
            self.text(&at("replies"), &text, chars(200));
            used.extend(fact_ids(&text.pl));
            used.extend(fact_ids(&text.en));
        }
        self.text(&at("why"), &row.why, chars(200));
        self.text(&at("ask"), &row.ask, ASK);
        let named: BTreeSet<_> = row.facts.iter().map(String::as_str).collect();
        if named != used.iter().map(String::as_str).collect() {
            self.broken(&at("facts"), "are not the facts of its marks");
        }
    }

    fn playbook(&mut self, row: &Playbook) {
        let at = |part: &str| format!("playbook.{}.{part}", row.id);
        self.text(&at("title"), &row.title, chars(50));
        self.text(&at("goal"), &row.goal, chars(120));
        self.list(&at("steps"), &row.steps, 3..=6, chars(160));
        self.list(
            &at("discovery_questions"),
            &row.discovery_questions,
            1..=4,
            ASK,
        );
        for step in &row.follow_up {
            let text = pair(&step.pl, &step.en);
            self.text(&at("follow_up"), &text, chars(120));
        }
        if !row
            .follow_up
            .is_sorted_by(|first, then| first.days < then.days)
        {
            self.broken(&at("follow_up"), "is not in the order of its days");
        }
    }

    fn argument(&mut self, row: &ArgumentRow) {
        let at = |part: &str| format!("argument.{}.{part}", row.id);
        self.text(&at("title"), &row.title, HEADLINE);
        self.text(&at("text"), &row.text, chars(200));
        if row.needs.is_empty() {
            self.broken(&at("needs"), "none");
        }
        let named: BTreeSet<_> = row.facts.iter().cloned().collect();
        for text in [&row.text.pl, &row.text.en] {
            if fact_ids(text) != named {
                self.broken(&at("facts"), "are not the facts of its marks");
            }
        }
    }

    fn questions(&mut self) {
        for row in &self.knowledge.questions {
            let at = format!("question.{}", row.id);
            self.text(&at, &row.text, ASK);
            self.text(&at, &row.reason, chars(90));
            if !(2..=5).contains(&row.answers.len()) {
                self.broken(&at, "needs two to five answers");
            }
            for answer in &row.answers {
                self.text(&at, &answer.label, chars(60));
            }
            for &archetype in Archetype::ALL {
                let p = |answer: &super::super::question::Answer| answer.p[archetype.index()];
                let sum: f32 = row.answers.iter().map(p).sum();
                let proper = row.answers.iter().all(|a| (0.0..=1.0).contains(&p(a)));
                if !proper || (sum - 1.0).abs() > SUM_TOLERANCE {
                    self.broken(&at, format!("answers of {archetype} sum to {sum:.2}"));
                }
            }
        }
    }

    fn signals(&mut self) {
        for row in &self.knowledge.signals {
            let at = |part: &str| format!("{}.{part}", row.id);
            self.text(&at("name"), &row.name, chars(40));
            self.text(&at("meaning"), &row.meaning, chars(140));
            self.text(&at("headline"), &row.headline, HEADLINE);
            self.text(&at("say"), &row.say, SAY);
            self.text(&at("next_step"), &row.next_step, chars(120));
        }
    }

    fn cars(&mut self) {
        for car in &self.knowledge.cars {
            let at = format!("car.{}", car.id);
            let facts = [&car.price_fact, &car.range_fact, &car.acceleration_fact];
            self.linked(&at, facts.into_iter().flatten());
            self.text(&at, &car.pitch, chars(160));
            self.list(&at, &car.features, 1..=8, chars(80));
        }
        for car in &self.knowledge.competitors {
            let at = format!("competitor.{}", car.id);
            self.linked(
                &at,
                [&car.price_fact, &car.range_fact].into_iter().flatten(),
            );
            for list in [&car.strengths, &car.weaknesses, &car.our_advantages] {
                self.list(&at, list, 1..=4, chars(90));
            }
        }
    }

    fn promotions(&mut self) {
        for row in &self.knowledge.promotions {
            let at = format!("promotion.{}", row.id);
            self.text(&at, &row.title, chars(80));
            self.linked(
                &at,
                [&row.amount_fact].into_iter().chain(&row.lowest_30d_fact),
            );
        }
    }

    fn linked<'f>(&mut self, at: &str, facts: impl Iterator<Item = &'f String>) {
        for id in facts {
            if !self.knowledge.facts.contains_key(id) {
                self.broken(at, format!("there is no fact {id}"));
            }
        }
    }

    fn list(
        &mut self,
        at: &str,
        list: &LocalisedList,
        count: std::ops::RangeInclusive<usize>,
        limit: Limit,
    ) {
        if list.pl.len() != list.en.len() || !count.contains(&list.pl.len()) {
            self.broken(
                at,
                format!("needs {count:?} texts, as many in each language"),
            );
        }
        for (pl, en) in list.pl.iter().zip(&list.en) {
            self.text(at, &pair(pl, en), limit);
        }
        for texts in [&list.pl, &list.en] {
            if texts.iter().collect::<BTreeSet<_>>().len() != texts.len() {
                self.broken(at, "says the same twice");
            }
        }
    }

    fn text(&mut self, at: &str, text: &Localised, limit: Limit) {
        for (lang, text) in [("pl", &text.pl), ("en", &text.en)] {
            let at = format!("{at}.{lang}");
            self.one(&at, text, limit);
        }
    }

    fn one(&mut self, at: &str, text: &str, limit: Limit) {
        if text.trim() != text || text.is_empty() || text.contains("  ") {
            self.broken(at, format!("empty or badly spaced: {text:?}"));
        }
        for mark in marks(text) {
            if !limit.marks {
                self.broken(at, format!("no mark may stand here: {mark}"));
            }
            self.mark(at, mark);
        }
        let filled = replace_marks(text, &"x".repeat(MARK_CHARS));
        let length = filled.chars().count();
        if length > limit.chars {
            self.broken(
                at,
                format!("{length} characters, {} allowed: {text}", limit.chars),
            );
        }
        let count = filled.split_whitespace().count();
        if count > limit.words {
            self.broken(
                at,
                format!("{count} words, {} allowed: {text}", limit.words),
            );
        }
        let bare = self
            .names
            .iter()
            .fold(replace_marks(text, ""), |text, name| text.replace(name, ""));
        if bare.contains(|c: char| c.is_numeric() || c == '%') {
            self.broken(at, format!("a number outside a mark: {text}"));
        }
        let lower = text.to_lowercase();
        for claim in BLOCKED.iter().filter(|claim| lower.contains(**claim)) {
            self.broken(at, format!("a claim of the block-list: {claim}"));
        }
    }

    fn mark(&mut self, at: &str, mark: &str) {
        let known = match mark.split_once(':') {
            Some(("fact", id)) => self.knowledge.facts.contains_key(id),
            Some(("slot", key)) => SlotKey::from_id(key).is_some(),
            Some(("calc", id)) => !id.is_empty(),
            _ => false,
        };
        if !known {
            self.broken(at, format!("the mark {mark} points nowhere"));
        }
    }
}

fn pair(pl: &str, en: &str) -> Localised {
    Localised {
        pl: pl.to_owned(),
        en: en.to_owned(),
    }
}

/// The insides of every `{{…}}`.
fn marks(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .map(|rest| rest.split("}}").next().unwrap_or(rest))
}

fn fact_ids(text: &str) -> BTreeSet<String> {
    marks(text)
        .filter_map(|mark| mark.strip_prefix("fact:"))
        .map(str::to_owned)
        .collect()
}

fn replace_marks(text: &str, with: &str) -> String {
    let mut pieces = text.split("{{");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(with);
        out.push_str(piece.split_once("}}").map_or("", |(_, after)| after));
    }
    out
}

#[cfg(test)]
mod tests;
