//! The built appliance as its users meet it: the real binary, a folder of its own, real sockets.
//!
//! Every wait is bounded, and what was started is killed when it is dropped.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub(crate) mod http;
pub(crate) mod people;
pub(crate) mod work;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_bigdecoder");
/// Far longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(3);

pub(crate) type Environment<'e> = &'e [(&'e str, &'e str)];

pub(crate) struct Appliance {
    dir: TempDir,
    child: Child,
    pub(crate) address: SocketAddr,
    /// The key of the set-up link of the first start.
    pub(crate) setup_key: String,
    log: Arc<Mutex<Vec<u8>>>,
}

impl Appliance {
    pub(crate) fn start(environment: Environment<'_>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let log = Arc::default();
        let (child, said) = spawn(&dir, environment, &log);
        let mut appliance = Self {
            dir,
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            setup_key: String::new(),
            log,
        };
        appliance.listen(&said);
        let link = appliance.line(&said);
        let (_, key) = link.split_once("key=").unwrap_or_else(|| panic!("{link}"));
        key.clone_into(&mut appliance.setup_key);
        appliance
    }

    /// Starts it again over the same folder, after [`stop`](Self::stop) or [`kill`](Self::kill).
    pub(crate) fn start_again(&mut self, environment: Environment<'_>) {
        let (child, said) = spawn(&self.dir, environment, &self.log);
        self.child = child;
        self.listen(&said);
    }

    /// Reads where it listens, which it prints when it is ready.
    fn listen(&mut self, said: &mpsc::Receiver<String>) {
        let first = self.line(said);
        let address = first.strip_prefix("Listening on http://");
        self.address = address
            .unwrap_or_else(|| panic!("{first}"))
            .parse()
            .unwrap();
    }

    fn line(&self, said: &mpsc::Receiver<String>) -> String {
        said.recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("it did not start ({error}):\n{}", self.log()))
    }

    /// Ends it in order.
    pub(crate) fn stop(&mut self) {
        signal("TERM", self.pid());
        let ended = until("it ends", || self.child.try_wait().unwrap());
        assert!(ended.success(), "{ended}\n{}", self.log());
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has written to standard error so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap()).into_owned()
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// A command of the same binary over the same folder.
    pub(crate) fn tool(&self, arguments: &[&str]) -> Output {
        command(&self.dir, &[]).args(arguments).output().unwrap()
    }

    /// `bigdecoder audit verify`, which needs the server to be stopped.
    pub(crate) fn verify_audit(&self) {
        let done = self.tool(&["audit", "verify"]);
        assert!(done.status.success(), "{done:?}");
    }

    pub(crate) fn open_database(&self) -> Connection {
        let connection = Connection::open(self.data().join("bigdecoder.db")).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        connection
    }

    /// What every table holds, in short: anything stored or changed would show. Left out are
    /// when a sign-in or token was last used, and audit entries of what was refused.
    pub(crate) fn contents(&self) -> BTreeMap<String, String> {
        let database = self.open_database();
        let all =
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
        let mut tables = database.prepare(all).unwrap();
        let tables = tables.query_map([], |row| row.get(0)).unwrap();
        let tables: Vec<String> = tables.collect::<Result<_, _>>().unwrap();
        let digest = |table: String| {
            let rows = match table.as_str() {
                "logins" | "tokens" => format!("select id, expires_ms from {table}"),
                "audit" => "select * from audit where outcome <> 'refused'".to_owned(),
                // Full-text search keeps tables that only it can read.
                _ => format!("select * from \"{table}\""),
            };
            let digest = digest(&database, &rows);
            (table, digest)
        };
        tables.into_iter().map(digest).collect()
    }
}

/// The number of rows and a hash of them.
fn digest(database: &Connection, query: &str) -> String {
    let mut statement = database.prepare(query).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let (mut count, mut hash) = (0, Sha256::new());
    while let Some(row) = rows.next().unwrap() {
        count += 1;
        for column in 0..columns {
            hash.update(format!("{:?}|", row.get_ref(column).unwrap()));
        }
    }
    let hash = bigdecoder::domain::hex::hex(&hash.finalize());
    format!("{count} rows, {hash}")
}

impl Drop for Appliance {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- log of the appliance\n{}", self.log());
        }
    }
}

fn command(dir: &TempDir, environment: Environment<'_>) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BIGDECODER_")) {
        command.env_remove(name);
    }
    command
        .current_dir(dir.path())
        .env("BIGDECODER_DATA_DIR", dir.path().join("data"))
        .env("BIGDECODER_LISTEN", "127.0.0.1:0")
        .env("BIGDECODER_LIFT_LIMITS", "true")
        .envs(environment.iter().copied());
    command
}

fn spawn(
    dir: &TempDir,
    environment: Environment<'_>,
    log: &Arc<Mutex<Vec<u8>>>,
) -> (Child, mpsc::Receiver<String>) {
    let mut child = command(dir, environment)
        .arg("serve")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (say, said) = mpsc::channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || {
        output
            .lines()
            .map_while(Result::ok)
            .try_for_each(|line| say.send(line))
    });
    let mut errors = child.stderr.take().unwrap();
    let log = Arc::clone(log);
    thread::spawn(move || {
        let mut piece = [0; 8_192];
        while let Ok(length @ 1..) = errors.read(&mut piece) {
            log.lock().unwrap().extend_from_slice(&piece[..length]);
        }
    });
    (child, said)
}

pub(crate) fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// Asks until there is an answer.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(since.elapsed() < PATIENCE, "it never came: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
