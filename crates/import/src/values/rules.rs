//! A rule for one value of one field, and the rules of a field ready for looking up.

use std::collections::HashMap;

use kernel::{Code, fold};
use serde::{Deserialize, Serialize};

use super::words::word;
use crate::{
    Refusal,
    fields::{Catalogue, Field, Kind},
    settings::Settings,
};

/// What happens to a value of a list column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueAction {
    /// It stands for this one.
    Use(String),
    /// It is created, whatever the import does with other unknown ones; only groups are.
    Create,
    /// It is as if the cell did not have it.
    Ignore,
    /// Rows with it are left out.
    SkipRows,
}

/// What happens to one value of one field, in whatever case it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueRule {
    /// The field's key.
    pub field: String,
    /// The value in the file.
    pub value: String,
    /// What happens to it.
    pub then: ValueAction,
}

/// The rules of one field, by folded value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules(HashMap<String, ValueAction>);

impl Rules {
    /// What was chosen for a value.
    pub(crate) fn get(&self, value: &str) -> Option<&ValueAction> {
        if self.0.is_empty() {
            None
        } else {
            self.0.get(&*fold(value.trim()))
        }
    }

    /// Whether any value leaves its rows out.
    pub(crate) fn skip_rows(&self) -> bool {
        self.0
            .values()
            .any(|action| *action == ValueAction::SkipRows)
    }
}

/// Whether values of a field can have rules: lists, a few words, languages.
pub fn takes_rules(field: &Field, catalogue: &Catalogue) -> bool {
    matches!(
        catalogue.kind(field),
        Kind::List | Kind::Enum | Kind::Language
    )
}

/// The rules of every field; refuses those that can never do what they say.
///
/// What a group or a device is called may change, so that an unknown one is a problem of rows.
pub(crate) fn compile(
    rules: &[ValueRule],
    catalogue: &Catalogue,
    choices: &HashMap<String, Vec<String>>,
) -> Result<HashMap<Field, Rules>, Refusal> {
    let mut compiled: HashMap<Field, Rules> = HashMap::new();
    for rule in rules {
        let field = catalogue
            .find(&rule.field)
            .filter(|field| takes_rules(field, catalogue))
            .ok_or_else(|| {
                let detail = format!("{:?} is not a field with a list of values", rule.field);
                Refusal::new(Code::FieldUnknown, detail)
            })?;
        check(&field, rule, choices)?;
        compiled
            .entry(field)
            .or_default()
            .0
            .insert(fold(rule.value.trim()).into_owned(), rule.then.clone());
    }
    Ok(compiled)
}

fn check(
    field: &Field,
    rule: &ValueRule,
    choices: &HashMap<String, Vec<String>>,
) -> Result<(), Refusal> {
    let wrong = |detail| Err(Refusal::new(Code::ChoiceUnknown, detail));
    match &rule.then {
        ValueAction::Create if *field != Field::Groups => wrong(format!(
            "{:?} cannot be created, only groups are",
            rule.value
        )),
        ValueAction::Use(name) if !field.is_list() && word(field, choices, name).is_none() => {
            wrong(format!("{name:?} is not a value of {field}"))
        }
        ValueAction::Use(_) | ValueAction::Create | ValueAction::Ignore | ValueAction::SkipRows => {
            Ok(())
        }
    }
}

/// Replaces the rules of some values of a field; none takes a rule away.
pub(crate) fn set(
    settings: &mut Settings,
    field: &Field,
    changes: &[(String, Option<ValueAction>)],
) {
    let key = field.key();
    for (value, then) in changes {
        let folded = fold(value.trim());
        let same = |rule: &ValueRule| {
            rule.field == key
                && fold(rule.value.trim()) == folded
                && Some(&rule.then) == then.as_ref()
        };
        if settings.values.iter().any(same) {
            continue;
        }
        settings
            .values
            .retain(|rule| rule.field != key || fold(rule.value.trim()) != folded);
        settings.values.extend(then.clone().map(|then| ValueRule {
            field: key.clone().into_owned(),
            value: value.trim().to_owned(),
            then,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(field: &str, value: &str, then: ValueAction) -> ValueRule {
        ValueRule {
            field: field.to_owned(),
            value: value.to_owned(),
            then,
        }
    }

    #[test]
    fn finds_a_value_however_it_is_cased() {
        let rules = [rule(
            "groups",
            " Berln ",
            ValueAction::Use("Berlin".to_owned()),
        )];
        let compiled = compile(&rules, &Catalogue::default(), &HashMap::new()).unwrap();
        let groups = compiled.get(&Field::Groups).unwrap();
        assert_eq!(
            groups.get("BERLN"),
            Some(&ValueAction::Use("Berlin".to_owned()))
        );
        assert_eq!(groups.get("Berlin"), None);
        assert!(!groups.skip_rows());
    }

    #[test]
    fn refuses_what_can_never_be() {
        let refused = |rule| {
            compile(&[rule], &Catalogue::default(), &HashMap::new())
                .unwrap_err()
                .code()
                .to_owned()
        };
        assert_eq!(
            refused(rule("email", "a", ValueAction::Ignore)),
            "field_unknown"
        );
        assert_eq!(
            refused(rule("teams", "a", ValueAction::Create)),
            "choice_unknown"
        );
        assert_eq!(
            refused(rule("role", "boss", ValueAction::Use("king".to_owned()))),
            "choice_unknown"
        );
    }

    #[test]
    fn a_later_rule_takes_the_place_of_an_earlier_one() {
        let mut settings = Settings::of(crate::Preset::General);
        let change = |value: &str, then| [(value.to_owned(), then)];
        set(
            &mut settings,
            &Field::Groups,
            &change("old", Some(ValueAction::Ignore)),
        );
        set(
            &mut settings,
            &Field::Groups,
            &change("OLD", Some(ValueAction::SkipRows)),
        );
        assert_eq!(
            settings.values,
            [rule("groups", "OLD", ValueAction::SkipRows)]
        );
        set(&mut settings, &Field::Groups, &change("Old", None));
        assert_eq!(settings.values, []);
    }
}
