//! The GGUF header, read within bounds and checked before candle sees the file.
//!
//! Invariant: any bytes whatever give a [`Header`] or a sentence that says what is wrong; never a
//! panic, and never an allocation larger than the bounds below. Format:
//! <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3.

mod metadata;
mod source;
mod tensors;

use std::{collections::BTreeMap, io::Read};

use super::Error;

use metadata::read_metadata;
use source::Source;
use tensors::{check_places, read_tensors};

pub use tensors::Tensor;

const MAX_TENSORS: u64 = 4_096;
const MAX_PAIRS: u64 = 2_048;
/// Bytes of the whole header, tensor descriptions included.
const MAX_HEADER_BYTES: u64 = 64 << 20;
const ALIGNMENTS: std::ops::RangeInclusive<u64> = 8..=65_536;
const DEFAULT_ALIGNMENT: u64 = 32;

/// A metadata value. Arrays that no part of the appliance reads are checked and then forgotten.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Integer(i128),
    Float(f64),
    Bool(bool),
    Text(String),
    Texts(Vec<String>),
    Integers(Vec<i64>),
    Floats(Vec<f32>),
    /// An array that was read over, with its length.
    Skipped(u64),
}

/// A header that keeps every bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    metadata: BTreeMap<String, Value>,
    pub tensors: Vec<Tensor>,
    /// Byte of the file at which tensor data begins.
    pub data_offset: u64,
}

impl Header {
    /// Reads the header from the start of a file of `file_bytes` bytes.
    pub fn read(reader: impl Read, file_bytes: u64) -> Result<Self, Error> {
        let mut source = Source::new(reader, file_bytes, MAX_HEADER_BYTES);
        if source.bytes::<4>("the magic number")? != *b"GGUF" {
            return refuse("the file is no GGUF file: it does not begin with \"GGUF\"");
        }
        match source.u32("the version")? {
            2 | 3 => {}
            other => {
                return refuse(format!(
                    "GGUF version {other} is not supported; versions 2 and 3 are"
                ));
            }
        }
        let n_tensors = bounded(source.u64("the number of tensors")?, MAX_TENSORS, "tensors")?;
        let n_pairs = bounded(
            source.u64("the number of metadata pairs")?,
            MAX_PAIRS,
            "metadata pairs",
        )?;
        let metadata = read_metadata(&mut source, n_pairs)?;
        let alignment = alignment(&metadata)?;
        let tensors = read_tensors(&mut source, n_tensors)?;
        let data_offset = source.position().next_multiple_of(alignment);
        check_places(&tensors, alignment, data_offset, file_bytes)?;
        Ok(Self {
            metadata,
            tensors,
            data_offset,
        })
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key)
    }

    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// A text; refused if it is missing or something else.
    pub fn text(&self, key: &str) -> Result<&str, Error> {
        match self.get(key) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(wrong(key, "a text", other)),
        }
    }

    /// A list of texts; refused if it is missing or something else.
    pub fn texts(&self, key: &str) -> Result<&[String], Error> {
        match self.get(key) {
            Some(Value::Texts(texts)) => Ok(texts),
            other => Err(wrong(key, "a list of texts", other)),
        }
    }

    /// A list of integers, or `None` if the key is absent.
    pub fn integers(&self, key: &str) -> Result<Option<&[i64]>, Error> {
        match self.get(key) {
            Some(Value::Integers(numbers)) => Ok(Some(numbers)),
            None => Ok(None),
            other => Err(wrong(key, "a list of integers", other)),
        }
    }

    /// A list of floating-point numbers; refused if it is missing or something else.
    pub fn floats(&self, key: &str) -> Result<&[f32], Error> {
        match self.get(key) {
            Some(Value::Floats(numbers)) => Ok(numbers),
            other => Err(wrong(key, "a list of floating-point numbers", other)),
        }
    }

    /// A number from 0 to 2³²−1; refused if it is missing or something else.
    pub fn count(&self, key: &str) -> Result<u32, Error> {
        match self.get(key) {
            Some(Value::Integer(n)) if u32::try_from(*n).is_ok() => Ok(*n as u32),
            other => Err(wrong(key, "a number from 0 to 4294967295", other)),
        }
    }

    /// A finite number, or `None` if the key is absent.
    pub fn float(&self, key: &str) -> Result<Option<f64>, Error> {
        match self.get(key) {
            Some(Value::Float(x)) => Ok(Some(*x)),
            None => Ok(None),
            other => Err(wrong(key, "a floating-point number", other)),
        }
    }

    /// A yes or no, or `None` if the key is absent.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, Error> {
        match self.get(key) {
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            None => Ok(None),
            other => Err(wrong(key, "true or false", other)),
        }
    }
}

fn alignment(metadata: &BTreeMap<String, Value>) -> Result<u64, Error> {
    match metadata.get("general.alignment") {
        None => Ok(DEFAULT_ALIGNMENT),
        Some(Value::Integer(n)) => match u64::try_from(*n) {
            Ok(n) if n.is_power_of_two() && ALIGNMENTS.contains(&n) => Ok(n),
            _ => refuse(format!(
                "the alignment {n} is no power of two from 8 to 65536"
            )),
        },
        Some(_) => refuse("`general.alignment` is no integer"),
    }
}

fn refuse<T>(sentence: impl Into<String>) -> Result<T, Error> {
    Err(Error::refused(sentence))
}

fn wrong(key: &str, expected: &str, found: Option<&Value>) -> Error {
    Error::refused(match found {
        None => format!("the file does not say `{key}`, which must be {expected}"),
        Some(_) => format!("`{key}` must be {expected}"),
    })
}

fn bounded(n: u64, max: u64, what: &str) -> Result<u64, Error> {
    if n > max {
        return refuse(format!(
            "the file declares {n} {what}; at most {max} are allowed"
        ));
    }
    Ok(n)
}

#[cfg(test)]
mod tests;
