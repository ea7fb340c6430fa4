//! Settings: a TOML file, then `BIGDECODER_*` in the environment, then flags; the later wins.
//!
//! Every setting is a row of [`SETTINGS`]; the README's table and the example file are tested
//! against it. Secrets are named by file (`*_FILE`), never given as a value.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::{Table, Value};

/// One setting: `section.key` in the file, `BIGDECODER_SECTION_KEY` in the environment.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static str,
    /// As written in TOML.
    pub default: &'static str,
    pub meaning: &'static str,
}

const fn setting(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting {
        key,
        default,
        meaning,
    }
}

pub const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "\"127.0.0.1:8000\"",
        "Address and port. Beyond loopback the appliance speaks TLS only.",
    ),
    setting(
        "data_dir",
        "\"data\"",
        "Folder of the database, keys, models, exports and backups.",
    ),
    setting(
        "master_key_file",
        "\"\"",
        "File with the master key. Empty: `master.key` in the data folder, made at first start.",
    ),
    setting(
        "names",
        "[]",
        "Host names and addresses by which the appliance is reached, beside localhost.",
    ),
    setting(
        "lift_limits",
        "false",
        "Lift the rate limits for load tests. Refused beyond loopback.",
    ),
    setting(
        "log",
        "\"info\"",
        "Log filter, in the syntax of `tracing`. Client text is never logged.",
    ),
    setting(
        "model.path",
        "\"\"",
        "GGUF file of the local language model. Empty: playbooks write the strategies.",
    ),
    setting(
        "model.deadline_s",
        "60",
        "Seconds a strategy section may take before the next provider is asked.",
    ),
    setting(
        "ollama.enabled",
        "false",
        "Whether strategies may be written by a remote Ollama. Client text would leave the appliance.",
    ),
    setting(
        "ollama.legal_basis",
        "\"\"",
        "The recorded legal basis for it. Ollama stays off without one.",
    ),
    setting(
        "ollama.url",
        "\"http://127.0.0.1:11434\"",
        "Address of Ollama.",
    ),
    setting(
        "ollama.model",
        "\"gpt-oss:120b\"",
        "Model that Ollama runs.",
    ),
    setting(
        "ollama.first_token_s",
        "20",
        "Seconds to wait for the first words.",
    ),
    setting(
        "ollama.idle_s",
        "10",
        "Seconds of silence after which the answer is given up and what came is kept.",
    ),
];

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    #[serde(deserialize_with = "path_or_none")]
    pub master_key_file: Option<PathBuf>,
    pub names: Vec<String>,
    pub lift_limits: bool,
    pub log: String,
    pub model: Model,
    pub ollama: Ollama,
    /// Where each setting came from.
    #[serde(skip)]
    pub origins: BTreeMap<&'static str, Origin>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    #[serde(deserialize_with = "path_or_none")]
    pub path: Option<PathBuf>,
    pub deadline_s: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ollama {
    pub enabled: bool,
    pub legal_basis: String,
    pub url: String,
    pub model: String,
    pub first_token_s: u32,
    pub idle_s: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    Environment(String),
    Flag,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read the configuration file {path}: {source}")]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the configuration file {path} is not valid TOML: {message}")]
    Syntax { path: PathBuf, message: String },
    #[error("unknown setting `{0}`; the README lists the known ones")]
    Unknown(String),
    #[error("setting {0}")]
    Value(String),
    #[error(
        "`ollama.enabled` needs `ollama.legal_basis`: record why client text may leave the appliance"
    )]
    NoLegalBasis,
    #[error("`lift_limits` is only for load tests on loopback, and `listen` is {0}")]
    LimitsLifted(SocketAddr),
}

impl Config {
    /// Reads all layers. `flags` holds `key → value as text`.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&'static str, String)],
    ) -> Result<Self, Error> {
        let mut layers = Layers::defaults();
        if let Some(path) = file {
            layers.add_file(path)?;
        }
        layers.add_environment(environment)?;
        for (key, text) in flags {
            layers.set(key, text, Origin::Flag)?;
        }
        layers.finish()
    }
}

