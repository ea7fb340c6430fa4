//! The hyperparameters of a header, each within bounds.

use super::{MAX_CONTEXT, Rope};
use crate::engine::language::{
    Error,
    family::{FAMILIES, Family},
    gguf::{Header, Value},
};

const MAX_HEAD_WIDTH: usize = 1_024;

/// The keys of a file's family.
pub(super) struct Keys<'a> {
    header: &'a Header,
    pub(super) family: Family,
}

impl<'a> Keys<'a> {
    pub(super) fn of(header: &'a Header) -> Result<Self, Error> {
        let architecture = header.text("general.architecture")?;
        match Family::named(architecture) {
            Some(family) => Ok(Self { header, family }),
            None => Err(Error::Refused(format!(
                "models of the architecture \"{architecture}\" are not computed here; {} are",
                FAMILIES.map(|family| family.name).join(", ")
            ))),
        }
    }

    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.family.name)
    }

    pub(super) fn within(&self, what: &str, name: &str, max: usize) -> Result<usize, Error> {
        within(what, self.header.count(&self.key(name))? as usize, max)
    }

    /// A number that may be missing.
    fn optional(&self, what: &str, name: &str, max: usize) -> Result<Option<usize>, Error> {
        match self.header.get(&self.key(name)) {
            None => Ok(None),
            Some(_) => self.within(what, name, max).map(Some),
        }
    }

    fn float(&self, name: &str) -> Result<Option<f32>, Error> {
        let value = self.header.float(&self.key(name))?;
        Ok(value.map(|x| x as f32))
    }

    /// A number that no other can stand for.
    pub(super) fn required_float(&self, name: &str) -> Result<f32, Error> {
        self.float(name)?
            .ok_or_else(|| Error::Refused(format!("the file does not say `{}`", self.key(name))))
    }

    pub(super) fn head_width(&self, hidden: usize, heads: usize) -> Result<usize, Error> {
        let keys = self.optional("key width", "attention.key_length", MAX_HEAD_WIDTH)?;
        let values = self.optional("value width", "attention.value_length", MAX_HEAD_WIDTH)?;
        let width = match keys {
            Some(width) => width,
            None if hidden.is_multiple_of(heads) => hidden / heads,
            None => 0,
        };
        if values.is_some_and(|values| values != width) {
            return Err(Error::refused(
                "keys and values of a head have different widths, which is not computed here",
            ));
        }
        if width == 0 || width > MAX_HEAD_WIDTH || !width.is_multiple_of(2) {
            return Err(Error::Refused(format!(
                "a hidden width of {hidden} cannot be split into {heads} heads of even width"
            )));
        }
        Ok(width)
    }

    pub(super) fn context(&self) -> Result<usize, Error> {
        let context = self.within("context", "context_length", 1 << 24)?;
        // Within its window a model with sliding attention attends to everything.
        let window = self.optional("attention window", "attention.sliding_window", 1 << 24)?;
        Ok(context.min(window.unwrap_or(context)).min(MAX_CONTEXT))
    }

    pub(super) fn rope(&self, head_width: usize) -> Result<Rope, Error> {
        let width = self
            .optional("rotary width", "rope.dimension_count", head_width)?
            .unwrap_or(head_width);
        if !width.is_multiple_of(2) {
            return Err(Error::refused("the rotary width is odd"));
        }
        Ok(Rope {
            base: self.float("rope.freq_base")?.unwrap_or(10_000.0),
            width,
            stretch: self.stretch()?,
        })
    }

    /// A factor without a kind is linear, as llama.cpp reads it; `rope.scale_linear` is how older
    /// files name the factor.
    fn stretch(&self) -> Result<f32, Error> {
        match self.header.get(&self.key("rope.scaling.type")) {
            Some(Value::Text(kind)) if kind == "none" => return Ok(1.0),
            Some(Value::Text(kind)) if kind != "linear" => {
                return Err(Error::Refused(format!(
                    "the model stretches its context (\"{kind}\" scaling), which is not computed here"
                )));
            }
            None | Some(Value::Text(_)) => {}
            Some(_) => return Err(Error::refused("the kind of rotary scaling is no text")),
        }
        let factor = match self.float("rope.scaling.factor")? {
            Some(factor) => Some(factor),
            None => self.float("rope.scale_linear")?,
        };
        Ok(factor.unwrap_or(1.0))
    }
}

pub(super) fn within(what: &str, n: usize, max: usize) -> Result<usize, Error> {
    if (1..=max).contains(&n) {
        return Ok(n);
    }
    Err(Error::Refused(format!(
        "{what}: {n} is not from 1 to {max}"
    )))
}
