//! Rows to learn from: features, the right answer, and which heads the row has an answer for.

use crate::domain::labels::Speaker;
use crate::engine::classifier::corpus::Utterance;
use crate::engine::classifier::features::{FeatureSet, extract};
use crate::engine::classifier::heads::{Head, NOTHING, OUTPUTS};
use crate::engine::classifier::keyword::{Cue, Says};
use crate::engine::classifier::lexicon::Lexicon;
use crate::engine::classifier::tokens::{Tokens, tokens};

#[derive(Debug, Clone)]
pub(super) struct Example {
    /// Row of the weight table and the feature's value.
    pub(super) features: Vec<(u32, f32)>,
    /// The text as the encoder reads it.
    pub(super) tokens: Tokens,
    /// A distribution in a head of one label, zeros and ones elsewhere.
    pub(super) target: Vec<f32>,
    /// One where the row has an answer.
    pub(super) mask: Vec<f32>,
}

impl Example {
    fn of_text(text: &str, lexicon: &Lexicon, set: FeatureSet) -> Self {
        Self {
            features: extract(text, lexicon, set).by_row().into_iter().collect(),
            tokens: tokens(text, lexicon),
            target: vec![0.0; OUTPUTS],
            mask: vec![0.0; OUTPUTS],
        }
    }

    pub(super) fn of_utterance(utterance: &Utterance, lexicon: &Lexicon, set: FeatureSet) -> Self {
        let mut example = Self::of_text(&utterance.text, lexicon, set);
        if utterance.role == Speaker::Seller {
            // Never read as the client's words; its language still is.
            example.one(Head::Language, &[utterance.lang.index()]);
            return example;
        }
        if let Some(archetypes) = &utterance.archetype {
            let right: Vec<usize> = archetypes.iter().map(|a| a.index()).collect();
            let nothing = [NOTHING];
            example.one(
                Head::Archetype,
                if right.is_empty() { &nothing } else { &right },
            );
        }
        let tags = utterance.tags.iter().flatten().map(|l| l.index());
        example.several(Head::Tag, utterance.tags.is_some(), tags);
        let needs = utterance.needs.iter().flatten().map(|l| l.index());
        example.several(Head::Need, utterance.needs.is_some(), needs);
        let objections = utterance.objections.iter().flatten().map(|l| l.index());
        example.several(Head::Objection, utterance.objections.is_some(), objections);
        let signals = utterance.signals.iter().flatten().map(|l| l.index());
        example.several(Head::Signal, utterance.signals.is_some(), signals);
        if let Some(tone) = utterance.tone {
            example.one(Head::Tone, &[tone.index()]);
        }
        if let Some(stage) = utterance.stage {
            example.one(Head::Stage, &[stage.index()]);
        }
        example.one(Head::Language, &[utterance.lang.index()]);
        example
    }

    /// A cue of the knowledge base answers its own head only.
    pub(super) fn of_cue(cue: &Cue, lexicon: &Lexicon, set: FeatureSet) -> Self {
        let mut example = Self::of_text(&cue.text, lexicon, set);
        match cue.says {
            Says::Objection(o) => example.several(Head::Objection, true, [o.index()].into_iter()),
            Says::Signal(s) => example.several(Head::Signal, true, [s.index()].into_iter()),
        }
        example.one(Head::Language, &[cue.lang.index()]);
        example
    }

    /// Equally many shares for each acceptable label.
    fn one(&mut self, head: Head, right: &[usize]) {
        self.mask[head.range()].fill(1.0);
        for i in right {
            self.target[head.range().start + i] = 1.0 / right.len() as f32;
        }
    }

    fn several(&mut self, head: Head, known: bool, right: impl Iterator<Item = usize>) {
        if known {
            self.mask[head.range()].fill(1.0);
        }
        for i in right {
            self.target[head.range().start + i] = 1.0;
        }
    }
}
