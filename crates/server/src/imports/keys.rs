//! The ordered list of keys on the page of columns: how well each does, and moving them about.

use std::collections::HashMap;

use import::{KeyRate, KeyRates, MatchKey, Settings};

use super::choices::key_name;
use crate::{
    choice::Choice,
    format::{count, counted},
};

/// What a button does to the list; its value is `key-<this>:<key>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Up,
    Down,
    Remove,
    Add,
}

/// The keys in their order of trust, and those that could be added.
pub(super) struct KeyList {
    pub(super) lines: Vec<KeyLine>,
    pub(super) more: Vec<Choice>,
    /// Which rows the numbers are about.
    pub(super) rows: String,
}

/// One key of the list.
pub(super) struct KeyLine {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) rate: String,
    pub(super) can_go_up: bool,
    pub(super) can_go_down: bool,
    pub(super) can_go: bool,
}

/// Whether a button of the form is one of the list's.
pub(super) fn is_step(then: &str) -> bool {
    then.starts_with("key-")
}

/// The keys as a form has them, after what its button does to them; none if it has none.
pub(super) fn sent(fields: &HashMap<String, String>) -> Option<Vec<MatchKey>> {
    let get = |name: &str| fields.get(name).map_or("", |text| text.trim());
    let mut keys: Vec<MatchKey> = Vec::new();
    for key in (0..MatchKey::ALL.len()).filter_map(|n| MatchKey::parse(get(&format!("key{n}")))) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return None;
    }
    if let Some((step, key)) = step(get("then"), get("add_key")) {
        take(&mut keys, step, key);
    }
    Some(keys)
}

fn step(then: &str, added: &str) -> Option<(Step, MatchKey)> {
    if then == "key-add" {
        return Some((Step::Add, MatchKey::parse(added)?));
    }
    let (what, key) = then.strip_prefix("key-")?.split_once(':')?;
    let step = match what {
        "up" => Step::Up,
        "down" => Step::Down,
        "remove" => Step::Remove,
        _ => return None,
    };
    Some((step, MatchKey::parse(key)?))
}

/// There is always a key left, and none twice.
fn take(keys: &mut Vec<MatchKey>, step: Step, key: MatchKey) {
    let place = keys.iter().position(|known| *known == key);
    match (step, place) {
        (Step::Up, Some(place)) if place > 0 => keys.swap(place - 1, place),
        (Step::Down, Some(place)) if place + 1 < keys.len() => keys.swap(place, place + 1),
        (Step::Remove, Some(place)) if keys.len() > 1 => drop(keys.remove(place)),
        (Step::Add, None) => keys.push(key),
        (Step::Up | Step::Down | Step::Remove | Step::Add, _) => {}
    }
}

/// The list for a page, with numbers if the rows can be read.
pub(super) fn list(settings: &Settings, rates: Option<&KeyRates>) -> KeyList {
    let keys = &settings.match_keys;
    let last = keys.len().saturating_sub(1);
    KeyList {
        lines: keys
            .iter()
            .enumerate()
            .map(|(place, key)| KeyLine {
                key: key.as_str(),
                name: key_name(*key),
                rate: words(*key, rates),
                can_go_up: place > 0,
                can_go_down: place < last,
                can_go: last > 0,
            })
            .collect(),
        more: MatchKey::ALL
            .iter()
            .filter(|key| !keys.contains(key))
            .map(|key| Choice::new(key.as_str(), key_name(*key), false))
            .collect(),
        rows: rates.map_or_else(String::new, |rates| {
            let rows = counted(rates.rows, "row", "rows");
            if rates.is_whole_file {
                format!("The numbers are of all {rows} of the file.")
            } else {
                format!("The numbers are of the first {rows} only; the check looks at all.")
            }
        }),
    }
}

fn words(key: MatchKey, rates: Option<&KeyRates>) -> String {
    let Some(rates) = rates else {
        return String::new();
    };
    let Some(KeyRate {
        filled,
        known,
        shared,
        ..
    }) = rates.keys.iter().find(|rate| rate.key == key)
    else {
        return "No column is this.".to_owned();
    };
    let percent = match (filled * 100).checked_div(rates.rows).unwrap_or_default() {
        // Neither nothing nor everything is to look like the other.
        0 if *filled > 0 => "less than 1".to_owned(),
        percent => percent.to_string(),
    };
    if *filled == 0 {
        return "No row has one.".to_owned();
    }
    let matching = if *known == 1 { "matches" } else { "match" };
    let doubled = if *shared == 1 { "has" } else { "have" };
    format!(
        "{percent} % of rows have one, {} {matching} people already here, {} {doubled} the same as \
         another row.",
        count(*known),
        count(*shared)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn after(then: &str) -> Vec<&'static str> {
        let form = fields(&[
            ("key0", "external_id"),
            ("key1", "email"),
            ("key2", "email"),
            ("add_key", "phone"),
            ("then", then),
        ]);
        sent(&form)
            .unwrap()
            .into_iter()
            .map(MatchKey::as_str)
            .collect()
    }

    #[test]
    fn keys_move_come_and_go_and_one_is_always_left() {
        assert_eq!(after("stay"), ["external_id", "email"]);
        assert_eq!(after("key-up:email"), ["email", "external_id"]);
        assert_eq!(after("key-up:external_id"), ["external_id", "email"]);
        assert_eq!(after("key-down:external_id"), ["email", "external_id"]);
        assert_eq!(after("key-remove:email"), ["external_id"]);
        assert_eq!(after("key-add"), ["external_id", "email", "phone"]);
        assert_eq!(after("key-remove:name"), ["external_id", "email"]);
        let one = fields(&[("key0", "email"), ("then", "key-remove:email")]);
        assert_eq!(sent(&one), Some(vec![MatchKey::Email]));
        assert_eq!(
            sent(&fields(&[("then", "key-add"), ("add_key", "email")])),
            None
        );
    }
}
