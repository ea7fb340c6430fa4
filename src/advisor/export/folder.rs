//! The folder of an export, which only its owner can read.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{ExportFile, MANIFEST, internal};
use crate::{
    advisor::error::{Error, Result},
    domain::hex::hex,
};

pub(super) struct Folder {
    dir: PathBuf,
    pub(super) files: Vec<ExportFile>,
}

impl Folder {
    pub(super) fn create(dir: &Path) -> Result<Self> {
        if dir.join(MANIFEST).exists() {
            return Err(Error::Internal(format!(
                "{} holds an export already",
                dir.display()
            )));
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(disk)?;
        Ok(Self {
            dir: dir.to_owned(),
            files: Vec::new(),
        })
    }

    pub(super) fn write(&mut self, name: &str, rows: Vec<Value>) -> Result<()> {
        let mut bytes = Vec::new();
        for row in &rows {
            serde_json::to_writer(&mut bytes, row).map_err(internal)?;
            bytes.push(b'\n');
        }
        self.put(name, &bytes)?;
        self.files.push(ExportFile {
            name: name.to_owned(),
            rows: rows.len() as u64,
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
        });
        Ok(())
    }

    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(self.dir.join(name))
            .map_err(disk)?;
        file.write_all(bytes).map_err(disk)?;
        file.sync_all().map_err(disk)
    }
}
fn disk(error: std::io::Error) -> Error {
    Error::Unavailable(error.to_string())
}
