//! The embedded classifier: one utterance in, labels with evidence out.
//!
//! Two parts whose logits add: a linear one over hashed words, character n-grams and concepts of a
//! lexicon, and an encoder in which every token votes in the light of the others. In both, a logit
//! is the bias plus what each word adds, so a label's evidence is read off the same pass. Must not know sessions; what a session makes of utterances is the domain's.
//! Invariant: a reported label has evidence, and its spans are parts of the text.

pub mod corpus;
pub mod evaluate;
pub mod keyword;

pub(crate) mod encoder;
pub(crate) mod evidence;
pub(crate) mod features;
pub(crate) mod heads;
pub(crate) mod lexicon;
pub(crate) mod tokens;
pub(crate) mod weights;
pub(crate) mod words;

use candle_core::{DType, Device, Tensor};

use crate::domain::classification::{Abstain, Classification, Found, FoundObjection, ModelRef};
use crate::domain::labels::{Archetype, Lang, Need, Speaker, Stage, Tag, Tone};
use encoder::Batch;
use evidence::Attribution;
use features::Features;
use heads::{Head, NOTHING, OUTPUTS, argmax, sigmoid, softmax};
use lexicon::Lexicon;
use weights::{Metadata, Weights};

/// The weights shipped in the binary (`models/classifier/`).
const SHIPPED: &[u8] = include_bytes!("../../models/classifier/classifier.safetensors");

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the classifier's weights cannot be read: {0}")]
    Weights(String),
    #[error("the classifier's weights are for another {0}")]
    Mismatch(&'static str),
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
}

/// Anything that labels an utterance: the embedded model, a baseline, a language model.
pub trait Classifier: Send + Sync {
    /// Labels a text of 1–5,000 scalars; spans count scalars of `text` as given.
    fn classify(&self, role: Speaker, text: &str) -> Classification;

    fn model(&self) -> &ModelRef;
}

/// The model that ships with the appliance.
#[derive(Debug)]
pub struct EmbeddedClassifier {
    model: ModelRef,
    metadata: Metadata,
    lexicon: Lexicon,
    weights: Weights,
}

impl EmbeddedClassifier {
    /// Loads the weights in the binary.
    pub fn load() -> Result<Self, Error> {
        Self::from_bytes(SHIPPED)
    }

