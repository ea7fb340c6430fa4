//! The weights file: safetensors with the calibration and the origin in its metadata.
//!
//! The linear part: `table` (rows × outputs, one byte a weight, 128 is zero), `scale` (one per
//! row), `bias` (one per output). The encoder, which a baseline goes without: `encoder.table` and
//! `encoder.scale` likewise, and its [`PARAMETERS`] as they are. Metadata is one JSON text under
//! the key `classifier`.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Tensor};
use sha2::{Digest, Sha256};

use super::Error;
use super::encoder::{Encoder, PARAMETERS, WIDTH};
use super::features::{FeatureSet, ROWS};
use super::heads::{Head, NOTHING, OUTPUTS, softmax};
use super::tokens::TABLE_ROWS;
use crate::domain::hex::hex;
use crate::domain::labels::{Archetype, Lang, Need, Objection, Signal, Stage, Tag, Tone};

/// The byte that stands for a weight of zero.
pub(crate) const ZERO: u8 = 128;

const KEY: &str = "classifier";

/// How logits of one head of several labels become probabilities, and from where one is shown.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Scaling {
    pub slope: f32,
    pub offset: f32,
    /// Least calibrated probability at which a label is reported.
    pub threshold: f32,
}

/// Errors that the decision to answer may make, as measured out of fold.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Budget {
    /// Share wrong of the answers to texts that have an archetype.
    pub wrong: f32,
    /// Share answered of the texts that have none.
    pub unasked: f32,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    /// Temperature of the ten archetypes and "says nothing", on which the answer is decided.
    pub decision_temperature: f32,
    /// Temperature of the ten archetypes, of the distribution that is reported.
    pub archetype_temperature: f32,
    /// Added to the logit of "says nothing" for that decision.
    pub nothing_offset: f32,
    /// Least probability of the top archetype at which it is answered.
    pub archetype_threshold: f32,
    pub budget: Budget,
    /// What the encoder's logits count beside the linear part's, by head in the order of the
    /// outputs.
    pub encoder: [f32; Head::ALL.len()],
    /// Tags, needs, objections, signals.
    pub several: [Scaling; 4],
}

/// Where the weights come from and how they are to be read.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Metadata {
    pub id: String,
    pub seed: u64,
    pub epochs: usize,
    /// Of the encoder; 0 where there is none.
    pub encoder_epochs: usize,
    pub features: FeatureSet,
    pub labels_sha256: String,
    pub lexicon_sha256: String,
    pub corpus_sha256: String,
    pub calibration: Calibration,
}

impl Calibration {
    /// Probabilities of the ten archetypes and "says nothing" on which the answer is decided.
    pub(crate) fn decision(&self, archetype_logits: &[f32]) -> Vec<f32> {
        let mut logits = archetype_logits.to_vec();
        logits[NOTHING] += self.nothing_offset;
        softmax(&logits, self.decision_temperature)
    }
}

#[derive(Debug)]
pub(crate) struct Weights {
    pub(crate) table: Tensor,
    pub(crate) scale: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    pub(crate) encoder: Option<Encoder>,
}

/// Reads a weights file; also its SHA-256, hex.
pub(crate) fn read(bytes: &[u8]) -> Result<(Metadata, Weights, String), Error> {
    let refused = |reason: String| Error::Weights(reason);
    let metadata = metadata(bytes).map_err(refused)?;
    let mut tensors = candle_core::safetensors::load_buffer(bytes, &Device::Cpu)?;
    let mut take = |name: &str, dtype, shape: &[usize]| match tensors.remove(name) {
        Some(t) if t.dtype() == dtype && t.dims() == shape => Ok(t),
        Some(t) => Err(Error::Weights(format!(
            "{name} is {:?} {:?}",
            t.dtype(),
            t.dims()
        ))),
        None => Err(Error::Weights(format!("no tensor {name}"))),
    };
    let encoder = metadata.encoder_epochs > 0;
    let encoder = encoder.then(|| encoder_of(&mut take)).transpose()?;
    let weights = Weights {
        table: take("table", DType::U8, &[ROWS, OUTPUTS])?,
        scale: take("scale", DType::F32, &[ROWS])?.to_vec1()?,
        bias: take("bias", DType::F32, &[OUTPUTS])?.to_vec1()?,
        encoder,
    };
    let finite = |values: &[f32]| values.iter().all(|v| v.is_finite());
    if !finite(&weights.scale) || !finite(&weights.bias) {
        return Err(refused("a weight is not finite".to_owned()));
    }
    Ok((metadata, weights, sha256(bytes)))
}

