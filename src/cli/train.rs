//! `bigdecoder train`: the embedded models from their corpus.

use std::path::PathBuf;

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
}

pub(super) fn run(command: Command) -> anyhow::Result<()> {
    let Command::Classifier { corpus, out, seed } = command;
    let report = train::classifier(&corpus, &out, seed, |line| eprintln!("{line}"))?;
    for (name, figures) in &report.held_out {
        println!("held out, {name}: {}", serde_json::to_string(figures)?);
    }
    println!(
        "{} bytes of weights, SHA-256 {}, in {:.0} s",
        report.weights_bytes, report.weights_sha256, report.seconds
    );
    Ok(())
}
