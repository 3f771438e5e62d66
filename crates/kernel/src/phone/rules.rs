//! The numbering rules of every country, read from a table and compiled when first needed.
//!
//! The table `rules.tsv` is made from libphonenumber's metadata by the example `phone_rules`.

use std::sync::{LazyLock, OnceLock};

use super::pattern::{StartPattern, WholePattern};

pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::read(include_str!("rules.tsv")));

/// The longest national number that has a table of its own.
const MAX_NATIONAL: usize = 17;

/// All countries, and which of them share a calling code.
#[derive(Debug)]
pub(super) struct Rules {
    countries: Vec<Country>,
    /// Indices of the countries of each calling code, the main one first.
    by_calling_code: Vec<Vec<u16>>,
    by_region: Vec<u16>,
}

/// One country's rules.
#[derive(Debug)]
pub(super) struct Country {
    pub(super) region: &'static str,
    pub(super) calling_code: &'static str,
    main: bool,
    international_prefix: &'static str,
    national_prefix: &'static str,
    transforms: bool,
    leading_digits: &'static str,
    lengths: u64,
    local_lengths: u64,
    general: &'static str,
    types: Vec<(u64, &'static str)>,
    tables: OnceLock<Option<Tables>>,
}

/// A country's patterns, compiled.
#[derive(Debug)]
pub(super) struct Tables {
    international_prefix: StartPattern,
    national_prefix: StartPattern,
    /// The part of the national prefix whose match rewrites the number.
    transforming: StartPattern,
    leading_digits: StartPattern,
    general: WholePattern,
    /// The patterns of all types that have numbers of a length, by length.
    by_length: [OnceLock<Option<WholePattern>>; MAX_NATIONAL + 1],
}

/// How a length compares with the lengths that numbers of a country have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Possible,
    LocalOnly,
    TooShort,
    TooLong,
    Between,
}

impl Rules {
    fn read(table: &'static str) -> Self {
        let countries: Vec<Country> = table.lines().filter_map(Country::read).collect();
        let mut by_calling_code = vec![Vec::new(); 1000];
        let mut by_region = Vec::new();
        for (index, country) in (0..).zip(&countries) {
            let code: usize = country.calling_code.parse().unwrap_or_default();
            if let Some(sharing) = by_calling_code.get_mut(code) {
                sharing.insert(if country.main { 0 } else { sharing.len() }, index);
            }
            if country.region.len() == 2 {
                by_region.push(index);
            }
        }
        let region = |index: &u16| {
            countries
                .get(usize::from(*index))
                .map(|country| country.region)
        };
        by_region.sort_by_key(region);
        Self {
            countries,
            by_calling_code,
            by_region,
        }
    }

    pub(super) fn country(&self, index: u16) -> Option<&Country> {
        self.countries.get(usize::from(index))
    }

    pub(super) fn regions(&self) -> impl Iterator<Item = u16> {
        self.by_region.iter().copied()
    }

    pub(super) fn region(&self, code: &str) -> Option<u16> {
        self.regions().find(|index| {
            self.country(*index)
                .is_some_and(|country| country.region.eq_ignore_ascii_case(code))
        })
    }

    /// The countries that share a calling code, the main one first.
    pub(super) fn sharing(&self, calling_code: usize) -> impl Iterator<Item = &Country> + Clone {
        let indices = self
            .by_calling_code
            .get(calling_code)
            .map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|index| self.country(*index))
    }
}

impl Country {
    fn read(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let (region, calling_code) = (cells.next()?, cells.next()?);
        let main = cells.next()? == "1";
        let (international_prefix, national_prefix) = (cells.next()?, cells.next()?);
        let transforms = cells.next()? == "1";
        let leading_digits = cells.next()?;
        let lengths = cells.next()?.parse().ok()?;
        let local_lengths = cells.next()?.parse().ok()?;
        let general = cells.next()?;
        let mut types = Vec::new();
        while let (Some(lengths), Some(pattern)) = (cells.next(), cells.next()) {
            types.push((lengths.parse().ok()?, pattern));
        }
        Some(Self {
            region,
            calling_code,
            main,
            international_prefix,
            national_prefix,
            transforms,
            leading_digits,
            lengths,
            local_lengths,
            general,
            types,
            tables: OnceLock::new(),
        })
    }

