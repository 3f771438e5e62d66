//! Which encoding the bytes are in, and why we think so.

use std::io::Read;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::content::Foreign;
use crate::error::{FileError, from_unpacking};
use crate::source::Bytes;

/// The whole of a usual file is looked at; of a huge one, this much.
const SCAN_BYTES: u64 = 256 << 20;
const CHUNK_BYTES: usize = 256 << 10;
/// Text with other than ASCII characters that is kept to tell encodings apart.
const EVIDENCE_BYTES: usize = 1 << 20;

/// An encoding and the reason for it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) encoding: &'static Encoding,
    pub(crate) evidence: String,
    pub(crate) certain: bool,
}

impl Found {
    fn sure(encoding: &'static Encoding, evidence: &str) -> Self {
        Self {
            encoding,
            evidence: evidence.to_owned(),
            certain: true,
        }
    }
}

/// Finds an encoding by any of its usual names.
pub(crate) fn by_name(name: &str) -> Result<&'static Encoding, FileError> {
    let wanted = name.trim().to_ascii_lowercase().replace('_', "-");
    let alias = match wanted.as_str() {
        "mac-roman" | "macroman" | "mac" | "x-mac-roman" => "macintosh",
        "utf8" | "utf-8-sig" | "utf8-sig" => "utf-8",
        "utf16" | "utf-16" => "utf-16le",
        "sjis" | "cp932" | "shift-jis" => "shift_jis",
        "cp936" => "gbk",
        "cp949" => "euc-kr",
        "cp950" => "big5",
        "ansi" => "windows-1252",
        "latin1" | "latin-1" => "iso-8859-1",
        other => other,
    };
    Encoding::for_label(alias.as_bytes())
        .or_else(|| Encoding::for_label(name.as_bytes()))
        .or_else(|| Encoding::for_label(alias.replacen("cp", "windows-", 1).as_bytes()))
        .ok_or_else(|| FileError::EncodingUnknown {
            name: name.to_owned(),
        })
}

/// As [`by_name`]; where the name leaves the byte order open, the file's own mark decides.
pub(crate) fn by_name_and_mark(
    name: &str,
    mut source: Bytes,
) -> Result<&'static Encoding, FileError> {
    let encoding = by_name(name)?;
    let open = matches!(
        name.trim().to_ascii_lowercase().as_str(),
        "utf-16" | "utf16" | "utf_16"
    );
    let mut head = [0; 2];
    if open && fill(&mut source, &mut head)? == 2 && head == [0xfe, 0xff] {
        return Ok(UTF_16BE);
    }
    Ok(encoding)
}

/// The name under which an encoding is reported.
pub(crate) fn name_of(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

/// Whether the beginning of a file can be text in some encoding.
pub(crate) fn is_text(head: &[u8]) -> bool {
    if Encoding::for_bom(head).is_some() || utf_16_without_mark(head).is_some() {
        return true;
    }
    let nuls = head.iter().filter(|&&byte| byte == 0).count();
    let controls = head
        .iter()
        .filter(|&&byte| matches!(byte, 0x01..=0x08 | 0x0b | 0x0e..=0x19))
        .count();
    nuls <= head.len() / 3 && controls <= 2 + head.len() / 20
}

/// Tells the encoding of a stream of bytes.
pub(crate) fn detect(mut source: Bytes) -> Result<Found, FileError> {
    let mut scan = Scan::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut total = 0;
    let mut first = true;
    while total < SCAN_BYTES {
        let count = fill(&mut source, &mut chunk)?;
        let bytes = chunk.get(..count).unwrap_or_default();
        if first {
            first = false;
            if let Some(found) = by_mark(bytes) {
                return Ok(found);
            }
            if let Some(encoding) = utf_16_without_mark(bytes) {
                let evidence = "every other byte is zero, as in UTF-16 without a byte order mark";
                return Ok(Found::sure(encoding, evidence));
            }
            if !is_text(bytes.get(..4096).unwrap_or(bytes)) {
                return Err(FileError::Foreign(Foreign::Binary));
            }
        }
        if count == 0 {
            break;
        }
        total += count as u64;
        scan.feed(bytes);
    }
    Ok(scan.verdict())
}

/// Reads until the buffer is full or the stream has ended.
fn fill(source: &mut Bytes, buffer: &mut [u8]) -> Result<usize, FileError> {
    let mut count = 0;
    while let Some(rest) = buffer.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(from_unpacking(error, "file")),
        }
    }
    Ok(count)
}

