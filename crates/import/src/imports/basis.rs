//! What a plan rests on, and whether it still holds: its age, and what of the account it names.
//!
//! Not here: people, whose versions are compared while writing.

use std::{
    collections::{HashMap, HashSet},
    fs,
    time::Duration,
};

use db::Tx;
use directory::{Ctx, accounts, devices, fields as own_fields, groups, modules, workflows};
use kernel::{AccountId, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Imports;
use crate::{
    Import, Refusal,
    candidate::{Links, Scalar, Shape},
    check::RowChecker,
    files::Folder,
    imports::window::damaged,
    references::Reference,
};

/// How long a plan may be agreed to after it was compared with the directory.
const LASTS: Duration = Duration::from_mins(30);

/// What of the account a plan was made from. Stored beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Basis {
    /// The role of whoever had the rows checked: what it allows was decided by it.
    role: Role,
    policy: Policy,
    /// Groups, teams, workflows and devices that rows name.
    named: Vec<Reference>,
    modules: Vec<String>,
    fields: Vec<OwnField>,
}

/// What the account says about reading values.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Policy {
    default_country: Option<String>,
    time_zone: String,
}

/// A field of the account's own, as far as values are checked against it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct OwnField {
    key: String,
    label: String,
    kind: String,
    choices: Vec<String>,
}

impl Basis {
    /// What rows of this shape rest on.
    pub(super) fn load(
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        shape: &Shape,
        named: Vec<Reference>,
    ) -> db::Result<Self> {
        let (mut modules, mut custom) = (Vec::new(), Vec::new());
        for scalar in &shape.0 {
            match scalar {
                Scalar::Module(key) => modules.push(key.clone()),
                Scalar::Custom(key) => custom.push(key.clone()),
                _ => {}
            }
        }
        // What the account does not have was said of each row.
        let owned = modules::list(tx, ctx.account)?;
        modules.retain(|key| owned.iter().any(|module| module.key == *key));
        let mut fields = own_fields_of(tx, ctx.account)?;
        fields.retain(|field| custom.contains(&field.key));
        Ok(Self {
            role: ctx.actor.role,
            policy: Policy::load(tx, ctx.account)?,
            named,
            modules,
            fields,
        })
    }

    pub(super) fn save(&self, folder: &Folder) -> Result<(), Refusal> {
        fs::write(folder.basis(), serde_json::to_vec(self).unwrap_or_default())?;
        Ok(())
    }

    /// What of it has changed since, as the end of a sentence.
    fn changed(&self, tx: &mut Tx<'_>, account: AccountId) -> db::Result<Option<String>> {
        if Policy::load(tx, account)? != self.policy {
            return Ok(Some(
                "the account's country or time zone was changed".to_owned(),
            ));
        }
        let modules = modules::list(tx, account)?;
        let gone = |key: &&String| modules.iter().all(|module| module.key != **key);
        if let Some(key) = self.modules.iter().find(gone) {
            return Ok(Some(format!("the module {key} was removed")));
        }
        let present = own_fields_of(tx, account)?;
        if let Some(field) = self.fields.iter().find(|field| !present.contains(field)) {
            return Ok(Some(format!(
                "the field {} was changed or removed",
                field.label
            )));
        }
        self.renamed(tx, account)
    }

    /// The first thing that rows name and that has another name now, or none.
    fn renamed(&self, tx: &mut Tx<'_>, account: AccountId) -> db::Result<Option<String>> {
        let mut present: HashMap<Uuid, String> = HashMap::new();
        let mut group_keys = Vec::new();
        for group in groups::names(tx, account)? {
            if group.kind == groups::GroupKind::Group {
                group_keys.push(group.name_key);
            }
            present.insert(group.id.uuid(), group.name);
        }
        for workflow in workflows::list(tx, account)? {
            present.insert(workflow.id.uuid(), workflow.name);
        }
        for device in devices::list(tx, account)? {
            present.insert(device.id.uuid(), device.name);
        }
        group_keys.sort_unstable();
        let why = |entry: &Reference| {
            let (kind, name) = (entry.kind.singular(), &entry.name);
            match present.get(&entry.id) {
                Some(now) if now == name => None,
                Some(now) => Some(format!("the {kind} {name} is called {now} now")),
                None if !entry.new => Some(format!("the {kind} {name} was removed")),
                None => group_keys
                    .binary_search(&kernel::fold(name).into_owned())
                    .ok()
                    .filter(|_| entry.kind == Links::Groups)
                    .map(|_| format!("somebody has created the group {name}")),
            }
        };
        Ok(self.named.iter().find_map(why))
    }
}

impl Policy {
    fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        let account = accounts::get(tx, account)?;
        Ok(Self {
            default_country: account.default_country,
            time_zone: account.time_zone,
        })
    }
}

fn own_fields_of(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<OwnField>> {
    let fields = own_fields::list(tx, account)?;
    let fields = fields.into_iter().map(|field| OwnField {
        key: field.key,
        label: field.label,
        kind: field.kind.as_str().to_owned(),
        choices: field.choices,
    });
    Ok(fields.collect())
}

impl Imports {
    /// Why a plan cannot be agreed to any more before the rows are checked again; none while it can.
    pub fn out_of_date(&self, ctx: &Ctx, import: &Import) -> Result<Option<String>, Refusal> {
        let Some(plan) = &import.plan else {
            return Ok(None);
        };
        let age = plan.compared_at.map(|at| ctx.now().since(at));
        if age.is_none_or(|age| age > LASTS) {
            return Ok(Some(
                "it was compared with the directory more than 30 minutes ago".to_owned(),
            ));
        }
        if !self.folder(import.id).basis().exists() {
            return Ok(Some("it was made by an earlier version".to_owned()));
        }
        let basis = self.basis(import)?;
        if basis.role != ctx.actor.role {
            return Ok(Some(format!(
                "it was made with the rights of the role {}",
                basis.role
            )));
        }
        self.basis_changed(import)
    }

    /// What of that which an import rests on has changed since it was checked.
    pub(crate) fn basis_changed(&self, import: &Import) -> Result<Option<String>, Refusal> {
        let basis = self.basis(import)?;
        self.db
            .read_blocking(|tx| basis.changed(tx, import.account))
            .map_err(Refusal::Db)
    }

    /// Stores what the plan that was just made rests on.
    pub(super) fn save_basis(
        &self,
        ctx: &Ctx,
        folder: &Folder,
        checker: &RowChecker,
        new_groups: &HashSet<u32>,
    ) -> Result<(), Refusal> {
        let references = &checker.references;
        let new = new_groups.iter().filter_map(|place| references.get(*place));
        let named = references.named().chain(new).cloned().collect();
        self.db
            .read_blocking(|tx| Basis::load(tx, ctx, &checker.shape, named))?
            .save(folder)
    }

    fn basis(&self, import: &Import) -> Result<Basis, Refusal> {
        let stored = fs::read(self.folder(import.id).basis())?;
        serde_json::from_slice(&stored).map_err(|_| damaged())
    }
}
