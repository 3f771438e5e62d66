//! Filters (RFC 7644, 3.4.2.2): reading and printing them.
//!
//! Names of operators are taken in any case, as RFC 7644 asks; so are `true`, `false` and `null`, as
//! some providers write them.

use std::fmt;

use serde_json::Value;

use crate::{AttributePath, ErrorKind, Failure, attribute::is_of_path};

/// The longest filter.
const LONGEST: usize = 8_000;
/// How deep brackets may stand within each other.
const DEEPEST: usize = 20;

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Not the same.
    NotEqual,
    /// Contains.
    Contains,
    /// Begins with.
    StartsWith,
    /// Ends with.
    EndsWith,
    /// Greater, or later.
    Greater,
    /// Greater or the same.
    GreaterOrEqual,
    /// Less, or earlier.
    Less,
    /// Less or the same.
    LessOrEqual,
}

impl Comparison {
    /// Every comparison.
    pub const ALL: [Self; 9] = [
        Self::Equal,
        Self::NotEqual,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Contains => "co",
            Self::StartsWith => "sw",
            Self::EndsWith => "ew",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
        }
    }
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// A value of the attribute compares so.
    Compare(AttributePath, Comparison, Value),
    /// The attribute has a value.
    Present(AttributePath),
    /// One entry of the list meets a filter as a whole.
    Within(AttributePath, Box<Filter>),
    /// All are met.
    And(Vec<Filter>),
    /// One is met.
    Or(Vec<Filter>),
    /// It is not met.
    Not(Box<Filter>),
}

