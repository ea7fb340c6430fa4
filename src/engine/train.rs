//! Training of the embedded models, in candle, on the CPU, seeded.
//!
//! `classifier` reads the corpus, fits the linear part and the encoder on the training part, weighs
//! and calibrates them on the calibration part, and writes weights, manifest, card and the
//! predictions for the held-out part. Calibration and held-out files are named by hash in
//! `calibration.sha256` and `held-out.sha256`; the latter are read after everything was chosen.

mod calibrate;
mod card;
mod corpus;
mod encode;
mod examples;
mod fit;
mod loss;
mod pool;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::domain::profile::Pool;
use crate::engine::classifier::corpus::{Error as CorpusError, Utterance};
use crate::engine::classifier::evaluate::{self, Figures, compare};
use crate::engine::classifier::features::FeatureSet;
use crate::engine::classifier::keyword::{KeywordBaseline, cues};
use crate::engine::classifier::lexicon;
use crate::engine::classifier::weights::{self, Budget, Metadata};
use crate::engine::classifier::{self, Classifier, EmbeddedClassifier};
use crate::engine::random::SplitMix64;
pub use calibrate::OutOfFold;
use corpus::{Corpus, Examples};
use examples::Example;
use fit::Settings;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{path}: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{path}, {source}")]
    Corpus { path: PathBuf, source: CorpusError },
    #[error("{path} is not the file whose hash was written down")]
    Changed { path: PathBuf },
    #[error("{0} has no files of utterances to train on, or none to calibrate on")]
    NothingToLearn(PathBuf),
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
    #[error(transparent)]
    Classifier(#[from] classifier::Error),
}

/// A little stricter than the targets of `models.md`, since the figures it is held against are
/// those of the data that the thresholds are chosen on.
const BUDGET: Budget = Budget {
    wrong: 0.2,
    unasked: 0.13,
};
const EPOCHS: usize = 20;
const ENCODER_EPOCHS: usize = 12;
const ID: &str = "bigdecoder-classifier-2";

/// What a training did; the card is made from it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Report {
    pub seed: u64,
    pub seconds: f64,
    /// Rows by file of the training part.
    pub batches: Vec<(String, usize)>,
    pub n_calibration: usize,
    pub n_cues: usize,
    pub weights_bytes: usize,
    pub weights_sha256: String,
    pub metadata: Metadata,
    /// Figures on the calibration part, the chosen model first.
    pub candidates: Vec<(&'static str, OutOfFold)>,
    /// Figures of the linear part on the calibration part by the number of rows it was fitted on.
    pub curve: Vec<(usize, OutOfFold)>,
    /// On the held-out files: the model, then the baselines; empty when there are none.
    pub held_out: Vec<(String, Figures)>,
}

/// Trains the classifier on `corpus_dir/utterances/*.jsonl` and writes `classifier.safetensors`,
/// `manifest.json`, `card.md` and the predictions for the held-out rows into `out_dir`. The same
/// corpus and seed give the same weights on the same machine.
///
/// # Errors
/// When the corpus cannot be read, a calibration or held-out file is missing or is not the one
/// that was written down, or the output cannot be written.
pub fn classifier(
    corpus_dir: &Path,
    out_dir: &Path,
    seed: u64,
    mut progress: impl FnMut(&str),
) -> Result<Report, Error> {
    let start = Instant::now();
    let corpus = Corpus::read(corpus_dir)?;
    let Trained {
        model,
        ngrams,
        candidates,
        curve,
    } = train(&corpus, seed, &mut progress)?;
    let mut held_out = Vec::new();
    let rows = corpus.held_out()?;
    if !rows.is_empty() {
        progress("evaluating on the held-out part");
        let rivals: [(&str, &dyn Classifier); 3] = [
            ("model", &EmbeddedClassifier::from_bytes(&model.bytes)?),
            (
                "character n-grams",
                &EmbeddedClassifier::from_bytes(&ngrams.bytes)?,
            ),
            ("keyword triggers", &KeywordBaseline::new()),
        ];
        for (name, rival) in rivals {
            let figures = evaluate::classify(rival, &rows);
            held_out.push((name.to_owned(), figures));
            let predictions = compare::predict(rival, &rows);
            let name = format!("predictions/{}.jsonl", name.replace(' ', "-"));
            write(out_dir, &name, lines(&predictions).as_bytes())?;
        }
    }
    let report = Report {
        seed,
        seconds: start.elapsed().as_secs_f64(),
        batches: corpus
            .training
            .iter()
            .map(|b| (b.name.clone(), b.utterances.len()))
            .collect(),
        n_calibration: corpus.calibration.len(),
        n_cues: cues().len(),
        weights_bytes: model.bytes.len(),
        weights_sha256: weights::sha256(&model.bytes),
        metadata: model.metadata,
        candidates,
        curve,
        held_out,
    };
    write(out_dir, "classifier.safetensors", &model.bytes)?;
    write(out_dir, "manifest.json", card::manifest(&report).as_bytes())?;
    write(out_dir, "card.md", card::card(&report).as_bytes())?;
    Ok(report)
}

/// What a fit of the pool did.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PoolReport {
    pub sessions: usize,
    /// Every utterance counted fully.
    pub before: pool::Outcome,
    pub after: pool::Outcome,
    pub pool: Pool,
}

