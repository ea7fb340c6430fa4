//! A model file: its header checked, its tensors handed out in one pass that also hashes it.
//!
//! Must not know what the tensors are for. Invariant: the file is opened once and read once, front
//! to back, at most one tensor at a time in memory. It is read and not mapped: a mapped file that
//! someone shortens kills the process in the middle of a sentence, and the weights are packed into
//! another layout anyway, so a map would only save the copy of one tensor.

use std::{
    fmt::Write,
    fs::{self, File},
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::{
    Error,
    gguf::{Header, Tensor},
    memory,
    shape::Shape,
};

/// Larger files than this are no model for a showroom's machine.
const MAX_FILE_BYTES: u64 = 64 << 30;
/// Alignment of a tensor's bytes in memory: that of a cache line.
const ALIGNMENT: usize = 64;

/// A file whose header passed every check.
pub struct ModelFile {
    file: File,
    bytes: u64,
    pub header: Header,
    pub shape: Shape,
}

impl ModelFile {
    /// Opens and checks a file; nothing of its tensors is read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        if !fs::metadata(path)?.is_file() {
            return Err(Error::refused("the model is no regular file"));
        }
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        if bytes > MAX_FILE_BYTES {
            return Err(Error::Refused(format!(
                "the model file has {bytes} bytes; at most {MAX_FILE_BYTES} are allowed"
            )));
        }
        let header = Header::read(BufReader::new(&file), bytes)?;
        let shape = Shape::read(&header)?;
        memory::check(&header, &shape)?;
        Ok(Self {
            file,
            bytes,
            header,
            shape,
        })
    }

    /// Reads the whole file and hands on each tensor with its bytes, aligned to a cache line.
    ///
    /// `progress` is told per cent of the file. Returns the file's SHA-256, hex.
    pub fn read(
        &self,
        progress: impl FnMut(u8),
        mut take: impl FnMut(&Tensor, &[u8]) -> Result<(), Error>,
    ) -> Result<String, Error> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        let mut source = Source {
            file,
            hasher: Sha256::new(),
            position: 0,
            total: self.bytes,
            percent: 0,
            progress,
        };
        let mut tensors: Vec<_> = self.header.tensors.iter().collect();
        tensors.sort_by_key(|tensor| tensor.offset);
        for tensor in tensors {
            source.skip_to(self.header.data_offset + tensor.offset)?;
            let mut buffer = vec![0; tensor.bytes as usize + ALIGNMENT];
            let start = buffer.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
            let bytes = &mut buffer[start..start + tensor.bytes as usize];
            source.fill(bytes)?;
            take(tensor, bytes)?;
        }
        source.skip_to(self.bytes)?;
        Ok(source.hash())
    }
}

/// The file from its beginning: everything that goes by is hashed.
struct Source<'a, F> {
    file: &'a File,
    hasher: Sha256,
    position: u64,
    total: u64,
    percent: u8,
    progress: F,
}

impl<F: FnMut(u8)> Source<'_, F> {
    /// Bytes read between two reports of progress.
    const STEP: usize = 1 << 20;

    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        for part in bytes.chunks_mut(Self::STEP) {
            self.file.read_exact(part)?;
            self.hasher.update(&*part);
            self.position += part.len() as u64;
            let percent = (self.position * 100 / self.total.max(1)).min(100) as u8;
            if percent > self.percent {
                self.percent = percent;
                (self.progress)(percent);
            }
        }
        Ok(())
    }

    fn skip_to(&mut self, place: u64) -> io::Result<()> {
        let gap = place.saturating_sub(self.position);
        let mut buffer = vec![0; gap.min(Self::STEP as u64) as usize];
        while self.position < place {
            let n = (place - self.position).min(Self::STEP as u64) as usize;
            self.fill(&mut buffer[..n])?;
        }
        Ok(())
    }

    fn hash(self) -> String {
        let mut hex = String::new();
        for byte in self.hasher.finalize() {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}
