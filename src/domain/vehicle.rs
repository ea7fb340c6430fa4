//! Names of cars as people write and say them: makes and models with Polish inflection.
//!
//! Must not know prices, facts or who owns what. Invariant: a mention is named in the nominative,
//! and the digits of a name ("Model 3", "ID.4", "EV6") are inside it, so that nobody counts them.

use std::{borrow::Cow, collections::HashMap, ops::Range, sync::LazyLock};

use super::text::{Folded, Kind, fold};

mod names;

/// A car, or just a make, named in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Tokens of the folded text.
    pub tokens: Range<usize>,
    /// The make, folded; known for a listed model even where it is not said.
    pub make: Option<&'static str>,
    /// The model without spaces and signs, folded ("modely", "id4"); `None` for a bare make.
    pub model: Option<Cow<'static, str>>,
    /// As said, in the nominative: "Mercedes GLC", "Superb".
    pub name: String,
    /// The name is also an ordinary word or a road, and no make stands before it.
    pub doubtful: bool,
}

/// Whether capitals tell anything in the text at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Casing {
    /// Prose: a doubtful name must be written as a name.
    Prose,
    /// An identifier such as `price_dacia_spring`, with its underscores read as spaces.
    Id,
}

#[derive(Debug)]
struct Piece {
    text: String,
    digits: bool,
    /// Touches the piece before it ("EV6"), rather than being parted by a space or sign.
    glued: bool,
}

#[derive(Debug)]
struct Name {
    pieces: Vec<Piece>,
    canonical: String,
    make: usize,
    /// `None` for the make itself.
    model: Option<String>,
    doubtful: bool,
}

struct Table {
    names: Vec<Name>,
    makes: Vec<String>,
    by_initial: HashMap<[u8; 2], Vec<usize>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

impl Table {
    fn new() -> Self {
        let mut table = Self {
            names: Vec::new(),
            makes: names::MAKES
                .iter()
                .map(|row| fold(row.0.trim_start_matches('~')))
                .collect(),
            by_initial: HashMap::new(),
        };
        for (make, (canonical, aliases, models)) in names::MAKES.iter().enumerate() {
            let (canonical, doubtful) = plain(canonical);
            table.push(make, canonical, canonical.to_owned(), None, doubtful);
            for alias in list(aliases) {
                let (alias, doubtful) = plain(alias);
                table.push(make, alias, canonical.to_owned(), None, doubtful);
            }
            for model in list(models) {
                let (model, doubtful) = plain(model);
                let doubtful = doubtful || model.bytes().all(|b| b.is_ascii_digit());
                table.push(make, model, model.to_owned(), Some(squash(model)), doubtful);
            }
        }
        for names in table.by_initial.values_mut() {
            names.sort_by_key(|&i| std::cmp::Reverse(table.names[i].pieces.len()));
        }
        table
    }

