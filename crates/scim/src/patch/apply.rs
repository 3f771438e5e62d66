//! A change made to a resource.

use serde_json::{Map, Value};

use super::{Change, Verb};
use crate::{
    Attribute, Comparison, ErrorKind, Failure, Filter,
    clean::{clean_one, holder, is_primary},
    matching::matches_within,
};

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
        (_, sub, Verb::Remove) => {
            entries.retain_mut(|entry| {
                !is_meant(change, entry) || {
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
        (_, _, Verb::Add | Verb::Replace) => {
            set_entries(&mut entries, change)?;
            Ok(entries)
        }
    }
}

/// Whether a change is about this entry of a list.
fn is_meant(change: &Change<'_>, entry: &Value) -> bool {
    let filter = change.filter.as_ref();
    filter.is_none_or(|filter| matches_within(change.attribute, filter, entry))
}

/// Sets something in the entries that a filter finds, or makes the entry it describes.
fn set_entries(entries: &mut Vec<Value>, change: &Change<'_>) -> Result<(), Failure> {
    let sent = match (&change.value, change.sub) {
        (Some(Value::Array(sent)), None) => sent.first().cloned(),
        (other, _) => other.clone(),
    };
    let Some(sent) = sent else { return Ok(()) };
    let more = match (change.sub, sent) {
        (Some(sub), value) => Map::from_iter([(sub.name.clone(), value)]),
        (None, Value::Object(parts)) => parts,
        (None, _) => return Ok(()),
    };
    let becomes_primary = more.get("primary") == Some(&Value::Bool(true));
    let mut is_found = false;
    for entry in entries.iter_mut() {
        let is_meant = is_meant(change, entry);
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
    let mut parts = match &change.filter {
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
