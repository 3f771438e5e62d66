//! Statements: one text in a file, with `$1`-style parameters, for both databases.
//!
//! SQLite would take `$1` for a *named* parameter, numbered by first appearance, so that its text
//! says `?1` instead. Where the databases really differ, [`sql_pair!`](crate::sql_pair) embeds two
//! files; a test keeps the list of those.

use std::sync::OnceLock;

/// A statement, usually a `static` made by [`sql!`](crate::sql).
#[derive(Debug)]
pub struct Sql {
    name: &'static str,
    postgres: &'static str,
    sqlite_source: &'static str,
    sqlite: OnceLock<String>,
}

impl Sql {
    /// One text for both databases.
    pub const fn new(name: &'static str, text: &'static str) -> Self {
        Self::pair(name, text, text)
    }

    /// A text for each database, both with `$1`-style parameters.
    pub const fn pair(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self {
            name,
            postgres,
            sqlite_source: sqlite,
            sqlite: OnceLock::new(),
        }
    }

    /// The file's path under `sql/`, without the ending.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The text as PostgreSQL is given it.
    pub const fn postgres(&self) -> &str {
        self.postgres
    }

    /// The text as SQLite is given it.
    pub fn sqlite(&self) -> &str {
        self.sqlite
            .get_or_init(|| numbered_for_sqlite(self.sqlite_source))
    }

    pub(crate) fn text(&self) -> Text<'_> {
        Text {
            name: self.name,
            postgres: self.postgres,
            sqlite: self.sqlite(),
        }
    }
}

/// A statement's two texts, ready for the drivers.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) name: &'static str,
    pub(crate) postgres: &'a str,
    pub(crate) sqlite: &'a str,
}

/// Embeds `sql/<name>.sql` of the calling crate.
#[macro_export]
macro_rules! sql {
    ($name:literal) => {{
        static STATEMENT: $crate::Sql = $crate::Sql::new(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql")),
        );
        &STATEMENT
    }};
}

/// Embeds `sql/<name>.sqlite.sql` and `sql/<name>.postgres.sql` of the calling crate.
#[macro_export]
macro_rules! sql_pair {
    ($name:literal) => {{
        static STATEMENT: $crate::Sql = $crate::Sql::pair(
            $name,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/sql/",
                $name,
                ".sqlite.sql"
            )),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/sql/",
                $name,
                ".postgres.sql"
            )),
        );
        &STATEMENT
    }};
}

/// Borrows the parameters of a statement.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$(&$value as &dyn $crate::Param),*]
    };
}

/// Rewrites `$1` to `?1`, leaving quoted text and comments alone.
pub(crate) fn numbered_for_sqlite(text: &str) -> String {
    renumbered(text, '?', 0)
}

/// Rewrites every `$n` to `<sign>(n + offset)`, leaving quoted text and comments alone.
pub(crate) fn renumbered(text: &str, sign: char, offset: usize) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest, first);
        let (token, after) = rest.split_at(length);
        match token
            .strip_prefix('$')
            .and_then(|digits| digits.parse::<usize>().ok())
        {
            Some(number) => {
                out.push(sign);
                out.push_str(&(number + offset).to_string());
            }
            None => out.push_str(token),
        }
        rest = after;
    }
    out
}

/// The length of the quoted text, comment, parameter or single character at the start of `rest`.
fn token_length(rest: &str, first: char) -> usize {
    let ends_with = |skip: usize, end: &str| {
        rest.get(skip..)
            .and_then(|tail| tail.find(end))
            .map_or(rest.len(), |at| skip + at + end.len())
    };
    match first {
        '\'' => ends_with(1, "'"),
        '"' => ends_with(1, "\""),
        '-' if rest.starts_with("--") => ends_with(2, "\n"),
        '/' if rest.starts_with("/*") => ends_with(2, "*/"),
        '$' => {
            1 + rest
                .chars()
                .skip(1)
                .take_while(char::is_ascii_digit)
                .count()
        }
        other => other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_parameters_outside_quotes_and_comments() {
        assert_eq!(
            numbered_for_sqlite("a = $1 and b = $12"),
            "a = ?1 and b = ?12"
        );
        assert_eq!(
            numbered_for_sqlite("'it''s $1' \"$2\" $3"),
            "'it''s $1' \"$2\" ?3"
        );
        assert_eq!(
            numbered_for_sqlite("-- don't $1\n$1 /* ' $2 */ $2"),
            "-- don't $1\n?1 /* ' $2 */ ?2"
        );
        assert_eq!(numbered_for_sqlite("é $ $1"), "é $ ?1");
        assert_eq!(numbered_for_sqlite("'open $1"), "'open $1");
    }

    #[test]
    fn shifts_parameters_of_a_condition() {
        assert_eq!(renumbered("a = $1 or b = $2", '$', 3), "a = $4 or b = $5");
    }
}
