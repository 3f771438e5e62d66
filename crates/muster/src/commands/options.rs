//! What is done with single fields, as it was typed.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use import::{Blank, FieldOptions, ListWay, SplitRule, Way, mapping::SplitAt};

use crate::cli::FieldChoices;

/// The options of every field that was named.
pub(super) fn options(args: &FieldChoices) -> Result<Vec<FieldOptions>> {
    let unknown = |option: &str, word: &str| format!("{word:?} is not a choice of {option}");
    let mut all: BTreeMap<&str, FieldOptions> = BTreeMap::new();
    for (field, word) in &args.field_existing {
        let way = Way::parse(word).with_context(|| unknown("--field-existing", word))?;
        all.entry(field).or_default().existing = Some(way);
    }
    for (field, word) in &args.blank {
        let blank = Blank::parse(word).with_context(|| unknown("--blank", word))?;
        all.entry(field).or_default().blank = blank;
    }
    for (field, word) in &args.list {
        let list = ListWay::parse(word).with_context(|| unknown("--list", word))?;
        all.entry(field).or_default().list = list;
    }
    for (field, separator) in &args.join {
        all.entry(field).or_default().join = Some(separator.clone());
    }
    let named = |(field, options)| FieldOptions {
        field: str::to_owned(field),
        ..options
    };
    Ok(all.into_iter().map(named).collect())
}

/// The columns to be split.
pub(super) fn splits(args: &FieldChoices) -> Vec<SplitRule> {
    let rule = |parts: &[String; 4], at| {
        let [header, before, separator, after] = parts.clone();
        SplitRule {
            header,
            before,
            separator,
            at,
            after,
        }
    };
    let first = args.split.iter().map(|parts| rule(parts, SplitAt::First));
    let last = args
        .split_last
        .iter()
        .map(|parts| rule(parts, SplitAt::Last));
    first.chain(last).collect()
}
