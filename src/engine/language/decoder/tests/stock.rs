//! Ours against candle's own decoders, on the paths where those are right: a prompt, and for
//! Qwen2 and Llama also what follows it token by token.

use std::io::Cursor;

use candle_core::{
    Device, Result, Tensor,
    quantized::gguf_file::{Content, Value},
};
use candle_transformers::models::{quantized_llama, quantized_qwen2, quantized_qwen3};

use super::*;

type Forward = Box<dyn FnMut(&Tensor, usize) -> Result<Tensor>>;

fn stock(family: &str, file: &[u8]) -> Forward {
    let mut reader = Cursor::new(file);
    let content = Content::read(&mut reader).unwrap();
    match family {
        "llama" => {
            let model =
                quantized_llama::ModelWeights::from_gguf(content, &mut reader, &Device::Cpu);
            let mut model = model.unwrap();
            Box::new(move |tokens, position| model.forward(tokens, position))
        }
        "qwen2" => {
            let model =
                quantized_qwen2::ModelWeights::from_gguf(content, &mut reader, &Device::Cpu);
            let mut model = model.unwrap();
            Box::new(move |tokens, position| model.forward(tokens, position))
        }
        _ => {
            let model =
                quantized_qwen3::ModelWeights::from_gguf(content, &mut reader, &Device::Cpu);
            let mut model = model.unwrap();
            Box::new(move |tokens, position| model.forward(tokens, position))
        }
    }
}

fn last(forward: &mut Forward, tokens: &[u32], position: usize) -> Vec<f32> {
    let input = Tensor::new(tokens, &Device::Cpu)
        .unwrap()
        .unsqueeze(0)
        .unwrap();
    let logits = forward(&input, position).unwrap().flatten_all().unwrap();
    logits.to_vec1().unwrap()
}

#[rstest]
#[case(GgmlDType::F32, 1e-5)]
#[case(GgmlDType::Q8_0, 0.03)]
#[case(GgmlDType::Q4K, 0.03)]
fn stock_candle_agrees_where_it_is_right(#[case] dtype: GgmlDType, #[case] bound: f64) {
    for family in FAMILIES {
        let mut recipe = wide(family, dtype);
        recipe.own_head = true;
        let file = tiny::bytes_changed(&recipe, 3, |metadata| {
            // Without it candle's Qwen3 computes its rotary tables in f16.
            metadata.push(("general.dtype".to_owned(), Value::U32(0)));
        });
        let file = file.unwrap();
        let decoder = decoder(&file);
        let tokens = tokens(40);
        let ours = logits(&decoder, &mut decoder.sequence(), &tokens, &[32, 1]);
        let mut theirs = stock(family.name, &file);
        let error = relative_error(ours.row(31), &last(&mut theirs, &tokens[..32], 0));
        assert!(error < bound, "{}: {error}", family.name);
        for position in 32..40 {
            let logits = last(&mut theirs, &tokens[position..=position], position);
            let error = relative_error(ours.row(position), &logits);
            assert!(error < bound, "{} {position}: {error}", family.name);
        }
    }
}
