//! `bigdecoder admin`: what is done at the machine itself, by whoever holds it.

use std::io::{self, BufRead};

use anyhow::Context;
use clap::Subcommand;

use super::{appliance::Opened, settings::Flags};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Give an account a new password, read from standard input, and end its logins.
    /// The appliance must not run
    ResetPassword { name: String },
}

pub(super) fn run(command: &Command, flags: &Flags) -> anyhow::Result<()> {
    let Command::ResetPassword { name } = command;
    let config = flags.load()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let opened = Opened::open(&config)?;
        eprintln!("New password for {name}:");
        let mut password = String::new();
        io::stdin()
            .lock()
            .read_line(&mut password)
            .context("there is no password on standard input")?;
        let password = password.trim_end_matches(['\r', '\n']);
        let store = opened.store.clone();
        let advisor = super::appliance::advisor(opened).await?;
        advisor.reset_password(name, password).await?;
        advisor.mark_audit().await?;
        store.close().await?;
        println!("{name} has a new password, and was signed out everywhere");
        Ok(())
    })
}
