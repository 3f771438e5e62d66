//! A request of PATCH as changes of single attributes.

use serde_json::Value;

use super::path::Path;
use crate::{
    Attribute, ErrorKind, Failure, Filter, MOST_OPERATIONS, Schema, Shape, Target,
    clean::clean_value,
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Values come to those that are there.
    Add,
    /// Values take the place of those that are there.
    Replace,
    /// Values go.
    Remove,
}

/// One change of one attribute.
#[derive(Clone, Debug)]
pub struct Change<'s> {
    /// What is done.
    pub verb: Verb,
    /// The extension the attribute belongs to.
    pub extension: Option<&'s Schema>,
    /// The attribute.
    pub attribute: &'s Attribute,
    /// The one within it.
    pub sub: Option<&'s Attribute>,
    /// Which entries of a list it is about; all, if there is none.
    pub filter: Option<Filter>,
    /// What was sent, as it is held; a removal may have one as well.
    pub value: Option<Value>,
}

/// The changes that a request asks for, in its order.
pub fn changes<'s>(shape: &'s Shape, body: &Value) -> Result<Vec<Change<'s>>, Failure> {
    let syntax = |detail: &str| Failure::of(ErrorKind::InvalidSyntax, detail);
    let operations = member(body, "Operations")
        .and_then(Value::as_array)
        .ok_or_else(|| syntax("the body is to have a list of Operations"))?;
    if operations.is_empty() || operations.len() > MOST_OPERATIONS {
        let detail = format!("a request has 1 to {MOST_OPERATIONS} operations");
        return Err(syntax(&detail));
    }
    let mut all = Vec::new();
    for operation in operations {
        let verb = member(operation, "op").and_then(Value::as_str);
        let verb = match verb.map(str::to_ascii_lowercase).as_deref() {
            Some("add") => Verb::Add,
            Some("replace") => Verb::Replace,
            Some("remove") => Verb::Remove,
            _ => return Err(syntax("an operation is add, replace or remove")),
        };
        let value = member(operation, "value");
        match member(operation, "path").filter(|path| !path.is_null()) {
            Some(Value::String(path)) if !path.trim().is_empty() => {
                at(shape, verb, path, value, &mut all)?;
            }
            Some(Value::String(_)) | None => top(shape, verb, value, &mut all)?,
            Some(_) => return Err(Failure::of(ErrorKind::InvalidPath, "a path is a text")),
        }
    }
    Ok(all)
}

/// A part of an object, however it is spelled.
fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let parts = object.as_object()?;
    parts.get(name).or_else(|| {
        let mut parts = parts.iter();
        parts
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

fn needs_value(verb: Verb, value: Option<&Value>) -> Result<(), Failure> {
    if verb != Verb::Remove && value.is_none() {
        let detail = "add and replace need a value";
        return Err(Failure::of(ErrorKind::InvalidValue, detail));
    }
    Ok(())
}

/// An operation without a path: one change for each key. What cannot be set is passed over.
fn top<'s>(
    shape: &'s Shape,
    verb: Verb,
    value: Option<&Value>,
    all: &mut Vec<Change<'s>>,
) -> Result<(), Failure> {
    if verb == Verb::Remove {
        let detail = "a removal needs a path";
        return Err(Failure::of(ErrorKind::NoTarget, detail));
    }
    needs_value(verb, value)?;
    let Some(Value::Object(parts)) = value else {
        let detail = "without a path, the value is to be an object";
        return Err(Failure::of(ErrorKind::InvalidValue, detail));
    };
    for (key, value) in parts {
        let Ok(path) = Path::parse(key) else { continue };
        let can_be_set = match shape.find(&path.path) {
            Some(Target::Extension(_)) => true,
            Some(Target::Attribute(place)) => !place.attribute.is_read_only(),
            Some(Target::PassedOver) | None => false,
        };
        if can_be_set {
            at(shape, verb, key, Some(value), all)?;
        }
    }
    Ok(())
}

fn at<'s>(
    shape: &'s Shape,
    verb: Verb,
    text: &str,
    value: Option<&Value>,
    all: &mut Vec<Change<'s>>,
) -> Result<(), Failure> {
    let Path { path, filter } = Path::parse(text)?;
    needs_value(verb, value)?;
    match shape.find(&path) {
        Some(Target::PassedOver) => Ok(()),
        Some(Target::Extension(schema)) => of_extension(verb, schema, value, all),
        Some(Target::Attribute(place)) => {
            let (attribute, sub) = (place.attribute, place.sub);
            if attribute.is_read_only() || sub.is_some_and(Attribute::is_read_only) {
                let detail = format!("{path} is set by the server");
                return Err(Failure::of(ErrorKind::Mutability, detail));
            }
            if filter.is_some() && !attribute.is_multiple {
                let detail = format!("{} has no entries to choose from", attribute.name);
                return Err(Failure::of(ErrorKind::InvalidPath, detail));
            }
            let value = match (value, sub) {
                (None, _) => None,
                (Some(value), Some(sub)) => clean_value(sub, value)?,
                (Some(value), None) => clean_value(attribute, value)?,
            };
            all.push(Change {
                // A value that is none takes away what is there.
                verb: if value.is_none() && verb == Verb::Replace {
                    Verb::Remove
                } else {
                    verb
                },
                extension: place.extension,
                attribute,
                sub,
                filter,
                value,
            });
            Ok(())
        }
        None => {
            let detail = format!("{path} is no attribute of {}", shape.name);
            Err(Failure::of(ErrorKind::InvalidPath, detail))
        }
    }
}

fn of_extension<'s>(
    verb: Verb,
    schema: &'s Schema,
    value: Option<&Value>,
    all: &mut Vec<Change<'s>>,
) -> Result<(), Failure> {
    for attribute in &schema.attributes {
        let part = value.and_then(|value| member(value, &attribute.name));
        let change = |verb, value| Change {
            verb,
            extension: Some(schema),
            attribute,
            sub: None,
            filter: None,
            value,
        };
        match (verb, part) {
            (Verb::Remove, _) => all.push(change(Verb::Remove, None)),
            (_, None) => {}
            (_, Some(part)) => match clean_value(attribute, part)? {
                Some(value) => all.push(change(verb, Some(value))),
                None => all.push(change(Verb::Remove, None)),
            },
        }
    }
    Ok(())
}
