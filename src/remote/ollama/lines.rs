//! The lines of a streamed body, each and all together bounded.

use reqwest::Response;

use super::{MAX_BODY_BYTES, outward};
use crate::engine::generator::Error;

const MAX_LINE_BYTES: usize = 256 << 10;

pub(super) struct Lines {
    response: Response,
    /// Bytes that came and are not yet handed out.
    buffer: Vec<u8>,
    /// How much of the buffer holds no line end, as far as was looked.
    searched: usize,
    received: usize,
    ended: bool,
}

impl Lines {
    pub(super) const fn new(response: Response) -> Self {
        Self {
            response,
            buffer: Vec::new(),
            searched: 0,
            received: 0,
            ended: false,
        }
    }

    /// The next line that is not blank, without its end; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            while let Some(line) = self.take_line()? {
                if !line.iter().all(u8::is_ascii_whitespace) {
                    return Ok(Some(line));
                }
            }
            if self.ended {
                return Ok(None);
            }
            match self
                .response
                .chunk()
                .await
                .map_err(|error| outward(&error))?
            {
                Some(bytes) => self.add(&bytes)?,
                None => self.ended = true,
            }
        }
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.received += bytes.len();
        if self.received > MAX_BODY_BYTES {
            return Err(Error::Malformed(format!(
                "an answer of more than {MAX_BODY_BYTES} bytes"
            )));
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn take_line(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let end = self.buffer[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n');
        let length = end.map_or(self.buffer.len(), |end| self.searched + end);
        if length > MAX_LINE_BYTES {
            return Err(Error::Malformed(format!(
                "a line of more than {MAX_LINE_BYTES} bytes"
            )));
        }
        if end.is_none() {
            self.searched = length;
            if !self.ended || self.buffer.is_empty() {
                return Ok(None);
            }
        }
        let rest = self.buffer.split_off((length + 1).min(self.buffer.len()));
        let mut line = std::mem::replace(&mut self.buffer, rest);
        line.truncate(length);
        self.searched = 0;
        Ok(Some(line))
    }
}
