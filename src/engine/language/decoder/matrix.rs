//! Activations: rows of numbers, in candle's own storage so that handing them on copies nothing.

use candle_core::CpuStorage;

use crate::engine::language::Error;

/// `rows` × `width` numbers, row after row.
#[derive(Clone)]
pub struct Matrix {
    rows: usize,
    width: usize,
    storage: CpuStorage,
}

impl Matrix {
    /// A matrix of numbers that are there; their count must be `rows` × `width`.
    pub fn new(rows: usize, width: usize, values: Vec<f32>) -> Result<Self, Error> {
        Self::of(rows, width, CpuStorage::F32(values))
    }

    pub fn zeros(rows: usize, width: usize) -> Self {
        let storage = CpuStorage::F32(vec![0.0; rows * width]);
        Self {
            rows,
            width,
            storage,
        }
    }

    /// A matrix of what candle computed; refuses anything but `rows` × `width` f32.
    pub fn of(rows: usize, width: usize, storage: CpuStorage) -> Result<Self, Error> {
        match &storage {
            CpuStorage::F32(values) if values.len() == rows * width => Ok(Self {
                rows,
                width,
                storage,
            }),
            _ => Err(candle_core::Error::msg("a product has the wrong shape").into()),
        }
    }

    pub const fn rows(&self) -> usize {
        self.rows
    }

    pub const fn width(&self) -> usize {
        self.width
    }

    pub const fn storage(&self) -> &CpuStorage {
        &self.storage
    }

    pub fn values(&self) -> &[f32] {
        match &self.storage {
            CpuStorage::F32(values) => values,
            _ => unreachable!("a matrix is made of f32 only"),
        }
    }

    pub fn values_mut(&mut self) -> &mut [f32] {
        match &mut self.storage {
            CpuStorage::F32(values) => values,
            _ => unreachable!("a matrix is made of f32 only"),
        }
    }

    pub fn into_values(self) -> Vec<f32> {
        match self.storage {
            CpuStorage::F32(values) => values,
            _ => unreachable!("a matrix is made of f32 only"),
        }
    }

    pub fn row(&self, row: usize) -> &[f32] {
        &self.values()[row * self.width..(row + 1) * self.width]
    }

    /// Some of the rows, in the order asked for.
    #[must_use]
    pub fn pick(&self, rows: &[usize]) -> Self {
        let values: Vec<f32> = rows
            .iter()
            .flat_map(|row| self.row(*row))
            .copied()
            .collect();
        Self {
            rows: rows.len(),
            width: self.width,
            storage: CpuStorage::F32(values),
        }
    }

    /// Adds another matrix of the same shape.
    pub fn add(&mut self, other: &Self) {
        for (x, y) in self.values_mut().iter_mut().zip(other.values()) {
            *x += y;
        }
    }

    /// Adds the same numbers to every row.
    pub fn add_to_rows(&mut self, row: &[f32]) {
        for values in self.values_mut().chunks_exact_mut(row.len()) {
            for (x, y) in values.iter_mut().zip(row) {
                *x += y;
            }
        }
    }
}
