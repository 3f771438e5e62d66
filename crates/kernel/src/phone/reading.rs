//! The digits of a number as written, without spaces, brackets and the like.

/// More digits than any number has, so that "too many digits" can be told from nonsense.
const MAX_DIGITS: usize = 40;

/// What was written: digits, and whether they begin with a country code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    digits: [u8; MAX_DIGITS],
    start: usize,
    end: usize,
    /// It began with `+` or `00`.
    pub(super) international: bool,
    /// Where a `(0)` stood that is not dialled from abroad; its zero is not among the digits.
    trunk_at: Option<usize>,
}

/// Why there are no digits to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    Empty,
    TooManyDigits,
    /// `27821234567.0`: a program took the number for a quantity.
    DecimalPart,
    Character(char),
}

impl Reading {
    pub(super) fn of(raw: &str) -> Result<Self, Unreadable> {
        let mut reading = Self {
            digits: [0; MAX_DIGITS],
            start: 0,
            end: 0,
            international: false,
            trunk_at: None,
        };
        reading.read(raw)?;
        if reading.end == 0 {
            return Err(Unreadable::Empty);
        }
        if raw.ends_with(".0") && raw.bytes().filter(|b| !b.is_ascii_digit()).count() <= 2 {
            return Err(Unreadable::DecimalPart);
        }
        if !reading.international && reading.digits.starts_with(b"00") {
            reading.international = true;
            reading.start = 2;
        }
        if !reading.international {
            reading.put_trunk_back()?;
        }
        Ok(reading)
    }

    /// The digits, without `+` and `00`.
    pub(super) fn digits(&self) -> &[u8] {
        self.digits.get(self.start..self.end).unwrap_or_default()
    }

    /// The reading in which a `(0)` is dialled; `None` if there was no `(0)`.
    pub(super) fn with_trunk(mut self) -> Option<Self> {
        self.trunk_at?;
        self.put_trunk_back().ok()?;
        Some(self)
    }

    fn read(&mut self, raw: &str) -> Result<(), Unreadable> {
        let start = raw.trim_start();
        let tel = start
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("tel:"));
        let written = if tel {
            start.get(4..).unwrap_or_default()
        } else {
            start
        };
        let bytes = written.as_bytes();
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b'0'..=b'9' => self.push(byte)?,
                b'(' if rest.starts_with(b"0)") && self.trunk_at.is_none() => {
                    self.trunk_at = Some(self.end);
                    rest = rest.get(2..).unwrap_or_default();
                }
                b' ' | b'-' | b'.' | b'(' | b')' | b'/' | b'\t' | b'\n' | b'\r' => {}
                b'\'' if self.end == 0 && !self.international => {}
                b'+' if self.end == 0 && !self.international => self.international = true,
                0x80.. => {
                    let at = bytes.len() - after.len() - 1;
                    let c = written.get(at..).and_then(|text| text.chars().next());
                    let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
                    self.read_unicode(c)?;
                    rest = bytes.get(at + c.len_utf8()..).unwrap_or_default();
                }
                _ => return Err(Unreadable::Character(char::from(byte))),
            }
        }
        Ok(())
    }

    fn read_unicode(&mut self, c: char) -> Result<(), Unreadable> {
        if let Some(digit) = digit_value(c) {
            return self.push(b'0' + digit);
        }
        let separator = matches!(
            c,
            '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' | '\u{2010}'..='\u{2015}'
                | '\u{2212}' | '\u{FF0D}' | '\u{FF08}' | '\u{FF09}' | '\u{B7}' | '’' | '‘'
        );
        if separator || crate::damage::is_invisible_mark(c) {
            return Ok(());
        }
        if c == '\u{FF0B}' && self.end == 0 && !self.international {
            self.international = true;
            return Ok(());
        }
        Err(Unreadable::Character(c))
    }

    fn push(&mut self, digit: u8) -> Result<(), Unreadable> {
        *self
            .digits
            .get_mut(self.end)
            .ok_or(Unreadable::TooManyDigits)? = digit;
        self.end += 1;
        Ok(())
    }

    fn put_trunk_back(&mut self) -> Result<(), Unreadable> {
        if let Some(at) = self.trunk_at.take() {
            self.push(b'0')?;
            if let Some(moved) = self.digits.get_mut(at..self.end) {
                moved.rotate_right(1);
            }
        }
        Ok(())
    }
}

/// The value of a decimal digit of the scripts that phone numbers are written in.
fn digit_value(c: char) -> Option<u8> {
    const ZEROS: [char; 10] = [
        '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{BE6}',
        '\u{E50}', '\u{FF10}',
    ];
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero))?;
        u8::try_from(value).ok().filter(|value| *value < 10)
    })
}
