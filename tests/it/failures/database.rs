//! The database made unreadable while people work: what they saw stays readable with its time,
//! writes are refused, and nothing is acknowledged that is not stored.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use jiff::Timestamp;
use serde_json::json;

use crate::appliance::{Appliance, http::Answer, people::Crew, until};

/// What happens to the file.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Moved,
    Forbidden,
    Overwritten,
    Emptied,
}

/// How it is undone.
enum Repair {
    MoveBack(PathBuf),
    Allow,
    Write(Vec<u8>),
}

impl Fault {
    fn strike(self, file: &Path) -> Repair {
        match self {
            Self::Moved => {
                let aside = file.with_extension("aside");
                fs::rename(file, &aside).unwrap();
                Repair::MoveBack(aside)
            }
            Self::Forbidden => {
                fs::set_permissions(file, Permissions::from_mode(0o000)).unwrap();
                Repair::Allow
            }
            Self::Overwritten => {
                let bytes = fs::read(file).unwrap();
                overwrite(file, &vec![0xA5; bytes.len()]);
                Repair::Write(bytes)
            }
            Self::Emptied => {
                let bytes = fs::read(file).unwrap();
                OpenOptions::new()
                    .write(true)
                    .open(file)
                    .unwrap()
                    .set_len(0)
                    .unwrap();
                Repair::Write(bytes)
            }
        }
    }
}

impl Repair {
    fn apply(self, file: &Path) {
        match self {
            Self::MoveBack(aside) => fs::rename(aside, file).unwrap(),
            Self::Allow => fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap(),
            Self::Write(bytes) => overwrite(file, &bytes),
        }
    }
}

/// Writes over the same file: it stays the one that is open.
fn overwrite(file: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(file).unwrap();
    file.write_all(bytes).unwrap();
    file.sync_all().unwrap();
}

struct Showroom {
    appliance: Appliance,
    crew: Crew,
    visit: String,
}

impl Showroom {
    fn open() -> Self {
        let appliance = Appliance::start(&[]);
        let crew = appliance.staff();
        let visit = appliance.visit(&crew.seller().token, "Pani od notatek");
        Self {
            appliance,
            crew,
            visit,
        }
    }

    /// The seller's note of that number, sent as the page sends it.
    fn note(&self, number: usize) -> Answer {
        let text = note(number);
        let fields = [("speaker", "client"), ("text", text.as_str())];
        self.post(&format!("/sessions/{}/utterances", self.visit), &fields)
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.appliance
            .form(&self.crew.seller().cookie, path, fields)
    }

    fn get(&self, path: &str) -> Answer {
        self.appliance.get(&self.crew.seller().cookie, path)
    }

    /// Numbers of the notes that the visit holds.
    fn stored(&self) -> BTreeSet<usize> {
        let path = format!("/api/sessions/{}", self.visit);
        let visit = self
            .appliance
            .get(&self.crew.seller().token, &path)
            .done()
            .json();
        let said = visit["utterances"].as_array().unwrap().iter();
        said.map(|said| number(said["text"].as_str().unwrap()))
            .collect()
    }

    fn pages(&self) -> [String; 3] {
        let visit = &self.visit;
        [
            "/sessions".to_owned(),
            format!("/sessions/{visit}"),
            format!("/sessions/{visit}/strategy?tab=plan"),
        ]
    }
}

fn note(number: usize) -> String {
    format!("Pytam o bagażnik i o ładowanie, notatka numer {number}.")
}

fn number(text: &str) -> usize {
    let digits = text.rsplit(' ').next().unwrap().trim_end_matches('.');
    digits.parse().unwrap_or_else(|_| panic!("no note: {text}"))
}

/// The time of day in the showroom, as the banner writes it.
fn clock() -> String {
    let now = Timestamp::now().in_tz("Europe/Warsaw").unwrap();
    now.strftime("%H:%M").to_string()
}

#[test]
fn while_the_database_is_away_pages_are_old_and_writes_are_refused() {
    let mut showroom = Showroom::open();
    let visit = showroom.visit.clone();
    let strategy = showroom
        .appliance
        .order(&showroom.crew.seller().token, &visit);
    showroom
        .appliance
        .finished(&showroom.crew.seller().token, &strategy);
    let file = showroom.appliance.data().join("bigdecoder.db");
    let faults = [
        Fault::Moved,
        Fault::Forbidden,
        Fault::Overwritten,
        Fault::Emptied,
    ];
    let mut acknowledged = BTreeSet::new();
    for (number, fault) in (0..).step_by(10).zip(faults) {
        // Anew, so that everything is in the file and not in its log of changes, which is whole.
        showroom.appliance.stop();
        showroom.appliance.start_again(&[]);
        showroom.note(number).done();
        acknowledged.insert(number);
        let pages = showroom.pages();
        let since = clock();
        for page in &pages {
            let text = showroom.get(page).done();
            assert!(!text.text().contains("class=\"banner"), "{fault:?} {page}");
        }
        let times = [since, clock()];

        let repair = fault.strike(&file);
        for page in &pages {
            let answer = showroom.get(page);
            let dated = times
                .iter()
                .any(|time| answer.text().contains(&format!("To kopia z {time}")));
            assert!(
                answer.status == 200 && dated,
                "{fault:?} {page}: {}",
                answer.text()
            );
        }
        assert!(
            showroom.get(&pages[1]).text().contains(&note(number)),
            "{fault:?}"
        );
        strangers(&showroom, fault);
        refusals(&showroom, fault, number + 1);
        repair.apply(&file);

        until("the database is back", || {
            (showroom.note(number + 2).status < 400).then_some(())
        });
        acknowledged.insert(number + 2);
        for page in &pages {
            let answer = showroom.get(page).done();
            assert!(
                !answer.text().contains("class=\"banner"),
                "{fault:?} {page}"
            );
        }
        assert_eq!(showroom.stored(), acknowledged, "{fault:?}");
        assert_eq!(showroom.appliance.writers().len(), 0);
    }
    showroom.appliance.stop();
    showroom.appliance.verify_audit();
}

