//! What clients send made into resources as their schema spells them.
//!
//! Identity providers differ: attributes in another case, booleans and numbers as texts, keys with
//! dots (`name.givenName`) or URNs, single values where there is a list, a bare text where an entry
//! of a list is meant. All that is put right here. What no schema has, and what only the server
//! sets, is left out.

use serde_json::{Map, Number, Value, json};

use crate::{Attribute, AttributePath, ErrorKind, Failure, Kind, Schema, Shape, Target};

/// No list of a user is longer; of the members of a group, see `server`.
const MOST_VALUES: usize = 100;

impl Shape {
    /// A resource as its schemas spell it, without what only the server sets.
    pub fn clean(&self, sent: &Value) -> Result<Value, Failure> {
        let Value::Object(sent) = sent else {
            let detail = "the body is to be one JSON object";
            return Err(Failure::of(ErrorKind::InvalidSyntax, detail));
        };
        let mut resource = Value::Object(Map::new());
        for (key, value) in sent {
            self.put(&mut resource, key, value)?;
        }
        Ok(resource)
    }

    fn put(&self, resource: &mut Value, key: &str, value: &Value) -> Result<(), Failure> {
        let Ok(path) = AttributePath::parse(key) else {
            return Ok(());
        };
        match self.find(&path) {
            Some(Target::Extension(schema)) => {
                let Value::Object(parts) = value else {
                    return Ok(());
                };
                for (key, value) in parts {
                    if let Some(attribute) = schema.attribute(key) {
                        set(resource, Some(schema), attribute, None, value)?;
                    }
                }
                Ok(())
            }
            Some(Target::Attribute(place)) => {
                set(resource, place.extension, place.attribute, place.sub, value)
            }
            Some(Target::PassedOver) | None => Ok(()),
        }
    }
}

fn set(
    resource: &mut Value,
    extension: Option<&Schema>,
    attribute: &Attribute,
    sub: Option<&Attribute>,
    value: &Value,
) -> Result<(), Failure> {
    if attribute.is_read_only() {
        return Ok(());
    }
    let cleaned = match sub {
        None => clean_value(attribute, value)?,
        // Only single complex values can be named by a dotted key; of a list, its first entry.
        Some(sub) => clean_value(sub, value)?.map(|value| {
            let entry = json!({ sub.name.as_str(): value });
            if attribute.is_multiple {
                json!([entry])
            } else {
                entry
            }
        }),
    };
    let Some(cleaned) = cleaned else {
        return Ok(());
    };
    let Some(holder) = holder(resource, extension) else {
        return Ok(());
    };
    match (holder.get_mut(&attribute.name), cleaned) {
        (Some(Value::Object(present)), Value::Object(more)) => present.extend(more),
        (_, cleaned) => {
            holder.insert(attribute.name.clone(), cleaned);
        }
    }
    Ok(())
}

/// Where the attributes of a schema stand; made if they are not there.
pub(crate) fn holder<'r>(
    resource: &'r mut Value,
    extension: Option<&Schema>,
) -> Option<&'r mut Map<String, Value>> {
    let top = resource.as_object_mut()?;
    match extension {
        None => Some(top),
        Some(schema) => top
            .entry(schema.id.clone())
            .or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut(),
    }
}

/// A value of an attribute as it is held; nothing if it is empty.
pub(crate) fn clean_value(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Failure> {
    if !attribute.is_multiple {
        return clean_one(attribute, value);
    }
    let sent = match value {
        Value::Array(entries) => entries.as_slice(),
        other => std::slice::from_ref(other),
    };
    if sent.len() > MOST_VALUES && attribute.name != "members" {
        let detail = format!("{} has at most {MOST_VALUES} values", attribute.name);
        return Err(Failure::of(ErrorKind::InvalidValue, detail));
    }
    let mut entries = Vec::new();
    for one in sent {
        entries.extend(clean_one(attribute, one)?);
    }
    if entries.iter().filter(|entry| is_primary(entry)).count() > 1 {
        let detail = format!("only one of {} can be primary", attribute.name);
        return Err(Failure::of(ErrorKind::InvalidValue, detail));
    }
    Ok((!entries.is_empty()).then_some(Value::Array(entries)))
}

pub(crate) fn is_primary(entry: &Value) -> bool {
    entry.get("primary") == Some(&Value::Bool(true))
}

/// The number that a text is.
pub fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| Number::from_f64(text.parse().ok()?))
}

