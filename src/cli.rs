//! The command line: one binary, its modes and tools.
//!
//! Must not know rules of the domain: it parses, wires and prints.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod admin;
mod appliance;
mod audit;
mod config;
mod eval;
mod export;
mod model;
mod openapi;
mod serve;
mod settings;
mod train;
mod worker;

#[derive(Debug, Parser)]
#[command(name = "bigdecoder", version, about)]
struct Cli {
    #[command(flatten)]
    settings: settings::Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the appliance; so does no command at all
    Serve,
    /// Serve a language model to the appliance over standard input and output
    #[command(hide = true)]
    Worker(worker::Arguments),
    /// Show and check the settings
    #[command(subcommand)]
    Config(config::Command),
    /// Write everything that is kept, readable, into a folder
    Export(export::Arguments),
    /// Look after the audit chain
    #[command(subcommand)]
    Audit(audit::Command),
    /// Look after accounts
    #[command(subcommand)]
    Admin(admin::Command),
    /// Train the embedded models from the corpus
    #[command(subcommand)]
    Train(train::Command),
    /// Measure a model or a rule over a labelled file
    #[command(subcommand)]
    Eval(eval::Command),
    /// Look after language models
    #[command(subcommand)]
    Model(model::Command),
    /// Print the OpenAPI document of the JSON API
    Openapi,
}

/// Runs the command line; an error is printed with its causes.
pub fn run() -> ExitCode {
    match dispatch(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let flags = cli.settings;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&flags),
        Command::Worker(arguments) => worker::run(&arguments),
        Command::Config(command) => config::run(&command, &flags),
        Command::Export(arguments) => export::run(&arguments, &flags),
        Command::Audit(command) => audit::run(&command, &flags),
        Command::Admin(command) => admin::run(&command, &flags),
        Command::Train(command) => train::run(command),
        Command::Eval(command) => eval::run(&command),
        Command::Model(command) => model::run(command),
        Command::Openapi => openapi::run(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_stand_before_and_after_the_command() {
        for line in [
            &["bigdecoder", "--data-dir", "d"][..],
            &["bigdecoder", "serve", "--data-dir", "d"],
            &["bigdecoder", "--data-dir", "d", "audit", "verify"],
        ] {
            let cli = Cli::try_parse_from(line).unwrap();
            assert_eq!(cli.settings.given(), [("data_dir", "d".to_owned())]);
        }
    }
}
