//! Pulling XML events out of a workbook's part, with a bound on each event. Entities are never expanded.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::{FileError, UnpackLimit, from_unpacking};
use crate::source::Bytes;

/// One tag or one stretch of text may be this long.
const EVENT_BYTES: u64 = 16 << 20;
/// Tags may be nested this deep.
const DEPTH: usize = 256;

/// A part being read event by event.
pub(crate) struct Part {
    reader: Reader<BufReader<Gauge>>,
    since: Arc<AtomicU64>,
    buffer: Vec<u8>,
    depth: usize,
    what: &'static str,
}

impl Part {
    pub(crate) fn new(bytes: Bytes, what: &'static str) -> Self {
        let since = Arc::new(AtomicU64::new(0));
        let gauge = Gauge {
            inner: bytes,
            since: Arc::clone(&since),
        };
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, gauge));
        reader.config_mut().check_end_names = false;
        Self {
            reader,
            since,
            buffer: Vec::new(),
            depth: 0,
            what,
        }
    }

    /// The next event; the end of the file is [`Event::Eof`].
    pub(crate) fn next(&mut self) -> Result<Event<'_>, FileError> {
        self.since.store(0, Ordering::Relaxed);
        self.buffer.clear();
        if self.buffer.capacity() > 1 << 20 {
            self.buffer.shrink_to(64 << 10);
        }
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => return Err(unpacked(&error, self.what)),
            Err(error) => {
                return Err(FileError::Damaged {
                    what: self.what,
                    reason: error.to_string(),
                });
            }
        };
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.depth > DEPTH {
            return Err(FileError::Damaged {
                what: self.what,
                reason: "tags nested too deep".to_owned(),
            });
        }
        Ok(event)
    }
}

/// The XML reader shares its errors, so they are looked at instead of taken.
fn unpacked(error: &io::Error, what: &'static str) -> FileError {
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<UnpackLimit>())
    {
        Some(limit) => FileError::UnpacksTooLarge {
            limit: limit.0.clone(),
        },
        None => from_unpacking(io::Error::new(error.kind(), error.to_string()), what),
    }
}

/// Counts the bytes that one event has taken so far.
struct Gauge {
    inner: Bytes,
    since: Arc<AtomicU64>,
}

impl Read for Gauge {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.since.fetch_add(count as u64, Ordering::Relaxed) > EVENT_BYTES {
            let limit = format!("{} MiB in one tag or text", EVENT_BYTES >> 20);
            return Err(io::Error::other(UnpackLimit(limit)));
        }
        Ok(count)
    }
}

/// An attribute by its local name, its references resolved.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .find_map(|attribute| {
            let local = attribute.key.local_name();
            (local.as_ref() == name).then(|| {
                attribute
                    .normalized_value(XmlVersion::Implicit1_0)
                    .map_or_else(
                        |_| attribute.value.to_string(),
                        std::borrow::Cow::into_owned,
                    )
            })
        })
}

/// The character of a reference such as `&amp;` or `&#10;`; others stay as they are written.
pub(crate) fn append_reference(reference: &BytesRef<'_>, text: &mut String) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        text.push(character);
        return;
    }
    let name: &str = reference;
    match name {
        "amp" => text.push('&'),
        "lt" => text.push('<'),
        "gt" => text.push('>'),
        "quot" => text.push('"'),
        "apos" => text.push('\''),
        other => {
            text.push('&');
            text.push_str(other);
            text.push(';');
        }
    }
}

/// Reads a whole small part into memory.
pub(crate) fn read_small(bytes: Bytes, limit: u64) -> Result<String, FileError> {
    let mut text = Vec::new();
    bytes
        .take(limit)
        .read_to_end(&mut text)
        .map_err(|error| from_unpacking(error, "workbook"))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
