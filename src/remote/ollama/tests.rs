use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use super::*;
use crate::engine::generator::Class;

const OK: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n";
const DONE: &str = "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n";

fn says(text: &str) -> String {
    format!(
        "{}\n",
        json!({"message": {"role": "assistant", "content": text}, "done": false})
    )
}

/// What the stand-in does after it has read the request.
enum Then {
    Close,
    /// Keeps the connection open and silent until the client goes away.
    Stall,
}

struct StandIn {
    url: String,
    /// The request as it came, with its body.
    seen: oneshot::Receiver<(String, Value)>,
    /// Completes when the client has closed the connection.
    gone: oneshot::Receiver<()>,
}

/// A server that answers one request with these bytes.
async fn stand_in(answer: String, then: Then) -> StandIn {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, seen) = oneshot::channel();
    let (leave, gone) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = tell.send(read_request(&mut stream).await);
        // A client that has heard enough closes before the end.
        let _ = stream.write_all(answer.as_bytes()).await;
        if matches!(then, Then::Stall) {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            let _ = leave.send(());
        }
    });
    StandIn { url, seen, gone }
}

async fn read_request(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    let head = loop {
        stream.read_buf(&mut bytes).await.unwrap();
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec())
        .unwrap()
        .to_lowercase();
    let length = text
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let length: usize = length.unwrap().trim().parse().unwrap();
    while bytes.len() < head + length {
        stream.read_buf(&mut bytes).await.unwrap();
    }
    (text, serde_json::from_slice(&bytes[head..]).unwrap())
}

fn ollama(url: &str, first_token_ms: u64, idle_ms: u64) -> Ollama {
    Ollama::new(Settings {
        url: url.to_owned(),
        model: "gpt-oss:120b".to_owned(),
        first_token: Duration::from_millis(first_token_ms),
        idle: Duration::from_millis(idle_ms),
    })
    .unwrap()
}

fn request() -> Request {
    Request {
        class: Class::Panel,
        prefix: "be kind".into(),
        user: "hello".to_owned(),
        schema: Some(Arc::new(json!({"type": "object"}))),
        max_tokens: 50,
        seed: u64::MAX,
        temperature: 0.5,
        deadline_ms: 20_000,
    }
}

/// The text, and the last item.
async fn ask(ollama: &Ollama, request: Request) -> (String, Result<Finish, Error>) {
    let mut answers = ollama.start(request).unwrap();
    let mut text = String::new();
    loop {
        match answers.recv().await.expect("there is a last item") {
            Ok(Chunk::Text(piece)) => text.push_str(&piece),
            Ok(Chunk::Done(finish)) => return (text, Ok(finish)),
            Err(error) => return (text, Err(error)),
        }
    }
}

/// Asks a stand-in that answers with these bytes and closes.
async fn ask_one(answer: String) -> (String, Result<Finish, Error>) {
    let server = stand_in(answer, Then::Close).await;
    ask(&ollama(&server.url, 10_000, 10_000), request()).await
}

