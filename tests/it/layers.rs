//! The layer rules of ARCHITECTURE.md: arrows only point down, and each layer owns its crates.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Layer, layers it may use, crates that it alone may name.
const LAYERS: &[(&str, &[&str], &[&str])] = &[
    ("domain", &[], &[]),
    (
        "engine",
        &["domain"],
        &[
            "candle_core",
            "candle_nn",
            "candle_transformers",
            "half",
            "tokenizers",
            "llguidance",
            "toktrie",
        ],
    ),
    ("remote", &["domain", "engine::generator"], &["reqwest"]),
    ("store", &["domain"], &["rusqlite"]),
    (
        "privacy",
        &["domain"],
        &["chacha20poly1305", "hkdf", "hmac"],
    ),
    (
        "advisor",
        &["domain", "engine", "remote", "store", "privacy"],
        &["argon2"],
    ),
    (
        "web",
        &["domain", "advisor"],
        &[
            "axum",
            "axum_server",
            "tower",
            "tower_http",
            "askama",
            "rust_embed",
            "fluent_bundle",
            "rcgen",
            "rustls",
            "governor",
            "utoipa_axum",
        ],
    ),
];

/// What the domain must not know at all.
const IMPURE: &[&str] = &[
    "tokio",
    "std::fs",
    "std::net",
    "std::env",
    "Timestamp::now",
    "SystemTime",
    "Instant::now",
];

#[test]
fn arrows_only_point_down() {
    let mut broken = Vec::new();
    for (layer, allowed, _) in LAYERS {
        for (file, source) in sources(layer) {
            for path in crate_paths(&source) {
                let inside = path == *layer || path.starts_with(&format!("{layer}::"));
                let below = allowed
                    .iter()
                    .any(|a| path == *a || path.starts_with(&format!("{a}::")));
                // A path through the root (`crate::Thing`) names no layer and hides the arrow.
                if !inside && !below {
                    broken.push(format!("{} uses crate::{path}", file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn each_layer_owns_its_crates() {
    let mut broken = Vec::new();
    for (layer, ..) in LAYERS {
        for (file, source) in sources(layer) {
            for (owner, _, owned) in LAYERS.iter().filter(|(owner, ..)| owner != layer) {
                for name in owned.iter().filter(|name| names_crate(&source, name)) {
                    broken.push(format!(
                        "{} names {name}, which belongs to {owner}",
                        file.display()
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn below_the_web_a_type_only_derives_its_description() {
    let mut broken = Vec::new();
    for (layer, ..) in LAYERS.iter().filter(|(layer, ..)| *layer != "web") {
        for (file, source) in sources(layer) {
            for line in source.lines().filter(|line| line.contains("utoipa")) {
                if line.replace("utoipa::ToSchema", "").contains("utoipa") {
                    broken.push(format!("{}: {}", file.display(), line.trim()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_domain_is_pure() {
    let mut broken = Vec::new();
    for (file, source) in sources("domain") {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for name in IMPURE.iter().filter(|name| code.contains(**name)) {
            broken.push(format!("{} names {name}", file.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_table_of_the_document_is_this_one() {
    let document = include_str!("../../ARCHITECTURE.md");
    let list = |names: &[&str]| match names {
        [] => "–".to_owned(),
        names => {
            let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            quoted.join(", ")
        }
    };
    let wanted: Vec<_> = LAYERS
        .iter()
        .map(|(layer, uses, owns)| format!("| `{layer}` | {} | {} |", list(uses), list(owns)))
        .collect();
    let table: Vec<_> = document
        .lines()
        .skip_while(|line| !line.starts_with("| Layer |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(table, wanted);
}

#[test]
fn the_check_would_notice() {
    let source = "use crate::{domain::labels::Lang, store::{Store, sessions}};\nlet x = crate::web::error::Error;";
    let found: Vec<_> = crate_paths(source).into_iter().collect();
    assert_eq!(
        found,
        [
            "domain::labels::Lang",
            "store::Store",
            "store::sessions",
            "web::error::Error"
        ]
    );
    assert!(names_crate("use rusqlite::Connection;", "rusqlite"));
    assert!(names_crate("fn f() -> rusqlite::Result<()> {}", "rusqlite"));
    assert!(!names_crate(
        "// like rusqlite does\nlet tower_of = 1;",
        "tower"
    ));
}

/// Every source file of a layer, with comments removed.
fn sources(layer: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join(format!("{layer}.rs"))];
    walk(&root.join(layer), &mut files);
    assert!(files[0].exists(), "layer {layer} has no file");
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).expect("source files are readable");
        let code: Vec<_> = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect();
        (file, code.join("\n"))
    };
    files.into_iter().map(read).collect()
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// Every path after `crate::`, with `{…}` lists expanded.
fn crate_paths(source: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (at, _) in source.match_indices("crate::") {
        let foreign = source[..at]
            .chars()
            .next_back()
            .is_some_and(|c| c == '$' || c == '_' || c.is_alphanumeric());
        if !foreign {
            expand("", &source[at + "crate::".len()..], &mut paths);
        }
    }
    paths
}

/// Adds the paths of a use tree that begins at `tree`; returns what follows it.
fn expand<'s>(prefix: &str, tree: &'s str, paths: &mut BTreeSet<String>) -> &'s str {
    let tree = tree.trim_start();
    if let Some(mut rest) = tree.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            if rest.is_empty() {
                return rest;
            }
            rest = if let Some(after) = rest.strip_prefix(',') {
                after
            } else {
                let after = expand(prefix, rest, paths);
                if after.len() == rest.len() {
                    &rest[1..]
                } else {
                    after
                }
            };
        }
    }
    let end = tree
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(tree.len());
    let (name, rest) = tree.split_at(end);
    let path = if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}::{name}")
    };
    if let Some(rest) = rest.strip_prefix("::") {
        return expand(&path, rest, paths);
    }
    if !name.is_empty() {
        paths.insert(path);
    }
    rest
}

/// Whether code (not a longer word) names the crate as `name::`.
fn names_crate(source: &str, name: &str) -> bool {
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .any(|line| {
            line.match_indices(name).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                let starts = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
                starts && line[at + name.len()..].starts_with("::")
            })
        })
}