    /// Loads weights written by [`crate::engine::train::classifier`].
    ///
    /// # Errors
    /// When they are no such file, or were trained with another lexicon or label set.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (metadata, weights, sha256) = weights::read(bytes)?;
        if metadata.labels_sha256 != weights::labels_sha256() {
            return Err(Error::Mismatch("label set"));
        }
        if metadata.lexicon_sha256 != weights::sha256(lexicon::SHIPPED.as_bytes()) {
            return Err(Error::Mismatch("lexicon"));
        }
        Ok(Self {
            model: ModelRef {
                id: metadata.id.clone(),
                sha256,
                head: 0,
            },
            lexicon: Lexicon::parse(lexicon::SHIPPED),
            metadata,
            weights,
        })
    }

    /// What the model was trained on and how it is calibrated.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The ten archetypes as if one of them held: what the removal test watches.
    #[cfg(test)]
    fn known_archetypes(&self, text: &str) -> Vec<f32> {
        let logits = self.attribute(text).logits();
        softmax(
            &logits[..NOTHING],
            self.metadata.calibration.archetype_temperature,
        )
    }

    #[cfg(test)]
    pub(crate) fn logits(&self, text: &str) -> Vec<f32> {
        self.attribute(text).logits()
    }

    fn attribute(&self, text: &str) -> Attribution {
        let features = features::extract(text, &self.lexicon, self.metadata.features);
        // Fails only on a shape that the reader of the weights has already refused.
        self.contributions(text, &features)
            .unwrap_or_else(|error| unreachable!("checked shapes: {error}"))
            .placed(features)
    }

    /// What every word adds to every output, in both parts of the model.
    fn contributions(&self, text: &str, features: &Features) -> Result<Attribution, Error> {
        let mut bias = self.weights.bias.clone();
        let factors = self.factors();
        if let Some(encoder) = &self.weights.encoder {
            add(&mut bias, &encoder.bias().to_vec1()?, &factors);
        }
        if features.shares.is_empty() {
            return Ok(Attribution::empty(bias));
        }
        let mut by_word = self.linear(features)?;
        if let Some(encoder) = &self.weights.encoder {
            let tokens = tokens::tokens(text, &self.lexicon);
            let votes = encoder.votes(&Batch::new(&[&tokens])?, Ok)?;
            let parts: Vec<Vec<f32>> = votes.parts.get(0)?.to_vec2()?;
            for (part, &word) in parts.iter().zip(&tokens.words) {
                add(&mut by_word[word as usize], part, &factors);
            }
        }
        Ok(Attribution::new(bias, by_word))
    }

    /// What the encoder counts, by output.
    fn factors(&self) -> Vec<f32> {
        let by_head = Head::ALL.iter().zip(self.metadata.calibration.encoder);
        by_head
            .flat_map(|(head, factor)| head.range().map(move |_| factor))
            .collect()
    }

    /// The linear part: rows of the table gathered, scaled and summed by word.
    fn linear(&self, features: &Features) -> Result<Vec<Vec<f32>>, Error> {
        let n = features.shares.len();
        let rows: Vec<u32> = features.shares.iter().map(|s| s.row).collect();
        let words: Vec<u32> = features.shares.iter().map(|s| s.word).collect();
        let values: Vec<f32> = features
            .shares
            .iter()
            .map(|s| s.value * self.weights.scale[s.row as usize])
            .collect();
        let cpu = &Device::Cpu;
        let gathered = self
            .weights
            .table
            .index_select(&Tensor::from_vec(rows, n, cpu)?, 0)?
            .to_dtype(DType::F32)?
            .affine(1.0, -f64::from(weights::ZERO))?
            .broadcast_mul(&Tensor::from_vec(values, (n, 1), cpu)?)?;
        let by_word = Tensor::zeros((features.words.len(), OUTPUTS), DType::F32, cpu)?.index_add(
            &Tensor::from_vec(words, n, cpu)?,
            &gathered,
            0,
        )?;
        Ok(by_word.to_vec2()?)
    }
}

/// Adds `factor` × `part` to every output.
fn add(sum: &mut [f32], part: &[f32], factors: &[f32]) {
    for ((sum, part), factor) in sum.iter_mut().zip(part).zip(factors) {
        *sum += factor * part;
    }
}

impl Classifier for EmbeddedClassifier {
    fn classify(&self, role: Speaker, text: &str) -> Classification {
        let attribution = self.attribute(text);
        let decoder = Decoder {
            calibration: &self.metadata.calibration,
            logits: attribution.logits(),
            attribution: &attribution,
        };
        decoder.classification(self.model.clone(), role)
    }

    fn model(&self) -> &ModelRef {
        &self.model
    }
}

/// Reads a classification off the logits.
struct Decoder<'a> {
    calibration: &'a weights::Calibration,
    logits: Vec<f32>,
    attribution: &'a Attribution,
}

