//! The master key: 32 random bytes in a file of their own, from which every other key follows.

use std::{
    fmt, fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Error, Purpose, hex, random};

/// Mode bits of group and others.
const OTHERS: u32 = 0o077;

pub struct MasterKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// From the systemd credential if there is one, else from `file`, which is made if it is not
    /// there; whether it was made.
    pub fn obtain(credential: Option<&Path>, file: &Path) -> Result<(Self, bool), Error> {
        match credential.filter(|path| path.exists()) {
            // systemd hands credentials over in a folder of the service alone; group bits there
            // stand for an access list.
            Some(path) => read(path).map(|key| (key, false)),
            None => Self::load_or_create(file),
        }
    }

    /// Reads the file, or makes it with a new key; whether it was made.
    pub fn load_or_create(path: &Path) -> Result<(Self, bool), Error> {
        match Self::from_file(path) {
            Err(Error::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                create(path).map(|key| (key, true))
            }
            found => found.map(|key| (key, false)),
        }
    }

    /// Reads a key of 64 hexadecimal digits from a file that only its owner can read.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        let metadata = fs::metadata(path).map_err(|source| file_error(path, source))?;
        if metadata.permissions().mode() & OTHERS != 0 {
            return Err(Error::Exposed {
                path: path.to_owned(),
            });
        }
        read(path)
    }

    /// HKDF-SHA-256 of the master key for one purpose (RFC 5869).
    pub fn sub_key(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(b"bigdecoder"), self.0.as_slice())
            .expand_multi_info(&[b"bd1|", purpose.id().as_bytes()], key.as_mut_slice())
            .expect("HKDF gives up to 8,160 bytes");
        key
    }

    #[cfg(test)]
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

fn read(path: &Path) -> Result<MasterKey, Error> {
    let text = fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|source| file_error(path, source))?;
    let malformed = || Error::Malformed {
        path: path.to_owned(),
    };
    let digits = text.trim_end();
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(malformed());
    }
    let mut key = Zeroizing::new([0; 32]);
    for (byte, pair) in key.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| malformed())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| malformed())?;
    }
    Ok(MasterKey(key))
}

/// Writes a new key beside its place and links it there, so that a key is there whole or not at
/// all, and an existing one is never overwritten.
fn create(path: &Path) -> Result<MasterKey, Error> {
    let key = MasterKey(Zeroizing::new(random()?));
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let text = Zeroizing::new(format!("{}\n", hex(key.0.as_slice())));
    let write = || {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::hard_link(&fresh, path)?;
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        fs::File::open(dir.unwrap_or(Path::new(".")))?.sync_all()
    };
    let written = write();
    // It holds the key; where it was never made there is nothing to remove.
    let _ = fs::remove_file(&fresh);
    written.map_err(|source| file_error(path, source))?;
    Ok(key)
}

fn file_error(path: &Path, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}
