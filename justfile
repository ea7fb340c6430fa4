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
    RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --no-deps --document-private-items --locked

# Licences, sources and banned crates
deny:
    cargo deny --offline check bans licenses sources

# The main job in a real browser, against the built binary
browser:
    cd tests/browser && npm test

# The commands of docs/api.md, as they stand there, against the built binary
api-page:
    python3 scripts/api_page.py

# Every page at four sizes, light and dark, into tests/browser/out, and the faults that show
screenshots *options:
    cd tests/browser && npm run screenshots -- {{ options }}

# Kills the appliance at random moments and looks for anything acknowledged that is gone
kills cycles="50":
    python3 tests/kill/kill_loop.py --cycles {{ cycles }}

# The release build in a namespace without any network: `cargo fetch` was enough
sealed-build:
    unshare -rn cargo build --release --locked --offline

# The main job of the built binary in a namespace that holds nothing but loopback
offline:
    unshare -rn bash scripts/offline.sh

# Size, start and memory of the release binary, held to their limits
figures *arguments:
    cargo build --release --locked
    python3 scripts/figures.py {{ arguments }}

# Ten sellers at work, and how long each answer of the release binary takes
load *arguments:
    cargo build --release --locked
    python3 scripts/load.py {{ arguments }}

# What the analysis of one utterance costs, on one core; a word filters
bench *filter:
    cargo bench --locked --no-run
    taskset -c 0 cargo bench --locked -- {{ filter }}

# The embedded classifier on the held-out part, beside its rivals, into docs/reports/classifier.md
classifier-report:
    cargo build --release --locked
    python3 scripts/classifier_report.py "${CARGO_TARGET_DIR:-target}/release/bigdecoder"
