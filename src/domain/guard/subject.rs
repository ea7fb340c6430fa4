//! What a number is said of: cars, versions, drives, programmes, tariffs, places, and the role of the
//! number (a price, a limit, a range).
//!
//! A fact and a clause conflict where both name something of the same group and share none of it. What
//! is not named is not known, and conflicts with nothing.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use crate::domain::{
    fact::{Fact, Unit},
    labels::Lang,
    phrase::{Hit, Phrases, Words},
    text::Folded,
    vehicle::{self, Casing, Mention},
};

/// A set of things named, one bit each.
type Bits = u128;

/// Members of a group: patterns as in [`Phrases`], one row a member.
struct Group {
    members: &'static [&'static str],
    /// The group matters only for numbers of these units; for all where empty.
    units: &'static [Unit],
    /// What is said once holds for the rest of the sentence.
    lasting: bool,
}

const MONEY: &[Unit] = &[
    Unit::Pln,
    Unit::PlnPerMonth,
    Unit::PlnPerYear,
    Unit::PlnPerDay,
    Unit::PlnPerHour,
    Unit::Eur,
];

const GROUPS: &[Group] = &[
    // Trim.
    Group {
        members: &["long_range|lr", "performance", "standard|standardow*"],
        units: &[],
        lasting: false,
    },
    // Drive.
    Group {
        members: &[
            "rwd|naped*_na_tyl|naped*_na_tylna|naped*_na_tylne|tylny_naped|tylnym_napedem|tylnonapedow*|rear_wheel",
            "awd|dual_motor|all_wheel|four_wheel|naped*_na_cztery|naped*_na_4|naped*_na_obie|4_x_4",
        ],
        units: &[],
        lasting: false,
    },
    // Powertrain.
    Group {
        members: &[
            "bev|ev|elektryk*|elektryczn*|electric|electrics|zeroemisyjn*",
            "phev|plug_in|hybryd*|hybrid*",
            "ice|spalinow*|diesel*|diesla|benzyn*|petrol|combustion|gasoline",
        ],
        units: &[],
        lasting: true,
    },
    // Programme.
    Group {
        members: &[
            "naszeauto|nasze_auto|naszego_auta|naszym_aucie",
            "moj_elektryk|mojego_elektryka|moim_elektryku|mojelektryk",
        ],
        units: &[],
        lasting: true,
    },
    // Tariff.
    Group {
        members: &[
            "g11|g_11",
            "g12|g_12|g12w",
            "g13|g_13",
            "dynamic|dynamiczn*",
        ],
        units: &[Unit::PlnPerKwh, Unit::Pln],
        lasting: true,
    },
    // Whose electricity.
    Group {
        members: &[
            "supercharger*|superladowar*",
            "orlen*",
            "ionity",
            "greenway",
            "tauron*",
            "enea|enei|enee",
            "pge",
            "energa|energi_gdansk*",
        ],
        units: &[Unit::PlnPerKwh, Unit::Pln, Unit::Kw, Unit::Piece],
        lasting: true,
    },
    // Time of day.
    Group {
        members: &[
            "night|nights|noc|noca|nocy|nocn*|overnight",
            "day|daytime|dzien|dzienna|dziennej|dzienny|dzienne",
        ],
        units: &[Unit::PlnPerKwh, Unit::Pln],
        lasting: false,
    },
    // City.
    Group {
        members: &[
            "krakow*",
            "warszaw*|warsaw",
            "wroclaw*",
            "gdansk*",
            "poznan*|poznaniu",
            "lodz|lodzi",
            "katowic*",
            "szczecin*",
            "lublin*",
            "zaluski|zaluskach",
        ],
        units: &[],
        lasting: true,
    },
    // Use of a company car.
    Group {
        members: &[
            "mixed|mieszan*",
            "exclusive*|wylacznie_firmow*|wylacznie|business_only|only_business|purely_business|business_use_only",
        ],
        units: &[Unit::Percent],
        lasting: false,
    },
    // Role of money.
    Group {
        members: &[
            "price*|kosztuje|kosztowal*|cena|cene|ceny|cenie|cennik*|costs|lists|starts_at|zaczyna_sie",
            "cap|caps|limit*|amortyzac*|depreciation",
            "grant*|doplat*|dotac*|subsyd*|subsid*|naszeauto|zwrot|zwrotu|give_you|refund*|state",
            "budget*|budzet*|budzec*|przeznacza*|ceiling|limit*|you_told|you_gave|stated",
            "tco|calkowit*|posiadani*|utrzyman*|ownership|total|run",
            "rata|raty|rate|racie|instalment*|installment*|leas*|payment*|monthly|najem|najmu|rental",
            "discount*|rabat*|znizk*|upust*|taniej|oszczed*|zaoszczed*|save|saves|saving*|cheaper|bonus*|promo*|better_off|zostanie_panu|zostaje_panu",
            "oplat*|fee|fees|ryczalt*|private_use|flat_sum|przychod*",
        ],
        units: MONEY,
        lasting: false,
    },
    // Role of a distance.
    Group {
        members: &[
            "range|zasieg*|przejed*|przejezdza*|wltp|goes",
            "commute*|do_pracy|dojazd*|do_biura|to_work",
            "warrant*|gwaranc*|covered",
            "demo|demonstrac*",
        ],
        units: &[Unit::Km, Unit::Mi, Unit::KmPerYear],
        lasting: false,
    },
    // Role of a time.
    Group {
        members: &[
            "warrant*|gwaranc*|covered",
            "leas*|najem|najmu|rental|instalment*",
            "deliver*|dostaw*|odbior*|waiting",
        ],
        units: &[Unit::Year, Unit::Month, Unit::Week, Unit::Date],
        lasting: false,
    },
    // Role of a share.
    Group {
        members: &[
            "residual|wartosc*|value|resale|odsprzed*",
            "vat|odlicz*|deduct*",
            "credit|kredyt*|oprocentowan*|interest|rrso|apr",
            "discount*|rabat*|znizk*|promo*",
            "winter|zima|zime|mroz*|frost*|cold",
            "excise|akcyz*",
            "share|udzial*",
        ],
        units: &[Unit::Percent],
        lasting: false,
    },
];

