//! The command line: one binary, its modes and tools.
//!
//! Must not know rules of the domain: it parses, wires and prints.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod model;
mod worker;

#[derive(Debug, Parser)]
#[command(name = "bigdecoder", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a language model to the appliance over standard input and output
    #[command(hide = true)]
    Worker(worker::Arguments),
    /// Look after language models
    #[command(subcommand)]
    Model(model::Command),
}

/// Runs the command line; an error is printed with its causes.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Worker(arguments) => worker::run(&arguments),
        Command::Model(command) => model::run(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
