//! Metadata values: scalars, texts and the lists that the appliance reads.

use std::{collections::BTreeMap, io::Read};

use super::{Value, refuse, source::Source};
use crate::engine::language::Error;

const MAX_STRING_BYTES: u64 = 4 << 20;
const MAX_ARRAY_ELEMENTS: u64 = 1_000_000;

pub(super) fn read_metadata(
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
        (_, "tokenizer.ggml.scores") => read_floats(source, key, kind, length).map(Value::Floats),
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

fn read_floats(
    source: &mut Source<impl Read>,
    key: &str,
    kind: u32,
    length: u64,
) -> Result<Vec<f32>, Error> {
    let mut numbers = Vec::new();
    for _ in 0..length {
        match read_value(source, key, kind)? {
            Value::Float(x) => numbers.push(x as f32),
            _ => return refuse(format!("`{key}` must be a list of floating-point numbers")),
        }
    }
    Ok(numbers)
}
