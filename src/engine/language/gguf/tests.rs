use proptest::prelude::*;

use super::*;

/// A GGUF file written value by value, so that each can be made wrong.
#[derive(Default)]
struct File(Vec<u8>);

impl File {
    fn new(n_tensors: u64, n_pairs: u64) -> Self {
        Self(b"GGUF".to_vec()).u32(3).u64(n_tensors).u64(n_pairs)
    }
    fn u32(mut self, n: u32) -> Self {
        self.0.extend(n.to_le_bytes());
        self
    }
    fn u64(mut self, n: u64) -> Self {
        self.0.extend(n.to_le_bytes());
        self
    }
    fn text(mut self, text: &str) -> Self {
        self = self.u64(text.len() as u64);
        self.0.extend(text.as_bytes());
        self
    }
    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
    /// A 32-bit unsigned value.
    fn count(self, key: &str, n: u32) -> Self {
        self.text(key).u32(4).u32(n)
    }
    fn tensor(self, name: &str, dims: &[u64], dtype: u32, offset: u64) -> Self {
        let file = self.text(name).u32(dims.len() as u32);
        let file = dims.iter().fold(file, |file, dim| file.u64(*dim));
        file.u32(dtype).u64(offset)
    }
    /// Pads to 32 bytes and adds `n` bytes of tensor data.
    fn data(mut self, n: usize) -> Self {
        let length = self.0.len().next_multiple_of(32) + n;
        self.0.resize(length, 0);
        self
    }
    fn read(&self) -> Result<Header, Error> {
        Header::read(self.0.as_slice(), self.0.len() as u64)
    }
}

fn valid() -> File {
    File::new(2, 5)
        .text("general.architecture")
        .u32(8)
        .text("qwen2")
        .count("general.alignment", 32)
        .text("tokenizer.ggml.tokens")
        .u32(9)
        .u32(8)
        .u64(2)
        .text("a")
        .text("b")
        .text("tokenizer.ggml.token_type")
        .u32(9)
        .u32(5)
        .u64(2)
        .u32(1)
        .u32(3)
        .text("rope")
        .u32(6)
        .bytes(&1e6f32.to_le_bytes())
        .tensor("one", &[32, 4], 8, 0)
        .tensor("two", &[5], 0, 160)
        .data(192)
}

#[test]
fn a_valid_header_is_read() {
    let header = valid().read().unwrap();
    assert_eq!(header.text("general.architecture").unwrap(), "qwen2");
    assert_eq!(header.texts("tokenizer.ggml.tokens").unwrap(), ["a", "b"]);
    assert_eq!(
        header.integers("tokenizer.ggml.token_type").unwrap(),
        Some([1, 3].as_slice())
    );
    assert_eq!(header.float("rope").unwrap(), Some(1e6));
    assert_eq!(header.tensor("one").unwrap().bytes, 4 * 34);
    assert_eq!(header.tensor("two").unwrap().dims, [5]);
    assert_eq!(header.data_offset % 32, 0);
}

