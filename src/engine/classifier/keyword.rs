//! The baseline: keyword triggers, the way the original product did it.
//!
//! A label is reported when one of its triggers stands in the text; the archetype with the most
//! triggers wins and a tie abstains. It is measured with the same figures as the model and is
//! never used in its place.

use crate::domain::classification::{
    Abstain, Classification, Found, FoundObjection, ModelRef, Span,
};
use crate::domain::labels::{Archetype, Lang, Need, Objection, Signal, Speaker, Stage, Tag, Tone};

use super::Classifier;
use super::lexicon::{Lexicon, Match};
use super::words::{Word, words};

/// The telling signs of `labels.md` in both languages, a few obvious words for each label.
const TRIGGERS: &str = include_str!("keyword/triggers.txt");

#[derive(Debug, serde::Deserialize)]
struct Knowledge {
    #[serde(default)]
    objection: Vec<Cued>,
    #[serde(default)]
    signal: Vec<Cued>,
}

#[derive(Debug, serde::Deserialize)]
struct Cued {
    id: String,
    cues: Cues,
}

#[derive(Debug, serde::Deserialize)]
struct Cues {
    pl: Vec<String>,
    en: Vec<String>,
}

/// A cue of the knowledge base: what a client says for an objection or a signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cue {
    pub(crate) lang: Lang,
    pub(crate) says: Says,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Objection(Objection),
    Signal(Signal),
}

/// The cues of the shipped knowledge base.
pub(crate) fn cues() -> Vec<Cue> {
    const OBJECTIONS: &str = include_str!("../../../assets/knowledge/objections.toml");
    const SIGNALS: &str = include_str!("../../../assets/knowledge/signals.toml");
    let mut cues = Vec::new();
    for file in [OBJECTIONS, SIGNALS] {
        let knowledge: Knowledge = toml::from_str(file).expect("shipped and tested");
        let objections = knowledge.objection.into_iter().map(|row| {
            let objection = row.id.parse().expect("shipped and tested");
            (Says::Objection(objection), row.cues)
        });
        let signals = knowledge.signal.into_iter().map(|row| {
            let signal = row.id.parse().expect("shipped and tested");
            (Says::Signal(signal), row.cues)
        });
        for (says, of_label) in objections.chain(signals) {
            for (lang, texts) in [(Lang::Pl, of_label.pl), (Lang::En, of_label.en)] {
                let cue = |text| Cue { lang, says, text };
                cues.extend(texts.into_iter().map(cue));
            }
        }
    }
    cues
}

#[derive(Debug)]
pub struct KeywordBaseline {
    model: ModelRef,
    triggers: Lexicon,
    says: Vec<Label>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Archetype(Archetype),
    Tag(Tag),
    Need(Need),
    Tone(Tone),
    Stage(Stage),
    Objection(Objection),
    Signal(Signal),
    Polish,
}

impl KeywordBaseline {
    pub fn new() -> Self {
        let mut lines = TRIGGERS.to_owned();
        for cue in cues() {
            let folded: Vec<String> = words(&cue.text).into_iter().map(|w| w.folded).collect();
            let kind = match cue.says {
                Says::Objection(objection) => format!("objection.{objection}"),
                Says::Signal(signal) => format!("signal.{signal}"),
            };
            lines.extend([&kind, ": ", &folded.join(" "), "\n"]);
        }
        let triggers = Lexicon::parse(&lines);
        let says = triggers
            .names()
            .map(|n| label(n).expect("shipped and tested"));
        Self {
            model: ModelRef {
                id: "keyword-triggers".to_owned(),
                sha256: super::weights::sha256(lines.as_bytes()),
                head: 0,
            },
            says: says.collect(),
            triggers,
        }
    }
}

impl Default for KeywordBaseline {
    fn default() -> Self {
        Self::new()
    }
}

fn label(name: &str) -> Option<Label> {
    let (kind, id) = name.split_once('.')?;
    Some(match kind {
        "archetype" => Label::Archetype(id.parse().ok()?),
        "tag" => Label::Tag(id.parse().ok()?),
        "need" => Label::Need(id.parse().ok()?),
        "tone" => Label::Tone(id.parse().ok()?),
        "stage" => Label::Stage(id.parse().ok()?),
        "objection" => Label::Objection(id.parse().ok()?),
        "signal" => Label::Signal(id.parse().ok()?),
        "language" => Label::Polish,
        _ => return None,
    })
}