/// The bit of a member and the mask of its group.
struct Layout {
    phrases: Phrases<u8>,
    masks: Vec<Bits>,
}

static LAYOUT: LazyLock<Layout> = LazyLock::new(|| {
    let mut rows = Vec::new();
    let mut masks = vec![0; GROUPS.len()];
    for (g, group) in GROUPS.iter().enumerate() {
        for pattern in group.members {
            let bit = rows.len() as u8;
            rows.push((*pattern, bit));
            masks[g] |= 1 << bit;
        }
    }
    Layout {
        phrases: Phrases::new(&[], &rows),
        masks,
    }
});

/// What a fact or a clause names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Subject {
    bits: Bits,
    models: Vec<Cow<'static, str>>,
    makes: Vec<&'static str>,
}

impl Subject {
    /// What the id, the subject and the labels of a fact name; a role is read from the id alone.
    pub(super) fn of(fact: &Fact) -> Self {
        let mut subject = Self::default();
        let ids = format!("{} {}", fact.id, fact.about).replace(['_', '.', '-'], " ");
        subject.add(&ids, Casing::Id, 0);
        let roles: Bits = roles();
        for label in [&fact.label.pl, &fact.label.en] {
            subject.add(label, Casing::Prose, roles);
        }
        subject
    }

    fn add(&mut self, text: &str, casing: Casing, without: Bits) {
        if text.is_empty() {
            return;
        }
        let folded = Folded::new(text);
        for hit in LAYOUT.phrases.find(&Words::new(&folded, 0..folded.len())) {
            self.bits |= 1 << hit.value & !without;
        }
        for car in vehicle::scan(&folded, casing)
            .iter()
            .filter(|car| !car.doubtful)
        {
            self.add_car(car);
        }
    }

    fn add_car(&mut self, car: &Mention) {
        if let Some(model) = &car.model
            && !self.models.contains(model)
        {
            self.models.push(model.clone());
        }
        if let Some(make) = car.make
            && !self.makes.contains(&make)
        {
            self.makes.push(make);
        }
    }

    /// Whether a number of this fact may not be said of the other, for a number of that unit.
    pub(super) fn conflicts(&self, said: &Self, unit: Unit) -> bool {
        let apart = |mask: Bits| {
            let (mine, theirs) = (self.bits & mask, said.bits & mask);
            mine != 0 && theirs != 0 && mine & theirs == 0
        };
        let groups = LAYOUT
            .masks
            .iter()
            .zip(GROUPS)
            .filter(|(_, g)| g.units.is_empty() || g.units.contains(&unit));
        if groups.map(|(mask, _)| *mask).any(apart) {
            return true;
        }
        if !self.models.is_empty() && !said.models.is_empty() {
            return !self.models.iter().any(|model| said.models.contains(model));
        }
        !self.makes.is_empty()
            && !said.makes.is_empty()
            && !self.makes.iter().any(|make| said.makes.contains(make))
    }
}

/// The groups that hold roles.
fn roles() -> Bits {
    LAYOUT.masks[GROUPS.len() - 4..]
        .iter()
        .fold(0, |all, mask| all | mask)
}

