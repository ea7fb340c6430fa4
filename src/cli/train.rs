//! `bigdecoder train`: the embedded models from their corpus.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::engine::train;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Train the classifier; the same corpus and seed give the same weights
    Classifier {
        /// Folder with `utterances/*.jsonl`
        #[arg(long, default_value = "models/corpus")]
        corpus: PathBuf,
        #[arg(long, default_value = "models/classifier")]
        out: PathBuf,
        #[arg(long, default_value_t = 0)]
        seed: u64,
    },
    /// Fit how much each utterance of a session counts, for the classifier in this binary
    Pool {
        /// Folder with `sessions/*.jsonl`
        #[arg(long, default_value = "models/corpus")]
        corpus: PathBuf,
        #[arg(long, default_value = "models/classifier")]
        out: PathBuf,
    },
}

pub(super) fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Classifier { corpus, out, seed } => classifier(&corpus, &out, seed),
        Command::Pool { corpus, out } => {
            let report = train::pool(&corpus, &out)?;
            println!("{}", serde_json::to_string_pretty(&report)?);
            Ok(())
        }
    }
}

fn classifier(corpus: &Path, out: &Path, seed: u64) -> anyhow::Result<()> {
    let report = train::classifier(corpus, out, seed, |line| eprintln!("{line}"))?;
    for (name, figures) in &report.held_out {
        println!("held out, {name}: {}", serde_json::to_string(figures)?);
    }
    println!(
        "{} bytes of weights, SHA-256 {}, in {:.0} s",
        report.weights_bytes, report.weights_sha256, report.seconds
    );
    Ok(())
}
