//! The corpus in its parts: training, calibration, held-out.

use std::path::{Path, PathBuf};

use super::Error;
use super::examples::Example;
use crate::engine::classifier::corpus::{self, Utterance};
use crate::engine::classifier::features::FeatureSet;
use crate::engine::classifier::keyword::cues;
use crate::engine::classifier::lexicon::{self, Lexicon};
use crate::engine::classifier::weights;

/// Instructions as a text may carry them; others than those that `eval robust` appends.
const INJECTED: &str = include_str!("injected.txt");
/// Every so many training rows, a copy with an instruction appended and the same labels.
const INJECT_EVERY: usize = 8;

/// One file of utterances.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) name: String,
    pub(super) utterances: Vec<Utterance>,
}

/// What is learned from and calibrated on. Held-out rows are read on request, after all choices.
#[derive(Debug)]
pub(super) struct Corpus {
    pub(super) training: Vec<Batch>,
    pub(super) calibration: Vec<Utterance>,
    /// Files of held-out utterances.
    pub(super) held_out: Vec<PathBuf>,
    /// Over the names and contents of the training and calibration files.
    pub(super) sha256: String,
}

/// The examples of one feature set.
pub(super) struct Examples {
    pub(super) training: Vec<Example>,
    pub(super) calibration: Vec<Example>,
}

impl Examples {
    /// Utterances, some again with an instruction appended, and the cues of the knowledge base to
    /// learn from; utterances to calibrate on.
    pub(super) fn of(corpus: &Corpus, set: FeatureSet) -> Self {
        let lexicon = Lexicon::parse(lexicon::SHIPPED);
        let of = |u: &Utterance| Example::of_utterance(u, &lexicon, set);
        let utterances = corpus.training.iter().flat_map(|b| &b.utterances);
        let utterances: Vec<&Utterance> = utterances.collect();
        let mut training: Vec<Example> = utterances.iter().map(|u| of(u)).collect();
        let instructions = INJECTED.lines().cycle();
        let carried = utterances.iter().step_by(INJECT_EVERY).zip(instructions);
        training.extend(carried.map(|(u, instruction)| {
            of(&Utterance {
                text: format!("{} {instruction}", u.text),
                ..(*u).clone()
            })
        }));
        training.extend(cues().iter().map(|c| Example::of_cue(c, &lexicon, set)));
        Self {
            training,
            calibration: corpus.calibration.iter().map(of).collect(),
        }
    }

    pub(super) fn seen(&self) -> Vec<&Example> {
        self.training.iter().collect()
    }
}

impl Corpus {
    pub(super) fn read(dir: &Path) -> Result<Self, Error> {
        let utterances = dir.join("utterances");
        let apart = Apart::read(dir)?;
        let (mut training, mut calibration) = (Vec::new(), Vec::new());
        let mut hashes = String::new();
        for path in jsonl_files(&utterances)? {
            if apart.held_out.contains(&path) {
                continue;
            }
            let bytes = read_file(&path)?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            hashes.extend([&*weights::sha256(&bytes), "  ", &*name, "\n"]);
            let rows = rows(&path, &bytes)?;
            if apart.calibration.contains(&path) {
                calibration.extend(rows);
            } else {
                training.push(Batch {
                    name: name.into_owned(),
                    utterances: rows,
                });
            }
        }
        if training.is_empty() || calibration.is_empty() {
            return Err(Error::NothingToLearn(utterances));
        }
        let of_utterances = |path: &PathBuf| path.starts_with(&utterances);
        Ok(Self {
            training,
            calibration,
            held_out: apart.held_out.into_iter().filter(of_utterances).collect(),
            sha256: weights::sha256(hashes.as_bytes()),
        })
    }

    /// The rows that no choice may see.
    pub(super) fn held_out(&self) -> Result<Vec<Utterance>, Error> {
        let mut held_out = Vec::new();
        for path in &self.held_out {
            held_out.extend(rows(path, &read_file(path)?)?);
        }
        Ok(held_out)
    }
}

/// Files that are kept apart, every one of them there and with the hash that was written down.
pub(super) struct Apart {
    pub(super) calibration: Vec<PathBuf>,
    pub(super) held_out: Vec<PathBuf>,
}

impl Apart {
    pub(super) fn read(dir: &Path) -> Result<Self, Error> {
        Ok(Self {
            calibration: verified(dir, "calibration.sha256")?,
            held_out: verified(dir, "held-out.sha256")?,
        })
    }
}

/// The files of a list as `sha256sum` writes it: hash, two spaces, path from the corpus.
///
/// No list means that nothing is kept apart.
fn verified(dir: &Path, list: &str) -> Result<Vec<PathBuf>, Error> {
    let list = dir.join(list);
    if !list.exists() {
        return Ok(Vec::new());
    }
    let text = String::from_utf8_lossy(&read_file(&list)?).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once("  "));
    pairs
        .map(|(written, file)| {
            let path = dir.join(file.trim());
            if weights::sha256(&read_file(&path)?) == written {
                Ok(path)
            } else {
                Err(Error::Changed { path })
            }
        })
        .collect()
}

fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

fn rows(path: &Path, bytes: &[u8]) -> Result<Vec<Utterance>, Error> {
    corpus::utterances(&String::from_utf8_lossy(bytes)).map_err(|source| Error::Corpus {
        path: path.to_owned(),
        source,
    })
}

pub(super) fn jsonl_files(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::File {
        path: dir.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|e| e == "jsonl") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
