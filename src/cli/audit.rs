//! `bigdecoder audit`: the chain of what was done.

use anyhow::bail;
use clap::Subcommand;

use super::{appliance::Opened, settings::Flags};
use crate::{
    domain::scope::{Rows, Scope, Text, Via},
    store::audit,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Walk the whole chain and say whether it is intact
    Verify,
}

pub(super) fn run(command: &Command, flags: &Flags) -> anyhow::Result<()> {
    let config = flags.load()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match command {
        Command::Verify => runtime.block_on(async {
            let opened = Opened::open(&config)?;
            verify(&opened).await
        }),
    }
}

async fn verify(opened: &Opened) -> anyhow::Result<()> {
    let scope = Scope::new(None, Via::Cli, Rows::Showroom, Text::Hidden, false);
    let report = opened
        .store
        .read(move |db| audit::verify(db, &scope))
        .await?;
    let marked = report.checkpoint.as_ref().is_none_or(|mark| {
        let head = mark.head;
        opened
            .vault
            .checkpoint_holds(head.seq, &head.hash, &mark.tag)
    });
    opened.store.close().await?;
    if let Some(seq) = report.first_bad {
        bail!("the chain is broken at entry {seq} of {}", report.entries);
    }
    if !marked {
        bail!("the newest mark of the chain was not made with this master key");
    }
    println!("intact: {} entries", report.entries);
    if !report.compared_outside {
        println!("there was no head outside the database to compare with");
    }
    Ok(())
}
