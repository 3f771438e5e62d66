//! The path of an attribute, such as `name.givenName`, with or without the URN of its schema.

use std::fmt;

use crate::{ErrorKind, Failure};

/// The longest path.
const LONGEST: usize = 500;

/// What a request names an attribute by. What it names is found by [`crate::Shape::find`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributePath {
    /// What stands before the last colon.
    pub urn: Option<String>,
    /// The attribute; of a path that is an extension's URN, its last part.
    pub name: String,
    /// The attribute within it.
    pub sub: Option<String>,
}

impl AttributePath {
    /// The path that a text says.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = || {
            let shown: String = text.chars().take(80).collect();
            Failure::of(
                ErrorKind::InvalidPath,
                format!("{shown:?} does not name an attribute"),
            )
        };
        if text.len() > LONGEST {
            return Err(wrong());
        }
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) if is_urn(urn) => (Some(urn.to_owned()), rest),
            Some(_) => return Err(wrong()),
            None => (None, text),
        };
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        if !is_name(name) || !sub.is_none_or(is_name) {
            return Err(wrong());
        }
        Ok(Self {
            urn,
            name: name.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

/// Whether a letter can be in a path, with everything a URN may hold.
pub(crate) fn is_of_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | ':' | '$')
}

fn is_urn(text: &str) -> bool {
    let begins = text
        .get(..4)
        .is_some_and(|four| four.eq_ignore_ascii_case("urn:"));
    begins && text.len() > 4 && text.chars().all(is_of_path)
}

fn is_name(text: &str) -> bool {
    let bare = text.strip_prefix('$').unwrap_or(text);
    bare.starts_with(|first: char| first.is_ascii_alphabetic())
        && bare
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_behind_the_urn() {
        let path =
            AttributePath::parse("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName");
        let path = path.unwrap();
        assert_eq!(
            path.urn.as_deref(),
            Some("urn:ietf:params:scim:schemas:core:2.0:User")
        );
        assert_eq!(
            (path.name.as_str(), path.sub.as_deref()),
            ("name", Some("givenName"))
        );
        assert_eq!(AttributePath::parse("$ref").unwrap().name, "$ref");
        for wrong in [
            "",
            ".",
            "a.",
            "a.b.c",
            "1a",
            "a b",
            "http://x",
            "a:b",
            "emails[0]",
            "ä",
        ] {
            assert!(AttributePath::parse(wrong).is_err(), "{wrong}");
        }
        assert!(AttributePath::parse(&"a".repeat(501)).is_err());
    }
}