#[tokio::test]
async fn an_answer_comes_piece_by_piece() {
    let answer = format!("{OK}{}{}\r\n{DONE}", says("Dzień "), says("dobry"));
    let server = stand_in(answer, Then::Close).await;
    let ollama = ollama(&format!("{}/", server.url), 10_000, 10_000);
    let (text, finish) = ask(&ollama, request()).await;
    let finish = finish.unwrap();
    assert_eq!(text, "Dzień dobry");
    assert_eq!((finish.stop, finish.token_ids), (Stop::End, None));
    assert_eq!(
        (finish.model.id.as_str(), finish.model.sha256.as_str()),
        ("gpt-oss:120b", "")
    );
    assert!(matches!(&*ollama.health().borrow(), Health::Ready { .. }));

    let (head, body) = server.seen.await.unwrap();
    assert!(head.starts_with("post /api/chat http/1.1"), "{head}");
    assert!(!head.contains("accept-encoding"), "{head}");
    assert_eq!(
        body,
        json!({
            "model": "gpt-oss:120b",
            "messages": [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello"}],
            "stream": true,
            "format": {"type": "object"},
            "options": {"seed": 0x7fff_ffff, "temperature": 0.5, "num_predict": 50},
        })
    );
}

#[tokio::test]
async fn thinking_is_no_text_and_a_length_is_told() {
    let thinks = "{\"message\":{\"content\":\"\",\"thinking\":\"hmm\"},\"done\":false}\n";
    let done = "{\"message\":{\"content\":\"c\"},\"done\":true,\"done_reason\":\"length\"}";
    let (text, finish) = ask_one(format!("{OK}{thinks}{}{done}", says("ab"))).await;
    assert_eq!(text, "abc");
    assert_eq!(finish.unwrap().stop, Stop::Length);
}

#[tokio::test]
async fn what_goes_wrong_has_its_error() {
    let malformed = |what: &str| Error::Malformed(what.to_owned());
    let no_chat = || malformed("a line of Ollama's answer is no chat message");
    let status = |line: &str| format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n");
    let cases = [
        ("500", status("500 Oops"), "", Error::Stopped),
        (
            "404",
            status("404 No"),
            "",
            Error::Refused("Ollama does not know the model \"gpt-oss:120b\" (404)".into()),
        ),
        (
            "400",
            status("400 No"),
            "",
            Error::Refused("Ollama refused the request (400)".into()),
        ),
        (
            "503",
            status("503 Busy\r\nretry-after: 7"),
            "",
            Error::Busy {
                retry_after_ms: 7_000,
            },
        ),
        (
            "429",
            status("429 Slow"),
            "",
            Error::Busy {
                retry_after_ms: RETRY_MS,
            },
        ),
        (
            "redirect",
            status("307 Elsewhere\r\nlocation: http://127.0.0.1:1/"),
            "",
            Error::Refused("Ollama answered with a redirect (307)".into()),
        ),
        (
            "closes early",
            format!("{OK}{}", says("half")),
            "half",
            Error::Stopped,
        ),
        ("no answer at all", OK.to_owned(), "", Error::Stopped),
        ("no HTTP", "nonsense\r\n\r\n".to_owned(), "", Error::Stopped),
        (
            "bad JSON",
            format!("{OK}{}{{oops\n", says("half")),
            "half",
            no_chat(),
        ),
        (
            "text is a number",
            format!("{OK}{{\"message\":{{\"content\":5}},\"done\":false}}\n"),
            "",
            no_chat(),
        ),
        (
            "done is a text",
            format!("{OK}{{\"done\":\"yes\"}}\n"),
            "",
            no_chat(),
        ),
        ("a list", format!("{OK}[]\n"), "", no_chat()),
        (
            "no message",
            format!("{OK}{{}}\n"),
            "",
            malformed("a line of Ollama's answer has no message"),
        ),
        (
            "an error line",
            format!("{OK}{}{{\"error\":\"out of memory\"}}\n", says("half")),
            "half",
            Error::Stopped,
        ),
        (
            "not UTF-8 in JSON",
            format!("{OK}{{\"message\":{{\"content\":\"\\ud800\"}}}}\n"),
            "",
            no_chat(),
        ),
        (
            "a line of 10 MiB",
            format!("{OK}{}", "x".repeat(10 << 20)),
            "",
            malformed("a line of more than 262144 bytes"),
        ),
        (
            "an answer of 2 MiB",
            format!("{OK}{}{DONE}", says(&"y".repeat(60_000)).repeat(35)),
            "…",
            malformed("an answer of more than 1048576 bytes"),
        ),
    ];
    for (name, answer, text, error) in cases {
        let (heard, last) = ask_one(answer).await;
        assert_eq!(last, Err(error), "{name}");
        if text != "…" {
            assert_eq!(heard, text, "{name}");
        }
    }
}

#[tokio::test]
async fn one_that_is_slow_to_begin_times_out() {
    let server = stand_in(OK.to_owned(), Then::Stall).await;
    let (text, last) = ask(&ollama(&server.url, 50, 60_000), request()).await;
    assert_eq!((text.as_str(), last), ("", Err(Error::Timeout)));
    server.gone.await.expect("the connection is closed");
}

#[tokio::test]
async fn one_that_falls_silent_times_out_and_its_text_is_kept() {
    let server = stand_in(format!("{OK}{}", says("half")), Then::Stall).await;
    let ollama = ollama(&server.url, 60_000, 50);
    let (text, last) = ask(&ollama, request()).await;
    assert_eq!((text.as_str(), last), ("half", Err(Error::Timeout)));
    assert!(
        matches!(&*ollama.health().borrow(), Health::Down { reason } if reason.contains("in time"))
    );
    server.gone.await.expect("the connection is closed");
}

#[tokio::test]
async fn the_requests_own_deadline_holds() {
    let server = stand_in(OK.to_owned(), Then::Stall).await;
    let mut request = request();
    request.deadline_ms = 50;
    assert_eq!(
        ask(&ollama(&server.url, 60_000, 60_000), request).await.1,
        Err(Error::Timeout)
    );
}

#[tokio::test]
async fn dropping_the_receiver_closes_the_connection() {
    let server = stand_in(format!("{OK}{}", says("a")), Then::Stall).await;
    let ollama = ollama(&server.url, 60_000, 60_000);
    let mut answers = ollama.start(request()).unwrap();
    assert_eq!(answers.recv().await, Some(Ok(Chunk::Text("a".to_owned()))));
    drop(answers);
    server.gone.await.expect("the connection is closed");
}

#[tokio::test]
async fn nobody_there_is_an_error_and_the_third_must_wait() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let held = ollama(&url, 60_000, 60_000);
    let _one = held.start(request()).unwrap();
    let _two = held.start(request()).unwrap();
    assert_eq!(
        held.start(request()).unwrap_err(),
        Error::Busy {
            retry_after_ms: RETRY_MS
        }
    );
    drop(listener);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(
        ask(&ollama(&url, 10_000, 10_000), request()).await.1,
        Err(Error::Stopped)
    );
}
