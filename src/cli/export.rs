//! `bigdecoder export`: what is kept, readable, outside the appliance.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::{
    appliance::{self, Opened},
    settings::Flags,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// The appliance must not run: it holds the data folder.
pub(super) fn run(arguments: &Arguments, flags: &Flags) -> anyhow::Result<()> {
    let config = flags.load()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let opened = Opened::open(&config)?;
        let store = opened.store.clone();
        let advisor = appliance::advisor(opened).await?;
        let export = advisor
            .export_cli(&arguments.out)
            .await
            .with_context(|| format!("cannot export to {}", arguments.out.display()))?;
        advisor.mark_audit().await?;
        store.close().await?;
        for file in &export.files {
            println!(
                "{}: {} rows",
                arguments.out.join(&file.name).display(),
                file.rows
            );
        }
        Ok(())
    })
}
