//! An action before it is stored: its value by the rules of the field, and its words.

use db::Tx;
use kernel::{AccountId, DateOrder};

use super::{decide::BulkAction, state::BulkError};
use crate::{Ctx, fields, groups, modules, workflows};

/// The action with its value in the form in which it is stored, and nothing missing.
pub(super) fn settled(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &BulkAction,
) -> Result<BulkAction, BulkError> {
    let BulkAction::SetField { key, value } = action else {
        return Ok(action.clone());
    };
    let text = value.as_deref().unwrap_or_default().trim();
    let own = key.strip_prefix("custom.");
    let field = match own {
        Some(own) => fields::list(tx, ctx.account)?
            .into_iter()
            .find(|field| field.key == own),
        None => None,
    };
    let parsed = match (key.as_str(), field) {
        ("title" | "department", _) if text.is_empty() => None,
        ("title" | "department", _) => {
            Some(kernel::Text::parse(text, kernel::Text::MAX_TITLE).map(kernel::Text::into_string))
        }
        (_, Some(_)) if text.is_empty() => None,
        (_, Some(field)) => Some(field.parse(text, DateOrder::Ymd)),
        (_, None) => return Err(BulkError::Missing("field")),
    };
    let value = parsed.transpose().map_err(|fault| {
        let title = fault.code.title();
        BulkError::Value(if fault.detail.is_empty() {
            title.to_owned()
        } else {
            format!("{title}: {}", fault.detail)
        })
    })?;
    Ok(BulkAction::SetField {
        key: key.clone(),
        value,
    })
}

/// An action in words, with names as they are now.
pub(super) fn told(
    tx: &mut Tx<'_>,
    account: AccountId,
    action: &BulkAction,
) -> Result<String, BulkError> {
    let group = |tx: &mut Tx<'_>, id| {
        let found = groups::find(tx, account, id)?.ok_or(BulkError::Missing("group"))?;
        Ok::<_, BulkError>(format!("{} {}", found.kind.as_str(), found.name))
    };
    let module = |tx: &mut Tx<'_>, key: &str| {
        let all = modules::list(tx, account)?;
        let found = all.into_iter().find(|module| module.key == key);
        Ok::<_, BulkError>(found.ok_or(BulkError::Missing("module"))?.label)
    };
    let workflow = |tx: &mut Tx<'_>, id| {
        let all = workflows::list(tx, account)?;
        let found = all.into_iter().find(|workflow| workflow.id == id);
        Ok::<_, BulkError>(found.ok_or(BulkError::Missing("workflow"))?.name)
    };
    Ok(match action {
        BulkAction::AddToGroup(id) => format!("Add to {}", group(tx, *id)?),
        BulkAction::RemoveFromGroup(id) => format!("Remove from {}", group(tx, *id)?),
        BulkAction::GiveSeat(key) => format!("Give a seat of {}", module(tx, key)?),
        BulkAction::TakeSeat(key) => format!("Take the seat of {}", module(tx, key)?),
        BulkAction::AddToWorkflow(id) => format!("Add to workflow {}", workflow(tx, *id)?),
        BulkAction::RemoveFromWorkflow(id) => {
            format!("Remove from workflow {}", workflow(tx, *id)?)
        }
        BulkAction::Deactivate => "Deactivate".to_owned(),
        BulkAction::Reactivate => "Reactivate".to_owned(),
        BulkAction::Delete(_) => "Delete".to_owned(),
        BulkAction::SetField { key, value } => {
            let label = match key.strip_prefix("custom.") {
                Some(own) => fields::list(tx, account)?
                    .into_iter()
                    .find(|field| field.key == own)
                    .map_or_else(|| own.to_owned(), |field| field.label),
                None => key.clone(),
            };
            match value {
                Some(value) => format!("Set {label} to {value}"),
                None => format!("Clear {label}"),
            }
        }
    })
}
