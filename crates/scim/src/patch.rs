//! PATCH (RFC 7644, 3.5.2): from a request to changes of single attributes, and a change applied.
//!
//! Operations are taken in any case (`Replace`), and without a path as an object whose keys may be
//! paths themselves. A filter that finds no entry makes one where it says what is in it
//! (`emails[type eq "work"].value`), as providers expect.

use serde_json::{Map, Value};

use crate::{
    Attribute, AttributePath, Comparison, ErrorKind, Failure, Filter, Schema, Shape, Target,
    clean::{clean_one, clean_value, holder, is_primary},
    matching::matches_within,
};

/// No request has more operations.
const MOST_OPERATIONS: usize = 1000;

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

/// A path with the filter of a list in it.
struct Path {
    path: AttributePath,
    filter: Option<Filter>,
}

impl Path {
    fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        let Some((before, rest)) = text.split_once('[') else {
            let path = AttributePath::parse(text)?;
            return Ok(Self { path, filter: None });
        };
        let wrong = || {
            let detail = format!("the path {text:?} has no closing bracket");
            Failure::of(ErrorKind::InvalidPath, detail)
        };
        let (within, after) = rest.rsplit_once(']').ok_or_else(wrong)?;
        let mut path = AttributePath::parse(before)?;
        match after.strip_prefix('.') {
            Some(sub) if path.sub.is_none() => {
                path = AttributePath::parse(&format!("{before}.{sub}"))?;
            }
            None if after.is_empty() => {}
            _ => return Err(wrong()),
        }
        let filter = Filter::parse(within)
            .map_err(|failure| Failure::of(ErrorKind::InvalidPath, failure.detail))?;
        Ok(Self {
            path,
            filter: Some(filter),
        })
    }
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

/// Makes one change to a resource.
pub fn apply(resource: &mut Value, change: &Change<'_>) -> Result<(), Failure> {
    let Some(holder) = holder(resource, change.extension) else {
        return Ok(());
    };
    let attribute = change.attribute;
    let present = holder.remove(&attribute.name);
    let left = if attribute.is_multiple {
        let entries = match present {
            Some(Value::Array(entries)) => entries,
            Some(_) | None => Vec::new(),
        };
        let entries = of_list(entries, change)?;
        (!entries.is_empty()).then_some(Value::Array(entries))
    } else {
        of_single(present, change)
    };
    if let Some(left) = left {
        holder.insert(attribute.name.clone(), left);
    }
    let is_bare = holder.is_empty();
    if let (Some(schema), true, Some(top)) = (change.extension, is_bare, resource.as_object_mut()) {
        top.remove(&schema.id);
    }
    Ok(())
}

fn of_single(present: Option<Value>, change: &Change<'_>) -> Option<Value> {
    let mut parts = match (present, change.sub) {
        (Some(Value::Object(parts)), _) => parts,
        (present, None) => {
            return match change.verb {
                Verb::Remove => None,
                Verb::Add | Verb::Replace => change.value.clone().or(present),
            };
        }
        (_, Some(_)) => Map::new(),
    };
    match (change.sub, change.verb, &change.value) {
        (None, Verb::Remove, _) => return None,
        (None, _, Some(Value::Object(more))) => parts.extend(more.clone()),
        (None, _, other) => return other.clone().or(Some(Value::Object(parts))),
        (Some(sub), Verb::Remove, _) => {
            parts.remove(&sub.name);
        }
        (Some(sub), _, value) => {
            if let Some(value) = value {
                parts.insert(sub.name.clone(), value.clone());
            }
        }
    }
    (!parts.is_empty()).then_some(Value::Object(parts))
}