impl Classifier for KeywordBaseline {
    fn classify(&self, role: Speaker, text: &str) -> Classification {
        let words = words(text);
        let matches = match role {
            Speaker::Seller => Vec::new(),
            _ => self.triggers.matches(&words),
        };
        let hits = Hits {
            says: &self.says,
            words: &words,
            matches: &matches,
        };
        let (archetype, mut top) = hits.archetype();
        if role == Speaker::Seller {
            top = Err(Abstain::Seller);
        }
        let objections = hits.several(Label::Objection, Objection::ALL);
        let polish = text.chars().any(|c| "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ".contains(c));
        Classification {
            model: self.model.clone(),
            archetype,
            top,
            tags: hits.several(Label::Tag, Tag::ALL),
            needs: hits.several(Label::Need, Need::ALL),
            objections: objections
                .into_iter()
                .map(|found| FoundObjection { found, severity: 2 })
                .collect(),
            signals: hits.several(Label::Signal, Signal::ALL),
            tone: hits.first(Label::Tone, Tone::ALL, Tone::Neutral),
            stage: hits.first(Label::Stage, Stage::ALL, Stage::Discovery),
            lang: if polish || hits.any(Label::Polish) {
                Lang::Pl
            } else {
                Lang::En
            },
        }
    }

    fn model(&self) -> &ModelRef {
        &self.model
    }
}

struct Hits<'a> {
    says: &'a [Label],
    words: &'a [Word],
    matches: &'a [Match],
}

impl Hits<'_> {
    fn of(&self, label: Label) -> Vec<Span> {
        let hits = self
            .matches
            .iter()
            .filter(|m| self.says[m.concept as usize] == label);
        let mut spans: Vec<Span> = hits
            .map(|m| Span {
                start: self.words[m.words.start].place.start,
                end: self.words[m.words.end - 1].place.end,
                weight: 0.0,
            })
            .collect();
        spans.dedup();
        let share = 1.0 / spans.len().max(1) as f32;
        for span in &mut spans {
            span.weight = share;
        }
        spans
    }

    fn any(&self, label: Label) -> bool {
        !self.of(label).is_empty()
    }

    /// Counts of triggers plus a half, as a distribution.
    fn archetype(&self) -> ([f32; Archetype::COUNT], Result<Found<Archetype>, Abstain>) {
        let mut p = [0.5; Archetype::COUNT];
        for &a in Archetype::ALL {
            p[a.index()] += self.of(Label::Archetype(a)).len() as f32;
        }
        let sum: f32 = p.iter().sum();
        for p in &mut p {
            *p /= sum;
        }
        let top = super::heads::argmax(&p);
        let ties = p.iter().filter(|q| **q >= p[top]).count();
        let answer = if ties > 1 {
            Err(Abstain::NoEvidence)
        } else {
            let label = Archetype::ALL[top];
            Ok(Found {
                label,
                p: p[top],
                evidence: self.of(Label::Archetype(label)),
            })
        };
        (p, answer)
    }

    fn several<L: Copy>(&self, kind: fn(L) -> Label, all: &[L]) -> Vec<Found<L>> {
        let found = |&label: &L| {
            let evidence = self.of(kind(label));
            (!evidence.is_empty()).then_some(Found {
                label,
                p: 1.0,
                evidence,
            })
        };
        all.iter().filter_map(found).collect()
    }

    fn first<L: Copy>(&self, kind: fn(L) -> Label, all: &[L], otherwise: L) -> Found<L> {
        let label = all
            .iter()
            .copied()
            .find(|&l| self.any(kind(l)))
            .unwrap_or(otherwise);
        Found {
            label,
            p: 1.0,
            evidence: self.of(kind(label)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cues_cover_every_objection_and_signal() {
        let cues = cues();
        for &objection in Objection::ALL {
            assert!(
                cues.iter().any(|c| c.says == Says::Objection(objection)),
                "{objection}"
            );
        }
        for &signal in Signal::ALL {
            assert!(
                cues.iter().any(|c| c.says == Says::Signal(signal)),
                "{signal}"
            );
        }
    }

    #[test]
    fn triggers_speak_and_ties_abstain() {
        let baseline = KeywordBaseline::new();
        let said = baseline.classify(Speaker::Client, "Ile rabatu? To za drogo.");
        assert_eq!(said.top.unwrap().label, Archetype::DealHunter);
        assert_eq!(said.objections[0].found.label, Objection::PriceTooHigh);
        let tie = baseline.classify(Speaker::Client, "Rabat? A dzieci?");
        assert_eq!(tie.top, Err(Abstain::NoEvidence));
        let seller = baseline.classify(Speaker::Seller, "Rabat?");
        assert_eq!(seller.top, Err(Abstain::Seller));
    }
}
