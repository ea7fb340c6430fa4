//! The weights: token ids in, logits out, through candle's Qwen2 decoder.
//!
//! Invariant: candle gets a description made of checked numbers; its own header reader never sees
//! the file. Tokens are fed in aligned chunks, so that candle's table of masks stays bounded.

use std::{
    fmt::Write,
    fs::{self, File},
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use candle_core::{
    Device, Shape as Dims, Tensor,
    quantized::gguf_file::{Content, TensorInfo, Value, VersionedMagic},
};
use candle_transformers::models::quantized_qwen2::ModelWeights;
use sha2::{Digest, Sha256};

use super::{Error, gguf::Header, memory, shape::Shape};

/// Tokens computed at once while a prompt is read; between chunks a request can be cancelled.
pub const CHUNK: usize = 64;
/// Larger files than this are no model for a showroom's machine.
const MAX_FILE_BYTES: u64 = 64 << 30;

/// Loaded weights with the cache of one sequence.
pub struct Model {
    weights: ModelWeights,
    shape: Shape,
    position: usize,
}

/// A file that passed every check and is hashed.
pub struct Checked {
    file: File,
    file_bytes: u64,
    pub header: Header,
    pub shape: Shape,
    /// SHA-256 of the file, hex.
    pub sha256: String,
}

impl Checked {
    /// Opens, checks and hashes a file; `progress` is told per cent of the hashing.
    pub fn open(path: &Path, mut progress: impl FnMut(u8)) -> Result<Self, Error> {
        if !fs::metadata(path)?.is_file() {
            return Err(Error::refused("the model is no regular file"));
        }
        let file = File::open(path)?;
        let file_bytes = file.metadata()?.len();
        if file_bytes > MAX_FILE_BYTES {
            return Err(Error::Refused(format!(
                "the model file has {file_bytes} bytes; at most {MAX_FILE_BYTES} are allowed"
            )));
        }
        let header = Header::read(BufReader::new(&file), file_bytes)?;
        let shape = Shape::read(&header)?;
        memory::check(&header, &shape)?;
        let sha256 = hash(&file, file_bytes, &mut progress)?;
        Ok(Self {
            file,
            file_bytes,
            header,
            shape,
            sha256,
        })
    }
}

impl Model {
    /// Reads the weights; `progress` is told per cent of the file.
    pub fn load(checked: &Checked, progress: impl FnMut(u8)) -> Result<Self, Error> {
        let mut reader = Told {
            inner: &checked.file,
            read: 0,
            total: checked.file_bytes,
            percent: 0,
            progress,
        };
        let content = content(&checked.header, &checked.shape);
        let weights = ModelWeights::from_gguf(content, &mut reader, &Device::Cpu)?;
        let mut model = Self {
            weights,
            shape: checked.shape.clone(),
            position: 0,
        };
        model.smoke()?;
        Ok(model)
    }

    /// Tokens of prompt and answer together.
    pub const fn context(&self) -> usize {
        self.shape.context
    }

    /// Tokens fed since the last reset.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Forgets the sequence.
    pub fn reset(&mut self) {
        self.weights.clear_kv_cache();
        self.position = 0;
    }

    /// Feeds some of the tokens, at most [`CHUNK`], and returns how many with the logits after
    /// the last of them (one number per token of the vocabulary).
    pub fn feed(&mut self, tokens: &[u32]) -> Result<(usize, Vec<f32>), Error> {
        let n = chunk(self.position, tokens.len());
        if n == 0 || self.position + n > self.shape.context {
            return Err(candle_core::Error::msg("the sequence does not fit the context").into());
        }
        let input = Tensor::new(&tokens[..n], &Device::Cpu)?.unsqueeze(0)?;
        let logits = self.weights.forward(&input, self.position)?;
        self.position += n;
        Ok((n, logits.squeeze(0)?.to_vec1()?))
    }

    /// One pass over a few tokens: packs the weights, and shows that the numbers are numbers.
    fn smoke(&mut self) -> Result<(), Error> {
        let tokens: Vec<u32> = (0..16.min(self.shape.vocabulary as u32)).collect();
        let (_, logits) = self.feed(&tokens)?;
        self.reset();
        if logits.len() == self.shape.vocabulary && logits.iter().all(|x| x.is_finite()) {
            Ok(())
        } else {
            Err(Error::refused(
                "the model computes numbers that are not finite",
            ))
        }
    }
}

/// How many of `waiting` tokens to feed at `position`: a power of two that divides the position.
///
/// candle keeps a mask for every pair of chunk and position for ever; so few pairs keep them few.
fn chunk(position: usize, waiting: usize) -> usize {
    let aligned = match position {
        0 => CHUNK,
        position => CHUNK.min(1 << position.trailing_zeros().min(31)),
    };
    let fits = waiting.checked_ilog2().map_or(0, |power| 1 << power);
    aligned.min(fits)
}

/// What candle's loader reads of a header.
fn content(header: &Header, shape: &Shape) -> Content {
    let count = |n: usize| Value::U32(n as u32);
    let metadata = [
        ("qwen2.attention.head_count", count(shape.heads)),
        ("qwen2.attention.head_count_kv", count(shape.kv_heads)),
        ("qwen2.embedding_length", count(shape.hidden)),
        ("qwen2.context_length", count(shape.context)),
        ("qwen2.block_count", count(shape.layers)),
        (
            "qwen2.attention.layer_norm_rms_epsilon",
            Value::F32(shape.norm_epsilon),
        ),
        ("qwen2.rope.freq_base", Value::F32(shape.rope_base)),
    ];
    let tensor = |tensor: &super::gguf::Tensor| {
        let dims: Vec<usize> = tensor.dims.iter().rev().copied().collect();
        let info = TensorInfo {
            ggml_dtype: tensor.dtype,
            shape: Dims::from(dims),
            offset: tensor.offset,
        };
        (tensor.name.clone(), info)
    };
    Content {
        magic: VersionedMagic::GgufV3,
        metadata: metadata.map(|(key, value)| (key.to_owned(), value)).into(),
        tensor_infos: header.tensors.iter().map(tensor).collect(),
        tensor_data_offset: header.data_offset,
    }
}

fn hash(mut file: &File, total: u64, progress: &mut impl FnMut(u8)) -> Result<String, Error> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = Told {
        inner: file,
        read: 0,
        total,
        percent: 0,
        progress,
    };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    let mut hex = String::new();
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(hex)
}

/// A reader that tells how many per cent of the file went through it.
struct Told<R, F> {
    inner: R,
    read: u64,
    total: u64,
    percent: u8,
    progress: F,
}

impl<R: Read, F: FnMut(u8)> Read for Told<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read += n as u64;
        let percent = (self.read * 100 / self.total.max(1)).min(100) as u8;
        if percent > self.percent {
            self.percent = percent;
            (self.progress)(percent);
        }
        Ok(n)
    }
}

impl<R: Seek, F> Seek for Told<R, F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests;