    fn push(
        &mut self,
        make: usize,
        said: &str,
        canonical: String,
        model: Option<String>,
        doubtful: bool,
    ) {
        let pieces = pieces(said);
        let initial = initial(&pieces[0].text);
        self.by_initial
            .entry(initial)
            .or_default()
            .push(self.names.len());
        self.names.push(Name {
            pieces,
            canonical,
            make,
            model,
            doubtful,
        });
    }
}

/// The first two letters, by which names are looked up; no case of a name changes them.
fn initial(word: &str) -> [u8; 2] {
    let bytes = word.as_bytes();
    [
        bytes.first().copied().unwrap_or(0),
        bytes.get(1).copied().unwrap_or(0),
    ]
}

/// A name without its mark of doubt.
fn plain(name: &str) -> (&str, bool) {
    name.strip_prefix('~')
        .map_or((name, false), |name| (name, true))
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// A name without spaces and signs, folded.
pub fn squash(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn pieces(name: &str) -> Vec<Piece> {
    let folded = Folded::new(name);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut after_sign = true;
    for i in 0..folded.len() {
        let digits = folded.kind(i) == Some(Kind::Digits);
        if folded.kind(i) == Some(Kind::Mark) {
            after_sign = true;
            continue;
        }
        let glued = folded.glued(i) && !after_sign;
        pieces.push(Piece {
            text: folded.get(i).to_owned(),
            digits,
            glued,
        });
        after_sign = false;
    }
    pieces
}

/// Every car and make named in the text, in order, without overlaps; the longest name wins.
pub fn scan(folded: &Folded, casing: Casing) -> Vec<Mention> {
    let table = &*TABLE;
    let mut mentions: Vec<Mention> = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let found = table
            .longest(folded, at)
            .or_else(|| unknown(folded, at, casing));
        let Some(mut mention) = found else {
            at += 1;
            continue;
        };
        let previous = mentions
            .last()
            .filter(|m| m.tokens.end == at && m.model.is_none());
        let after_make = previous.is_some_and(|m| mention.make.is_none() || m.make == mention.make);
        let inflected = mention.tokens.len() == 1 && squash(&mention.name) != folded.get(at);
        if mention.doubtful && !after_make && !inflected && !written_as_name(folded, at, casing) {
            at += 1;
            continue;
        }
        at = mention.tokens.end;
        if let Some(make) = mentions
            .pop_if(|m| m.tokens.end == mention.tokens.start && m.model.is_none() && after_make)
        {
            mention.tokens.start = make.tokens.start;
            mention.make = make.make;
            if !mention.name.starts_with(&make.name) {
                mention.name = format!("{} {}", make.name, mention.name);
            }
            mention.doubtful = false;
        }
        mentions.push(mention);
    }
    if casing == Casing::Id {
        for mention in &mut mentions {
            mention.doubtful = false;
        }
    }
    mentions
}

/// Whether a doubtful name has the look of a name.
fn written_as_name(folded: &Folded, at: usize, casing: Casing) -> bool {
    casing == Casing::Id
        || folded.capital(at)
        || folded.glued(at + 1)
            && folded.kind(at + 1) == Some(Kind::Digits)
            && folded.kind(at) == Some(Kind::Word)
}

impl Table {
    fn longest(&'static self, folded: &Folded, at: usize) -> Option<Mention> {
        let initial = initial(folded.get(at));
        let mut best: Option<(usize, &Name)> = None;
        for name in self
            .by_initial
            .get(&initial)?
            .iter()
            .map(|&i| &self.names[i])
        {
            if let Some(end) = name.end(folded, at)
                && best.is_none_or(|(longest, _)| end > longest)
            {
                best = Some((end, name));
            }
        }
        let (end, name) = best?;
        Some(Mention {
            tokens: at..end,
            make: Some(&TABLE.makes[name.make]),
            model: name.model.as_deref().map(Cow::Borrowed),
            name: name.canonical.clone(),
            doubtful: name.doubtful,
        })
        .filter(|_| !folded.glued(end) || folded.kind(end) == Some(Kind::Mark))
    }
}

impl Name {
    /// The token after this name, if it stands at `at`.
    fn end(&self, folded: &Folded, at: usize) -> Option<usize> {
        let mut i = at;
        for (n, piece) in self.pieces.iter().enumerate() {
            if n > 0
                && !piece.glued
                && matches!(folded.get(i), "-" | "." | ":" | "'")
                && folded.glued(i)
            {
                i += 1;
            }
            if n > 0 && piece.glued && !folded.glued(i) {
                return None;
            }
            let word = folded.get(i);
            let fits = if piece.digits {
                word == piece.text
            } else {
                inflected(word, &piece.text)
                    || !self.doubtful
                        && piece.text.len() > 3
                        && word.strip_suffix('s') == Some(&piece.text)
            };
            if !fits {
                return None;
            }
            i += 1;
        }
        // "X5'a", "GLC-em": the ending of an abbreviation belongs to it.
        let ending = matches!(folded.get(i), "'" | "-") && folded.glued(i) && folded.glued(i + 1);
        if ending && ENDINGS.contains(&folded.get(i + 1)) {
            i += 2;
        }
        Some(i)
    }
}

const ENDINGS: &[&str] = &[
    "a", "u", "em", "iem", "owi", "ie", "e", "y", "i", "ow", "om", "ami", "ach", "zie", "ze", "o",
    "m", "ce",
];

/// Whether a folded word is a Polish case of a folded name (or the name itself).
pub fn inflected(word: &str, name: &str) -> bool {
    if word == name {
        return true;
    }
    if name.len() < 3 || !name.is_ascii() || !word.is_ascii() {
        return false;
    }
    let (stem, last) = name.split_at(name.len() - 1);
    if name.len() == 3 && matches!(last, "a" | "o" | "e" | "i" | "u") {
        return word.strip_prefix(stem) == Some("i");
    }
    let ends = |stem: &str, endings: &[&str]| {
        word.strip_prefix(stem)
            .is_some_and(|rest| endings.contains(&rest))
    };
    match last {
        "a" | "o" | "e" => {
            ends(stem, ENDINGS)
                || ends(name, ENDINGS)
                || stem.ends_with('t') && ends(&stem[..stem.len() - 1], &["cie"])
        }
        "t" => ends(name, ENDINGS) || ends(stem, &["cie"]),
        "c" => ends(name, ENDINGS) || ends(stem, &["kiem", "ku"]),
        _ => ends(name, ENDINGS),
    }
}

/// Letters and digits that look like the name of a model nobody listed ("ET9", "7X").
fn unknown(folded: &Folded, at: usize, casing: Casing) -> Option<Mention> {
    let letters = folded.get(at);
    let digits = folded.get(at + 1);
    let shape = folded.kind(at) == Some(Kind::Word)
        && letters.is_ascii()
        && (1..=3).contains(&letters.len())
        && folded.glued(at + 1)
        && folded.kind(at + 1) == Some(Kind::Digits)
        && digits.len() <= 2
        && !folded.glued(at)
        && !(folded.glued(at + 2) && folded.kind(at + 2) != Some(Kind::Mark));
    if !shape || casing == Casing::Prose && !folded.capital(at) || NO_CAR.contains(&letters) {
        return None;
    }
    Some(Mention {
        tokens: at..at + 2,
        make: None,
        model: Some(format!("{letters}{digits}").into()),
        name: format!("{}{digits}", letters.to_uppercase()),
        doubtful: letters.len() == 1,
    })
}

/// Letters before digits that name tariffs, roads, taxes, plugs, standards.
const NO_CAR: &[&str] = &[
    "g", "vat", "pit", "cit", "ccs", "co", "r", "b", "d", "h", "n", "dw", "dk", "euro", "typ",
    "type", "q", "no", "nr", "l", "pm", "nh", "fsd", "hw", "c", "pln", "eur", "usd", "zl", "tys",
    "ul",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        scan(&Folded::new(text), Casing::Prose)
            .into_iter()
            .map(|m| m.name)
            .collect()
    }

    #[test]
    fn names_come_back_in_the_nominative() {
        let cases: &[(&str, &[&str])] = &[
            ("Jeżdżę Superbem, wcześniej octavią", &["Superb", "Octavia"]),
            ("mam Passata w dieslu i Fiestę", &["Passat", "Fiesta"]),
            (
                "Corolle kombi, w rozliczeniu Tourana",
                &["Corolla", "Touran"],
            ),
            ("mamy Imprezę i starą Insignię", &["Impreza", "Insignia"]),
            (
                "teraz klasa E, wcześniej dwie klasy S",
                &["klasa E", "klasa S"],
            ),
            (
                "an S-Class and a Mercedes GLC",
                &["S-Class", "Mercedes GLC"],
            ),
            (
                "Model 3, Modelu Y i ID.4, EV6, e-Golf",
                &["Model 3", "Model Y", "ID.4", "EV6", "e-Golf"],
            ),
            (
                "Mam X5'a i Audi A4, BMW iX3 też",
                &["X5", "Audi A4", "BMW iX3"],
            ),
            ("BYD quotes more for the Sealion 7", &["BYD", "Sealion 7"]),
            (
                "Škoda Elroq, skodą Enyaqiem",
                &["Škoda Elroq", "Škoda Enyaq"],
            ),
            (
                "the Ioniq 5 and a Land Cruiser",
                &["Ioniq 5", "Land Cruiser"],
            ),
            ("przez S8 i G12, VAT-26, CCS2", &["Audi S8"]),
            ("no soul, in spring, a box, note it", &[]),
            ("Toyocie i Skodzie", &["Toyota", "Škoda"]),
        ];
        for (text, expected) in cases {
            let found = names(text);
            if *text == "przez S8 i G12, VAT-26, CCS2" {
                assert!(
                    scan(&Folded::new(text), Casing::Prose)
                        .iter()
                        .all(|m| m.doubtful),
                    "{text}"
                );
                continue;
            }
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn identifiers_name_the_same_cars_as_prose() {
        let model = |id: &str| {
            let folded = Folded::new(&id.replace(['_', '.'], " "));
            scan(&folded, Casing::Id)
                .into_iter()
                .filter_map(|m| m.model)
                .next_back()
        };
        let cases = [
            ("model_y_lr_range", "modely"),
            ("id4_price", "id4"),
            ("price_hyundai_ioniq_5", "ioniq5"),
            ("ioniq5_price", "ioniq5"),
            ("sealion7_accel", "sealion7"),
            ("price_dacia_spring", "spring"),
            ("price_dongfeng_box", "box"),
            ("share_e_c3", "ec3"),
            ("range_bmw_ix3_50", "ix3"),
            ("price_vw_id7", "id7"),
            ("price_byd_dolphin_surf", "dolphinsurf"),
        ];
        for (id, expected) in cases {
            assert_eq!(model(id).as_deref(), Some(expected), "{id}");
        }
        assert_eq!(model("bev_cost_cap"), None);
        assert_eq!(model("tariff_g12_night"), None);
    }
}
