//! The prompt of a strategy section: a versioned template over plain input.
//!
//! Invariants: the same input gives the same text; a client's words stand only between markers
//! that the client cannot know, and are announced as data, never as instructions. Any change of
//! wording is a new [`TEMPLATE`], because replay names it.

use std::{fmt::Write, sync::Arc};

use crate::domain::{
    labels::{Lang, Need, Objection, SlotKey, Speaker, Stage, Tag},
    strategy::Key,
};

mod words;

/// Version of everything that this module writes.
pub const TEMPLATE: u32 = 1;

/// The latest utterances that are quoted, and characters of each.
const MAX_QUOTES: usize = 12;
const MAX_QUOTE_CHARS: usize = 400;
/// Numbers that are offered; the caller puts the most relevant first.
const MAX_NUMBERS: usize = 24;

/// What a section is written from.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    pub lang: Lang,
    pub section: Key,
    /// `None` while too little is known.
    pub archetype: Option<ArchetypeLine<'a>>,
    pub stage: Stage,
    pub tags: &'a [Tag],
    pub needs: &'a [Need],
    /// Open objections, the most severe first.
    pub objections: &'a [ObjectionLine<'a>],
    /// What the client stated, as shown to people.
    pub slots: &'a [(SlotKey, String)],
    pub numbers: &'a [NumberLine<'a>],
    /// Oldest first.
    pub quotes: &'a [Quote<'a>],
    pub marker: &'a Marker,
}

/// An archetype in the words of the knowledge base.
#[derive(Debug, Clone, Copy)]
pub struct ArchetypeLine<'a> {
    pub name: &'a str,
    pub drive: &'a str,
    pub worry: &'a str,
}

#[derive(Debug, Clone, Copy)]
pub struct ObjectionLine<'a> {
    pub id: Objection,
    pub name: &'a str,
}

/// A number that may be used: its mark (`fact:ID` or `calc:ID`) and what it is.
#[derive(Debug, Clone, Copy)]
pub struct NumberLine<'a> {
    pub mark: &'a str,
    pub label: &'a str,
}

#[derive(Debug, Clone, Copy)]
pub struct Quote<'a> {
    pub speaker: Speaker,
    pub text: &'a str,
}

/// What stands around a client's words; fresh for every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker(String);

impl Marker {
    /// From 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(random)))
    }
}

/// The two parts of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The same for every request in a language.
    pub prefix: Arc<str>,
    pub user: String,
}

/// Renders the prompt of a section.
pub fn render(input: &Input) -> Prompt {
    let lang = input.lang;
    let mut user = String::new();
    if let Some(archetype) = &input.archetype {
        let ArchetypeLine { name, drive, worry } = archetype;
        line(
            &mut user,
            words::client(lang),
            &format!("{name} ({drive}). {worry}"),
        );
    } else {
        line(&mut user, words::client(lang), words::unknown_client(lang));
    }
    line(
        &mut user,
        words::stage_title(lang),
        words::stage(input.stage, lang),
    );
    list(
        &mut user,
        words::tags_title(lang),
        input.tags.iter().map(|tag| words::tag(*tag, lang)),
    );
    list(
        &mut user,
        words::needs_title(lang),
        input.needs.iter().map(|n| words::need(*n, lang)),
    );
    block(
        &mut user,
        words::objections_title(lang),
        input
            .objections
            .iter()
            .map(|objection| format!("{}: {}", objection.id, objection.name)),
    );
    let numbers = input.numbers.iter().take(MAX_NUMBERS);
    block(
        &mut user,
        words::numbers_title(lang),
        numbers.map(|number| format!("{{{{{}}}}} = {}", number.mark, number.label)),
    );
    data(&mut user, input);
    user.push_str(words::task(input.section, lang));
    Prompt {
        prefix: words::rules(lang).into(),
        user,
    }
}

/// The client's own words: statements and quotes, each between markers.
fn data(user: &mut String, input: &Input) {
    let Marker(marker) = input.marker;
    let lang = input.lang;
    if input.slots.is_empty() && input.quotes.is_empty() {
        return;
    }
    let _ = writeln!(
        user,
        "{}",
        words::data_title(lang).replace("{marker}", marker)
    );
    for (key, value) in input.slots {
        let value = tame(value, marker);
        let _ = writeln!(user, "{{{{slot:{key}}}}} = [{marker}]{value}[/{marker}]");
    }
    let skipped = input.quotes.len().saturating_sub(MAX_QUOTES);
    for quote in &input.quotes[skipped..] {
        let speaker = words::speaker(quote.speaker, lang);
        let text = tame(quote.text, marker);
        let _ = writeln!(user, "{speaker}: [{marker}]{text}[/{marker}]");
    }
    user.push('\n');
}

/// One line of bounded length without the marker and without control characters.
fn tame(text: &str, marker: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    // Removing it once may join its halves into a new one.
    while line.contains(marker) {
        line = line.replace(marker, "");
    }
    match line.char_indices().nth(MAX_QUOTE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn line(out: &mut String, title: &str, text: &str) {
    let _ = writeln!(out, "{title}: {text}");
}

fn list<'w>(out: &mut String, title: &str, words: impl Iterator<Item = &'w str>) {
    let words: Vec<_> = words.collect();
    if !words.is_empty() {
        line(out, title, &words.join(", "));
    }
}

fn block(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<_> = lines.collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "{title}:\n{}", lines.join("\n"));
    }
}

#[cfg(test)]
mod tests;
