//! Whether a resource meets a filter, and what it is sorted by.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Attribute, Comparison, ErrorKind, Failure, Filter, Kind, Place, Shape, Target, number,
};

/// Whether two texts are the same but for upper and lower case.
pub fn same_text(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// What resources are sorted by; those without come last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    /// The value, for comparing.
    Value(String),
    /// There is none.
    Missing,
}

impl Shape {
    /// Refuses a filter with attributes that no schema has.
    pub fn check(&self, filter: &Filter) -> Result<(), Failure> {
        match filter {
            Filter::Compare(path, _, _) | Filter::Present(path) => match self.find(path) {
                Some(Target::Attribute(_) | Target::PassedOver) => Ok(()),
                Some(Target::Extension(_)) if matches!(filter, Filter::Present(_)) => Ok(()),
                Some(Target::Extension(_)) | None => Err(unknown(self, &path.to_string())),
            },
            Filter::Within(path, inner) => {
                let place = self
                    .place(path)
                    .filter(|place| place.sub.is_none() && place.attribute.kind == Kind::Complex)
                    .ok_or_else(|| unknown(self, &path.to_string()))?;
                check_within(self, place.attribute, inner)
            }
            Filter::And(all) | Filter::Or(all) => all.iter().try_for_each(|one| self.check(one)),
            Filter::Not(inner) => self.check(inner),
        }
    }

    /// Whether a resource meets a filter; attributes of other kinds of resources are missing here.
    pub fn matches(&self, filter: &Filter, resource: &Value) -> bool {
        match filter {
            Filter::And(all) => all.iter().all(|one| self.matches(one, resource)),
            Filter::Or(all) => all.iter().any(|one| self.matches(one, resource)),
            Filter::Not(inner) => !self.matches(inner, resource),
            Filter::Present(path) => match self.find(path) {
                Some(Target::Extension(schema)) => resource.get(&schema.id).is_some_and(is_there),
                Some(Target::Attribute(place)) => {
                    let values = if place.sub.is_some() {
                        place.values(resource)
                    } else {
                        place.entries(resource)
                    };
                    values.into_iter().any(is_there)
                }
                Some(Target::PassedOver) | None => false,
            },
            Filter::Compare(path, comparison, wanted) => {
                let Some(place) = self.place(path) else {
                    return *comparison == Comparison::NotEqual;
                };
                any(
                    place.innermost(),
                    &place.values(resource),
                    *comparison,
                    wanted,
                )
            }
            Filter::Within(path, inner) => {
                let Some(place) = self.place(path) else {
                    return false;
                };
                let entries = place.entries(resource);
                entries
                    .into_iter()
                    .any(|entry| matches_within(place.attribute, inner, entry))
            }
        }
    }

