//! The records of old binary workbooks: a number, a length, bytes. No meaning of cells here.

use encoding_rs::Encoding;

use super::strings::Strings;

/// One record, its continuations apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) kind: u16,
    pub(crate) bytes: &'a [u8],
    /// Where the next record begins.
    pub(crate) next: usize,
}

/// The record at `at`, or `None` at the end of the stream or where it is cut off.
pub(crate) fn record(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let rest = stream.get(at..)?;
    let kind = short(rest, 0)?;
    let end = 4 + usize::from(short(rest, 2)?);
    Some(Record {
        kind,
        bytes: rest.get(4..end)?,
        next: at + end,
    })
}

pub(crate) fn byte(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

pub(crate) fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(crate) fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

pub(crate) fn double(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// The packed numbers of old workbooks.
pub(crate) fn packed_number(packed: u32) -> f64 {
    let value = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed as i32 >> 2)
    };
    if packed & 1 == 0 {
        value
    } else {
        value / 100.0
    }
}

/// The text of an error value.
pub(crate) fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        0x2a => "#N/A",
        _ => "#ERROR!",
    }
}

/// How texts are stored: in Unicode, or in a code page by older versions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts {
    pub(crate) unicode: bool,
    pub(crate) code_page: &'static Encoding,
}

impl Texts {
    /// A text whose length stands at `at`, in one byte or in two.
    pub(crate) fn read(self, bytes: &[u8], at: usize, wide_length: bool) -> Option<String> {
        let (length, mut at) = if wide_length {
            (usize::from(short(bytes, at)?), at + 2)
        } else {
            (usize::from(byte(bytes, at)?), at + 1)
        };
        if !self.unicode {
            let end = bytes.len().min(at + length);
            return Some(
                self.code_page
                    .decode_without_bom_handling(bytes.get(at..end)?)
                    .0
                    .into_owned(),
            );
        }
        let flags = byte(bytes, at)?;
        at += 1;
        if flags & 8 != 0 {
            at += 2;
        }
        if flags & 4 != 0 {
            at += 4;
        }
        let size = if flags & 1 == 0 { length } else { length * 2 };
        let end = bytes.len().min(at + size);
        Some(decode(bytes.get(at..end)?, flags & 1 != 0))
    }
}

/// Characters of one byte, which are Latin-1, or of two, which are UTF-16.
fn decode(bytes: &[u8], wide: bool) -> String {
    if wide {
        let units = bytes.chunks_exact(2).filter_map(|pair| short(pair, 0));
        char::decode_utf16(units)
            .map(|unit| unit.unwrap_or('\u{fffd}'))
            .collect()
    } else {
        bytes.iter().map(|&byte| char::from(byte)).collect()
    }
}

/// Reads the table of shared strings from its record and the continuations of it.
pub(crate) fn shared_strings(
    first: Record<'_>,
    stream: &[u8],
    limit_bytes: usize,
) -> Option<Strings> {
    let mut segments = vec![first.bytes];
    let mut at = first.next;
    while let Some(more) = record(stream, at).filter(|more| more.kind == 0x3c) {
        segments.push(more.bytes);
        at = more.next;
    }
    let mut cursor = Cursor {
        segments,
        segment: 0,
        at: 0,
    };
    cursor.skip(4);
    let count = cursor.number(4)?;
    let mut strings = Strings::default();
    for _ in 0..count {
        let Some(text) = cursor.text() else { break };
        strings.push(&text);
        if strings.size_bytes() > limit_bytes {
            return None;
        }
    }
    Some(strings)
}

/// A place in a record that goes on in others.
struct Cursor<'a> {
    segments: Vec<&'a [u8]>,
    segment: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// What is left of the current segment; the next one when it is used up.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.segments.get(self.segment)?.get(self.at..)?;
            if !rest.is_empty() {
                return Some(rest);
            }
            self.segment += 1;
            self.at = 0;
        }
    }

    fn skip(&mut self, count: usize) {
        let mut left = count;
        while left > 0 {
            let Some(rest) = self.rest() else { return };
            let step = left.min(rest.len());
            self.at += step;
            left -= step;
        }
    }

    fn number(&mut self, size: usize) -> Option<usize> {
        let mut value = 0;
        for place in 0..size {
            let &byte = self.rest()?.first()?;
            self.at += 1;
            value |= usize::from(byte) << (8 * place);
        }
        Some(value)
    }

    /// One string; where it goes on in the next segment, a byte says anew how wide its characters are.
    fn text(&mut self) -> Option<String> {
        let mut length = self.number(2)?;
        let flags = self.number(1)?;
        let runs = if flags & 8 == 0 { 0 } else { self.number(2)? };
        let extra = if flags & 4 == 0 { 0 } else { self.number(4)? };
        let mut wide = flags & 1 != 0;
        let mut text = String::new();
        while length > 0 {
            let here = self.segments.get(self.segment)?.get(self.at..)?;
            if here.is_empty() {
                self.segment += 1;
                self.at = 0;
                wide = self.number(1)? & 1 != 0;
                continue;
            }
            let size = if wide { 2 } else { 1 };
            let take = length.min(here.len() / size);
            if take == 0 {
                return None;
            }
            text.push_str(&decode(here.get(..take * size)?, wide));
            self.at += take * size;
            length -= take;
        }
        self.skip(runs * 4);
        self.skip(extra);
        Some(text)
    }
}