/// The encoder with its table as numbers.
fn encoder_of(
    take: &mut impl FnMut(&str, DType, &[usize]) -> Result<Tensor, Error>,
) -> Result<Encoder, Error> {
    let table = take("encoder.table", DType::U8, &[TABLE_ROWS, WIDTH])?;
    let scale = take("encoder.scale", DType::F32, &[TABLE_ROWS])?;
    let scales = scale.to_vec1::<f32>()?;
    if !scales.iter().all(|v| v.is_finite()) {
        return Err(Error::Weights("encoder.scale is not finite".to_owned()));
    }
    let table = table
        .to_dtype(DType::F32)?
        .affine(1.0, -f64::from(ZERO))?
        .broadcast_mul(&scale.reshape((TABLE_ROWS, 1))?)?;
    let weights = PARAMETERS.map(|(name, shape)| {
        let weight = take(name, DType::F32, shape)?;
        let finite = weight.flatten_all()?.to_vec1::<f32>()?;
        if finite.iter().all(|v| v.is_finite()) {
            Ok(weight)
        } else {
            Err(Error::Weights(format!("{name} is not finite")))
        }
    });
    let weights = weights.into_iter().collect::<Result<_, _>>()?;
    Ok(Encoder::new(table, weights))
}

fn metadata(bytes: &[u8]) -> Result<Metadata, String> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or("too short")?;
    let header = usize::try_from(u64::from_le_bytes(*length))
        .ok()
        .and_then(|n| rest.get(..n))
        .ok_or("too short")?;
    let header: serde_json::Value = serde_json::from_slice(header).map_err(|e| e.to_string())?;
    let text = header["__metadata__"][KEY].as_str();
    serde_json::from_str(text.ok_or("no metadata")?).map_err(|e| e.to_string())
}

/// The encoder's weights as numbers.
#[derive(Debug, Clone)]
pub(crate) struct Encoded {
    /// Row-major, [`TABLE_ROWS`] × [`WIDTH`].
    pub(crate) table: Vec<f32>,
    /// In the order of [`PARAMETERS`].
    pub(crate) weights: Vec<Vec<f32>>,
}

/// Quantises tables by row and writes the file's bytes; the same input gives the same bytes.
///
/// `table` is row-major, [`ROWS`] × [`OUTPUTS`].
pub(crate) fn write(
    metadata: &Metadata,
    table: &[f32],
    bias: &[f32],
    encoded: Option<&Encoded>,
) -> Vec<u8> {
    assert_eq!((table.len(), bias.len()), (ROWS * OUTPUTS, OUTPUTS));
    let (scale, table) = by_row(table, OUTPUTS);
    // Tensors of four bytes first, so that each begins at a multiple of four.
    let mut parts = vec![
        ("bias", "F32", vec![OUTPUTS], floats(bias)),
        ("scale", "F32", vec![ROWS], floats(&scale)),
    ];
    let mut tables = vec![("table", "U8", vec![ROWS, OUTPUTS], table)];
    if let Some(encoded) = encoded {
        let (scale, table) = by_row(&encoded.table, WIDTH);
        parts.push(("encoder.scale", "F32", vec![TABLE_ROWS], floats(&scale)));
        for ((name, shape), values) in PARAMETERS.into_iter().zip(&encoded.weights) {
            parts.push((name, "F32", shape.to_vec(), floats(values)));
        }
        tables.push(("encoder.table", "U8", vec![TABLE_ROWS, WIDTH], table));
    }
    parts.extend(tables);
    let mut header = serde_json::Map::new();
    let text = serde_json::to_string(metadata).expect("plain data serialises");
    header.insert("__metadata__".to_owned(), serde_json::json!({ KEY: text }));
    let mut at = 0;
    for (name, dtype, shape, data) in &parts {
        let end = at + data.len();
        header.insert(
            (*name).to_owned(),
            serde_json::json!({"dtype": dtype, "shape": shape, "data_offsets": [at, end]}),
        );
        at = end;
    }
    let mut header = serde_json::Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header);
    file.extend(parts.into_iter().flat_map(|(_, _, _, data)| data));
    file
}

