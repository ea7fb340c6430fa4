//! `bigdecoder openapi`: the description of the JSON API, without starting anything.

use std::io::Write;

use anyhow::Context;

pub(super) fn run() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(crate::web::openapi().as_bytes())
        .context("cannot write to standard output")
}
