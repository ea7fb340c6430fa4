//! Quotes: the words that led to a label, cut out of the stored messages.

use std::collections::BTreeMap;

use super::Message;
use crate::{
    advisor::view::QuoteView,
    domain::{classification::Span, id::UtteranceId, profile::Quote},
};

/// The words of the messages, to cut quotes from.
pub(in crate::advisor) struct Texts<'m>(BTreeMap<UtteranceId, &'m Message>);

impl<'m> Texts<'m> {
    pub(in crate::advisor) fn of(messages: &'m [Message]) -> Self {
        Self(
            messages
                .iter()
                .map(|message| (message.id, message))
                .collect(),
        )
    }

    /// Quotes whose utterance is still there, with some words around.
    pub(in crate::advisor) fn quotes(&self, quotes: &[Quote]) -> Vec<QuoteView> {
        let quote = |quote: &Quote| {
            let message = self.0.get(&quote.utterance)?;
            quoted(&message.text, quote.span, message.at_ms)
        };
        quotes.iter().filter_map(quote).collect()
    }
}

/// Scalars of context kept on each side of a quote.
const CONTEXT: usize = 60;

/// Cuts a span out of its text; `None` if it is not a part of it.
pub(in crate::advisor) fn quoted(text: &str, span: Span, at_ms: i64) -> Option<QuoteView> {
    let marked = span.of(text)?.to_owned();
    let scalars: Vec<char> = text.chars().collect();
    let (start, end) = (span.start as usize, span.end as usize);
    let from = start.saturating_sub(CONTEXT);
    let to = (end + CONTEXT).min(scalars.len());
    let mut before: String = scalars[from..start].iter().collect();
    let mut after: String = scalars[end..to].iter().collect();
    if from > 0 {
        before = format!(
            "…{}",
            before
                .split_once(' ')
                .map_or(before.as_str(), |(_, rest)| rest)
        );
    }
    if to < scalars.len() {
        after = format!(
            "{}…",
            after
                .rsplit_once(' ')
                .map_or(after.as_str(), |(rest, _)| rest)
        );
    }
    Some(QuoteView {
        before,
        marked,
        after,
        at_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_cut_at_words_and_keeps_the_marked_part_whole() {
        let text = "Mamy trójkę dzieci i psa.";
        let span = Span {
            start: 5,
            end: 18,
            weight: 1.0,
        };
        let quote = quoted(text, span, 7).unwrap();
        assert_eq!(quote.before, "Mamy ");
        assert_eq!(quote.marked, "trójkę dzieci");
        assert_eq!(quote.after, " i psa.");
        let long = format!("{}{text}{}", "słowo ".repeat(30), " i dalej".repeat(30));
        let span = Span {
            start: 185,
            end: 198,
            weight: 1.0,
        };
        let quote = quoted(&long, span, 7).unwrap();
        assert_eq!(quote.marked, "trójkę dzieci");
        assert!(quote.before.starts_with('…') && quote.after.ends_with('…'));
        assert_eq!(
            quoted(
                text,
                Span {
                    start: 20,
                    end: 99,
                    weight: 1.0
                },
                7
            ),
            None
        );
    }
}
