//! Versions of the app, compared number by number and never as text.

use std::{cmp::Ordering, fmt, str::FromStr};

/// A version such as `2.10.1`: one to four numbers.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    numbers: Vec<u32>,
}

/// The text is not a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a version is one to four numbers with dots between them, such as 2.10.1")]
pub struct InvalidVersion;

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let text = text.trim();
        let number = |part: &str| {
            let is_plain =
                (1..=9).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            is_plain.then(|| part.parse::<u32>().ok()).flatten()
        };
        let numbers: Option<Vec<u32>> = text.split('.').map(number).collect();
        match numbers {
            Some(numbers) if numbers.len() <= 4 => Ok(Self {
                text: text.to_owned(),
                numbers,
            }),
            _ => Err(InvalidVersion),
        }
    }
}

impl Version {
    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What an app says of itself, as far as it can be compared: `2.6.0-beta+7` is 2.6.0.
    pub fn of_app(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
        text.get(..end.unwrap_or(text.len()))?.parse().ok()
    }

    /// A text that sorts as the versions do, for columns: `000000002.000000006.000000000.000000000`.
    pub fn key(&self) -> String {
        let number = |place| self.numbers.get(place).copied().unwrap_or_default();
        let parts: Vec<String> = (0..4)
            .map(|place| format!("{:09}", number(place)))
            .collect();
        parts.join(".")
    }

    /// The numbers without zeros at the end: 2.6 and 2.6.0 are the same version.
    fn significant(&self) -> &[u32] {
        let zeros = self.numbers.iter().rev().take_while(|n| **n == 0).count();
        self.numbers
            .get(..self.numbers.len() - zeros)
            .unwrap_or_default()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.significant().cmp(other.significant())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_compared_by_numbers() {
        assert!(version("2.10") > version("2.9.9"));
        assert!(version("10") > version("9.9"));
        assert!(version("2.6.0.1") > version("2.6"));
        assert_eq!(version("2.6"), version("2.6.0.0"));
        assert_eq!(version("02.6"), version("2.06"));
        assert_eq!(version("0"), version("0.0"));
    }

    #[test]
    fn keys_sort_as_versions_do() {
        let sorted =
            ["0.9", "2.6", "2.6.0.1", "2.9.9", "2.10", "10"].map(|text| version(text).key());
        assert!(sorted.is_sorted(), "{sorted:?}");
        assert_eq!(version("2.6").key(), version("2.6.0.0").key());
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in [
            "",
            "2.",
            ".2",
            "v2",
            "2.6-beta",
            "1.2.3.4.5",
            "9999999999",
            "2..1",
            "-1",
            "２",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_an_app_adds_to_its_version_is_left_out() {
        assert_eq!(Version::of_app("2.6.0-beta.1"), Some(version("2.6")));
        assert_eq!(Version::of_app("beta"), None);
    }
}