fn by_mark(head: &[u8]) -> Option<Found> {
    let (encoding, _) = Encoding::for_bom(head)?;
    Some(Found::sure(
        encoding,
        "the file begins with the byte order mark of this encoding",
    ))
}

/// UTF-16 shows by its zero bytes: line ends, delimiters and digits have one each.
fn utf_16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.get(..head.len().min(4096) & !1)?;
    let (mut even, mut odd, mut low, mut high) = (0_usize, 0_usize, 0_usize, 0_usize);
    for pair in head.chunks_exact(2) {
        let &[first, second] = pair else { continue };
        even += usize::from(first == 0);
        odd += usize::from(second == 0);
        low += usize::from(second == 0 && is_structural(first));
        high += usize::from(first == 0 && is_structural(second));
    }
    let pairs = head.len() / 2;
    let enough = (pairs / 20).max(2);
    if odd >= enough && even * 10 <= odd && low > 0 {
        return Some(UTF_16LE);
    }
    (even >= enough && odd * 10 <= even && high > 0).then_some(UTF_16BE)
}

fn is_structural(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b'\t' | b',' | b';' | b'|' | b' ')
}

/// Counts what is and is not UTF-8, and keeps the lines that tell legacy encodings apart.
struct Scan {
    carry: Vec<u8>,
    valid: u64,
    invalid: u64,
    evidence: Vec<u8>,
}

impl Scan {
    fn new() -> Self {
        Self {
            carry: Vec::new(),
            valid: 0,
            invalid: 0,
            evidence: Vec::new(),
        }
    }

    fn feed(&mut self, chunk: &[u8]) {
        if self.carry.is_empty() && chunk.is_ascii() {
            if self.evidence.is_empty() {
                // A little context before the first unusual character.
                return;
            }
        } else {
            self.count(chunk);
        }
        if self.evidence.len() < EVIDENCE_BYTES {
            for line in chunk.split_inclusive(|&byte| byte == b'\n') {
                if !line.is_ascii() {
                    self.evidence
                        .extend_from_slice(line.get(..4096).unwrap_or(line));
                    if self.evidence.len() >= EVIDENCE_BYTES {
                        break;
                    }
                }
            }
        }
    }

    fn count(&mut self, chunk: &[u8]) {
        let joined;
        let mut rest = if self.carry.is_empty() {
            chunk
        } else {
            joined = [self.carry.as_slice(), chunk].concat();
            &joined
        };
        let mut carry = Vec::new();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.valid += wide_characters(text.as_bytes());
                    break;
                }
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.valid += wide_characters(good);
                    let Some(length) = error.error_len() else {
                        carry = bad.to_vec();
                        break;
                    };
                    self.invalid += 1;
                    rest = bad.get(length..).unwrap_or_default();
                    if self.invalid > 100_000 && self.valid < self.invalid {
                        break;
                    }
                }
            }
        }
        self.carry = carry;
    }

    fn verdict(mut self) -> Found {
        self.invalid += u64::from(!self.carry.is_empty());
        if self.invalid == 0 {
            let evidence = if self.valid == 0 {
                "only ASCII characters, which UTF-8 contains"
            } else {
                "every character is valid UTF-8"
            };
            return Found::sure(UTF_8, evidence);
        }
        if self.valid >= 2 * self.invalid {
            let evidence = format!(
                "{} characters are valid UTF-8 and {} places are not",
                self.valid, self.invalid
            );
            return Found {
                encoding: UTF_8,
                evidence,
                certain: false,
            };
        }
        legacy(&self.evidence)
    }
}

fn wide_characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte >= 0xc0).count() as u64
}

/// Tells legacy encodings apart by their typical characters.
fn legacy(bytes: &[u8]) -> Found {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess.is_single_byte() {
        let (mac, western) = (
            plausibility(bytes, MACINTOSH),
            plausibility(bytes, WINDOWS_1252),
        );
        let own = plausibility(bytes, guess);
        if mac > western && (guess == WINDOWS_1252 || mac > own) {
            let evidence = "accented letters stand where Mac Roman has them";
            return Found {
                encoding: MACINTOSH,
                evidence: evidence.to_owned(),
                certain: true,
            };
        }
    }
    let wide = bytes.iter().filter(|&&byte| byte >= 0x80).count();
    Found {
        encoding: guess,
        evidence: format!(
            "not UTF-8; its {wide} other than ASCII bytes are most likely {}",
            guess.name()
        ),
        certain: wide >= 4 || guess == WINDOWS_1252,
    }
}