/// Fits the session's pool on `corpus_dir/sessions/*.jsonl` less the held-out ones, with the
/// classifier in this binary, and writes `pool.json` into `out_dir`.
///
/// # Errors
/// When a file cannot be read or written.
pub fn pool(corpus_dir: &Path, out_dir: &Path) -> Result<PoolReport, Error> {
    let classifier = EmbeddedClassifier::load()?;
    let sessions = pool::sessions(corpus_dir)?;
    let labelled: Vec<_> = sessions
        .iter()
        .filter_map(|session| pool::label(&classifier, session))
        .collect();
    let (pool, after) = pool::fit(&labelled);
    let text = serde_json::to_string_pretty(&pool).expect("plain data serialises") + "\n";
    write(out_dir, "pool.json", text.as_bytes())?;
    Ok(PoolReport {
        sessions: labelled.len(),
        before: pool::outcome(&labelled, &Pool::default()),
        after,
        pool,
    })
}

fn lines(predictions: &[compare::Prediction]) -> String {
    let line = |p| serde_json::to_string(p).expect("plain data serialises") + "\n";
    predictions.iter().map(line).collect()
}

/// A weights file and what it says of itself.
struct Made {
    bytes: Vec<u8>,
    metadata: Metadata,
}

struct Trained {
    model: Made,
    /// The baseline: character n-grams alone, fitted in the same way.
    ngrams: Made,
    candidates: Vec<(&'static str, OutOfFold)>,
    curve: Vec<(usize, OutOfFold)>,
}

/// Fits both parts on the training part, weighs and calibrates them on the calibration part.
fn train(corpus: &Corpus, seed: u64, progress: &mut impl FnMut(&str)) -> Result<Trained, Error> {
    let calibration: Vec<&Utterance> = corpus.calibration.iter().collect();
    let mut candidates = Vec::new();
    let mut linear = Vec::new();
    for (name, set) in [
        ("linear: words, n-grams and concepts", FeatureSet::All),
        ("linear: concepts", FeatureSet::Concepts),
        ("linear: words and n-grams", FeatureSet::Words),
        ("linear: character n-grams", FeatureSet::Characters),
    ] {
        progress(&format!("fitting {name}"));
        let examples = Examples::of(corpus, set);
        let fitted = fit::fit(&examples.seen(), &Settings::new(EPOCHS, seed), |_, _| ())?;
        let logits: Vec<Vec<f32>> = examples
            .calibration
            .iter()
            .map(|e| fitted.logits(e))
            .collect();
        let (fit, figures) = calibrate::calibrate(&calibration, &logits, BUDGET);
        progress(&format!("{name}: {figures}"));
        candidates.push((name, figures));
        linear.push((set, fitted, logits, fit));
    }
    let metadata = |set, calibration, encoder_epochs| Metadata {
        id: ID.to_owned(),
        seed,
        epochs: EPOCHS,
        encoder_epochs,
        features: set,
        labels_sha256: weights::labels_sha256(),
        lexicon_sha256: weights::sha256(lexicon::SHIPPED.as_bytes()),
        corpus_sha256: corpus.sha256.clone(),
        calibration,
    };
    let (set, fitted, _, fit) = linear.pop().expect("four were fitted");
    let ngrams = metadata(set, fit, 0);
    let ngrams = Made {
        bytes: weights::write(&ngrams, &fitted.table, &fitted.bias, None),
        metadata: ngrams,
    };

    progress("fitting the encoder");
    let examples = Examples::of(corpus, FeatureSet::All);
    let settings = encode::Settings::new(ENCODER_EPOCHS, seed);
    let encoded = encode::fit(&examples.seen(), &settings, |epoch, loss| {
        progress(&format!("epoch {}: loss {loss:.4}", epoch + 1));
    })?;
    let rows: Vec<&Example> = examples.calibration.iter().collect();
    let votes = encode::logits(&encode::encoder(&encoded)?, &rows)?;
    let (_, figures) = calibrate::calibrate(&calibration, &votes, BUDGET);
    candidates.push(("encoder", figures));
    let (set, fitted, logits, _) = linear.swap_remove(0);
    let (fit, figures) = calibrate::weigh(&calibration, &logits, &votes, BUDGET);
    progress(&format!("both: {figures}"));
    candidates.insert(0, ("linear and encoder together", figures));
    let metadata = metadata(set, fit, ENCODER_EPOCHS);
    let bytes = weights::write(&metadata, &fitted.table, &fitted.bias, Some(&encoded));
    Ok(Trained {
        model: Made { bytes, metadata },
        ngrams,
        candidates,
        curve: curve(corpus, seed, progress)?,
    })
}

/// The linear part on an eighth, a quarter and a half of the training rows, drawn by the seed, each
/// part of the next, and on all of them.
fn curve(
    corpus: &Corpus,
    seed: u64,
    progress: &mut impl FnMut(&str),
) -> Result<Vec<(usize, OutOfFold)>, Error> {
    let examples = Examples::of(corpus, FeatureSet::All);
    let mut rows = examples.seen();
    SplitMix64::new(seed).shuffle(&mut rows);
    let calibration: Vec<&Utterance> = corpus.calibration.iter().collect();
    let mut points = Vec::new();
    for share in [8, 4, 2, 1] {
        let n = rows.len() / share;
        let fitted = fit::fit(&rows[..n], &Settings::new(EPOCHS, seed), |_, _| ())?;
        let logits: Vec<Vec<f32>> = examples
            .calibration
            .iter()
            .map(|e| fitted.logits(e))
            .collect();
        let (_, figures) = calibrate::calibrate(&calibration, &logits, BUDGET);
        progress(&format!("on {n} rows: {figures}"));
        points.push((n, figures));
    }
    Ok(points)
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let path = dir.join(name);
    std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::write(&path, bytes))
        .map_err(|source| Error::File { path, source })
}

#[cfg(test)]
mod tests;