impl Filter {
    /// The filter that a text says.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        if text.len() > LONGEST {
            let detail = format!("a filter has at most {LONGEST} letters");
            return Err(Failure::of(ErrorKind::InvalidFilter, detail));
        }
        let mut reader = Reader { text, at: 0 };
        let filter = reader.any(0)?;
        reader.blanks();
        if reader.rest().is_empty() {
            Ok(filter)
        } else {
            Err(reader.wrong("and, or, or the end"))
        }
    }

    /// What must all be met: the parts of an `and`, or the filter itself.
    pub fn conjuncts(&self) -> &[Self] {
        match self {
            Self::And(all) => all,
            other => std::slice::from_ref(other),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = |f: &mut fmt::Formatter<'_>, filter: &Self, in_brackets: bool| {
            if in_brackets {
                write!(f, "({filter})")
            } else {
                write!(f, "{filter}")
            }
        };
        match self {
            Self::Compare(path, comparison, value) => {
                write!(f, "{path} {} {value}", comparison.as_str())
            }
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Within(path, filter) => write!(f, "{path}[{filter}]"),
            Self::Not(filter) => write!(f, "not ({filter})"),
            Self::And(all) => {
                for (place, one) in all.iter().enumerate() {
                    f.write_str(if place > 0 { " and " } else { "" })?;
                    within(f, one, matches!(one, Self::And(_) | Self::Or(_)))?;
                }
                Ok(())
            }
            Self::Or(all) => {
                for (place, one) in all.iter().enumerate() {
                    f.write_str(if place > 0 { " or " } else { "" })?;
                    within(f, one, matches!(one, Self::Or(_)))?;
                }
                Ok(())
            }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn wrong(&self, wanted: &str) -> Failure {
        let detail = format!(
            "the filter cannot be read: {wanted} was expected at letter {}",
            self.at + 1
        );
        Failure::of(ErrorKind::InvalidFilter, detail)
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    fn sign(&mut self, sign: char) -> bool {
        self.blanks();
        let is_there = self.rest().starts_with(sign);
        if is_there {
            self.at += sign.len_utf8();
        }
        is_there
    }

    /// The word that is next, which stays there.
    fn word(&self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter| !is_of_path(letter));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or("")
    }

    fn takes(&mut self, word: &str) -> bool {
        self.blanks();
        let is_there = self.word().eq_ignore_ascii_case(word);
        if is_there {
            self.at += word.len();
        }
        is_there
    }

    /// Something between brackets, or everything.
    fn any(&mut self, depth: usize) -> Result<Filter, Failure> {
        let mut all = vec![self.every(depth)?];
        while self.takes("or") {
            all.push(self.every(depth)?);
        }
        Ok(joined(all, Filter::Or))
    }

    fn every(&mut self, depth: usize) -> Result<Filter, Failure> {
        let mut all = vec![self.one(depth)?];
        while self.takes("and") {
            all.push(self.one(depth)?);
        }
        Ok(joined(all, Filter::And))
    }

    fn one(&mut self, depth: usize) -> Result<Filter, Failure> {
        if depth > DEEPEST {
            let detail = format!("brackets of a filter stand at most {DEEPEST} deep");
            return Err(Failure::of(ErrorKind::InvalidFilter, detail));
        }
        if self.sign('(') {
            let filter = self.any(depth + 1)?;
            return if self.sign(')') {
                Ok(filter)
            } else {
                Err(self.wrong(")"))
            };
        }
        let start = self.at;
        if self.takes("not") {
            if self.sign('(') {
                let filter = self.any(depth + 1)?;
                return if self.sign(')') {
                    Ok(Filter::Not(Box::new(filter)))
                } else {
                    Err(self.wrong(")"))
                };
            }
            // An attribute may well be called so.
            self.at = start;
        }
        self.test(depth)
    }

    fn test(&mut self, depth: usize) -> Result<Filter, Failure> {
        self.blanks();
        let word = self.word();
        let path =
            AttributePath::parse(word).map_err(|_| self.wrong("the name of an attribute"))?;
        self.at += word.len();
        if self.rest().starts_with('[') {
            self.at += 1;
            let filter = self.any(depth + 1)?;
            return if self.sign(']') {
                Ok(Filter::Within(path, Box::new(filter)))
            } else {
                Err(self.wrong("]"))
            };
        }
        if self.takes("pr") {
            return Ok(Filter::Present(path));
        }
        self.blanks();
        let word = self.word();
        let comparison = Comparison::ALL
            .into_iter()
            .find(|one| one.as_str().eq_ignore_ascii_case(word))
            .ok_or_else(|| self.wrong("a comparison such as eq"))?;
        self.at += word.len();
        let value = self.value()?;
        Ok(Filter::Compare(path, comparison, value))
    }

    fn value(&mut self) -> Result<Value, Failure> {
        self.blanks();
        let rest = self.rest();
        let end = if rest.starts_with('"') {
            end_of_text(rest)
        } else {
            let end = rest.find([' ', ')', ']']);
            Some(end.unwrap_or(rest.len()))
        };
        let token = end
            .and_then(|end| rest.get(..end))
            .ok_or_else(|| self.wrong("a closing quote"))?;
        let word = ["true", "false", "null"]
            .into_iter()
            .find(|word| word.eq_ignore_ascii_case(token));
        let value: Value = serde_json::from_str(word.unwrap_or(token))
            .map_err(|_| self.wrong("a value: a text in quotes, a number, true, false or null"))?;
        self.at += token.len();
        Ok(value)
    }
}

fn joined(mut all: Vec<Filter>, many: fn(Vec<Filter>) -> Filter) -> Filter {
    match all.pop() {
        Some(only) if all.is_empty() => only,
        Some(last) => {
            all.push(last);
            many(all)
        }
        None => many(all),
    }
}

/// Where a text in quotes ends, the closing quote included.
fn end_of_text(rest: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn and_binds_stronger_than_or() {
        let filter = Filter::parse("a pr or b eq 1 AND not (c ne null)").unwrap();
        let Filter::Or(parts) = &filter else {
            panic!("{filter:?}")
        };
        assert_eq!(parts.len(), 2);
        assert!(matches!(&parts[1], Filter::And(both) if both.len() == 2));
        assert_eq!(filter.to_string(), "a pr or b eq 1 and not (c ne null)");
    }

    #[test]
    fn filters_of_the_standard_are_read() {
        for text in [
            r#"userName eq "bjensen""#,
            r#"name.familyName co "O'Malley""#,
            r#"userName sw "J""#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
            "title pr",
            r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
            r#"title pr and userType eq "Employee""#,
            r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
            r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
            r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
            r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
            r#"emails[type eq "work"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
            "active eq True",
            r#"active EQ "False""#,
            r#"userName eq "quote \" and \\ and é""#,
            "not(title pr)",
            "a eq -1.5e3",
        ] {
            let filter = Filter::parse(text).unwrap_or_else(|failure| panic!("{text}: {failure}"));
            assert_eq!(Filter::parse(&filter.to_string()), Ok(filter), "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused_with_its_place() {
        for text in [
            "",
            "userName",
            "userName eq",
            "userName eq bjensen",
            r#"userName eq "bjensen"#,
            r#"userName is "bjensen""#,
            r#"(userName eq "x""#,
            r#"userName eq "x")"#,
            r#"emails[type eq "work""#,
            r#"userName eq "x" and"#,
            r#"userName eq "x" xor title pr"#,
            r#"userName eq "x' or 1=1"#,
            "1a pr",
            "not title pr",
            "userName eq 'x'",
        ] {
            let failure = Filter::parse(text).unwrap_err();
            assert_eq!(failure.kind, Some(ErrorKind::InvalidFilter), "{text}");
        }
        let failure = Filter::parse("title pr or").unwrap_err();
        assert!(failure.detail.contains("at letter 12"), "{failure}");
        assert!(Filter::parse(&"(".repeat(100)).is_err());
        assert!(Filter::parse(&format!("{}a pr{}", "(".repeat(15), ")".repeat(15))).is_ok());
        assert!(Filter::parse(&"a pr or ".repeat(2_000)).is_err());
    }

    fn paths() -> impl Strategy<Value = AttributePath> {
        let urn = "urn:[a-z]{1,8}:[a-z0-9.]{1,5}";
        (
            proptest::option::of(urn),
            "[a-zA-Z][a-zA-Z0-9_-]{0,8}",
            proptest::option::of("[$]?[a-z]{1,8}"),
        )
            .prop_map(|(urn, name, sub)| AttributePath { urn, name, sub })
            .prop_filter("a name that is an operator reads as one", |path| {
                !["not", "and", "or"].contains(&path.name.to_ascii_lowercase().as_str())
            })
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            ".{0,12}".prop_map(|text| json!(text)),
            any::<bool>().prop_map(|yes| json!(yes)),
            any::<i64>().prop_map(|number| json!(number)),
            Just(Value::Null),
        ]
    }

    fn filters() -> impl Strategy<Value = Filter> {
        let test = prop_oneof![
            (paths(), 0..9_usize, values()).prop_map(|(path, place, value)| {
                Filter::Compare(path, Comparison::ALL[place], value)
            }),
            paths().prop_map(Filter::Present),
        ];
        test.prop_recursive(4, 24, 3, |inner| {
            let some = proptest::collection::vec(inner.clone(), 2..4);
            prop_oneof![
                some.clone().prop_map(Filter::And),
                some.prop_map(Filter::Or),
                inner.clone().prop_map(|one| Filter::Not(Box::new(one))),
                (paths(), inner).prop_map(|(path, one)| Filter::Within(path, Box::new(one))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_as_the_same(filter in filters()) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }

        #[test]
        fn nothing_makes_reading_panic(text in ".{0,60}") {
            let _ = Filter::parse(&text);
        }
    }
}
