//! Flags that every command shares, and the settings that come of them.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::config::Config;

/// Read when no file is named and it is there.
const USUAL_FILE: &str = "bigdecoder.toml";

#[derive(Debug, Args)]
pub(super) struct Flags {
    /// Settings file [default: bigdecoder.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", env = "BIGDECODER_CONFIG")]
    config: Option<PathBuf>,
    /// Address and port to listen on
    #[arg(long, global = true, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Folder of the database, keys, models, exports and backups
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
}

impl Flags {
    /// The flags that were given, by the key of their setting.
    pub(super) fn given(&self) -> Vec<(&'static str, String)> {
        [("listen", &self.listen), ("data_dir", &self.data_dir)]
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.clone()?)))
            .collect()
    }

    /// Reads file, environment and flags.
    pub(super) fn load(&self) -> anyhow::Result<Config> {
        let usual = PathBuf::from(USUAL_FILE);
        let file = match &self.config {
            Some(file) => Some(file.clone()),
            None => usual.exists().then_some(usual),
        };
        // A variable that is no text cannot be a setting.
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Config::load(file.as_deref(), environment, &self.given())
            .context("the settings do not hold")
    }
}
