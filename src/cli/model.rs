//! `bigdecoder model`: language models on this machine.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;

use crate::engine::language::{
    family::{FAMILIES, Family},
    tiny,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a tiny model of random weights, to try the local path without a download
    Tiny {
        path: PathBuf,
        /// Decides the weights
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// The architecture of the file: llama, qwen2 or qwen3
        #[arg(long, default_value = "qwen2", value_parser = family)]
        family: Family,
    },
}

fn family(name: &str) -> Result<Family, String> {
    let known = FAMILIES.map(|family| family.name).join(", ");
    Family::named(name).ok_or_else(|| format!("it is none of {known}"))
}

pub(super) fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Tiny { path, seed, family } => {
            tiny::write_family(&path, family, seed)
                .with_context(|| format!("cannot write {}", path.display()))?;
            println!("{}: {}", path.display(), tiny::NAME);
            Ok(())
        }
    }
}
