//! Whom an import is about that makes a part of the directory match its file.

use std::ops::ControlFlow;

use db::{FromRow, Tx, params, sql};
use directory::{Ctx, groups, users, users::ActiveUser};
use kernel::{AccountId, GroupId, ImportId};
use serde::{Deserialize, Serialize};

use crate::{Import, Refusal, imports::Imports, settings::Mode};

/// The people who are deactivated when the file does not have them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everybody in the account.
    Everybody,
    /// People in at least one of these groups and teams.
    Groups(Vec<GroupId>),
    /// People whom earlier imports of the same series brought.
    Series,
}

/// A scope that was found in the directory, with its words.
pub(crate) struct FoundScope {
    pub(crate) scope: Scope,
    pub(crate) import: ImportId,
    pub(crate) words: String,
}

impl Imports {
    /// The scope that words name: `all`, `series`, or `group:NAME` and `team:NAME`, several times.
    pub fn scope_named(&self, ctx: &Ctx, words: &[String]) -> Result<Option<Scope>, Refusal> {
        let mut named = Vec::new();
        for word in words {
            match word.split_once(':') {
                Some((kind, name)) => named.push((kind, name.trim())),
                None if words.len() == 1 && word == "all" => return Ok(Some(Scope::Everybody)),
                None if words.len() == 1 && word == "series" => return Ok(Some(Scope::Series)),
                None => return Err(unknown(word)),
            }
        }
        if named.is_empty() {
            return Ok(None);
        }
        let known = self.db.read_blocking(|tx| groups::names(tx, ctx.account))?;
        let ids: Result<Vec<GroupId>, Refusal> = named
            .into_iter()
            .map(|(kind, name)| {
                let key = kernel::fold(name);
                known
                    .iter()
                    .find(|group| group.kind.as_str() == kind && group.name_key == key)
                    .map(|group| group.id)
                    .ok_or_else(|| unknown(&format!("{kind}:{name}")))
            })
            .collect();
        Ok(Some(Scope::Groups(ids?)))
    }

    /// The scope of an import that has one, looked up; nothing in other modes.
    pub(crate) fn scope_of(
        &self,
        ctx: &Ctx,
        import: &Import,
    ) -> Result<Option<FoundScope>, Refusal> {
        if import.settings.mode != Mode::Match {
            return Ok(None);
        }
        let scope = import.settings.scope.clone().ok_or_else(|| {
            refused(
                "scope_missing",
                "Say whom the file is a complete list of: everybody, or the people in certain \
                 groups. Only they are deactivated when the file does not have them.",
            )
        })?;
        let words = match &scope {
            Scope::Everybody => "people in the account".to_owned(),
            Scope::Series => "people whom earlier imports of this series brought".to_owned(),
            Scope::Groups(ids) => {
                let known = self.db.read_blocking(|tx| groups::names(tx, ctx.account))?;
                let names: Option<Vec<&str>> = ids
                    .iter()
                    .map(|id| known.iter().find(|group| group.id == *id))
                    .map(|group| group.map(|group| group.name.as_str()))
                    .collect();
                match names {
                    Some(names) if !names.is_empty() => format!("people in {}", names.join(", ")),
                    _ => return Err(unknown("a group that was removed")),
                }
            }
        };
        Ok(Some(FoundScope {
            scope,
            import: import.id,
            words,
        }))
    }
}

impl FoundScope {
    /// Calls `each` for the invited and active people of the scope, in the order of ids.
    pub(crate) fn for_each(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        each: &mut dyn FnMut(ActiveUser) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        match &self.scope {
            Scope::Everybody => users::for_each_active(tx, account, each),
            Scope::Groups(ids) => {
                users::stage_ids(tx, ids.iter().copied())?;
                users::for_each_active_of_staged_groups(tx, account, each)
            }
            Scope::Series => tx.for_each(
                sql!("series/active"),
                params![account, self.import],
                |row| {
                    each(ActiveUser::from_row(row)?)?;
                    Ok(ControlFlow::Continue(()))
                },
            ),
        }
    }
}

fn unknown(word: &str) -> Refusal {
    refused(
        "scope_unknown",
        &format!(
            "There is no scope {word:?}. Use all, group:NAME or team:NAME, with the name of a \
             group or team of the account."
        ),
    )
}

fn refused(code: &str, message: &str) -> Refusal {
    Refusal::File {
        code: code.to_owned(),
        message: message.to_owned(),
    }
}
