//! A server that speaks Ollama's protocol, well or badly, section by section.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};

use crate::appliance::PATIENCE;

const OK: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n";

/// What one request for a section is answered with.
pub(crate) enum Reply {
    /// A whole, valid answer.
    Good,
    /// This text as the model's, then the end.
    Text(String),
    /// This text as the model's, then silence with the connection open.
    Stall(&'static str),
    /// These bytes as the answer's body.
    Raw(Vec<u8>),
    /// These bytes instead of an HTTP answer.
    Wire(&'static str),
}

/// Listens until the test ends; a request that is not under way any more is forgotten.
pub(crate) struct StandIn {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Value>>>,
}

impl StandIn {
    pub(crate) fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::default());
        let tell = Arc::clone(&seen);
        let reply = Arc::new(reply);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tell, reply) = (Arc::clone(&tell), Arc::clone(&reply));
                // A client that has heard enough closes before the end.
                thread::spawn(move || answer(stream, &tell, &*reply).ok());
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bodies of the requests so far.
    pub(crate) fn seen(&self) -> Vec<Value> {
        self.seen.lock().unwrap().clone()
    }
}

fn answer(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Value>>,
    reply: &impl Fn(&str) -> Reply,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = request(&stream)?;
    let section = section(&body);
    seen.lock().unwrap().push(body);
    let (text, stalls) = match reply(section) {
        Reply::Good => (good(section).to_string(), false),
        Reply::Text(text) => (text, false),
        Reply::Stall(text) => (text.to_owned(), true),
        Reply::Raw(bytes) => return stream.write_all(&[OK.as_bytes(), &bytes].concat()),
        Reply::Wire(bytes) => return stream.write_all(bytes.as_bytes()),
    };
    let mut answer = OK.to_owned();
    if !text.is_empty() {
        let says = json!({"message": {"role": "assistant", "content": text}, "done": false});
        answer.extend([says.to_string(), "\n".to_owned()]);
    }
    if !stalls {
        let end = json!({"role": "assistant", "content": ""});
        let done = json!({"message": end, "done": true, "done_reason": "stop"});
        answer.extend([done.to_string(), "\n".to_owned()]);
    }
    stream.write_all(answer.as_bytes())?;
    if stalls {
        stream.read_to_end(&mut Vec::new())?;
    }
    Ok(())
}

fn request(stream: &TcpStream) -> std::io::Result<Value> {
    let mut from = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(std::io::Error::other)?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    serde_json::from_slice(&body).map_err(std::io::Error::other)
}

/// The section that is asked for, by a member of its schema that no other has.
fn section(body: &Value) -> &'static str {
    let marks = [
        ("goal", "opening"),
        ("reason", "arguments"),
        ("red_flags", "next"),
        ("voice", "language"),
        ("follow_up", "plan"),
    ];
    let members = &body["format"]["properties"];
    let found = marks.iter().find(|(mark, _)| members.get(mark).is_some());
    found.map_or("objections", |(_, section)| section)
}

/// A section that satisfies its schema and that the guard has nothing against.
fn good(section: &str) -> Value {
    match section {
        "opening" => {
            json!({"goal": "Umówić jazdę próbną", "say_to_client": "Zapraszam na spokojną jazdę."})
        }
        "arguments" => {
            let item = |text: &str| json!({"text": text, "facts": []});
            let items = [
                item("W mieście jedzie się cicho."),
                item("Bagażnik jest równy i łatwy do załadowania."),
                item("Ładowanie w domu odbywa się nocą."),
            ];
            json!({"items": items, "car": null, "reason": "Pasuje do codziennej trasy."})
        }
        "next" => json!({"steps": ["Zaproponuj jazdę próbną."], "red_flags": []}),
        "language" => {
            json!({"use_words": ["spokojnie"], "avoid": ["musi pan"], "voice": "Rzeczowo.", "draft": null})
        }
        "plan" => {
            let call = json!({"days": 3, "text": "Zadzwoń i zapytaj o wrażenia."});
            json!({"steps": ["Zapytaj o trasę."], "questions": ["Jak wygląda dojazd?"], "follow_up": [call]})
        }
        _ => json!({"items": []}),
    }
}
