//! A weight matrix as its file stores it, times activations.
//!
//! Invariant: a matrix is in memory once, in its stored type, beside what candle packs for its own
//! kernels; nothing is expanded to f32 as a whole.

use candle_core::{
    CpuStorage, CustomOp1, Device, Layout, Tensor,
    backend::BackendStorage,
    quantized::{GgmlDType, QStorage, QTensor},
};
use half::{bf16, f16};

use super::{half_rows::HalfRows, matrix::Matrix};
use crate::engine::language::Error;

/// `rows` outputs of `width` inputs each.
pub(super) struct Linear {
    rows: usize,
    width: usize,
    weights: Weights,
}

enum Weights {
    Single(CpuStorage),
    Half(HalfRows<f16>),
    Brain(HalfRows<bf16>),
    Blocks(QTensor),
}

impl Linear {
    /// A matrix from the bytes of a tensor: `rows` × `width` numbers of a type.
    pub(super) fn new(
        dtype: GgmlDType,
        rows: usize,
        width: usize,
        bytes: &[u8],
    ) -> Result<Self, Error> {
        let weights = match dtype {
            GgmlDType::F32 => {
                let (numbers, _) = bytes.as_chunks::<4>();
                let numbers = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
                Weights::Single(CpuStorage::F32(numbers))
            }
            GgmlDType::F16 => Weights::Half(HalfRows::new(width, bytes, f16::from_le_bytes)),
            GgmlDType::BF16 => Weights::Brain(HalfRows::new(width, bytes, bf16::from_le_bytes)),
            _ => {
                let storage = QStorage::from_data(bytes.into(), &Device::Cpu, dtype)?;
                Weights::Blocks(QTensor::new(storage, (rows, width))?)
            }
        };
        Ok(Self {
            rows,
            width,
            weights,
        })
    }

    /// Rows of the matrix as f32, one for each id: how an embedding is looked up.
    pub(super) fn lookup(&self, ids: &[u32]) -> Result<Matrix, Error> {
        if ids.iter().any(|id| *id as usize >= self.rows) {
            return Err(candle_core::Error::msg("a token is beyond the vocabulary").into());
        }
        let row = |id: &u32| *id as usize * self.width..(*id as usize + 1) * self.width;
        let values = match &self.weights {
            Weights::Single(CpuStorage::F32(numbers)) => ids
                .iter()
                .flat_map(|id| &numbers[row(id)])
                .copied()
                .collect(),
            Weights::Single(_) => unreachable!("they are made of f32 only"),
            Weights::Half(halves) => halves.rows(ids),
            Weights::Brain(halves) => halves.rows(ids),
            Weights::Blocks(tensor) => {
                let ids = Tensor::new(ids, &Device::Cpu)?;
                tensor.embedding(&ids)?.flatten_all()?.to_vec1()?
            }
        };
        Matrix::new(ids.len(), self.width, values)
    }

    /// Each row of `input` times the transposed matrix: as many rows of one number per output.
    pub(super) fn forward(&self, input: &Matrix) -> Result<Matrix, Error> {
        let m = input.rows();
        if input.width() != self.width {
            return Err(candle_core::Error::msg("a product has operands that do not fit").into());
        }
        if m == 0 {
            return Ok(Matrix::zeros(0, self.rows));
        }
        match &self.weights {
            Weights::Single(weights) => {
                let left = Layout::contiguous((m, self.width));
                let right = Layout::contiguous((self.rows, self.width)).transpose(0, 1)?;
                let shape = (1, m, self.rows, self.width);
                let product = input.storage().matmul(weights, shape, &left, &right)?;
                Matrix::of(m, self.rows, product)
            }
            Weights::Half(halves) => Ok(halves.forward(input)),
            Weights::Brain(halves) => Ok(halves.forward(input)),
            Weights::Blocks(tensor) => {
                let layout = Layout::contiguous((m, self.width));
                let (product, _) = tensor.cpu_fwd(input.storage(), &layout)?;
                Matrix::of(m, self.rows, product)
            }
        }
    }

    /// The products of one input with several matrices: in one parallel region that quantises the
    /// input once, where candle has a kernel for it, else one after the other.
    pub(super) fn forward_all<const N: usize>(
        linears: [&Self; N],
        input: &Matrix,
    ) -> Result<[Matrix; N], Error> {
        if input.rows() == 1
            && let Some(products) = Self::fused(linears, input)?
        {
            return Ok(products);
        }
        let mut products = Vec::with_capacity(N);
        for linear in linears {
            products.push(linear.forward(input)?);
        }
        as_array(products)
    }

    fn fused<const N: usize>(
        linears: [&Self; N],
        input: &Matrix,
    ) -> Result<Option<[Matrix; N]>, Error> {
        let mut tensors = Vec::with_capacity(N);
        for linear in linears {
            match &linear.weights {
                Weights::Blocks(tensor) => tensors.push(tensor),
                _ => return Ok(None),
            }
        }
        let row = Tensor::from_slice(input.values(), (1, input.width()), &Device::Cpu)?;
        let Some(products) = QTensor::gemv_fused_shared_lhs(&tensors, &row)? else {
            return Ok(None);
        };
        let mut matrices = Vec::with_capacity(N);
        for (product, linear) in products.into_iter().zip(linears) {
            matrices.push(Matrix::new(
                1,
                linear.rows,
                product.flatten_all()?.to_vec1()?,
            )?);
        }
        as_array(matrices).map(Some)
    }
}

fn as_array<const N: usize>(matrices: Vec<Matrix>) -> Result<[Matrix; N], Error> {
    <[Matrix; N]>::try_from(matrices)
        .map_err(|_| candle_core::Error::msg("a product is missing").into())
}
