//! The GGUF header, read within bounds and checked before candle sees the file.
//!
//! Invariant: any bytes whatever give a [`Header`] or a sentence that says what is wrong; never a
//! panic, and never an allocation larger than the bounds below. Format:
//! <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, versions 2 and 3.

use std::{
    collections::{BTreeMap, HashSet},
    io::Read,
};

use candle_core::quantized::GgmlDType;

use super::Error;

const MAX_TENSORS: u64 = 4_096;
const MAX_PAIRS: u64 = 2_048;
const MAX_KEY_BYTES: u64 = 256;
const MAX_STRING_BYTES: u64 = 4 << 20;
const MAX_ARRAY_ELEMENTS: u64 = 1_000_000;
/// Bytes of the whole header, tensor descriptions included.
const MAX_HEADER_BYTES: u64 = 64 << 20;
const MAX_ELEMENTS: u64 = 1 << 40;
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
    /// An array that was read over, with its length.
    Skipped(u64),
}

/// Where a tensor lies in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    pub name: String,
    pub dtype: GgmlDType,
    /// 1–4 dimensions as the file has them: the fastest varying first.
    pub dims: Vec<usize>,
    /// Bytes from the start of the tensor data.
    pub offset: u64,
    pub bytes: u64,
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
        let mut source = Source {
            reader,
            position: 0,
            end: file_bytes.min(MAX_HEADER_BYTES),
            whole: file_bytes <= MAX_HEADER_BYTES,
        };
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
        let data_offset = source.position.next_multiple_of(alignment);
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

fn read_metadata(
    source: &mut Source<impl Read>,
    n_pairs: u64,
) -> Result<BTreeMap<String, Value>, Error> {
    let mut metadata = BTreeMap::new();
    for _ in 0..n_pairs {
        let key = source.name("a metadata key")?;
        let kind = source.u32(&key)?;
        let value = read_value(source, &key, kind)?;
        if metadata.contains_key(&key) {
            return refuse(format!("the metadata key `{key}` occurs twice"));
        }
        metadata.insert(key, value);
    }
    Ok(metadata)
}

const KIND_STRING: u32 = 8;
const KIND_ARRAY: u32 = 9;

fn read_value(source: &mut Source<impl Read>, key: &str, kind: u32) -> Result<Value, Error> {
    match kind {
        KIND_STRING => {
            let bytes = source.string(MAX_STRING_BYTES, key)?;
            Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned()))
        }
        KIND_ARRAY => read_array(source, key),
        _ => read_scalar(source, key, kind),
    }
}

fn read_scalar(source: &mut Source<impl Read>, key: &str, kind: u32) -> Result<Value, Error> {
    let integer = |n: i128| Ok(Value::Integer(n));
    let float = |x: f64| {
        if x.is_finite() {
            Ok(Value::Float(x))
        } else {
            refuse(format!("`{key}` holds a number that is not finite"))
        }
    };
    match kind {
        0 => integer(u8::from_le_bytes(source.bytes(key)?).into()),
        1 => integer(i8::from_le_bytes(source.bytes(key)?).into()),
        2 => integer(u16::from_le_bytes(source.bytes(key)?).into()),
        3 => integer(i16::from_le_bytes(source.bytes(key)?).into()),
        4 => integer(u32::from_le_bytes(source.bytes(key)?).into()),
        5 => integer(i32::from_le_bytes(source.bytes(key)?).into()),
        6 => float(f32::from_le_bytes(source.bytes(key)?).into()),
        7 => match source.bytes::<1>(key)? {
            [0] => Ok(Value::Bool(false)),
            [1] => Ok(Value::Bool(true)),
            [other] => refuse(format!("`{key}` is neither true nor false but {other}")),
        },
        10 => integer(u64::from_le_bytes(source.bytes(key)?).into()),
        11 => integer(i64::from_le_bytes(source.bytes(key)?).into()),
        12 => float(f64::from_le_bytes(source.bytes(key)?)),
        other => refuse(format!("`{key}` has the unknown value type {other}")),
    }
}

fn read_array(source: &mut Source<impl Read>, key: &str) -> Result<Value, Error> {
    let kind = source.u32(key)?;
    let length = source.u64(key)?;
    if length > MAX_ARRAY_ELEMENTS {
        return refuse(format!(
            "`{key}` has {length} elements; at most {MAX_ARRAY_ELEMENTS} are allowed"
        ));
    }
    match (kind, key) {
        (KIND_ARRAY, _) => refuse(format!("`{key}` is a list of lists")),
        (KIND_STRING, "tokenizer.ggml.tokens" | "tokenizer.ggml.merges") => {
            read_texts(source, key, length).map(Value::Texts)
        }
        (_, "tokenizer.ggml.token_type") => {
            read_integers(source, key, kind, length).map(Value::Integers)
        }
        _ => {
            for _ in 0..length {
                read_value(source, key, kind)?;
            }
            Ok(Value::Skipped(length))
        }
    }
}

fn read_texts(
    source: &mut Source<impl Read>,
    key: &str,
    length: u64,
) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    for _ in 0..length {
        let bytes = source.string(MAX_STRING_BYTES, key)?;
        let text = String::from_utf8(bytes)
            .or_else(|_| refuse(format!("`{key}` holds a text that is not UTF-8")))?;
        texts.push(text);
    }
    Ok(texts)
}

