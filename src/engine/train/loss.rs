//! The loss that both parts of the classifier are fitted by: the sum of the heads' losses.
//!
//! Cross entropy in a head of one label, binary cross entropy with heavier positives in the others.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ops::log_softmax;

use super::examples::Example;
use crate::engine::classifier::heads::{Head, OUTPUTS};

/// Mean over the examples; `positive` is how much a label that holds weighs against one that does
/// not.
pub(super) fn loss(logits: &Tensor, examples: &[&Example], positive: f64) -> Result<Tensor> {
    let cpu = &Device::Cpu;
    let n = examples.len();
    let flat = |part: fn(&Example) -> &Vec<f32>| -> Vec<f32> {
        examples.iter().flat_map(|e| part(e)).copied().collect()
    };
    let target = Tensor::from_vec(flat(|e| &e.target), (n, OUTPUTS), cpu)?;
    let mask = Tensor::from_vec(flat(|e| &e.mask), (n, OUTPUTS), cpu)?;
    let mut sum = Tensor::zeros((), DType::F32, cpu)?;
    for head in Head::ALL {
        let cut = |t: &Tensor| t.narrow(1, head.range().start, head.range().len());
        let (z, y, known) = (cut(logits)?, cut(&target)?, cut(&mask)?);
        let losses = if head.one_of() {
            (log_softmax(&z, 1)? * y)?.neg()?
        } else {
            let missed = (softplus(&z.neg()?)? * &y)?.affine(positive, 0.0)?;
            (missed + (softplus(&z)? * y.affine(-1.0, 1.0)?)?)?
        };
        sum = (sum + (losses * known)?.sum_all()?)?;
    }
    sum.affine(1.0 / n as f64, 0.0)
}

/// ln(1 + eˣ) without overflow.
fn softplus(x: &Tensor) -> Result<Tensor> {
    let tail = x.abs()?.neg()?.exp()?.affine(1.0, 1.0)?.log()?;
    x.relu()? + tail
}