/// A sentence cut into clauses, each with what it names.
pub(super) struct Clauses {
    clauses: Vec<Clause>,
    /// Cars of the sentence before, for one that names none.
    earlier: Option<Subject>,
}

struct Clause {
    tokens: Range<usize>,
    bits: Bits,
    cars: Vec<Mention>,
}

impl Clauses {
    /// `tokens` is the sentence; `taken` are tokens inside quantities, where no clause ends.
    pub(super) fn new(
        folded: &Folded,
        tokens: Range<usize>,
        cars: &[Mention],
        taken: &[Range<usize>],
        lang: Lang,
        earlier: Option<Subject>,
    ) -> Self {
        let inside = |at: usize| {
            taken.iter().any(|t| t.contains(&at)) || cars.iter().any(|c| c.tokens.contains(&at))
        };
        let mut clauses = Vec::new();
        let mut start = tokens.start;
        for at in tokens.clone() {
            let dash = folded.get(at) == "-" && !(folded.glued(at) && folded.glued(at + 1));
            if (dash || ends_clause(folded.get(at), lang)) && !inside(at) {
                clauses.push(start..at);
                start = at + 1;
            }
        }
        clauses.push(start..tokens.end);
        let words = Words::new(folded, tokens);
        let hits = LAYOUT.phrases.find(&words);
        let clauses = clauses
            .into_iter()
            .filter(|c| !c.is_empty())
            .map(|tokens| Clause::new(tokens, &hits, cars))
            .collect();
        Self { clauses, earlier }
    }

    /// What the number at `quantity` is said of.
    pub(super) fn around(&self, quantity: &Range<usize>) -> Subject {
        let Some(here) = self
            .clauses
            .iter()
            .position(|c| c.tokens.contains(&quantity.start))
        else {
            return Subject::default();
        };
        let mut subject = Subject {
            bits: self.clauses[here].bits,
            ..Subject::default()
        };
        for (mask, group) in LAYOUT.masks.iter().zip(GROUPS).filter(|(_, g)| g.lasting) {
            debug_assert!(group.lasting);
            if subject.bits & mask == 0 {
                let nearest = self.clauses[..here]
                    .iter()
                    .rev()
                    .find(|c| c.bits & mask != 0);
                subject.bits |= nearest.map_or(0, |c| c.bits & mask);
            }
        }
        if let Some(car) = self.car(here, quantity) {
            subject.add_car(car);
        } else if let Some(earlier) = &self.earlier {
            subject.models.clone_from(&earlier.models);
            subject.makes.clone_from(&earlier.makes);
        }
        subject
    }

    /// The nearest car: before the number in its clause, after it there, in clauses before, in clauses after.
    fn car(&self, here: usize, quantity: &Range<usize>) -> Option<&Mention> {
        let clause = &self.clauses[here];
        let before = clause.cars.iter().rfind(|c| c.tokens.end <= quantity.start);
        before
            .or_else(|| clause.cars.iter().find(|c| c.tokens.start >= quantity.end))
            .or_else(|| {
                self.clauses[..here]
                    .iter()
                    .rev()
                    .find_map(|c| c.cars.last())
            })
            .or_else(|| self.clauses[here + 1..].iter().find_map(|c| c.cars.first()))
    }

    /// The cars of the sentence, if it names a single one.
    pub(super) fn only_car(&self) -> Option<Subject> {
        let mut subject = Subject::default();
        self.clauses
            .iter()
            .flat_map(|c| &c.cars)
            .for_each(|car| subject.add_car(car));
        (subject.models.len() == 1).then_some(subject)
    }

    pub(super) fn names_a_car(&self) -> bool {
        self.clauses.iter().any(|c| !c.cars.is_empty())
    }
}

impl Clause {
    fn new(tokens: Range<usize>, hits: &[Hit<u8>], cars: &[Mention]) -> Self {
        let bits = hits
            .iter()
            .filter(|h| tokens.contains(&h.tokens.start))
            .fold(0, |bits, h| bits | 1 << h.value);
        let cars = cars
            .iter()
            .filter(|c| tokens.contains(&c.tokens.start) && !c.doubtful)
            .cloned()
            .collect();
        Self { tokens, bits, cars }
    }
}

/// Signs and words that part what is said of one thing from what is said of another.
fn ends_clause(word: &str, lang: Lang) -> bool {
    match word {
        "," | ";" | "(" | ")" => true,
        "a" | "i" | "oraz" | "ale" | "natomiast" | "zas" | "lub" | "albo" | "wobec" => {
            lang == Lang::Pl
        }
        "and" | "or" | "but" | "while" | "whereas" | "against" | "versus" | "vs" => {
            lang == Lang::En
        }
        _ => false,
    }
}
