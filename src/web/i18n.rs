//! The words on screen, in Polish and English, from Fluent files.
//!
//! Invariant: both languages have every key (tested), and no text is built by joining pieces.

use std::{borrow::Borrow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{labels::Lang, mark};

const PL: &str = include_str!("../../assets/i18n/pl.ftl");
const EN: &str = include_str!("../../assets/i18n/en.ftl");

static POLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle("pl", PL));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle("en", EN));

fn bundle(lang: &str, source: &str) -> FluentBundle<FluentResource> {
    let lang = lang.parse().expect("\"pl\" and \"en\" are language tags");
    let mut bundle = FluentBundle::new_concurrent(vec![lang]);
    // Isolation marks would break the guard and make texts unequal to themselves.
    bundle.set_use_isolating(false);
    let resource =
        FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(?errors, "a translation file has errors");
            resource
        });
    if let Err(errors) = bundle.add_resource(resource) {
        tracing::error!(?errors, "a translation key is defined twice");
    }
    bundle
}

/// The translator of one language; what templates call `tr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tr(pub(crate) Lang);

impl Tr {
    /// The text of a key without arguments.
    pub(crate) fn t(self, key: impl AsRef<str>) -> String {
        self.format(key.as_ref(), None)
    }

    /// A text that depends on a number, with the language's plural forms (`$n`).
    pub(crate) fn n(self, key: impl AsRef<str>, n: impl std::fmt::Display) -> String {
        let n = n.to_string();
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::try_number(&n));
        self.format(key.as_ref(), Some(&args))
    }

    /// A text with one named value.
    pub(crate) fn a(
        self,
        key: impl AsRef<str>,
        name: &str,
        value: impl std::fmt::Display,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), value.to_string());
        self.format(key.as_ref(), Some(&args))
    }

    /// A text with one named value and a number that decides its form (`$n`).
    pub(crate) fn an(
        self,
        key: impl AsRef<str>,
        name: &str,
        value: impl std::fmt::Display,
        n: impl std::fmt::Display,
    ) -> String {
        let n = n.to_string();
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), value.to_string());
        args.set("n", FluentValue::try_number(&n));
        self.format(key.as_ref(), Some(&args))
    }

    /// The text of a key, or `None` where there is none.
    pub(crate) fn try_t(self, key: &str) -> Option<String> {
        self.bundle().has_message(key).then(|| self.t(key))
    }

    /// A text about a field and its limit.
    pub(crate) fn field_n(self, key: &str, field: &str, n: u32) -> String {
        let mut args = FluentArgs::new();
        args.set("field", field);
        args.set("n", i64::from(n));
        self.format(key, Some(&args))
    }

    /// The name of a label: `label("need", "range")` reads `need-range`.
    pub(crate) fn label(self, set: &str, id: impl AsRef<str>) -> String {
        self.t(format!("{set}-{}", id.as_ref()))
    }

    pub(crate) const fn lang(self) -> &'static str {
        self.0.id()
    }

    /// "14:05" in the showroom's time zone.
    pub(crate) fn time(self, ms: impl Borrow<i64>) -> String {
        zoned(*ms.borrow()).strftime("%H:%M").to_string()
    }

    /// "25.11.2026".
    pub(crate) fn date(self, ms: impl Borrow<i64>) -> String {
        zoned(*ms.borrow()).strftime("%d.%m.%Y").to_string()
    }

    /// A calendar day: "31.12.2027" or "31 December 2027".
    pub(crate) fn day(self, day: impl Borrow<Date>) -> String {
        mark::date(*day.borrow(), self.0)
    }

    /// A count in groups of three.
    pub(crate) fn count(self, n: impl std::fmt::Display) -> String {
        let text = n.to_string();
        text.parse()
            .map_or(text, |n: Decimal| mark::number(n, self.0))
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self.0 {
            Lang::Pl => &POLISH,
            Lang::En => &ENGLISH,
        }
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, lang = self.lang(), "a translation is missing");
            return format!("[{key}]");
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a translation lacks an argument");
        }
        text.into_owned()
    }
}

fn zoned(ms: i64) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(ms)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(crate::advisor::clock::showroom_zone())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::domain::labels::{Need, SlotKey, Stage, Tag, Tone};

    /// The texts of every file below a folder with an extension.
    pub(crate) fn files(dir: &Path, extension: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for entry in fs::read_dir(dir).expect("the folder exists").flatten() {
            let path = entry.path();
            if path.is_dir() {
                texts.extend(files(&path, extension));
            } else if path.extension().is_some_and(|e| e == extension) {
                texts.push(fs::read_to_string(&path).expect("sources are readable"));
            }
        }
        texts
    }

    fn keys(source: &str) -> BTreeSet<&str> {
        source
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
            .collect()
    }

    #[test]
    fn both_languages_have_every_key() {
        let (pl, en) = (keys(PL), keys(EN));
        let missing: Vec<_> = pl.symmetric_difference(&en).collect();
        assert!(missing.is_empty(), "only in one language: {missing:?}");
        for source in [PL, EN] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
        }
    }

    #[test]
    fn every_key_that_is_used_exists() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = files(&root.join("templates"), "html");
        sources.extend(files(&root.join("src/web"), "rs"));
        let keys = keys(PL);
        let mut missing = BTreeSet::new();
        let mut used = 0;
        for source in &sources {
            for call in ["tr.t(\"", "tr.n(\"", "tr.a(\"", "tr.an(\"", "tr().t(\""] {
                for part in source.split(call).skip(1) {
                    let key = part.split('"').next().unwrap();
                    used += 1;
                    if !keys.contains(key) && !key.ends_with('-') {
                        missing.insert(key.to_owned());
                    }
                }
            }
        }
        assert!(used > 20, "the scan finds the calls");
        assert!(missing.is_empty(), "missing: {missing:?}");
    }

    #[test]
    fn every_label_has_a_name() {
        let sets: [(&str, Vec<&str>); 5] = [
            ("tag", Tag::ALL.iter().map(|l| l.id()).collect()),
            ("need", Need::ALL.iter().map(|l| l.id()).collect()),
            ("tone", Tone::ALL.iter().map(|l| l.id()).collect()),
            ("stage", Stage::ALL.iter().map(|l| l.id()).collect()),
            ("slot", SlotKey::ALL.iter().map(|l| l.id()).collect()),
        ];
        for (set, ids) in sets {
            for id in ids {
                for lang in [Lang::Pl, Lang::En] {
                    let name = Tr(lang).label(set, id);
                    assert!(!name.starts_with('['), "{name}");
                }
            }
        }
    }

    #[test]
    fn polish_plurals_have_their_forms() {
        let forms: Vec<_> = [1, 3, 5, 22]
            .map(|n| Tr(Lang::Pl).n("sessions-count", n))
            .into();
        assert_eq!(forms, ["1 sesja", "3 sesje", "5 sesji", "22 sesje"]);
    }
}
