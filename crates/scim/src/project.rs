//! Which attributes an answer has: `attributes` and `excludedAttributes`.

use serde_json::{Map, Value};

use crate::{Attribute, AttributePath, Returned, Shape, Target};

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct Projection {
    only: Vec<AttributePath>,
    without: Vec<AttributePath>,
}

impl Projection {
    /// Only these attributes, or all without those; names that are none are passed over.
    pub fn new<'t>(
        only: impl IntoIterator<Item = &'t str>,
        without: impl IntoIterator<Item = &'t str>,
    ) -> Self {
        Self {
            only: parsed(only),
            without: parsed(without),
        }
    }

    /// Whether an attribute of the core schema can be in the answer at all.
    pub fn wants(&self, name: &str) -> bool {
        let names = |paths: &[AttributePath], whole: bool| {
            paths
                .iter()
                .any(|path| path.name.eq_ignore_ascii_case(name) && !(whole && path.sub.is_some()))
        };
        if self.only.is_empty() {
            !names(&self.without, true)
        } else {
            names(&self.only, false)
        }
    }

    /// The resource with what was asked for.
    pub fn of(&self, shape: &Shape, resource: &Value) -> Value {
        let Value::Object(parts) = resource else {
            return resource.clone();
        };
        if self.only.is_empty() && self.without.is_empty() {
            return resource.clone();
        }
        let mut kept = Map::new();
        for (key, value) in parts {
            let extension = shape.extension(key);
            let attributes: Vec<&Attribute> = match extension {
                Some(schema) => schema.attributes.iter().collect(),
                None => shape.top().collect(),
            };
            let urn = extension.map(|schema| schema.id.as_str());
            if let (Some(_), Value::Object(inner)) = (extension, value) {
                let mut left = Map::new();
                for (name, value) in inner {
                    let attribute = attributes.iter().find(|one| one.is_named(name));
                    let found = attribute.and_then(|one| self.part(shape, urn, one, value));
                    left.extend(found.map(|value| (name.clone(), value)));
                }
                if !left.is_empty() {
                    kept.insert(key.clone(), Value::Object(left));
                }
            } else if let Some(attribute) = attributes.iter().find(|one| one.is_named(key)) {
                let found = self.part(shape, urn, attribute, value);
                kept.extend(found.map(|value| (key.clone(), value)));
            }
        }
        Value::Object(kept)
    }

    /// What is left of an attribute.
    fn part(
        &self,
        shape: &Shape,
        urn: Option<&str>,
        attribute: &Attribute,
        value: &Value,
    ) -> Option<Value> {
        if attribute.returned == Returned::Always {
            return Some(value.clone());
        }
        let paths = if self.only.is_empty() {
            &self.without
        } else {
            &self.only
        };
        let named: Vec<Option<&str>> = paths
            .iter()
            .filter_map(|path| match shape.find(path)? {
                Target::Extension(schema) => (Some(schema.id.as_str()) == urn).then_some(None),
                Target::Attribute(place) => {
                    let is_it = place.attribute.is_named(&attribute.name)
                        && place.extension.map(|schema| schema.id.as_str()) == urn;
                    is_it.then_some(place.sub.map(|sub| sub.name.as_str()))
                }
                Target::PassedOver => None,
            })
            .collect();
        let is_whole = named.contains(&None);
        let subs: Vec<&str> = named.into_iter().flatten().collect();
        if self.only.is_empty() {
            (!is_whole).then(|| parts_of(value, &|name| !subs.contains(&name)))?
        } else if is_whole {
            Some(value.clone())
        } else if subs.is_empty() {
            None
        } else {
            parts_of(value, &|name| subs.contains(&name))
        }
    }
}

fn parsed<'t>(names: impl IntoIterator<Item = &'t str>) -> Vec<AttributePath> {
    names
        .into_iter()
        .filter_map(|name| AttributePath::parse(name.trim()).ok())
        .collect()
}

/// The parts of a complex value, or of each in a list, whose name is kept.
fn parts_of(value: &Value, keeps: &dyn Fn(&str) -> bool) -> Option<Value> {
    match value {
        Value::Object(parts) => {
            let left: Map<_, _> = parts
                .iter()
                .filter(|(name, _)| keeps(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
        Value::Array(entries) => {
            let left: Vec<_> = entries
                .iter()
                .filter_map(|entry| parts_of(entry, keeps))
                .collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ENTERPRISE, user};

    fn projected(only: &str, without: &str) -> Value {
        let resource = json!({
            "schemas": ["s"], "id": "7", "userName": "ada", "meta": {"version": "1"},
            "name": {"givenName": "Ada", "familyName": "L"},
            "emails": [{"value": "a@b.ch", "type": "work"}, {"type": "home"}],
            ENTERPRISE: {"department": "Engines", "division": "D"},
        });
        let split = |text: &'static str| text.split(',').filter(|one| !one.is_empty());
        let (only, without): (&'static str, &'static str) = (
            String::leak(only.to_owned()),
            String::leak(without.to_owned()),
        );
        Projection::new(split(only), split(without)).of(&user(Vec::new()), &resource)
    }

    #[test]
    fn only_what_was_asked_for_and_what_always_is() {
        let expected = json!({"schemas": ["s"], "id": "7", "userName": "ada", "name": {"givenName": "Ada"}, "emails": [{"value": "a@b.ch"}]});
        assert_eq!(
            projected("USERNAME,name.givenName,emails.value,color", ""),
            expected
        );
        let department = format!("{ENTERPRISE}:department");
        let expected = json!({"schemas": ["s"], "id": "7", ENTERPRISE: {"department": "Engines"}});
        assert_eq!(projected(&department, ""), expected);
        assert_eq!(
            projected(ENTERPRISE, "")[ENTERPRISE]["division"],
            json!("D")
        );
    }

    #[test]
    fn all_but_what_was_not_wanted() {
        let found = projected("", &format!("id,meta,name.familyName,emails,{ENTERPRISE}"));
        let expected =
            json!({"schemas": ["s"], "id": "7", "userName": "ada", "name": {"givenName": "Ada"}});
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_not_wanted_need_not_be_read() {
        assert!(!Projection::new([], ["members"]).wants("members"));
        assert!(Projection::new([], ["members.display"]).wants("members"));
        assert!(!Projection::new(["displayName"], []).wants("members"));
        assert!(Projection::new(["members.value"], []).wants("members"));
        assert!(Projection::default().wants("members"));
    }
}
