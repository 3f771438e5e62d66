//! A moving window of decoded text over a stream of bytes, whatever their encoding.

use std::io::Read;

use encoding_rs::{CoderResult, Decoder, Encoding};

use crate::error::{FileError, from_unpacking};
use crate::source::Bytes;

const CHUNK_BYTES: usize = 256 << 10;

/// Decodes a stream step by step and shows the part that is not consumed yet.
pub(crate) struct Text {
    source: Bytes,
    decoder: Decoder,
    raw: Vec<u8>,
    window: String,
    start: usize,
    ended: bool,
    bad: bool,
}

impl Text {
    /// Decodes `source` as `encoding`; the mark at the beginning is dropped if it belongs to it.
    pub(crate) fn new(source: Bytes, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK_BYTES],
            window: String::new(),
            start: 0,
            ended: false,
            bad: false,
        }
    }

    /// The text that was decoded and not consumed.
    pub(crate) fn window(&self) -> &str {
        self.window.get(self.start..).unwrap_or_default()
    }

    /// Whether nothing follows the window.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Whether bytes without a character have been met.
    pub(crate) fn bad(&self) -> bool {
        self.bad
    }

    /// Takes `length` bytes of text off the front of the window.
    pub(crate) fn consume(&mut self, length: usize) {
        self.start += length;
    }

    /// Decodes more, at least as much again as is in the window when that is large.
    pub(crate) fn fill(&mut self) -> Result<(), FileError> {
        self.window.drain(..self.start);
        self.start = 0;
        let wanted = self.window.len() + CHUNK_BYTES.max(self.window.len());
        while !self.ended && self.window.len() < wanted {
            let count = self.read_chunk()?;
            let last = count == 0;
            self.decode(count, last);
            self.ended = last;
        }
        Ok(())
    }

    fn read_chunk(&mut self) -> Result<usize, FileError> {
        loop {
            match self.source.read(&mut self.raw) {
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(from_unpacking(error, "file")),
            }
        }
    }

    fn decode(&mut self, count: usize, last: bool) {
        let mut chunk = self.raw.get(..count).unwrap_or_default();
        loop {
            let room = self
                .decoder
                .max_utf8_buffer_length(chunk.len())
                .unwrap_or(chunk.len() * 3 + 16);
            self.window.reserve(room);
            let (result, read, bad) = self.decoder.decode_to_string(chunk, &mut self.window, last);
            self.bad |= bad;
            chunk = chunk.get(read..).unwrap_or_default();
            match result {
                CoderResult::InputEmpty => return,
                CoderResult::OutputFull => {}
            }
        }
    }
}