/// Each is refused, with a sentence that holds the words.
#[test]
fn hostile_headers_are_refused_by_name() {
    let long = "k".repeat(257);
    let cases: Vec<(&str, File, &str)> = vec![
        // The file of 57 bytes that made candle divide by zero.
        (
            "alignment 0",
            File::new(0, 1).count("general.alignment", 0),
            "alignment 0",
        ),
        (
            "alignment 3",
            File::new(0, 1).count("general.alignment", 3),
            "alignment 3",
        ),
        (
            "alignment 2^17",
            File::new(0, 1).count("general.alignment", 1 << 17),
            "alignment",
        ),
        (
            "empty",
            File::default(),
            "ends in the middle of the magic number",
        ),
        (
            "other magic",
            File::default().bytes(b"GGML").u64(0),
            "no GGUF",
        ),
        (
            "version 1",
            File::default().bytes(b"GGUF").u32(1),
            "version 1",
        ),
        ("too many tensors", File::new(u64::MAX, 0), "tensors"),
        ("too many pairs", File::new(0, 2_049), "2049 metadata pairs"),
        ("long key", File::new(0, 1).count(&long, 1), "257 bytes"),
        (
            "huge string",
            File::new(0, 1).text("k").u32(8).u64(u64::MAX),
            "at most 4194304",
        ),
        (
            "string past the end",
            File::new(0, 1).text("k").u32(8).u64(4 << 20),
            "ends in the middle",
        ),
        (
            "huge array",
            File::new(0, 1).text("k").u32(9).u32(0).u64(1_000_001),
            "1000001 elements",
        ),
        (
            "nested array",
            File::new(0, 1).text("k").u32(9).u32(9).u64(1),
            "list of lists",
        ),
        (
            "unknown type",
            File::new(0, 1).text("k").u32(13).u64(0),
            "value type 13",
        ),
        (
            "bad bool",
            File::new(0, 1).text("k").u32(7).bytes(&[2]),
            "neither true nor false",
        ),
        (
            "not finite",
            File::new(0, 1)
                .text("k")
                .u32(6)
                .bytes(&f32::NAN.to_le_bytes()),
            "finite",
        ),
        (
            "duplicate key",
            File::new(0, 2).count("k", 1).count("k", 2),
            "`k` occurs twice",
        ),
        (
            "key not UTF-8",
            File::new(0, 1).u64(1).bytes(&[0xff]).u32(4).u32(1),
            "not UTF-8",
        ),
        (
            "no dimensions",
            File::new(1, 0).tensor("t", &[], 0, 0),
            "0 dimensions",
        ),
        (
            "five dimensions",
            File::new(1, 0).tensor("t", &[1; 5], 0, 0),
            "5 dimensions",
        ),
        (
            "dimension 0",
            File::new(1, 0).tensor("t", &[32, 0], 0, 0),
            "empty or too large",
        ),
        (
            "overflow",
            File::new(1, 0).tensor("t", &[1 << 40, 1 << 40], 0, 0),
            "too large",
        ),
        (
            "wrap to small",
            File::new(1, 0).tensor("t", &[1 << 32, 1 << 32, 4], 0, 0),
            "too large",
        ),
        (
            "part of a block",
            File::new(1, 0).tensor("t", &[33], 8, 0),
            "no multiple of 32",
        ),
        ("Q2_K", File::new(1, 0).tensor("t", &[256], 10, 0), "Q2_K"),
        (
            "removed type",
            File::new(1, 0).tensor("t", &[256], 4, 0),
            "unknown type (4)",
        ),
        (
            "misaligned",
            File::new(1, 0).tensor("t", &[1], 0, 4).data(64),
            "not aligned",
        ),
        (
            "past the end",
            File::new(1, 0).tensor("t", &[100], 0, 0).data(64),
            "cut short",
        ),
        (
            "offset overflow",
            File::new(1, 0).tensor("t", &[1], 0, u64::MAX - 31),
            "cut short",
        ),
        (
            "overlap",
            File::new(2, 0)
                .tensor("a", &[16], 0, 0)
                .tensor("b", &[1], 0, 32)
                .data(128),
            "overlaps",
        ),
        (
            "duplicate tensor",
            File::new(2, 0)
                .tensor("a", &[1], 0, 0)
                .tensor("a", &[1], 0, 32)
                .data(128),
            "`a` occurs twice",
        ),
    ];
    assert_eq!(cases[0].1.0.len(), 57);
    for (name, file, words) in cases {
        let refusal = file.read().expect_err(name).to_string();
        assert!(refusal.contains(words), "{name}: {refusal}");
    }
}

#[test]
fn every_prefix_of_a_valid_file_is_refused() {
    let file = valid().0;
    // The file ends with padding that no tensor claims.
    let needed = file.len() - 12;
    for length in 0..needed {
        let cut = &file[..length];
        assert!(Header::read(cut, length as u64).is_err(), "{length} bytes");
    }
    assert!(Header::read(&file[..needed], needed as u64).is_ok());
}

#[test]
fn the_header_as_a_whole_is_bounded() {
    let big = "x".repeat(4 << 20);
    let mut file = File::new(0, 20);
    for i in 0..20 {
        file = file.text(&i.to_string()).u32(8).text(&big);
    }
    assert!(
        file.read()
            .unwrap_err()
            .to_string()
            .contains("header is larger")
    );
}

proptest! {
    #[test]
    fn no_mutation_panics(
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        shorten in any::<bool>(),
    ) {
        let mut file = valid().0;
        for (place, byte) in places {
            let at = place.index(file.len());
            file[at] = byte;
        }
        if shorten {
            file.truncate(cut.index(file.len()));
        }
        let _ = Header::read(file.as_slice(), file.len() as u64);
    }

    #[test]
    fn a_wild_number_anywhere_does_not_panic(
        place in any::<prop::sample::Index>(),
        wild in prop::sample::select(vec![0, 1, 31, 33, u64::MAX, u64::MAX >> 1, 1 << 40, 1 << 32, 4 << 20]),
    ) {
        let mut file = valid().0;
        let at = place.index(file.len() - 8);
        file[at..at + 8].copy_from_slice(&wild.to_le_bytes());
        let _ = Header::read(file.as_slice(), file.len() as u64);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut file = b"GGUF\x03\0\0\0".to_vec();
        file.extend(bytes);
        let _ = Header::read(file.as_slice(), file.len() as u64);
    }
}
