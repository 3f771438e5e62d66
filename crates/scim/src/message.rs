//! Lists: what is asked for, in the query of an address or a body, and the answer.

use serde_json::{Value, json};

use crate::{ErrorKind, Failure, Filter, MOST_RESULTS, Projection};

/// Results of a page if nothing else is said.
const USUAL_RESULTS: usize = 100;

/// Which resources of a list are wanted, in which order, and what of them.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which.
    pub filter: Option<Filter>,
    /// The path of the attribute they are sorted by.
    pub sort_by: Option<String>,
    /// Largest first.
    pub is_descending: bool,
    /// The place of the first one, from 1.
    pub start: usize,
    /// How many at most.
    pub count: usize,
    /// What of each.
    pub projection: Projection,
}

impl Query {
    /// What the query of an address asks for.
    pub fn of_pairs(pairs: &[(String, String)]) -> Result<Self, Failure> {
        let named = |name: &str| {
            let mut pairs = pairs.iter();
            pairs
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
        };
        let list = |name: &str| {
            let text = named(name).unwrap_or_default();
            text.split(',').map(str::to_owned).collect::<Vec<_>>()
        };
        Self::new(
            named("filter"),
            named("sortBy"),
            named("sortOrder"),
            (number(named("startIndex"))?, number(named("count"))?),
            (&list("attributes"), &list("excludedAttributes")),
        )
    }

    /// What the body of a search asks for.
    pub fn of_body(body: &Value) -> Result<Self, Failure> {
        if !body.is_object() {
            let detail = "the body is to be one JSON object";
            return Err(Failure::of(ErrorKind::InvalidSyntax, detail));
        }
        let text = |name: &str| match body.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
        };
        let list = |name: &str| match body.get(name) {
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
            Some(Value::String(names)) => names.split(',').map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        Self::new(
            text("filter"),
            text("sortBy"),
            text("sortOrder"),
            (number(text("startIndex"))?, number(text("count"))?),
            (&list("attributes"), &list("excludedAttributes")),
        )
    }

    fn new(
        filter: Option<String>,
        sort_by: Option<String>,
        order: Option<String>,
        (start, count): (Option<i64>, Option<i64>),
        (only, without): (&[String], &[String]),
    ) -> Result<Self, Failure> {
        let filter = filter.filter(|text| !text.trim().is_empty());
        let bounded = |number: i64, least: usize| usize::try_from(number).unwrap_or(0).max(least);
        Ok(Self {
            filter: filter.map(|text| Filter::parse(&text)).transpose()?,
            sort_by: sort_by.filter(|text| !text.trim().is_empty()),
            is_descending: order.is_some_and(|order| order.eq_ignore_ascii_case("descending")),
            start: start.map_or(1, |start| bounded(start, 1)),
            count: count.map_or(USUAL_RESULTS, |count| bounded(count, 0).min(MOST_RESULTS)),
            projection: Projection::new(
                only.iter().map(String::as_str),
                without.iter().map(String::as_str),
            ),
        })
    }
}

fn number(text: Option<String>) -> Result<Option<i64>, Failure> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let read = text.trim().parse().map_err(|_| {
        let detail = "startIndex and count are whole numbers";
        Failure::of(ErrorKind::InvalidValue, detail)
    });
    read.map(Some)
}

/// A page of a list.
pub fn list_response(total: usize, start: usize, resources: &[Value]) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Result<Query, Failure> {
        let owned: Vec<_> = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        Query::of_pairs(&owned)
    }

    #[test]
    fn pages_are_bounded_as_the_standard_says() {
        let query = pairs(&[]).unwrap();
        assert_eq!((query.start, query.count), (1, 100));
        let query = pairs(&[
            ("startindex", "-3"),
            ("count", "-1"),
            ("sortOrder", "Descending"),
        ]);
        let query = query.unwrap();
        assert_eq!(
            (query.start, query.count, query.is_descending),
            (1, 0, true)
        );
        assert_eq!(pairs(&[("count", "100000")]).unwrap().count, MOST_RESULTS);
        assert!(pairs(&[("count", "many")]).is_err());
        assert!(pairs(&[("filter", "x")]).is_err());
    }

    #[test]
    fn a_search_asks_for_the_same_in_its_body() {
        let body =
            json!({"filter": "title pr", "attributes": ["userName"], "startIndex": 3, "count": 2});
        let query = Query::of_body(&body).unwrap();
        assert_eq!((query.start, query.count), (3, 2));
        assert!(query.filter.is_some() && !query.projection.wants("title"));
        assert!(Query::of_body(&json!([])).is_err());
    }
}
