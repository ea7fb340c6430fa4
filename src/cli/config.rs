//! `bigdecoder config`: what the settings are, and where each comes from.

use clap::Subcommand;
use toml::Value;

use super::settings::Flags;
use crate::config::{Config, Origin, SETTINGS};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print every setting with its origin
    Show,
    /// Say whether the settings hold
    Check,
}

pub(super) fn run(command: &Command, flags: &Flags) -> anyhow::Result<()> {
    let config = flags.load()?;
    match command {
        Command::Show => print!("{}", shown(&config)),
        Command::Check => println!("the settings hold"),
    }
    Ok(())
}

/// TOML, with the origin of each setting behind it.
fn shown(config: &Config) -> String {
    let mut text = String::new();
    let mut section = "";
    for setting in SETTINGS {
        let (table, key) = setting.key.split_once('.').unwrap_or(("", setting.key));
        if table != section {
            section = table;
            text.extend(["\n[", table, "]\n"]);
        }
        let origin = match config.origins.get(setting.key) {
            None | Some(Origin::Default) => "default".to_owned(),
            Some(Origin::File(path)) => path.display().to_string(),
            Some(Origin::Environment(name)) => name.clone(),
            Some(Origin::Flag) => "flag".to_owned(),
        };
        let value = value(config, setting.key).to_string();
        text.extend([key, " = ", &value, " # ", &origin, "\n"]);
    }
    text
}

fn value(config: &Config, key: &str) -> Value {
    let path = |path: &Option<std::path::PathBuf>| {
        let path = path.as_ref().map(|path| path.display().to_string());
        Value::from(path.unwrap_or_default())
    };
    match key {
        "listen" => config.listen.to_string().into(),
        "data_dir" => config.data_dir.display().to_string().into(),
        "master_key_file" => path(&config.master_key_file),
        "names" => config.names.clone().into(),
        "lift_limits" => config.lift_limits.into(),
        "log" => config.log.clone().into(),
        "model.path" => path(&config.model.path),
        "model.deadline_s" => i64::from(config.model.deadline_s).into(),
        "ollama.enabled" => config.ollama.enabled.into(),
        "ollama.legal_basis" => config.ollama.legal_basis.clone().into(),
        "ollama.url" => config.ollama.url.clone().into(),
        "ollama.model" => config.ollama.model.clone().into(),
        "ollama.first_token_s" => i64::from(config.ollama.first_token_s).into(),
        "ollama.idle_s" => i64::from(config.ollama.idle_s).into(),
        _ => unreachable!("a test shows every setting"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_again() {
        let names = ("BIGDECODER_NAMES".to_owned(), "a.lan".to_owned());
        let config = Config::load(None, [names], &[("listen", "127.0.0.1:3".into())]).unwrap();
        let text = shown(&config);
        for setting in SETTINGS {
            let (_, key) = setting.key.split_once('.').unwrap_or(("", setting.key));
            assert!(text.contains(&format!("{key} = ")), "{key}");
        }
        assert!(text.contains("listen = \"127.0.0.1:3\" # flag\n"), "{text}");
        assert!(text.contains("names = [\"a.lan\"] # BIGDECODER_NAMES\n"));
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("shown.toml");
        std::fs::write(&file, &text).unwrap();
        let again = Config::load(Some(&file), [], &[]).unwrap();
        assert_eq!(again.names, config.names);
        assert_eq!(again.listen, config.listen);
        assert_eq!(again.ollama.idle_s, config.ollama.idle_s);
    }
}