/// One value, or one entry of a list.
pub(crate) fn clean_one(attribute: &Attribute, value: &Value) -> Result<Option<Value>, Failure> {
    let wrong = |wanted: &str| {
        let detail = format!("{} is to be {wanted}", attribute.name);
        Failure::of(ErrorKind::InvalidValue, detail)
    };
    match (attribute.kind, value) {
        (_, Value::Null) => Ok(None),
        (Kind::Complex, Value::Object(parts)) => {
            let mut cleaned = Map::new();
            for (key, value) in parts {
                let sub = attribute.sub(key).filter(|sub| !sub.is_read_only());
                if let Some(sub) = sub
                    && let Some(value) = clean_value(sub, value)?
                {
                    cleaned.insert(sub.name.clone(), value);
                }
            }
            Ok((!cleaned.is_empty()).then_some(Value::Object(cleaned)))
        }
        // A bare value where an entry is meant.
        (Kind::Complex, Value::String(_) | Value::Number(_)) => match attribute.sub("value") {
            Some(sub) => {
                let value = clean_one(sub, value)?;
                Ok(value.map(|value| json!({ "value": value })))
            }
            None => Err(wrong("an object")),
        },
        (Kind::Complex, _) => Err(wrong("an object")),
        (Kind::Boolean, Value::Bool(_)) | (Kind::Decimal, Value::Number(_)) => {
            Ok(Some(value.clone()))
        }
        (Kind::Boolean, Value::String(text)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(Some(Value::Bool(true))),
            "false" => Ok(Some(Value::Bool(false))),
            "" => Ok(None),
            _ => Err(wrong("true or false")),
        },
        (Kind::Boolean, _) => Err(wrong("true or false")),
        (Kind::Decimal, Value::String(text)) if text.trim().is_empty() => Ok(None),
        (Kind::Decimal, Value::String(text)) => {
            let number = number(text).ok_or_else(|| wrong("a number"))?;
            Ok(Some(Value::Number(number)))
        }
        (Kind::Decimal, _) => Err(wrong("a number")),
        (Kind::String | Kind::DateTime | Kind::Reference, Value::String(text)) => {
            Ok((!text.trim().is_empty()).then(|| value.clone()))
        }
        (Kind::String | Kind::DateTime | Kind::Reference, Value::Number(number)) => {
            Ok(Some(Value::String(number.to_string())))
        }
        (Kind::String | Kind::DateTime | Kind::Reference, _) => Err(wrong("a text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ENTERPRISE, user};

    #[test]
    fn what_providers_send_is_put_right() {
        let shape = user(Vec::new());
        let sent = json!({
            "schemas": ["x"], "ID": "mine", "meta": {"version": "1"}, "groups": [{"value": "1"}],
            "USERNAME": "ada", "active": "False", "name.givenName": "Ada",
            "name": {"FamilyName": "Lovelace", "unknown": 1},
            "emails": {"value": "ada@example.com", "primary": "True"},
            "phoneNumbers": ["+41 44 668 18 00"],
            "password": "secret", "color": "red", "nickName": null, "title": " ",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user": {"employeeNumber": 42},
            format!("{ENTERPRISE}:department"): "Engines",
        });
        let expected = json!({
            "userName": "ada", "active": false,
            "name": {"givenName": "Ada", "familyName": "Lovelace"},
            "emails": [{"value": "ada@example.com", "primary": true}],
            "phoneNumbers": [{"value": "+41 44 668 18 00"}],
            ENTERPRISE: {"employeeNumber": "42", "department": "Engines"},
        });
        assert_eq!(shape.clean(&sent), Ok(expected));
    }

    #[test]
    fn numbers_are_taken_as_texts_too() {
        let attribute = Attribute {
            kind: Kind::Decimal,
            ..Attribute::text("height", "")
        };
        for (sent, expected) in [
            (json!(1.5), Some(json!(1.5))),
            (json!(" -7 "), Some(json!(-7))),
            (json!("+0.50"), Some(json!(0.5))),
            (json!(""), None),
            (json!(null), None),
        ] {
            assert_eq!(clean_value(&attribute, &sent), Ok(expected), "{sent}");
        }
        for wrong in [
            json!("tall"),
            json!("NaN"),
            json!(true),
            json!({"value": 1}),
        ] {
            assert!(clean_value(&attribute, &wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_of_another_kind_are_refused() {
        let shape = user(Vec::new());
        for sent in [
            json!({"active": "perhaps"}),
            json!({"userName": {"a": 1}}),
            json!({"name": ["Ada"]}),
            json!({"emails": [{"value": "a@b.ch", "primary": true}, {"value": "c@b.ch", "primary": "true"}]}),
            json!({"emails": vec![json!({"value": "a@b.ch"}); 101]}),
        ] {
            let failure = shape.clean(&sent).unwrap_err();
            assert_eq!(failure.kind, Some(ErrorKind::InvalidValue), "{sent}");
        }
        let failure = shape.clean(&json!([1])).unwrap_err();
        assert_eq!(failure.kind, Some(ErrorKind::InvalidSyntax));
    }
}
