# What CI runs is `just ci`; longer checks are in `just gate`.

set shell := ["bash", "-euo", "pipefail", "-c"]

tokenizers := env("BIGDECODER_TOKENIZER_FIXTURES", "")

default:
    @just --list

# Everything a change must pass
ci: format lint test doc deny

# Formatting is rustfmt's
format:
    cargo fmt --check

# Warnings are errors
lint:
    cargo clippy --all-targets --locked -- -D warnings

test:
    cargo test --locked

# The documentation builds without a warning, private items too
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked

# Licences, sources and banned crates
deny:
    cargo deny --offline check bans licenses sources