/// The scale of every row and its weights as bytes.
fn by_row(table: &[f32], width: usize) -> (Vec<f32>, Vec<u8>) {
    let (mut scales, mut bytes) = (Vec::new(), Vec::with_capacity(table.len()));
    for row in table.chunks_exact(width) {
        let largest = row.iter().fold(0.0f32, |m, w| m.max(w.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        scales.push(scale);
        bytes.extend(
            row.iter()
                .map(|w| ((w / scale).round() + f32::from(ZERO)) as u8),
        );
    }
    (scales, bytes)
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Identifies the label sets and their order.
pub(crate) fn labels_sha256() -> String {
    fn ids<L: Copy>(all: &[L], id: fn(L) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|&l| id(l)).collect()
    }
    let sets = BTreeMap::from([
        ("archetype", ids(Archetype::ALL, Archetype::id)),
        ("lang", ids(Lang::ALL, Lang::id)),
        ("need", ids(Need::ALL, Need::id)),
        ("objection", ids(Objection::ALL, Objection::id)),
        ("signal", ids(Signal::ALL, Signal::id)),
        ("stage", ids(Stage::ALL, Stage::id)),
        ("tag", ids(Tag::ALL, Tag::id)),
        ("tone", ids(Tone::ALL, Tone::id)),
    ]);
    sha256(format!("{sets:?}").as_bytes())
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Metadata {
        let scaling = Scaling {
            slope: 1.0,
            offset: 0.0,
            threshold: 0.5,
        };
        Metadata {
            id: "test".to_owned(),
            seed: 7,
            epochs: 1,
            encoder_epochs: 0,
            features: FeatureSet::All,
            labels_sha256: labels_sha256(),
            lexicon_sha256: String::new(),
            corpus_sha256: String::new(),
            calibration: Calibration {
                decision_temperature: 1.0,
                archetype_temperature: 1.0,
                nothing_offset: 0.0,
                archetype_threshold: 0.5,
                budget: Budget {
                    wrong: 0.2,
                    unasked: 0.1,
                },
                encoder: [0.0; Head::ALL.len()],
                several: [scaling; 4],
            },
        }
    }

    #[test]
    fn weights_come_back_within_a_step() {
        let mut table = vec![0.0; ROWS * OUTPUTS];
        table[0] = 2.54;
        table[1] = -1.0;
        table[OUTPUTS] = -0.127;
        let mut bias = vec![0.0; OUTPUTS];
        bias[3] = -3.0;
        let bytes = write(&sample(), &table, &bias, None);
        let (metadata, weights, _) = read(&bytes).unwrap();
        assert_eq!((metadata, weights.bias), (sample(), bias));
        let first: Vec<Vec<u8>> = weights.table.narrow(0, 0, 2).unwrap().to_vec2().unwrap();
        let value = |row: usize, i: usize| {
            (f32::from(first[row][i]) - f32::from(ZERO)) * weights.scale[row]
        };
        assert!((value(0, 0) - 2.54).abs() < 1e-6);
        assert!((value(0, 1) + 1.0).abs() < 0.01);
        assert!((value(1, 0) + 0.127).abs() < 1e-6);
        assert!(value(1, 1).abs() < 1e-6);
    }

    #[test]
    fn a_torn_file_is_refused() {
        let bytes = write(&sample(), &vec![0.0; ROWS * OUTPUTS], &[0.0; OUTPUTS], None);
        for cut in [0, 7, 8, 100, bytes.len() - 1] {
            assert!(read(&bytes[..cut]).is_err(), "{cut}");
        }
    }
}
