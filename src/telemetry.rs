//! Logs to standard error, without client text: as lines for people, or as JSON under a service.
//!
//! Invariant: no utterance, card, prompt or generated text is ever an event's field. The canary
//! test searches the log for them.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Targets that quote what was sent, whatever the filter says.
const QUIET: &[&str] = &["axum::rejection"];

/// Starts logging with a filter in the syntax of `tracing`.
pub fn start(filter: &str) -> Result<(), tracing_subscriber::filter::ParseError> {
    let mut filter = EnvFilter::try_new(filter)?;
    for target in QUIET {
        filter = filter.add_directive(format!("{target}=off").parse()?);
    }
    let people = std::io::stderr().is_terminal();
    let lines = people.then(|| fmt::layer().with_writer(std::io::stderr).with_target(false));
    let json = (!people).then(|| fmt::layer().json().with_writer(std::io::stderr));
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(json)
        .init();
    Ok(())
}