impl Decoder<'_> {
    fn classification(&self, model: ModelRef, role: Speaker) -> Classification {
        let (archetype, top) = self.archetype(role);
        let tone_p = softmax(&self.logits[Head::Tone.range()], 1.0);
        let mut tags = Vec::new();
        let mut needs = Vec::new();
        let mut objections = Vec::new();
        let mut signals = Vec::new();
        // What the seller says is no statement of the client's.
        if role != Speaker::Seller {
            tags = with_business(self.several(Head::Tag, Tag::ALL));
            let severity = severity(&tone_p);
            objections = self
                .several(Head::Objection, crate::domain::labels::Objection::ALL)
                .into_iter()
                .map(|found| FoundObjection { found, severity })
                .collect();
            needs = with_implied(self.several(Head::Need, Need::ALL), &objections);
            signals = self.several(Head::Signal, crate::domain::labels::Signal::ALL);
        }
        let lang = argmax(&self.logits[Head::Language.range()]);
        Classification {
            model,
            archetype,
            top,
            tags,
            needs,
            objections,
            signals,
            tone: self.one(Head::Tone, Tone::ALL),
            stage: self.one(Head::Stage, Stage::ALL),
            lang: Lang::ALL[lang],
        }
    }

    /// The distribution over archetypes, and the answer or why there is none.
    ///
    /// The answer is given when the model's probability of its archetype, "says nothing about
    /// the person" being one of the alternatives, reaches the threshold of the error budget.
    /// When it is withheld, the distribution moves towards the even one by the probability that
    /// the words say nothing.
    fn archetype(
        &self,
        role: Speaker,
    ) -> ([f32; Archetype::COUNT], Result<Found<Archetype>, Abstain>) {
        let even = [1.0 / Archetype::COUNT as f32; Archetype::COUNT];
        if role == Speaker::Seller {
            return (even, Err(Abstain::Seller));
        }
        if self.attribution.is_empty() {
            return (even, Err(Abstain::NoEvidence));
        }
        let logits = &self.logits[Head::Archetype.range()];
        let with_nothing = self.calibration.decision(logits);
        let known = softmax(&logits[..NOTHING], self.calibration.archetype_temperature);
        let top = argmax(&known);
        let evidence = self.attribution.spans(Head::Archetype, top);
        let refusal = if with_nothing[top] < self.calibration.archetype_threshold {
            Some(Abstain::BelowBudget)
        } else if evidence.is_empty() {
            Some(Abstain::NoEvidence)
        } else {
            None
        };
        let mut p = even;
        let nothing = if refusal.is_some() {
            with_nothing[NOTHING]
        } else {
            0.0
        };
        for (p, known) in p.iter_mut().zip(&known) {
            *p = (1.0 - nothing) * known + nothing * *p;
        }
        let answer = match refusal {
            Some(why) => Err(why),
            None => Ok(Found {
                label: Archetype::ALL[top],
                p: p[top],
                evidence,
            }),
        };
        (p, answer)
    }

    fn several<L: Copy>(&self, head: Head, labels: &[L]) -> Vec<Found<L>> {
        let at = Head::SEVERAL.iter().position(|&h| h == head);
        let scaling =
            &self.calibration.several[at.expect("only heads of several labels come here")];
        let mut found: Vec<Found<L>> = labels
            .iter()
            .enumerate()
            .filter_map(|(i, &label)| {
                let p =
                    sigmoid(scaling.slope * self.logits[head.range().start + i] + scaling.offset);
                if p < scaling.threshold {
                    return None;
                }
                let evidence = self.attribution.spans(head, i);
                (!evidence.is_empty()).then_some(Found { label, p, evidence })
            })
            .collect();
        found.sort_by(|a, b| b.p.total_cmp(&a.p));
        found
    }

    fn one<L: Copy>(&self, head: Head, labels: &[L]) -> Found<L> {
        let p = softmax(&self.logits[head.range()], 1.0);
        let top = argmax(&p);
        Found {
            label: labels[top],
            p: p[top],
            evidence: self.attribution.spans(head, top),
        }
    }
}

/// 1 mild, 2 clear, 3 blocking, read off the tone: the corpus has no severities of its own.
///
/// Blocking when a negative or very negative tone is likelier than not, mild when the tone is
/// likely neutral or better, clear between them.
fn severity(tone_p: &[f32]) -> u8 {
    let negative = tone_p[Tone::VeryNegative.index()] + tone_p[Tone::Negative.index()];
    if negative > 0.5 {
        3
    } else if negative + tone_p[Tone::Skeptical.index()] < 0.5 {
        1
    } else {
        2
    }
}

/// `sole_trader` comes with `business` (`labels.md`).
fn with_business(mut tags: Vec<Found<Tag>>) -> Vec<Found<Tag>> {
    let business = tags.iter().any(|t| t.label == Tag::Business);
    let sole_trader = tags.iter().find(|t| t.label == Tag::SoleTrader);
    if let (false, Some(sole_trader)) = (business, sole_trader) {
        tags.push(Found {
            label: Tag::Business,
            ..sole_trader.clone()
        });
    }
    tags
}

/// An objection brings its need, with the objection's own evidence (`labels.md`).
fn with_implied(mut needs: Vec<Found<Need>>, objections: &[FoundObjection]) -> Vec<Found<Need>> {
    for objection in objections {
        if let Some(label) = objection.found.label.implied_need()
            && needs.iter().all(|n| n.label != label)
        {
            needs.push(Found {
                label,
                p: objection.found.p,
                evidence: objection.found.evidence.clone(),
            });
        }
    }
    needs
}

#[cfg(test)]
mod tests;
