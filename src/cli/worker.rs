//! `bigdecoder worker`: the process that owns the language model. Started by the server.

use std::path::PathBuf;

use clap::Args;

use crate::{engine::worker, telemetry};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// GGUF file of the model
    #[arg(long)]
    model: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    telemetry::start("info")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let worker = worker::run(tokio::io::stdin(), tokio::io::stdout(), &arguments.model);
    let ended = runtime.block_on(worker);
    // A read of standard input may still block a thread; the process does not wait for it.
    runtime.shutdown_background();
    Ok(ended?)
}
