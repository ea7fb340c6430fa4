//! Decoding under a JSON schema: which tokens may come next, and which must.
//!
//! Invariant: text made of allowed tokens until [`Constraint::is_finished`] satisfies the schema.

use std::sync::Arc;

use llguidance::{
    Matcher, ParserFactory, api::TopLevelGrammar, earley::SlicedBiasComputer,
    toktrie::InferenceCapabilities,
};
use serde_json::{Value, json};
use toktrie::{SimpleVob, TokRxInfo, TokTrie, TokenizerEnv};

use super::{Error, tokenizer::Tokenizer};

/// Compiles schemas for one tokenizer: under a millisecond each.
pub struct Grammars(ParserFactory);

impl Grammars {
    pub fn new(tokenizer: Arc<Tokenizer>) -> Result<Self, Error> {
        let trie = trie(&tokenizer);
        let env: toktrie::TokEnv = Arc::new(Environment { trie, tokenizer });
        let capabilities = InferenceCapabilities {
            ff_tokens: true,
            ..InferenceCapabilities::default()
        };
        let slices = SlicedBiasComputer::json_slices();
        let mut factory =
            ParserFactory::new(&env, capabilities, &slices).map_err(cannot_constrain)?;
        factory.quiet();
        Ok(Self(factory))
    }

    /// Begins a constrained text. Refuses a schema that cannot be enforced.
    pub fn start(&self, schema: &Value) -> Result<Constraint, Error> {
        let mut schema = schema.clone();
        let Some(object) = schema.as_object_mut() else {
            return Err(cannot_constrain("it is no JSON object"));
        };
        // One way to write each value: no free white space, no escapes but these.
        let style = json!({
            "whitespace_flexible": false,
            "item_separator": ", ",
            "key_separator": ": ",
            "json_allowed_escapes": "n\"\\",
        });
        object.insert("x-guidance".to_owned(), style);
        let grammar = TopLevelGrammar::from_json_schema(schema);
        let matcher = Matcher::new(self.0.create_parser(grammar));
        match matcher.get_error() {
            Some(error) => Err(cannot_constrain(first_line(&error))),
            None => Ok(Constraint(matcher)),
        }
    }
}

/// The state of one constrained text.
pub struct Constraint(Matcher);

impl Constraint {
    /// The tokens that may come next; an end token where the text may end.
    pub fn allowed(&mut self) -> Result<SimpleVob, Error> {
        self.0.compute_mask_or_eos().map_err(broken)
    }

    /// Takes a chosen token.
    pub fn take(&mut self, token: u32) -> Result<(), Error> {
        self.0.consume_token(token).map_err(broken)
    }

    /// Takes and returns the tokens that must come next whatever the model says.
    pub fn forced(&mut self) -> Result<Vec<u32>, Error> {
        let tokens = self.0.consume_ff_tokens();
        match self.0.get_error() {
            Some(error) => Err(broken(error)),
            None => Ok(tokens),
        }
    }

    /// Whether the text is whole and nothing may follow.
    pub fn is_finished(&self) -> bool {
        self.0.is_stopped()
    }
}

fn cannot_constrain(error: impl std::fmt::Display) -> Error {
    Error::Refused(format!("the schema cannot be enforced: {error}"))
}

/// A fault of the constraint in mid-text. The parser's own message quotes the text: it is not kept.
fn broken(_: impl Sized) -> Error {
    candle_core::Error::msg("the schema constraint failed").into()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Token bytes as the constraint wants them: control tokens behind a byte that no text has.
fn trie(tokenizer: &Tokenizer) -> TokTrie {
    let word = |id: u32| match tokenizer.bytes(id) {
        [] => {
            let mut word = vec![TokTrie::SPECIAL_TOKEN_MARKER];
            word.extend(format!("<|{id}|>").bytes());
            word
        }
        bytes => bytes.to_vec(),
    };
    let words: Vec<_> = (0..tokenizer.len() as u32).map(word).collect();
    let info = TokRxInfo::new(words.len() as u32, tokenizer.ends()[0]);
    TokTrie::from(&info, &words).with_eos_tokens(tokenizer.ends())
}

struct Environment {
    trie: TokTrie,
    tokenizer: Arc<Tokenizer>,
}

impl Environment {
    /// The tokenizer's own choice, unless normalising would change the bytes.
    fn tokenize(&self, text: &str) -> Vec<u32> {
        match self.tokenizer.encode_more(text) {
            Ok(ids) if self.trie.decode(&ids) == text.as_bytes() => ids,
            _ => self.trie.greedy_tokenize(text.as_bytes()),
        }
    }
}

impl TokenizerEnv for Environment {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<u32> {
        self.trie
            .tokenize_with_greedy_fallback(bytes, |text| self.tokenize(text))
    }
}
