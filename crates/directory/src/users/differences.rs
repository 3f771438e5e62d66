//! What a change made of a person, in words for the activity log: before and after, field by field.

use std::collections::{BTreeMap, BTreeSet};

use super::{Typed, UserRecord, keep::FIELDS};
use crate::{fields::CustomField, groups::GroupKind, modules::Module};

/// So much of a value is told.
const LONGEST: usize = 60;

/// "Department: Sales → Facilities; Groups: + Night shift"; blank if nothing differs.
pub(super) fn told(
    before: &UserRecord,
    after: &UserRecord,
    custom: &[CustomField],
    modules: &[Module],
) -> String {
    let (was, is) = (Typed::of(before), Typed::of(after));
    let own = custom
        .iter()
        .map(|field| (format!("custom.{}", field.key), field.label.clone()));
    let fields = FIELDS
        .iter()
        .map(|(key, label)| ((*key).to_owned(), (*label).to_owned()))
        .chain(own);
    let mut parts: Vec<String> = fields
        .filter(|(key, _)| was.get(key) != is.get(key))
        .map(|(key, label)| {
            // Notes are about a person, not for them; they may ask for this log.
            if key == "notes" {
                return format!("{label} changed");
            }
            format!(
                "{label}: {} → {}",
                short(was.get(&key)),
                short(is.get(&key))
            )
        })
        .collect();
    for (label, kind) in [("Groups", GroupKind::Group), ("Teams", GroupKind::Team)] {
        let names = |record: &UserRecord| -> BTreeSet<String> {
            record.group_names(kind).map(str::to_owned).collect()
        };
        parts.extend(list(label, &names(before), &names(after)));
    }
    let labels: BTreeMap<_, _> = modules
        .iter()
        .map(|module| (module.key.as_str(), module.label.as_str()))
        .collect();
    let seats = |record: &UserRecord| -> BTreeSet<String> {
        let label = |key: &String| {
            labels
                .get(key.as_str())
                .map_or(key.clone(), |l| (*l).to_owned())
        };
        record.modules.iter().map(label).collect()
    };
    parts.extend(list("Modules", &seats(before), &seats(after)));
    parts.join("; ")
}

/// What came and what went: "Groups: + Night shift, − Day shift".
fn list(label: &str, before: &BTreeSet<String>, after: &BTreeSet<String>) -> Option<String> {
    let came = after
        .difference(before)
        .map(|name| format!("+ {}", short(name)));
    let went = before
        .difference(after)
        .map(|name| format!("− {}", short(name)));
    let parts: Vec<_> = came.chain(went).collect();
    (!parts.is_empty()).then(|| format!("{label}: {}", parts.join(", ")))
}

fn short(text: &str) -> String {
    if text.is_empty() {
        return "none".to_owned();
    }
    let mut text = text.replace('\n', " ");
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST).collect();
        text.push('…');
    }
    text
}
