//! `bigdecoder eval`: figures over labelled files.

use std::{fs, path::PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::{
    domain::guard::eval as guard,
    engine::classifier::{EmbeddedClassifier, evaluate},
};

mod sessions;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The classifier over utterances
    Classify(File),
    /// What is known of the client after the last utterance of a session
    Sessions(File),
    /// The guard over texts with their facts
    Guard(File),
}

#[derive(Debug, Args)]
pub(super) struct File {
    /// JSON lines, as models/README.md describes them
    file: PathBuf,
    /// One line of JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Classify(file) => {
            let classifier = EmbeddedClassifier::load()?;
            file.print(&evaluate::classify_file(&classifier, &file.read()?)?)
        }
        Command::Sessions(file) => {
            let classifier = EmbeddedClassifier::load()?;
            file.print(&evaluate::sessions::sessions_file(
                &file.read()?,
                |turns: &[(_, &str)]| sessions::answer(&classifier, turns),
            )?)
        }
        Command::Guard(file) => file.print(&guard::evaluate(&guard::parse(&file.read()?)?)),
    }
}

impl File {
    fn read(&self) -> anyhow::Result<String> {
        fs::read_to_string(&self.file)
            .with_context(|| format!("cannot read {}", self.file.display()))
    }

    fn print(&self, figures: &impl Serialize) -> anyhow::Result<()> {
        let text = if self.json {
            serde_json::to_string(figures)?
        } else {
            serde_json::to_string_pretty(figures)?
        };
        println!("{text}");
        Ok(())
    }
}
