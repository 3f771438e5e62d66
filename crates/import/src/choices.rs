//! What is chosen for an import before its file is read, as somebody says it from outside: on the
//! command line, or to a server. What is left open is as the preset and the account have it.
//!
//! Not here: what the choices mean ([`Settings`]).

use std::io::Read;

use directory::Ctx;
use kernel::{CardRadix, DateOrder};
use serde::{Deserialize, Serialize};

use crate::{
    BadRows, CardHeld, Existing, FieldOptions, FileChoices, Fit, Former, Import, Imports, MatchKey,
    Mode, NewImport, Preset, Refusal, Settings, SplitRule, UnknownGroup,
    values::{ValueAction, ValueRule},
};

/// A column and the field it fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenColumn {
    /// The column's header.
    pub column: String,
    /// Key or label of the field.
    pub field: String,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenValue {
    /// Key or label of the field.
    pub field: String,
    /// The value.
    pub value: String,
}

/// A value that stands for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    /// The field's key.
    pub field: String,
    /// The value in the file.
    pub value: String,
    /// What it stands for; blank for nothing at all.
    pub becomes: String,
}

/// Everything that can be said about an import before its file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// What the choices begin with.
    pub preset: Option<Preset>,
    /// Add, update, both, or also deactivate who is missing.
    pub mode: Option<Mode>,
    /// Whom the file is a complete list of: `all`, `group:NAME` or `team:NAME`.
    pub scope: Vec<String>,
    /// What happens to known people.
    pub existing: Option<Existing>,
    /// What happens to people of the file who are deactivated.
    pub former: Option<Former>,
    /// What happens to cards that somebody else holds.
    pub card_held: Option<CardHeld>,
    /// What happens when rows are bad.
    pub bad_rows: Option<BadRows>,
    /// What happens to unknown groups.
    pub unknown_group: Option<UnknownGroup>,
    /// Keys in the order of trust.
    pub match_keys: Vec<MatchKey>,
    /// Country whose national phone numbers are understood.
    pub default_country: Option<String>,
    /// Order of dates that are not in ISO form.
    pub date_order: Option<DateOrder>,
    /// How card numbers are written.
    pub card_radix: Option<CardRadix>,
    /// Start of validity for cards without one.
    pub card_start: Option<String>,
    /// End of validity for cards without one.
    pub card_end: Option<String>,
    /// The run halts after so many rows.
    pub pause_after: Option<i64>,
    /// Values for people whose row has none.
    pub set: Vec<ChosenValue>,
    /// Columns mapped by hand.
    pub map: Vec<ChosenColumn>,
    /// Headers of columns that are left out.
    pub ignore: Vec<String>,
    /// Values that are read as others.
    pub read_as: Vec<ReadAs>,
    /// Names of groups that are created, whatever happens to other unknown ones.
    pub create_values: Vec<ChosenValue>,
    /// Values whose rows are left out.
    pub skip_values: Vec<ChosenValue>,
    /// What is done with single fields.
    pub options: Vec<FieldOptions>,
    /// Columns that fill two fields.
    pub splits: Vec<SplitRule>,
    /// How the file is to be read.
    pub file: FileChoices,
    /// A mapping that was saved under this name; what is chosen goes before it.
    pub mapping: Option<String>,
}

impl Imports {
    /// The settings that choices come to; refused if they name what is not there.
    pub fn chosen(&self, ctx: &Ctx, choices: &Choices) -> Result<Settings, Refusal> {
        let usual = self.usual(ctx, choices.preset.unwrap_or(Preset::General))?;
        let mut settings = choices.onto(usual);
        settings.scope = self.scope_named(ctx, &choices.scope)?;
        if let Some(name) = &choices.mapping {
            // Before a file is taken in for nothing.
            self.shared_mapping(ctx, name)?;
        }
        Ok(settings)
    }

