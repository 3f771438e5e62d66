//! Regions that have phone numbers, by their ISO 3166 codes.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::rules::{Country, RULES};

/// A country or territory with phone numbers of its own: `ZA`, `GB`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(u16);

/// The text is not the code of a region with phone numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a two-letter region code")]
pub struct UnknownRegion;

impl Region {
    /// Reads a two-letter code in either case.
    pub fn parse(code: &str) -> Result<Self, UnknownRegion> {
        let code = code.trim();
        RULES.region(code).map(Self).ok_or(UnknownRegion)
    }

    /// All regions, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        RULES.regions().map(Self)
    }

    /// The two-letter code.
    pub fn code(self) -> &'static str {
        self.country().map_or("", |country| country.region)
    }

    /// The country code that numbers of the region begin with: 27.
    pub fn calling_code(self) -> &'static str {
        self.country().map_or("", |country| country.calling_code)
    }

    pub(super) fn country(self) -> Option<&'static Country> {
        RULES.country(self.0)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.code())
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, UnknownRegion> {
        Self::parse(code)
    }
}

impl TryFrom<String> for Region {
    type Error = UnknownRegion;

    fn try_from(code: String) -> Result<Self, UnknownRegion> {
        Self::parse(&code)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        Self::from(region.code())
    }
}
