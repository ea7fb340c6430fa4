//! `bigdecoder model`: language models on this machine.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;

use crate::engine::language::tiny;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a tiny model of random weights, to try the local path without a download
    Tiny {
        path: PathBuf,
        /// Decides the weights
        #[arg(long, default_value_t = 0)]
        seed: u64,
    },
}

pub(super) fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Tiny { path, seed } => {
            tiny::write(&path, seed).with_context(|| format!("cannot write {}", path.display()))?;
            println!("{}: {}", path.display(), tiny::NAME);
            Ok(())
        }
    }
}
