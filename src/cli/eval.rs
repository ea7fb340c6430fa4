//! `bigdecoder eval`: figures over labelled files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::{
    domain::{guard::eval as guard, labels::Lang},
    engine::classifier::{
        Classifier, EmbeddedClassifier, corpus,
        evaluate::{self, compare, robust},
        keyword::KeywordBaseline,
    },
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
    /// The classifier over utterances that are spelt worse, or carry an instruction
    Robust(File),
    /// What the classifier answers, a line for each utterance, for `compare`
    Predict {
        file: PathBuf,
        /// The keyword triggers of the original product in its place
        #[arg(long)]
        keywords: bool,
    },
    /// Two files of predictions against each other, at equal coverage
    Compare(Compare),
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    #[command(flatten)]
    file: File,
    /// Predictions of ours
    #[arg(long)]
    ours: PathBuf,
    /// Predictions of the other
    #[arg(long)]
    theirs: PathBuf,
    /// Share of the utterances with an archetype that both answer
    #[arg(long, default_value_t = 0.7)]
    coverage: f64,
    /// Only utterances of this language
    #[arg(long)]
    lang: Option<Lang>,
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
        Command::Robust(file) => {
            let classifier = EmbeddedClassifier::load()?;
            let utterances = corpus::utterances(&file.read()?)?;
            file.print(&robust::robustness(&classifier, &utterances))
        }
        Command::Predict { file, keywords } => {
            let utterances = corpus::utterances(&read(file)?)?;
            for prediction in compare::predict(&*classifier(*keywords)?, &utterances) {
                println!("{}", serde_json::to_string(&prediction)?);
            }
            Ok(())
        }
        Command::Compare(command) => command.run(),
    }
}

fn classifier(keywords: bool) -> anyhow::Result<Box<dyn Classifier>> {
    Ok(if keywords {
        Box::new(KeywordBaseline::new())
    } else {
        Box::new(EmbeddedClassifier::load()?)
    })
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

impl Compare {
    fn run(&self) -> anyhow::Result<()> {
        let mut utterances = corpus::utterances(&self.file.read()?)?;
        utterances.retain(|u| self.lang.is_none_or(|lang| u.lang == lang));
        let predictions = |path| anyhow::Ok(compare::parse(&read(path)?)?);
        self.file.print(&compare::compare(
            &utterances,
            &predictions(&self.ours)?,
            &predictions(&self.theirs)?,
            self.coverage,
        )?)
    }
}

impl File {
    fn read(&self) -> anyhow::Result<String> {
        read(&self.file)
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