fn of_list(mut entries: Vec<Value>, change: &Change<'_>) -> Result<Vec<Value>, Failure> {
    let sent: &[Value] = match &change.value {
        Some(Value::Array(sent)) => sent,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    match (&change.filter, change.sub, change.verb) {
        (None, None, Verb::Remove) if sent.is_empty() => Ok(Vec::new()),
        // Some providers say which entries go by sending them.
        (None, None, Verb::Remove) => {
            entries.retain(|entry| !sent.iter().any(|one| is_same(entry, one)));
            Ok(entries)
        }
        (None, None, Verb::Replace) => Ok(sent.to_vec()),
        (None, None, Verb::Add) => {
            for one in sent {
                add(&mut entries, one);
            }
            Ok(entries)
        }
        (filter, sub, Verb::Remove) => {
            entries.retain_mut(|entry| {
                !is_meant(change.attribute, filter.as_ref(), entry) || {
                    match (sub, entry.as_object_mut()) {
                        (Some(sub), Some(parts)) => {
                            parts.remove(&sub.name);
                            // Without its value, an entry says nothing any more.
                            sub.name != "value" && !parts.is_empty()
                        }
                        _ => false,
                    }
                }
            });
            Ok(entries)
        }
        (filter, sub, Verb::Add | Verb::Replace) => {
            set_entries(&mut entries, change, filter.as_ref(), sub)?;
            Ok(entries)
        }
    }
}

fn is_meant(attribute: &Attribute, filter: Option<&Filter>, entry: &Value) -> bool {
    filter.is_none_or(|filter| matches_within(attribute, filter, entry))
}

/// Sets something in the entries that a filter finds, or makes the entry it describes.
fn set_entries(
    entries: &mut Vec<Value>,
    change: &Change<'_>,
    filter: Option<&Filter>,
    sub: Option<&Attribute>,
) -> Result<(), Failure> {
    let sent = match (&change.value, sub) {
        (Some(Value::Array(sent)), None) => sent.first().cloned(),
        (other, _) => other.clone(),
    };
    let Some(sent) = sent else { return Ok(()) };
    let more = match (sub, sent) {
        (Some(sub), value) => Map::from_iter([(sub.name.clone(), value)]),
        (None, Value::Object(parts)) => parts,
        (None, _) => return Ok(()),
    };
    let becomes_primary = more.get("primary") == Some(&Value::Bool(true));
    let mut is_found = false;
    for entry in entries.iter_mut() {
        let is_meant = is_meant(change.attribute, filter, entry);
        let Some(parts) = entry.as_object_mut() else {
            continue;
        };
        if is_meant {
            parts.extend(more.clone());
        }
        // Of several entries that are meant, the first one becomes it.
        if becomes_primary && (is_found || !is_meant) {
            parts.remove("primary");
        }
        is_found |= is_meant;
    }
    if is_found {
        return Ok(());
    }
    let mut parts = match filter {
        None => Map::new(),
        Some(filter) => described(change.attribute, filter)?,
    };
    parts.extend(more);
    add(entries, &Value::Object(parts));
    Ok(())
}

/// The entry that a filter describes, if it says nothing but what is in it.
fn described(attribute: &Attribute, filter: &Filter) -> Result<Map<String, Value>, Failure> {
    let mut parts = Map::new();
    for one in filter.conjuncts() {
        let sub = match one {
            Filter::Compare(path, Comparison::Equal, value) => {
                attribute.sub(&path.name).map(|sub| (sub, value))
            }
            Filter::Compare(..)
            | Filter::Present(_)
            | Filter::Within(..)
            | Filter::And(_)
            | Filter::Or(_)
            | Filter::Not(_) => None,
        };
        let Some((sub, value)) = sub else {
            let detail = format!("no entry of {} meets {filter}", attribute.name);
            return Err(Failure::of(ErrorKind::NoTarget, detail));
        };
        if let Some(value) = clean_one(sub, value)? {
            parts.insert(sub.name.clone(), value);
        }
    }
    Ok(parts)
}

/// Whether an entry is the one that was sent, which may say less of it.
fn is_same(entry: &Value, sent: &Value) -> bool {
    match (entry.get("value"), sent.get("value")) {
        (Some(have), Some(want)) => {
            let kind = sent.get("type");
            have == want && (kind.is_none() || kind == entry.get("type"))
        }
        _ => entry == sent,
    }
}

fn add(entries: &mut Vec<Value>, sent: &Value) {
    if is_primary(sent) {
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            entry.remove("primary");
        }
    }
    let present = entries.iter_mut().find(|entry| is_same(entry, sent));
    match (present.and_then(Value::as_object_mut), sent) {
        (Some(parts), Value::Object(more)) => parts.extend(more.clone()),
        _ => entries.push(sent.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{ENTERPRISE, user};

    fn patched(operations: &Value) -> Result<Value, Failure> {
        let shape = user(Vec::new());
        let mut resource = json!({
            "userName": "ada", "active": true,
            "name": {"givenName": "Ada", "familyName": "Lovelace"},
            "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
        });
        let body = json!({"schemas": ["x"], "Operations": operations});
        for change in changes(&shape, &body)? {
            apply(&mut resource, &change)?;
        }
        Ok(resource)
    }

    fn part(operations: &Value, pointer: &str) -> Value {
        let resource = patched(operations).unwrap();
        resource.pointer(pointer).cloned().unwrap_or_default()
    }

    #[test]
    fn operations_are_taken_as_providers_write_them() {
        let toggled = json!([{"op": "Replace", "path": "active", "value": "False"}]);
        assert_eq!(part(&toggled, "/active"), json!(false));
        let toggled = json!([{"op": "replace", "value": {"active": false, "id": "x", "color": 1}}]);
        assert_eq!(part(&toggled, "/active"), json!(false));
        let keys = json!([{"op": "Add", "value": {
            "name.givenName": "Augusta",
            format!("{ENTERPRISE}:department"): "Engines",
            "urn:ietf:params:scim:schemas:core:2.0:User:title": "Countess",
        }}]);
        let resource = patched(&keys).unwrap();
        assert_eq!(
            resource["name"],
            json!({"givenName": "Augusta", "familyName": "Lovelace"})
        );
        assert_eq!(resource[ENTERPRISE], json!({"department": "Engines"}));
        assert_eq!(resource["title"], json!("Countess"));
        let manager = json!([{"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "7"}]);
        assert_eq!(
            patched(&manager).unwrap()[ENTERPRISE],
            json!({"manager": {"value": "7"}})
        );
        let ignored =
            json!([{"op": "add", "path": "roles[primary eq \"True\"].value", "value": "x"}]);
        assert!(patched(&ignored).is_ok());
    }

    #[test]
    fn an_entry_that_is_not_there_is_made_as_its_filter_describes_it() {
        let phone = json!([{"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+41 44 668 18 00"}]);
        let expected = json!([{"type": "mobile", "value": "+41 44 668 18 00"}]);
        assert_eq!(part(&phone, "/phoneNumbers"), expected);
        let email =
            json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@b.ch"}]);
        let expected = json!([{"value": "a@b.ch", "type": "work", "primary": true}]);
        assert_eq!(part(&email, "/emails"), expected);
        let unclear =
            json!([{"op": "replace", "path": "emails[type ne \"work\"].value", "value": "a@b.ch"}]);
        assert_eq!(
            patched(&unclear).unwrap_err().kind,
            Some(ErrorKind::NoTarget)
        );
    }

    #[test]
    fn lists_are_added_to_replaced_and_taken_from() {
        let home = json!({"value": "ada@home.example", "type": "home", "primary": true});
        let add = json!([{"op": "add", "path": "emails", "value": [home]}]);
        let expected = json!([{"value": "ada@example.com", "type": "work"}, home]);
        assert_eq!(part(&add, "/emails"), expected);
        let twice = json!([
            {"op": "add", "path": "emails", "value": [home]},
            {"op": "add", "path": "emails", "value": [home]},
            {"op": "remove", "path": "emails[type eq \"work\"]"},
        ]);
        assert_eq!(part(&twice, "/emails"), json!([home]));
        let by_value =
            json!([{"op": "Remove", "path": "emails", "value": [{"value": "ada@example.com"}]}]);
        assert_eq!(part(&by_value, "/emails"), Value::Null);
        let replace = json!([{"op": "replace", "path": "emails", "value": [home]}]);
        assert_eq!(part(&replace, "/emails"), json!([home]));
        let nothing = json!([{"op": "replace", "path": "emails", "value": []}]);
        assert_eq!(part(&nothing, "/emails"), Value::Null);
        let value = json!([{"op": "remove", "path": "emails[type eq \"work\"].value"}]);
        assert_eq!(part(&value, "/emails"), Value::Null);
    }

    #[test]
    fn a_list_never_gets_a_second_primary_entry() {
        let described = json!([{
            "op": "add", "path": "emails[type eq \"home\" and primary eq true].value", "value": "ada@home.example",
        }]);
        let expected = json!([
            {"value": "ada@example.com", "type": "work"},
            {"value": "ada@home.example", "type": "home", "primary": true},
        ]);
        assert_eq!(part(&described, "/emails"), expected);
        let several = json!([
            {"op": "add", "path": "emails", "value": [{"value": "a@b.ch", "type": "home"}, {"value": "c@b.ch", "type": "home"}]},
            {"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true},
        ]);
        let expected = json!([
            {"value": "ada@example.com", "type": "work"},
            {"value": "a@b.ch", "type": "home", "primary": true},
            {"value": "c@b.ch", "type": "home"},
        ]);
        assert_eq!(part(&several, "/emails"), expected);
    }

    #[test]
    fn parts_of_a_name_are_set_and_removed() {
        let both = json!([
            {"op": "remove", "path": "name.givenName"},
            {"op": "add", "path": "name", "value": {"middleName": "King"}},
        ]);
        assert_eq!(
            part(&both, "/name"),
            json!({"familyName": "Lovelace", "middleName": "King"})
        );
        assert_eq!(
            part(&json!([{"op": "remove", "path": "name"}]), "/name"),
            Value::Null
        );
    }

    #[test]
    fn an_extension_is_merged_and_goes_as_a_whole() {
        let set =
            json!({"op": "add", "path": ENTERPRISE, "value": {"department": "A", "division": "B"}});
        let more = json!({"op": "replace", "value": {ENTERPRISE: {"department": "C"}}});
        let gone = json!({"op": "remove", "path": ENTERPRISE});
        let resource = patched(&json!([set, more])).unwrap();
        assert_eq!(
            resource[ENTERPRISE],
            json!({"department": "C", "division": "B"})
        );
        assert!(
            patched(&json!([set, gone]))
                .unwrap()
                .get(ENTERPRISE)
                .is_none()
        );
    }

    #[test]
    fn what_cannot_be_done_is_refused_with_its_kind() {
        for (operation, kind) in [
            (
                json!({"op": "move", "path": "title"}),
                ErrorKind::InvalidSyntax,
            ),
            (json!({"op": "remove"}), ErrorKind::NoTarget),
            (
                json!({"op": "add", "path": "title"}),
                ErrorKind::InvalidValue,
            ),
            (json!({"op": "add", "value": "x"}), ErrorKind::InvalidValue),
            (
                json!({"op": "replace", "path": "id", "value": "x"}),
                ErrorKind::Mutability,
            ),
            (
                json!({"op": "add", "path": "groups", "value": [{"value": "x"}]}),
                ErrorKind::Mutability,
            ),
            (
                json!({"op": "add", "path": "color", "value": "x"}),
                ErrorKind::InvalidPath,
            ),
            (
                json!({"op": "add", "path": "emails[type eq", "value": "x"}),
                ErrorKind::InvalidPath,
            ),
            (
                json!({"op": "add", "path": "emails[type is 1].value", "value": "x"}),
                ErrorKind::InvalidPath,
            ),
            (
                json!({"op": "add", "path": "title[a pr]", "value": "x"}),
                ErrorKind::InvalidPath,
            ),
            (
                json!({"op": "add", "path": 1, "value": "x"}),
                ErrorKind::InvalidPath,
            ),
            (
                json!({"op": "replace", "path": "active", "value": "maybe"}),
                ErrorKind::InvalidValue,
            ),
        ] {
            let failure = patched(&json!([operation])).unwrap_err();
            assert_eq!(failure.kind, Some(kind), "{operation}");
        }
        assert!(patched(&json!([])).is_err());
        assert!(changes(&user(Vec::new()), &json!({})).is_err());
    }
}
