//! The files of the data folder: their modes, the instance lock, and whether a database is still
//! the file that was opened.
//!
//! Invariant: a database file that is open is never opened here a second time. Closing any
//! descriptor of a file drops the locks that SQLite holds on it in this process.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::Error;

const OWNER_READS: u32 = 0o400;
const OWNER_WRITES: u32 = 0o200;

/// Makes the folder private and takes its lock, which lasts as long as the returned file is open.
pub(super) fn prepare(dir: &Path) -> Result<File, Error> {
    private_dir(dir)?;
    let path = dir.join("lock");
    let file = private_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(error)) => Err(unavailable(&path, &error)),
    }
}

/// A folder of mode 0700, made if it is not there.
pub(super) fn private_dir(dir: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .and_then(|()| fs::set_permissions(dir, Permissions::from_mode(0o700)))
        .map_err(|error| unavailable(dir, &error))
}

/// A file of mode 0600, made if it is not there.
pub(super) fn private_file(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .and_then(|file| {
            file.set_permissions(Permissions::from_mode(0o600))?;
            Ok(file)
        })
        .map_err(|error| unavailable(path, &error))
}

/// Replaces a file of mode 0600 in one step, and makes it last.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let fresh = path.with_extension("new");
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)?;
        io::Write::write_all(&mut file, bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(|error| unavailable(path, &error))
}

pub(super) fn unavailable(path: &Path, error: &io::Error) -> Error {
    Error::Unavailable(format!("{}: {error}", path.display()))
}

/// The write-ahead log of a database.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// A database file, told from another one put in its place.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub(super) path: PathBuf,
    device: u64,
    inode: u64,
}

impl Database {
    /// Makes the file if it is not there. Must come before any connection to it.
    pub(super) fn create(path: PathBuf) -> Result<Self, Error> {
        let metadata = private_file(&path)?
            .metadata()
            .map_err(|error| unavailable(&path, &error))?;
        // SQLite would begin anew and remove the log, which holds what the file has lost.
        if metadata.len() == 0 && log_of(&path).metadata().is_ok_and(|log| log.len() > 0) {
            return Err(Error::Unavailable(format!(
                "{}: the file is empty, and its write-ahead log is not; restore it",
                path.display()
            )));
        }
        Ok(Self {
            path,
            device: metadata.dev(),
            inode: metadata.ino(),
        })
    }

    pub(super) fn readable(&self) -> Result<(), Error> {
        self.same_with(OWNER_READS)
    }

    pub(super) fn writable(&self) -> Result<(), Error> {
        self.same_with(OWNER_READS | OWNER_WRITES)
    }

    /// An open connection would go on with a file that is removed, replaced or forbidden, and
    /// what it writes there would be lost.
    fn same_with(&self, rights: u32) -> Result<(), Error> {
        let metadata = fs::metadata(&self.path).map_err(|error| unavailable(&self.path, &error))?;
        let refuse = |why: &str| {
            Err(Error::Unavailable(format!(
                "{}: {why}",
                self.path.display()
            )))
        };
        if (metadata.dev(), metadata.ino()) != (self.device, self.inode) {
            refuse("the file was replaced while it was open")
        } else if metadata.len() == 0 {
            // SQLite would read it as a database without tables, and go on to believe so.
            refuse("the file was emptied while it was open")
        } else if metadata.mode() & rights != rights {
            refuse("the file's mode forbids its use")
        } else {
            Ok(())
        }
    }
}
