//! The choice of whom a file is a complete list of, on the pages that ask for it.

use db::Tx;
use directory::{groups, groups::GroupKind};
use import::{Mode, Scope, Settings};
use kernel::{AccountId, GroupId};

use crate::choice::Choice;

/// Groups offered; more are named on the command line.
const OFFERED: usize = 200;

/// What the pages offer.
#[derive(Debug)]
pub(crate) struct Scopes {
    /// The mode asks for it.
    pub(crate) is_open: bool,
    pub(crate) everybody: bool,
    pub(crate) groups: Vec<Choice>,
    pub(crate) more: usize,
    /// Whether the people of the series are chosen; offered for a series only.
    pub(crate) series: Option<bool>,
}

impl Scopes {
    /// What can be chosen, with what is.
    pub(crate) fn load(
        tx: &mut Tx<'_>,
        account: AccountId,
        settings: &Settings,
    ) -> db::Result<Self> {
        let chosen: &[GroupId] = match &settings.scope {
            Some(Scope::Groups(ids)) => ids,
            Some(Scope::Everybody | Scope::Series) | None => &[],
        };
        let mut known = groups::names(tx, account)?;
        // What is chosen is offered, however many there are.
        known.sort_by_key(|group| !chosen.contains(&group.id));
        let more = known.len().saturating_sub(OFFERED);
        Ok(Self {
            is_open: settings.mode == Mode::Match,
            everybody: settings.scope == Some(Scope::Everybody),
            groups: known
                .into_iter()
                .take(OFFERED)
                .map(|group| {
                    let is_chosen = chosen.contains(&group.id);
                    let choice = Choice::new(group.id.to_string(), group.name, is_chosen);
                    match group.kind {
                        GroupKind::Group => choice,
                        GroupKind::Team => choice.help("team"),
                    }
                })
                .collect(),
            more,
            series: None,
        })
    }

    /// The same with the people of the series itself.
    pub(crate) fn of_series(self, settings: &Settings) -> Self {
        Self {
            series: Some(settings.scope == Some(Scope::Series)),
            ..self
        }
    }
}

/// The scope that ticks say: `all`, `series`, or ids of groups, one to a line.
pub(crate) fn scope(ticks: &str) -> Option<Scope> {
    if ticks.lines().any(|tick| tick == "all") {
        return Some(Scope::Everybody);
    }
    if ticks.lines().any(|tick| tick == "series") {
        return Some(Scope::Series);
    }
    let ids: Vec<GroupId> = ticks.lines().filter_map(|tick| tick.parse().ok()).collect();
    (!ids.is_empty()).then_some(Scope::Groups(ids))
}

/// Why settings cannot be used: the file is to be matched, but it is not said with whom.
pub(crate) fn missing(settings: &Settings) -> Option<String> {
    (settings.mode == Mode::Match && settings.scope.is_none()).then(|| {
        "Say whom the file is a complete list of: everybody, or the people in certain groups. \
         Only they are deactivated when the file does not have them."
            .to_owned()
    })
}

/// Adds a field of a form: the ticks of the scope become one field, a line each.
pub(crate) fn add_field(
    fields: &mut std::collections::HashMap<String, String>,
    name: String,
    value: String,
) {
    match fields.get_mut(&name) {
        Some(known) if name == "scope" => {
            known.push('\n');
            known.push_str(&value);
        }
        Some(_) | None => {
            fields.insert(name, value);
        }
    }
}
