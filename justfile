# What CI runs is `just ci`; longer checks are in `just gate`.

set shell := ["bash", "-euo", "pipefail", "-c"]

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

# The main job in a real browser, against the built binary
browser:
    cd tests/browser && npm test

# Every page at four sizes, light and dark, into tests/browser/out, and the faults that show
screenshots *options:
    cd tests/browser && npm run screenshots -- {{ options }}

# Kills the appliance at random moments and looks for anything acknowledged that is gone
kills cycles="50":
    python3 tests/kill/kill_loop.py --cycles {{ cycles }}

# The built binary answers in a namespace that holds nothing but loopback
offline:
    unshare -n bash scripts/offline.sh "${CARGO_TARGET_DIR:-target}/debug/bigdecoder"

# Size, start and memory of the release binary, held to their limits
figures:
    cargo build --release --locked
    python3 scripts/figures.py
