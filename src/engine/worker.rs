//! The worker process that owns the language model, and the supervisor that keeps one alive.
//!
//! Same binary, started as `bigdecoder worker`: no network, database or keys. Frames over standard
//! input and output: a little-endian u32 length, then that many bytes of JSON, at most
//! [`MAX_FRAME_BYTES`]. Invariant: the death of the worker is an error of the requests in flight,
//! never of the server.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::generator::{self, Finish, Health, Request};

mod process;
mod restarts;
mod supervisor;

pub use process::run;
pub use restarts::Policy;
pub use supervisor::{Settings, WorkerGenerator};

pub const MAX_FRAME_BYTES: usize = 1 << 20;

/// What the server says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
enum ToWorker {
    Start { id: u64, request: Request },
    Cancel { id: u64 },
}

/// What the worker says. The last frame of a request is `Done` or `Error`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
enum FromWorker {
    Health { health: Health },
    Chunk { id: u64, text: String },
    Done { id: u64, finish: Finish },
    Error { id: u64, error: generator::Error },
}

/// Why the conversation ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a frame of {0} bytes; at most {MAX_FRAME_BYTES} are allowed")]
    Oversized(usize),
    #[error("a frame is malformed")]
    Malformed,
    #[error("the pipe broke: {0}")]
    Pipe(#[from] std::io::Error),
}

/// The bytes of a frame, length first.
fn encode(message: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message).map_err(|_| Error::Malformed)?;
    let length = frame.len() - 4;
    if length > MAX_FRAME_BYTES {
        return Err(Error::Oversized(length));
    }
    frame[..4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(frame)
}

/// The next message, or `None` where the pipe ends between two frames.
async fn read<M: DeserializeOwned>(
    pipe: &mut (impl AsyncRead + Unpin),
) -> Result<Option<M>, Error> {
    let mut length = [0; 4];
    if pipe.read(&mut length[..1]).await? == 0 {
        return Ok(None);
    }
    pipe.read_exact(&mut length[1..]).await?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME_BYTES {
        return Err(Error::Oversized(length));
    }
    let mut frame = vec![0; length];
    pipe.read_exact(&mut frame).await?;
    // The parser's message would quote the text: it is not kept.
    serde_json::from_slice(&frame).map_err(|_| Error::Malformed)
}

async fn write(pipe: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> Result<(), Error> {
    pipe.write_all(frame).await?;
    pipe.flush().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chunk(id: u64, text: &str) -> FromWorker {
        FromWorker::Chunk {
            id,
            text: text.to_owned(),
        }
    }

    async fn read_all(bytes: &[u8]) -> Result<Vec<FromWorker>, Error> {
        let mut pipe = bytes;
        let mut messages = Vec::new();
        while let Some(message) = read(&mut pipe).await? {
            messages.push(message);
        }
        Ok(messages)
    }

    #[tokio::test]
    async fn frames_round_trip() {
        let messages = [
            chunk(1, "zażółć 🚗"),
            FromWorker::Error {
                id: 2,
                error: generator::Error::Timeout,
            },
        ];
        let bytes: Vec<u8> = messages.iter().flat_map(|m| encode(m).unwrap()).collect();
        assert_eq!(read_all(&bytes).await.unwrap(), messages);
    }

    #[tokio::test]
    async fn broken_frames_are_errors() {
        let whole = encode(&chunk(1, "text")).unwrap();
        assert!(matches!(read_all(&whole[..2]).await, Err(Error::Pipe(_))));
        assert!(matches!(read_all(&whole[..9]).await, Err(Error::Pipe(_))));
        assert!(matches!(
            read_all(&u32::MAX.to_le_bytes()).await,
            Err(Error::Oversized(_))
        ));
        assert!(matches!(
            read_all(&[2, 0, 0, 0, b'{', b'}']).await,
            Err(Error::Malformed)
        ));
        assert!(matches!(
            read_all(&[0, 0, 0, 0]).await,
            Err(Error::Malformed)
        ));
        let large = chunk(1, &"x".repeat(MAX_FRAME_BYTES));
        assert!(matches!(encode(&large), Err(Error::Oversized(_))));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let _ = runtime.block_on(read_all(&bytes));
        }
    }
}