fn read_integers(
    source: &mut Source<impl Read>,
    key: &str,
    kind: u32,
    length: u64,
) -> Result<Vec<i64>, Error> {
    let mut numbers = Vec::new();
    for _ in 0..length {
        match read_value(source, key, kind)? {
            Value::Integer(n) if i64::try_from(n).is_ok() => numbers.push(n as i64),
            _ => return refuse(format!("`{key}` must be a list of integers")),
        }
    }
    Ok(numbers)
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

fn read_tensors(source: &mut Source<impl Read>, n_tensors: u64) -> Result<Vec<Tensor>, Error> {
    let mut tensors = Vec::new();
    let mut names = HashSet::new();
    for _ in 0..n_tensors {
        let tensor = read_tensor(source)?;
        if !names.insert(tensor.name.clone()) {
            return refuse(format!("the tensor `{}` occurs twice", tensor.name));
        }
        tensors.push(tensor);
    }
    Ok(tensors)
}

fn read_tensor(source: &mut Source<impl Read>) -> Result<Tensor, Error> {
    let name = source.name("a tensor name")?;
    let n_dims = source.u32(&name)?;
    if !(1..=4).contains(&n_dims) {
        return refuse(format!(
            "the tensor `{name}` has {n_dims} dimensions; 1 to 4 are allowed"
        ));
    }
    let mut dims = Vec::new();
    let mut elements = 1u64;
    for _ in 0..n_dims {
        let dim = source.u64(&name)?;
        elements = match elements.checked_mul(dim) {
            Some(n) if dim >= 1 && n <= MAX_ELEMENTS => n,
            _ => return refuse(format!("the tensor `{name}` is empty or too large")),
        };
        dims.push(dim as usize);
    }
    let dtype = dtype(source.u32(&name)?, &name)?;
    let block = dtype.block_size() as u64;
    if !(dims[0] as u64).is_multiple_of(block) {
        return refuse(format!(
            "a row of the tensor `{name}` has {} elements, which is no multiple of {block}",
            dims[0]
        ));
    }
    let offset = source.u64(&name)?;
    let bytes = elements / block * dtype.type_size() as u64;
    Ok(Tensor {
        name,
        dtype,
        dims,
        offset,
        bytes,
    })
}

/// The quantisations that are computed here; all others are refused by name.
fn dtype(id: u32, tensor: &str) -> Result<GgmlDType, Error> {
    Ok(match id {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        6 => GgmlDType::Q5_0,
        8 => GgmlDType::Q8_0,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        30 => GgmlDType::BF16,
        other => {
            let name = match other {
                3 => "Q4_1",
                7 => "Q5_1",
                9 => "Q8_1",
                10 => "Q2_K",
                11 => "Q3_K",
                15 => "Q8_K",
                16..=23 | 29 => "an IQ type",
                34 | 35 => "a ternary type",
                39 => "MXFP4",
                _ => "an unknown type",
            };
            return refuse(format!(
                "the tensor `{tensor}` is stored as {name} ({other}); use a file in Q4_K_M, Q5_K_M, Q6_K or Q8_0"
            ));
        }
    })
}

/// Every tensor is aligned, inside the file, and shares no byte with another.
fn check_places(
    tensors: &[Tensor],
    alignment: u64,
    data_offset: u64,
    file_bytes: u64,
) -> Result<(), Error> {
    let mut places: Vec<_> = tensors.iter().collect();
    places.sort_by_key(|tensor| tensor.offset);
    let mut free = 0;
    for tensor in places {
        let name = &tensor.name;
        if !tensor.offset.is_multiple_of(alignment) {
            return refuse(format!(
                "the tensor `{name}` is not aligned to {alignment} bytes"
            ));
        }
        if tensor.offset < free {
            return refuse(format!("the tensor `{name}` overlaps another"));
        }
        let end = tensor.offset.checked_add(tensor.bytes);
        let inside = end.and_then(|end| end.checked_add(data_offset));
        match (end, inside) {
            (Some(end), Some(last)) if last <= file_bytes => free = end,
            _ => {
                return refuse(format!(
                    "the tensor `{name}` reaches beyond the end of the file: the file is cut short"
                ));
            }
        }
    }
    Ok(())
}

/// A reader that knows how far it may go.
struct Source<R> {
    reader: R,
    position: u64,
    end: u64,
    /// Whether `end` is the end of the file, not the bound on headers.
    whole: bool,
}

impl<R: Read> Source<R> {
    fn bytes<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, what)?;
        Ok(bytes)
    }

    fn u32(&mut self, what: &str) -> Result<u32, Error> {
        self.bytes(what).map(u32::from_le_bytes)
    }

    fn u64(&mut self, what: &str) -> Result<u64, Error> {
        self.bytes(what).map(u64::from_le_bytes)
    }

    /// A key or a tensor name.
    fn name(&mut self, what: &str) -> Result<String, Error> {
        let bytes = self.string(MAX_KEY_BYTES, what)?;
        String::from_utf8(bytes).or_else(|_| refuse(format!("{what} is not UTF-8")))
    }

    fn string(&mut self, max: u64, what: &str) -> Result<Vec<u8>, Error> {
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
            format!("the header is larger than {MAX_HEADER_BYTES} bytes")
        })
    }

    fn fill(&mut self, bytes: &mut [u8], what: &str) -> Result<(), Error> {
        self.room(bytes.len() as u64, what)?;
        self.reader.read_exact(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
