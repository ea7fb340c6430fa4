//! A small client that sends exactly what it is told, also what no decent client would.

use std::{
    borrow::Cow,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
};

use serde_json::Value;

use super::{Appliance, PATIENCE};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";

/// Whom a request says it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    Cookie(String),
    Bearer(String),
}

/// A request as it is written to the wire.
#[derive(Debug, Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: Cow<'a, str>,
    pub(crate) who: &'a Who,
    /// Content type; empty sends none.
    pub(crate) kind: &'a str,
    pub(crate) body: Cow<'a, [u8]>,
    /// Another `Host` than the address.
    pub(crate) host: Option<&'a str>,
    /// `Sec-Fetch-Site`; empty sends none.
    pub(crate) site: &'a str,
    /// More header lines.
    pub(crate) more: &'a [(&'a str, &'a str)],
}

impl<'a> Ask<'a> {
    pub(crate) fn new(method: &'a str, path: impl Into<Cow<'a, str>>, who: &'a Who) -> Self {
        Self {
            method,
            path: path.into(),
            who,
            kind: "",
            body: Cow::Borrowed(b""),
            host: None,
            site: "same-origin",
            more: &[],
        }
    }

    pub(crate) fn with(self, kind: &'a str, body: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            kind,
            body: body.into(),
            ..self
        }
    }

    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let host = self.host.map_or_else(|| address.to_string(), str::to_owned);
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.method,
            self.path,
            self.body.len()
        );
        let mut line = |name: &str, value: &str| head.extend([name, ": ", value, "\r\n"]);
        match self.who {
            Who::Nobody => {}
            Who::Cookie(cookie) => line("Cookie", cookie),
            Who::Bearer(token) => line("Authorization", &format!("Bearer {token}")),
        }
        if !self.kind.is_empty() {
            line("Content-Type", self.kind);
        }
        if !self.site.is_empty() {
            line("Sec-Fetch-Site", self.site);
        }
        for (name, value) in self.more {
            line(name, value);
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header of that name, which is given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// Fails unless the request was done.
    pub(crate) fn done(self) -> Self {
        assert!(self.status < 400, "{} {}", self.status, self.text());
        self
    }
}

impl Appliance {
    pub(crate) fn ask(&self, ask: &Ask<'_>) -> Answer {
        self.try_ask(ask)
            .unwrap_or_else(|error| panic!("{} {}: {error}", ask.method, ask.path))
    }

    /// An error where the connection ends before the answer does.
    pub(crate) fn try_ask(&self, ask: &Ask<'_>) -> std::io::Result<Answer> {
        send(self.address, ask)
    }

    pub(crate) fn get(&self, who: &Who, path: &str) -> Answer {
        self.ask(&Ask::new("GET", path, who))
    }

    pub(crate) fn form(&self, who: &Who, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(&Ask::new("POST", path, who).with(FORM, form(fields).into_bytes()))
    }

    pub(crate) fn json(&self, who: &Who, path: &str, body: &Value) -> Answer {
        self.ask(&Ask::new("POST", path, who).with(JSON, body.to_string().into_bytes()))
    }
}

pub(crate) fn send(address: SocketAddr, ask: &Ask<'_>) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // One that refuses a body early may close before all of it was sent.
    let sent = stream.write_all(&ask.bytes(address));
    let mut from = BufReader::new(stream);
    let answer = read(&mut from, ask.method == "HEAD");
    match answer {
        Ok(answer) => Ok(answer),
        Err(error) => Err(sent.err().unwrap_or(error)),
    }
}

fn read(from: &mut impl BufRead, head_only: bool) -> std::io::Result<Answer> {
    let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let mut line = || {
        let mut line = String::new();
        match from.read_line(&mut line)? {
            0 => Err(broken()),
            _ => Ok(line.trim_end().to_owned()),
        }
    };
    let first = line()?;
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    let mut headers = Vec::new();
    loop {
        let line = line()?;
        match line.split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let mut answer = Answer {
        status: status.ok_or_else(broken)?,
        headers,
        body: Vec::new(),
    };
    // A stream of events does not end.
    if head_only || answer.header("content-type") == Some("text/event-stream") {
        return Ok(answer);
    }
    match answer.header("content-length").map(str::parse) {
        Some(length) => {
            answer.body = vec![0; length.map_err(|_| broken())?];
            from.read_exact(&mut answer.body)?;
        }
        None if answer.header("transfer-encoding").is_some() => answer.body = chunks(from)?,
        None => {
            from.read_to_end(&mut answer.body)?;
        }
    }
    Ok(answer)
}

fn chunks(from: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        from.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(std::io::Error::other)?;
        let mut chunk = vec![0; size + 2];
        from.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

/// Fields as a browser encodes them.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value.as_bytes())))
        .collect();
    pairs.join("&")
}

pub(crate) fn escape(bytes: &[u8]) -> String {
    let escaped = bytes.iter().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(*byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    escaped.collect()
}