    /// The compiled patterns; `None` if one of them cannot be compiled.
    pub(super) fn tables(&self) -> Option<&Tables> {
        self.tables.get_or_init(|| self.compile()).as_ref()
    }

    fn compile(&self) -> Option<Tables> {
        let transforming = if self.transforms {
            transforming(self.national_prefix)
        } else {
            String::new()
        };
        Some(Tables {
            international_prefix: StartPattern::new(self.international_prefix)?,
            national_prefix: StartPattern::new(self.national_prefix)?,
            transforming: StartPattern::new(&transforming)?,
            leading_digits: StartPattern::new(self.leading_digits)?,
            general: WholePattern::new(self.general)?,
            by_length: [const { OnceLock::new() }; MAX_NATIONAL + 1],
        })
    }

    /// Whether the number is of some known type; `None` if there is no table to tell.
    pub(super) fn has_number(&self, national: &[u8]) -> Option<bool> {
        let length = 1_u64.checked_shl(national.len() as u32)?;
        if self.lengths != 0 && self.lengths & length == 0 {
            return Some(false);
        }
        let tables = self.tables()?;
        if !tables.general.matches(national) {
            return Some(false);
        }
        let of_length = tables.by_length.get(national.len())?;
        let types = of_length
            .get_or_init(|| WholePattern::new(&self.types_of(length)))
            .as_ref()?;
        Some(types.matches(national))
    }

    fn types_of(&self, length: u64) -> String {
        let fitting = self
            .types
            .iter()
            .filter(|(lengths, _)| *lengths == 0 || lengths & length != 0);
        let patterns: Vec<_> = fitting
            .map(|(_, pattern)| format!("(?:{pattern})"))
            .collect();
        // An empty alternation would match the empty text, which is no number either.
        patterns.join("|")
    }

    pub(super) fn length(&self, digits: usize) -> Length {
        let bit = 1_u64.checked_shl(digits as u32).unwrap_or_default();
        if self.lengths == 0 {
            Length::Between
        } else if self.local_lengths & bit != 0 {
            Length::LocalOnly
        } else if self.lengths & bit != 0 {
            Length::Possible
        } else if digits < self.lengths.trailing_zeros() as usize {
            Length::TooShort
        } else if digits > 63 - self.lengths.leading_zeros() as usize {
            Length::TooLong
        } else {
            Length::Between
        }
    }
}

impl Tables {
    pub(super) fn is_general(&self, digits: &[u8]) -> bool {
        self.general.matches(digits)
    }

    /// How many digits stand for "abroad": the `011` of the United States.
    pub(super) fn international_prefix(&self, digits: &[u8]) -> usize {
        self.international_prefix.matched(digits).unwrap_or(0)
    }

    /// How many digits stand for "elsewhere in the country": the `0` of many.
    pub(super) fn national_prefix(&self, digits: &[u8]) -> usize {
        self.national_prefix.matched(digits).unwrap_or(0)
    }

    /// Whether the number is written in a form that has to be rewritten, not only shortened.
    pub(super) fn is_transformed(&self, digits: &[u8]) -> bool {
        self.transforming.matched(digits).is_some()
    }

    /// Whether the first digits alone tell the region.
    pub(super) fn has_leading_digits(&self, digits: &[u8]) -> bool {
        self.leading_digits.matched(digits).is_some()
    }
}

/// The alternatives of a national prefix that capture something, with the capture not optional.
///
/// The table knows where a match ends, not what was captured. These alternatives match exactly
/// when the whole pattern captures, since the captures come first or at the end of it.
fn transforming(prefix: &str) -> String {
    let capturing = alternatives(prefix).into_iter().filter(|part| {
        part.as_bytes()
            .windows(2)
            .any(|pair| matches!(pair, [b'(', next] if *next != b'?'))
    });
    let parts: Vec<_> = capturing
        .map(|part| part.strip_suffix('?').unwrap_or(part))
        .collect();
    parts.join("|")
}

/// Splits a pattern at the bars that stand outside brackets.
fn alternatives(pattern: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let outside = |c: char| {
        depth += match c {
            '(' | '[' => 1,
            ')' | ']' => -1,
            _ => 0,
        };
        c == '|' && depth == 0
    };
    pattern.split(outside).collect()
}