/// How well other than ASCII characters sit among their neighbours in words of a western language.
fn plausibility(bytes: &[u8], encoding: &'static Encoding) -> i64 {
    let sample = bytes.get(..bytes.len().min(64 << 10)).unwrap_or(bytes);
    let (text, _) = encoding.decode_without_bom_handling(sample);
    let characters: Vec<char> = text.chars().collect();
    let at = |index: Option<usize>| {
        index
            .and_then(|index| characters.get(index))
            .copied()
            .unwrap_or(' ')
    };
    let wide = characters
        .iter()
        .enumerate()
        .filter(|(_, character)| !character.is_ascii());
    wide.map(|(index, &character)| {
        let before = [at(index.checked_sub(2)), at(index.checked_sub(1))];
        let after = [at(Some(index + 1)), at(Some(index + 2))];
        i64::from(fit(before, character, after))
    })
    .sum()
}

/// How well a character sits between its neighbours, two on each side.
fn fit(before: [char; 2], character: char, after: [char; 2]) -> i8 {
    const COMMON: &str = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšž";
    let ([_, previous], [next, _]) = (before, after);
    let inside = previous.is_alphabetic() && next.is_alphabetic();
    let touching = previous.is_alphabetic() || next.is_alphabetic();
    if character.is_lowercase() {
        let usual = COMMON.contains(character);
        return if !touching {
            0
        } else if usual {
            2
        } else {
            -1
        };
    }
    if character.is_uppercase() {
        let after_small = previous.is_lowercase();
        let usual = character.to_lowercase().all(|small| COMMON.contains(small));
        return if after_small {
            -3
        } else if usual && touching {
            2
        } else {
            0
        };
    }
    let opening = !previous.is_alphanumeric() && next.is_alphanumeric();
    let closing = !previous.is_whitespace() && !next.is_alphanumeric();
    match character {
        '\u{2019}' if inside => apostrophe(before, after),
        '\u{2018}' | '\u{201c}' | '\u{201e}' if opening => 3,
        '\u{2019}' | '\u{201d}' if closing => 3,
        '\u{80}'..='\u{9f}' | '\u{fffd}' => -3,
        '\u{2013}' | '\u{2014}' | '\u{a0}' | '€' | '£' | '°' | '®' | '™' | '©' if !inside => {
            1
        }
        _ if inside => -3,
        _ => -1,
    }
}

/// An apostrophe within a word: `it’s`, `O’Brien`, `l’eau`; elsewhere it may be a letter of another
/// encoding.
fn apostrophe(before: [char; 2], after: [char; 2]) -> i8 {
    let ([earlier, previous], [next, later]) = (before, after);
    let english = "stdm".contains(next) && !later.is_alphabetic();
    let irish = !earlier.is_alphabetic() && next.is_uppercase();
    let french =
        !earlier.is_alphabetic() && "ldjcnmst".contains(previous) && "aeiouyhé".contains(next);
    if english || irish || french { 3 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_mac_roman_from_windows_by_its_letters() {
        assert_eq!(
            legacy(b"name,city\nM\x9fller,K\x9aln\nGar\x8don,Par\x92s\n").encoding,
            MACINTOSH
        );
        assert_eq!(legacy(b"D\x92az,Jos\x8e\n").encoding, MACINTOSH);
    }

    #[test]
    fn curly_quotes_are_no_letters() {
        for text in [
            b"name\nit\x92s\n\x93q\x94\n".as_slice(),
            b"Sean O\x92Brien\n",
            b"rue de l\x92eau\n",
        ] {
            assert_eq!(legacy(text).encoding, WINDOWS_1252, "{text:?}");
        }
    }

    #[test]
    fn finds_utf_16_by_its_zero_bytes() {
        let little: Vec<u8> = "name,phone\nAnn,1\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = "name,phone\nAnn,1\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(utf_16_without_mark(&little), Some(UTF_16LE));
        assert_eq!(utf_16_without_mark(&big), Some(UTF_16BE));
        assert_eq!(utf_16_without_mark(b"name,phone\nA\0nn,1\n"), None);
    }

    #[test]
    fn knows_the_usual_names() {
        for (name, expected) in [
            ("UTF8", "utf-8"),
            ("cp1252", "windows-1252"),
            ("mac-roman", "macintosh"),
            ("Shift-JIS", "shift_jis"),
            ("cp936", "gbk"),
        ] {
            assert_eq!(name_of(by_name(name).unwrap()), expected);
        }
        assert_eq!(by_name("klingon").unwrap_err().code(), "encoding_unknown");
    }
}