/// Pages that this browser has not seen are not there, least of all another person's.
fn strangers(showroom: &Showroom, fault: Fault) {
    let other = &showroom.crew.other.cookie;
    let [_, visit, _] = showroom.pages();
    for (who, page) in [
        (&showroom.crew.seller().cookie, "/account"),
        (other, visit.as_str()),
        (other, "/sessions"),
    ] {
        let answer = showroom.appliance.get(who, page);
        let text = answer.text();
        assert_eq!(answer.status, 503, "{fault:?} {page}: {text}");
        assert!(
            text.contains("Baza danych nie odpowiada") && !text.contains("notatka"),
            "{text}"
        );
    }
}

/// Every kind of write is refused with a sentence.
fn refusals(showroom: &Showroom, fault: Fault, number: usize) {
    let visit = &showroom.visit;
    let text = note(number);
    let fields = [
        ("text", text.as_str()),
        ("alias", "Nowa"),
        ("stage", "analysis"),
        ("status", "paused"),
        ("key", "yearly_km"),
        ("value", "20000"),
        ("archetype", "deal_hunter"),
        ("name", "nowy"),
    ];
    let mut paths: Vec<_> = [
        "utterances",
        "stage",
        "status",
        "slots",
        "correction",
        "strategies",
    ]
    .map(|part| format!("/sessions/{visit}/{part}"))
    .into();
    paths.extend(["/sessions", "/account/tokens", "/logout"].map(str::to_owned));
    for path in paths {
        let answer = showroom.post(&path, &fields);
        let text = answer.text();
        assert_eq!(answer.status, 503, "{fault:?} {path}: {text}");
        assert!(
            text.contains("Nic nie zostało zapisane."),
            "{fault:?} {path}: {text}"
        );
        assert!(answer.header("retry-after").is_some());
    }
    let token = &showroom.crew.seller().token;
    for (path, body) in [
        ("/api/analyze", json!({"session_id": visit, "text": text})),
        ("/api/sessions", json!({"alias": "Nowa"})),
        ("/api/strategies", json!({"session_id": visit})),
        (
            "/api/feedback",
            json!({"kind": "comment", "comment": "Dobrze."}),
        ),
    ] {
        let answer = showroom.appliance.json(token, path, &body);
        assert_eq!(answer.status, 503, "{fault:?} {path}");
        assert_eq!(
            answer.json()["type"],
            "urn:bigdecoder:problem:unavailable",
            "{fault:?} {path}"
        );
    }
    let health = showroom.appliance.get(token, "/health");
    assert_eq!(
        (health.status, &health.json()["database"]),
        (503, &json!(false)),
        "{fault:?}"
    );
}

/// Notes that several people write at the same time, by their fate.
#[derive(Default)]
struct Notes {
    next: AtomicUsize,
    acknowledged: Mutex<BTreeSet<usize>>,
    refused: Mutex<BTreeSet<usize>>,
    over: AtomicBool,
}

impl Notes {
    fn write(&self, showroom: &Showroom) {
        while !self.over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let answer = showroom.note(number);
            let fate = match answer.status {
                303 => &self.acknowledged,
                503 => &self.refused,
                other => panic!("{other}: {}", answer.text()),
            };
            fate.lock().unwrap().insert(number);
        }
    }

    /// Waits until some more have met this fate.
    fn some_more(fate: &Mutex<BTreeSet<usize>>) {
        let enough = fate.lock().unwrap().len() + 3;
        until("more notes", || {
            (fate.lock().unwrap().len() >= enough).then_some(())
        });
    }
}

#[test]
fn what_is_acknowledged_while_the_database_comes_and_goes_is_there_afterwards() {
    let mut showroom = Showroom::open();
    let file = showroom.appliance.data().join("bigdecoder.db");
    let notes = Notes::default();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| notes.write(&showroom));
        }
        for fault in [Fault::Moved, Fault::Forbidden].repeat(4) {
            Notes::some_more(&notes.acknowledged);
            let repair = fault.strike(&file);
            Notes::some_more(&notes.refused);
            repair.apply(&file);
        }
        Notes::some_more(&notes.acknowledged);
        notes.over.store(true, Ordering::Relaxed);
    });
    let acknowledged = notes.acknowledged.into_inner().unwrap();
    assert!(acknowledged.is_disjoint(&notes.refused.into_inner().unwrap()));
    assert_eq!(showroom.stored(), acknowledged);
    showroom.appliance.stop();
    showroom.appliance.verify_audit();
}