    /// Takes a file in as chosen; says what whoever sent it should know before anything else.
    ///
    /// `also` is written in the transaction that stores the import. A saved mapping is applied after it.
    pub fn receive_chosen(
        &self,
        ctx: &Ctx,
        file_name: String,
        choices: &Choices,
        source: &mut dyn Read,
        also: &mut dyn FnMut(&mut db::Tx<'_>, &Import) -> Result<(), Refusal>,
    ) -> Result<(Import, Vec<String>), Refusal> {
        let new = NewImport {
            file_name,
            name: None,
            settings: self.chosen(ctx, choices)?,
        };
        let mut import = self.receive_with(ctx, new, source, also)?;
        let mut notes = Vec::new();
        if let Some(name) = &choices.mapping {
            let (mapped, fit) = self.use_mapping(ctx, import.id, None, name, true)?;
            import = mapped;
            notes.extend(misfits(&fit));
        }
        let layout = import.layout.iter();
        notes.extend(
            layout.flat_map(|layout| layout.warnings.iter().map(|one| one.message.to_string())),
        );
        if let Some(earlier) = self.same_content(ctx, &import)? {
            notes.push(format!(
                "the same content was import {} by {}, {}.",
                earlier.number, earlier.created_by_name, earlier.created_at
            ));
        }
        Ok((import, notes))
    }
}

fn misfits(fit: &Fit) -> Vec<String> {
    [
        ("the file does not have the columns", &fit.missing),
        ("the mapping does not know the columns", &fit.unknown),
        ("the account does not have the fields", &fit.lost),
    ]
    .into_iter()
    .filter(|(_, names)| !names.is_empty())
    .map(|(what, names)| format!("{what} {}.", names.join(", ")))
    .collect()
}

impl Choices {
    /// What was chosen, on top of what an import begins with.
    fn onto(&self, mut settings: Settings) -> Settings {
        settings.mode = self.mode.unwrap_or(settings.mode);
        settings.existing = self.existing.unwrap_or(settings.existing);
        settings.former = self.former.unwrap_or(settings.former);
        settings.card_held = self.card_held.unwrap_or(settings.card_held);
        settings.bad_rows = self.bad_rows.unwrap_or(settings.bad_rows);
        settings.unknown_group = self.unknown_group.unwrap_or(settings.unknown_group);
        if !self.match_keys.is_empty() {
            settings.match_keys.clone_from(&self.match_keys);
        }
        let country = self.default_country.as_ref();
        settings.default_country = country.map(|letters| letters.to_uppercase());
        settings.date_order = self.date_order;
        settings.card_radix = self.card_radix.unwrap_or(settings.card_radix);
        settings.card_start.clone_from(&self.card_start);
        settings.card_end.clone_from(&self.card_end);
        settings.pause_after = self.pause_after;
        let pair = |one: &ChosenValue| (one.field.clone(), one.value.clone());
        settings.defaults = self.set.iter().map(pair).collect();
        let column = |one: &ChosenColumn| (one.column.clone(), one.field.clone());
        settings.map = self.map.iter().map(column).collect();
        settings.ignore.clone_from(&self.ignore);
        settings.values = self.rules();
        settings.options.clone_from(&self.options);
        settings.splits.clone_from(&self.splits);
        settings.file = self.file.clone();
        settings
    }

    /// What values mean; of several rules for one value the last counts.
    fn rules(&self) -> Vec<ValueRule> {
        let rule = |field: &String, value: &String, then| ValueRule {
            field: field.clone(),
            value: value.clone(),
            then,
        };
        let read_as = self.read_as.iter().map(|one| {
            let then = if one.becomes.is_empty() {
                ValueAction::Ignore
            } else {
                ValueAction::Use(one.becomes.clone())
            };
            rule(&one.field, &one.value, then)
        });
        let created = self.create_values.iter();
        let created = created.map(|one| rule(&one.field, &one.value, ValueAction::Create));
        let skipped = self.skip_values.iter();
        let skipped = skipped.map(|one| rule(&one.field, &one.value, ValueAction::SkipRows));
        read_as.chain(created).chain(skipped).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_chosen_is_what_the_preset_has() {
        for preset in Preset::ALL {
            let usual = Settings::of(*preset);
            assert_eq!(Choices::default().onto(usual.clone()), usual);
        }
    }

    #[test]
    fn choices_survive_the_way_to_a_server() {
        let choices = Choices {
            mode: Some(Mode::Match),
            scope: vec!["group:Field".to_owned()],
            map: vec![ChosenColumn {
                column: "Mail".to_owned(),
                field: "email".to_owned(),
            }],
            read_as: vec![ReadAs {
                field: "groups".to_owned(),
                value: "Berln".to_owned(),
                becomes: String::new(),
            }],
            date_order: Some(DateOrder::Dmy),
            ..Choices::default()
        };
        let text = serde_json::to_string(&choices).unwrap();
        assert_eq!(serde_json::from_str::<Choices>(&text).unwrap(), choices);
        assert_eq!(choices.rules()[0].then, ValueAction::Ignore);
    }
}