    /// What a resource is sorted by: of several values the primary one, or the first.
    pub fn sort_key(&self, place: Place<'_>, resource: &Value) -> SortKey {
        let entries = place.entries(resource);
        let is_primary = |entry: &&&Value| entry.get("primary") == Some(&Value::Bool(true));
        let chosen = entries.iter().find(is_primary).or_else(|| entries.first());
        let inner = place.innermost();
        let value = chosen.and_then(|entry| {
            if std::ptr::eq(inner, place.attribute) {
                Some(*entry)
            } else {
                entry.get(&inner.name)
            }
        });
        match value {
            Some(Value::String(text)) if inner.kind == Kind::DateTime => moment(text)
                .map_or(SortKey::Missing, |moment| {
                    SortKey::Value(format!("{:020}", moment.as_microsecond()))
                }),
            Some(Value::String(text)) if inner.is_case_exact => SortKey::Value(text.clone()),
            Some(Value::String(text)) => SortKey::Value(text.to_lowercase()),
            Some(Value::Bool(yes)) => SortKey::Value(yes.to_string()),
            Some(value @ Value::Number(_)) if inner.kind == Kind::Decimal => {
                decimal(value).map_or(SortKey::Missing, |number| SortKey::Value(in_order(number)))
            }
            Some(Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => {
                SortKey::Missing
            }
        }
    }
}

fn unknown(shape: &Shape, path: &str) -> Failure {
    let detail = format!(
        "{path:?} is no attribute of {} that a filter can use",
        shape.name
    );
    Failure::of(ErrorKind::InvalidFilter, detail)
}

fn check_within(shape: &Shape, attribute: &Attribute, filter: &Filter) -> Result<(), Failure> {
    match filter {
        Filter::Compare(path, _, _) | Filter::Present(path) => {
            let is_sub = path.urn.is_none() && path.sub.is_none();
            let is_known = is_sub && attribute.sub(&path.name).is_some();
            is_known
                .then_some(())
                .ok_or_else(|| unknown(shape, &format!("{}.{path}", attribute.name)))
        }
        Filter::Within(path, _) => Err(unknown(shape, &format!("{}.{path}", attribute.name))),
        Filter::And(all) | Filter::Or(all) => all
            .iter()
            .try_for_each(|one| check_within(shape, attribute, one)),
        Filter::Not(inner) => check_within(shape, attribute, inner),
    }
}

/// Whether one entry of a list meets a filter about its parts.
pub(crate) fn matches_within(attribute: &Attribute, filter: &Filter, entry: &Value) -> bool {
    match filter {
        Filter::And(all) => all.iter().all(|one| matches_within(attribute, one, entry)),
        Filter::Or(all) => all.iter().any(|one| matches_within(attribute, one, entry)),
        Filter::Not(inner) => !matches_within(attribute, inner, entry),
        Filter::Present(path) => attribute
            .sub(&path.name)
            .and_then(|sub| entry.get(&sub.name))
            .is_some_and(is_there),
        Filter::Compare(path, comparison, wanted) => {
            let Some(sub) = attribute.sub(&path.name) else {
                return *comparison == Comparison::NotEqual;
            };
            let values: Vec<&Value> = entry.get(&sub.name).into_iter().collect();
            any(sub, &values, *comparison, wanted)
        }
        Filter::Within(..) => false,
    }
}

fn is_there(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(entries) => !entries.is_empty(),
        Value::Object(parts) => !parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether one of the values compares so; `ne` means that none is the same.
fn any(attribute: &Attribute, values: &[&Value], comparison: Comparison, wanted: &Value) -> bool {
    let is_absent = |wanted: &Value| wanted.is_null() && values.is_empty();
    match comparison {
        Comparison::NotEqual => !any(attribute, values, Comparison::Equal, wanted),
        Comparison::Equal if is_absent(wanted) => true,
        _ => values
            .iter()
            .any(|value| compares(attribute, value, comparison, wanted)),
    }
}

fn compares(attribute: &Attribute, value: &Value, comparison: Comparison, wanted: &Value) -> bool {
    if attribute.kind == Kind::Decimal {
        let both = decimal(value).zip(decimal(wanted));
        let order = both.and_then(|(have, want)| have.partial_cmp(&want));
        return order.is_some_and(|order| ordered(order, comparison));
    }
    let (have, want) = match (value, wanted) {
        (Value::String(have), Value::String(want)) => (have.clone(), want.clone()),
        (Value::Bool(have), Value::Bool(want)) => (have.to_string(), want.to_string()),
        // Providers that write booleans as texts.
        (Value::Bool(have), Value::String(want)) => (have.to_string(), want.to_lowercase()),
        (Value::String(have), Value::Number(want)) => (have.clone(), want.to_string()),
        _ => return false,
    };
    if attribute.kind == Kind::DateTime {
        return match (moment(&have), moment(&want)) {
            (Some(have), Some(want)) => ordered(have.cmp(&want), comparison),
            _ => false,
        };
    }
    let (have, want) = if attribute.is_case_exact {
        (have, want)
    } else {
        (have.to_lowercase(), want.to_lowercase())
    };
    match comparison {
        Comparison::Contains => have.contains(&want),
        Comparison::StartsWith => have.starts_with(&want),
        Comparison::EndsWith => have.ends_with(&want),
        Comparison::Equal
        | Comparison::NotEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual
        | Comparison::Less
        | Comparison::LessOrEqual => ordered(have.cmp(&want), comparison),
    }
}

/// A moment; of a day without one, its beginning.
fn moment(text: &str) -> Option<Timestamp> {
    let day = || format!("{text}T00:00:00Z").parse().ok();
    text.parse().ok().or_else(day)
}

/// A number, or a text that is one.
fn decimal(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number(text)?.as_f64(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number as a text that is sorted like it.
fn in_order(number: f64) -> String {
    // Zero has two signs, and one place.
    let bits = (number + 0.0).to_bits();
    let is_negative = bits >> 63 == 1;
    let place = if is_negative { !bits } else { bits | 1 << 63 };
    format!("{place:020}")
}

fn ordered(order: Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Contains | Comparison::StartsWith | Comparison::EndsWith => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{AttributePath, ENTERPRISE, OWN, user};

    fn ada() -> Value {
        json!({
            "id": "7", "userName": "Ada@Example.com", "active": true, "title": "Countess Ä",
            "externalId": "Ext-1",
            "name": {"givenName": "Ada", "familyName": "Lovelace"},
            "emails": [
                {"value": "ada@home.example", "type": "home"},
                {"value": "ada@example.com", "type": "work", "primary": true},
            ],
            "meta": {"created": "2026-01-02T03:04:05.000006Z"},
            ENTERPRISE: {"department": "Engines"},
        })
    }

    #[test]
    fn numbers_and_days_compare_by_what_they_are() {
        let of_kind = |name, kind| Attribute {
            kind,
            ..Attribute::text(name, "")
        };
        let own = vec![
            of_kind("height", Kind::Decimal),
            of_kind("since", Kind::DateTime),
        ];
        let shape = user(vec![crate::own_fields(own)]);
        let person =
            |height: f64| json!({OWN: {"height": height, "since": "2026-11-23T00:00:00Z"}});
        for (filter, expected) in [
            ("height gt 9", true),
            ("height eq 10.0", true),
            ("height le \"9.5\"", false),
            ("height co 1", false),
            ("height pr", true),
            ("height ne 10", false),
            ("since eq \"2026-11-23\"", true),
            ("since lt \"2026-11-22T23:59:59Z\"", false),
        ] {
            let filter = Filter::parse(&format!("{OWN}:{filter}")).unwrap();
            assert_eq!(shape.matches(&filter, &person(10.0)), expected, "{filter}");
        }
        let path = AttributePath::parse(&format!("{OWN}:height")).unwrap();
        let place = shape.place(&path).unwrap();
        let keys = [-20.0, -3.5, 0.0, 0.25, 9.0, 10.0, 1e12];
        let keys = keys.map(|height| shape.sort_key(place, &person(height)));
        assert!(keys.is_sorted() && keys[0] != keys[1]);
        assert!(shape.sort_key(place, &json!({})) > keys[6]);
    }

    #[test]
    fn a_resource_meets_what_is_true_of_it() {
        let shape = user(Vec::new());
        for (text, expected) in [
            (r#"userName eq "ada@example.COM""#, true),
            (r#"USERNAME eq "ada@example.COM""#, true),
            (r#"externalId eq "ext-1""#, false),
            (r#"externalId eq "Ext-1""#, true),
            (r#"title co "ä""#, true),
            (r#"active eq "True""#, true),
            ("active eq false", false),
            ("active ne false", true),
            (r#"emails co "home""#, true),
            (r#"emails.type eq "fax""#, false),
            (r#"emails[type eq "work" and value co "home"]"#, false),
            (r#"emails[type eq "home" and value co "home"]"#, true),
            ("emails[primary eq true]", true),
            (r#"not (emails[type eq "work"])"#, false),
            ("nickName eq null", true),
            ("nickName ne null", false),
            ("nickName pr", false),
            ("name pr and emails pr", true),
            (r#"nickName ne "x""#, true),
            (r#"meta.created gt "2026-01-02T05:04:05+02:00""#, true),
            (r#"meta.created le "2026-01-02T03:04:05Z""#, false),
            (&format!(r#"{ENTERPRISE}:department ew "NES""#), true),
            (&format!("{ENTERPRISE} pr"), true),
            (r#"userName gt "a" and userName lt "b""#, true),
            (r#"members eq "7""#, false),
        ] {
            let filter = Filter::parse(text).unwrap();
            assert_eq!(shape.matches(&filter, &ada()), expected, "{text}");
        }
    }

    #[test]
    fn unknown_attributes_are_told() {
        let shape = user(Vec::new());
        for text in [
            "members pr",
            "emails[color pr]",
            "userName[a pr]",
            r#"name.x eq "y""#,
        ] {
            let failure = shape.check(&Filter::parse(text).unwrap()).unwrap_err();
            assert_eq!(failure.kind, Some(ErrorKind::InvalidFilter));
        }
        shape
            .check(&Filter::parse("emails[type pr] and password pr").unwrap())
            .unwrap();
    }

    #[test]
    fn the_primary_value_is_sorted_by() {
        let shape = user(Vec::new());
        let key = |path: &str| {
            let path = AttributePath::parse(path).unwrap();
            shape.sort_key(shape.place(&path).unwrap(), &ada())
        };
        assert_eq!(key("emails"), SortKey::Value("ada@example.com".to_owned()));
        assert_eq!(
            key("name.familyName"),
            SortKey::Value("lovelace".to_owned())
        );
        assert_eq!(key("nickName"), SortKey::Missing);
        assert!(SortKey::Value("zz".to_owned()) < SortKey::Missing);
    }
}
