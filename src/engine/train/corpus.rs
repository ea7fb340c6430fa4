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

#[derive(Debug)]
pub(super) struct Corpus {
    pub(super) training: Vec<Batch>,
    pub(super) calibration: Vec<Utterance>,
    pub(super) held_out: Vec<Utterance>,
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
        let held_out = read_hashes(&dir.join("held-out.sha256"))?;
        let calibration = read_hashes(&dir.join("calibration.sha256"))?;
        let utterances = dir.join("utterances");
        let mut corpus = Self {
            training: Vec::new(),
            calibration: Vec::new(),
            held_out: Vec::new(),
            sha256: String::new(),
        };
        let mut hashes = String::new();
        for path in jsonl_files(&utterances)? {
            let (name, sha256, rows) = read_file(&path)?;
            if is_named(&held_out, &path, &sha256)? {
                corpus.held_out.extend(rows);
                continue;
            }
            hashes.extend([&sha256, "  ", &name, "\n"]);
            if is_named(&calibration, &path, &sha256)? {
                corpus.calibration.extend(rows);
            } else {
                corpus.training.push(Batch {
                    name,
                    utterances: rows,
                });
            }
        }
        if corpus.training.is_empty() || corpus.calibration.is_empty() {
            return Err(Error::NothingToLearn(utterances));
        }
        corpus.sha256 = weights::sha256(hashes.as_bytes());
        Ok(corpus)
    }
}

/// Name, SHA-256 and rows of a file.
fn read_file(path: &Path) -> Result<(String, String, Vec<Utterance>), Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let rows = corpus::utterances(&String::from_utf8_lossy(&bytes));
    let rows = rows.map_err(|source| Error::Corpus {
        path: path.to_owned(),
        source,
    })?;
    Ok((name.into_owned(), weights::sha256(&bytes), rows))
}

/// Whether the list names the file; an error when it does with another hash.
fn is_named(list: &[(String, String)], path: &Path, sha256: &str) -> Result<bool, Error> {
    match list.iter().find(|(_, file)| path.ends_with(file)) {
        None => Ok(false),
        Some((written, _)) if written == sha256 => Ok(true),
        Some(_) => Err(Error::Changed {
            path: path.to_owned(),
        }),
    }
}

/// Lines of `sha256sum`: hash, two spaces, path from the corpus; no file means that nothing is kept apart.
pub(super) fn read_hashes(path: &Path) -> Result<Vec<(String, String)>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(source) => {
            let path = path.to_owned();
            return Err(Error::File { path, source });
        }
    };
    let pairs = text.lines().filter_map(|line| line.split_once("  "));
    Ok(pairs
        .map(|(hash, file)| (hash.to_owned(), file.trim().to_owned()))
        .collect())
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