/// The merged values so far, flat by key.
struct Layers(BTreeMap<&'static str, (Value, Origin)>);

impl Layers {
    fn defaults() -> Self {
        let row = |setting: &'static Setting| {
            let value = parse(setting.default).expect("defaults are TOML, as a test shows");
            (setting.key, (value, Origin::Default))
        };
        Self(SETTINGS.iter().map(row).collect())
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        let table: Table = text
            .parse()
            .map_err(|error: toml::de::Error| Error::Syntax {
                path: path.to_owned(),
                message: error.message().to_owned(),
            })?;
        for (key, value) in flatten(table) {
            self.put(&key, value, Origin::File(path.to_owned()))?;
        }
        Ok(())
    }

    fn add_environment(
        &mut self,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), Error> {
        let names: BTreeMap<String, &'static str> = SETTINGS
            .iter()
            .map(|s| (environment_name(s.key), s.key))
            .collect();
        for (name, text) in environment {
            if let Some(key) = names.get(&name) {
                self.set(key, &text, Origin::Environment(name))?;
            }
        }
        Ok(())
    }

    /// Sets a key from text: TOML where the default is no string, else the text itself.
    fn set(&mut self, key: &'static str, text: &str, origin: Origin) -> Result<(), Error> {
        let value = match self.0.get(key) {
            Some((Value::String(_), _)) => Value::String(text.to_owned()),
            Some((Value::Array(_), _)) if !text.starts_with('[') => {
                Value::Array(text.split(',').map(|part| part.trim().into()).collect())
            }
            _ => parse(text)
                .ok_or_else(|| Error::Value(format!("`{key}`: \"{text}\" is no valid value")))?,
        };
        self.put(key, value, origin)
    }

    fn put(&mut self, key: &str, value: Value, origin: Origin) -> Result<(), Error> {
        let known = SETTINGS.iter().find(|s| s.key == key);
        let known = known.ok_or_else(|| Error::Unknown(key.to_owned()))?;
        self.0.insert(known.key, (value, origin));
        Ok(())
    }

    fn finish(self) -> Result<Config, Error> {
        let mut table = Table::new();
        let mut origins = BTreeMap::new();
        for (key, (value, origin)) in self.0 {
            origins.insert(key, origin);
            match key.split_once('.') {
                None => drop(table.insert(key.to_owned(), value)),
                Some((section, key)) => {
                    let section = table.entry(section).or_insert_with(|| Table::new().into());
                    if let Value::Table(section) = section {
                        section.insert(key.to_owned(), value);
                    }
                }
            }
        }
        let config: Config = serde_path(table)?;
        if config.ollama.enabled && config.ollama.legal_basis.trim().is_empty() {
            return Err(Error::NoLegalBasis);
        }
        if config.lift_limits && !config.listen.ip().is_loopback() {
            return Err(Error::LimitsLifted(config.listen));
        }
        Ok(Config { origins, ..config })
    }
}

fn serde_path(table: Table) -> Result<Config, Error> {
    Config::deserialize(Value::Table(table))
        .map_err(|error| Error::Value(error.to_string().replace('\n', " ")))
}

fn parse(text: &str) -> Option<Value> {
    format!("value = {text}")
        .parse::<Table>()
        .ok()?
        .remove("value")
}

fn flatten(table: Table) -> Vec<(String, Value)> {
    let mut flat = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(section) => {
                flat.extend(
                    section
                        .into_iter()
                        .map(|(inner, value)| (format!("{key}.{inner}"), value)),
                );
            }
            value => flat.push((key, value)),
        }
    }
    flat
}

/// `model.path` → `BIGDECODER_MODEL_PATH`.
pub fn environment_name(key: &str) -> String {
    format!("BIGDECODER_{}", key.replace('.', "_").to_uppercase())
}

fn path_or_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(from)?;
    Ok((!text.is_empty()).then(|| text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn the_later_layer_wins_and_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("bigdecoder.toml");
        std::fs::write(
            &file,
            "listen = \"127.0.0.1:1\"\nlog = \"warn\"\n[model]\ndeadline_s = 5\n",
        )
        .unwrap();
        let env = environment(&[
            ("BIGDECODER_LISTEN", "127.0.0.1:2"),
            ("BIGDECODER_NAMES", "a.lan, b.lan"),
        ]);
        let config = Config::load(Some(&file), env, &[("listen", "127.0.0.1:3".into())]).unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.names, ["a.lan", "b.lan"]);
        assert_eq!(config.log, "warn");
        assert_eq!(config.model.deadline_s, 5);
        assert_eq!(config.origins["listen"], Origin::Flag);
        assert_eq!(
            config.origins["names"],
            Origin::Environment("BIGDECODER_NAMES".into())
        );
        assert_eq!(config.origins["log"], Origin::File(file));
        assert_eq!(config.origins["model.path"], Origin::Default);
    }

    #[test]
    fn bad_settings_are_refused_with_a_sentence() {
        let refused = |pairs| {
            Config::load(None, environment(pairs), &[])
                .unwrap_err()
                .to_string()
        };
        assert!(refused(&[("BIGDECODER_LISTEN", "here")]).contains("listen"));
        assert!(refused(&[("BIGDECODER_OLLAMA_ENABLED", "true")]).contains("legal_basis"));
        assert!(refused(&[("BIGDECODER_OLLAMA_ENABLED", "maybe")]).contains("ollama.enabled"));
        assert!(
            refused(&[
                ("BIGDECODER_LIFT_LIMITS", "true"),
                ("BIGDECODER_LISTEN", "0.0.0.0:1")
            ])
            .contains("loopback")
        );
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.toml");
        std::fs::write(&file, "[ollama]\nmodle = \"x\"\n").unwrap();
        let error = Config::load(Some(&file), [], &[]).unwrap_err().to_string();
        assert!(error.contains("ollama.modle"), "{error}");
    }

    #[test]
    fn the_readme_and_the_example_list_every_setting() {
        let readme = include_str!("../README.md");
        let example = include_str!("../bigdecoder.example.toml");
        for setting in SETTINGS {
            let row = format!(
                "| `{}` | `{}` | {} |",
                setting.key, setting.default, setting.meaning
            );
            assert!(readme.contains(&row), "README lacks the row\n{row}");
        }
        let table: Table = example.parse().unwrap();
        let given: BTreeMap<String, Value> = flatten(table).into_iter().collect();
        for setting in SETTINGS {
            assert_eq!(
                given.get(setting.key),
                parse(setting.default).as_ref(),
                "{}",
                setting.key
            );
        }
        assert_eq!(given.len(), SETTINGS.len());
    }
}
