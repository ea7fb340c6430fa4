//! A reader that never reads or allocates beyond its bound.

use std::io::Read;

use super::refuse;
use crate::engine::language::Error;

const MAX_KEY_BYTES: u64 = 256;

/// A reader that knows how far it may go.
pub(super) struct Source<R> {
    reader: R,
    position: u64,
    end: u64,
    /// Whether `end` is the end of the file, not the bound on headers.
    whole: bool,
}

impl<R: Read> Source<R> {
    /// A reader at the start of a file of `file_bytes` bytes that takes at most `max` of them.
    pub(super) fn new(reader: R, file_bytes: u64, max: u64) -> Self {
        Self {
            reader,
            position: 0,
            end: file_bytes.min(max),
            whole: file_bytes <= max,
        }
    }

    /// Bytes read so far.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn bytes<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, what)?;
        Ok(bytes)
    }

    pub(super) fn u32(&mut self, what: &str) -> Result<u32, Error> {
        self.bytes(what).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self, what: &str) -> Result<u64, Error> {
        self.bytes(what).map(u64::from_le_bytes)
    }

    /// A key or a tensor name.
    pub(super) fn name(&mut self, what: &str) -> Result<String, Error> {
        let bytes = self.string(MAX_KEY_BYTES, what)?;
        String::from_utf8(bytes).or_else(|_| refuse(format!("{what} is not UTF-8")))
    }

    pub(super) fn string(&mut self, max: u64, what: &str) -> Result<Vec<u8>, Error> {
        let length = self.u64(what)?;
        if length > max {
            return refuse(format!(
                "{what}: a text of {length} bytes; at most {max} are allowed"
            ));
        }
        self.room(length, what)?;
        let mut bytes = vec![0; length as usize];
        self.fill(&mut bytes, what)?;
        Ok(bytes)
    }

    fn room(&self, bytes: u64, what: &str) -> Result<(), Error> {
        if bytes <= self.end - self.position {
            return Ok(());
        }
        refuse(if self.whole {
            format!("the file ends in the middle of {what}")
        } else {
            format!("the header is larger than {} bytes", self.end)
        })
    }

    fn fill(&mut self, bytes: &mut [u8], what: &str) -> Result<(), Error> {
        self.room(bytes.len() as u64, what)?;
        self.reader.read_exact(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }
}
