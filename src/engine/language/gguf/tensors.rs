//! Descriptions of tensors: their types, sizes and places.

use std::{collections::HashSet, io::Read};

use candle_core::quantized::GgmlDType;

use super::{refuse, source::Source};
use crate::engine::language::Error;

const MAX_ELEMENTS: u64 = 1 << 40;

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

pub(super) fn read_tensors(
    source: &mut Source<impl Read>,
    n_tensors: u64,
) -> Result<Vec<Tensor>, Error> {
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
pub(super) fn check_places(
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
