//! All people as a table that the importer reads back unchanged: its columns are the importer's
//! labels (a test of the importer holds them to it).

use std::collections::BTreeMap;

use db::{Db, Tx};
use kernel::{CardNumber, Timestamp, UserId};

use super::{Selection, UserFilter, UserRecord, records_of_staged, stage_ids};
use crate::{
    Action, Ctx, Forbidden,
    cards::Card,
    fields::{self, CustomField},
    grants::Grant,
    groups::GroupKind,
    modules::{self, Module},
};

/// People read at a time.
const PAGE: i64 = 2_000;

/// Why an export could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ExportUsers {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Whoever takes the rows could not.
    #[error("the rows cannot be written")]
    Output(#[source] std::io::Error),
}

/// The columns of an account's export.
#[derive(Clone, Debug)]
pub struct ExportColumns {
    modules: Vec<Module>,
    custom: Vec<CustomField>,
    shows_cards: bool,
}

/// Columns every account has, before modules and the account's own fields.
const STANDARD: [&str; 22] = [
    "User ID",
    "First name",
    "Last name",
    "Email",
    "Phone",
    "Notes",
    "Groups",
    "Teams",
    "Role",
    "Kind",
    "Title",
    "Department",
    "Language",
    "Card ID",
    "Card type",
    "Card start",
    "Card end",
    "Devices",
    "Access type",
    "Access start",
    "Access end",
    "Schedule",
];

impl ExportColumns {
    /// Reads which modules and fields the account has; cards stay blank for whoever may not manage them.
    pub fn load(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Self> {
        Ok(Self {
            modules: modules::list(tx, ctx.account)?,
            custom: fields::list(tx, ctx.account)?,
            shows_cards: ctx.require(Action::ManageCards).is_ok(),
        })
    }

    /// The header row.
    pub fn headers(&self) -> Vec<String> {
        STANDARD
            .into_iter()
            .chain(["Workflows"])
            .map(str::to_owned)
            .chain(self.modules.iter().map(|module| module.label.clone()))
            .chain(self.custom.iter().map(|field| field.label.clone()))
            .chain(["Status".to_owned()])
            .collect()
    }

    /// A person's row.
    pub fn row(&self, record: &UserRecord) -> Vec<String> {
        let user = &record.user;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let mut cells = vec![
            text(&user.external_id),
            user.first_name.clone(),
            user.last_name.clone(),
            text(&user.email),
            text(&user.phone),
            text(&user.notes),
            joined(record.group_names(GroupKind::Group)),
            joined(record.group_names(GroupKind::Team)),
            user.role.clone(),
            user.person_kind.clone(),
            text(&user.title),
            text(&user.department),
            text(&user.language),
        ];
        let mut cards = record.cards.iter().filter(|card| is_live(card));
        cells.extend(card_cells(cards.next().filter(|_| self.shows_cards)));
        cells.extend(grant_cells(&record.grants));
        cells.push(joined(
            record.workflows.iter().map(|workflow| workflow.1.as_str()),
        ));
        cells.extend(self.modules.iter().map(|module| {
            let has = record.modules.contains(&module.key);
            (if has { "true" } else { "false" }).to_owned()
        }));
        let custom: BTreeMap<String, String> = user
            .custom
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        cells.extend(
            self.custom
                .iter()
                .map(|field| custom.get(&field.key).cloned().unwrap_or_default()),
        );
        cells.push(user.status.clone());
        cells
    }
}

/// Shows every person the actor may see to `each`, in the order of ids, with bounded memory.
pub fn for_each_user(
    db: &Db,
    ctx: &Ctx,
    each: &mut dyn FnMut(&UserRecord) -> Result<(), std::io::Error>,
) -> Result<i64, ExportUsers> {
    let everybody = Selection::Matching(UserFilter::default());
    for_each_selected(db, ctx, &everybody, each)
}

/// The same for those of a selection.
pub fn for_each_selected(
    db: &Db,
    ctx: &Ctx,
    selection: &Selection,
    each: &mut dyn FnMut(&UserRecord) -> Result<(), std::io::Error>,
) -> Result<i64, ExportUsers> {
    ctx.require(Action::ExportUsers)?;
    let mut after: Option<UserId> = None;
    let mut count = 0;
    loop {
        let people = db.read_blocking(|tx| {
            let ids = selection.next(tx, ctx, after, PAGE)?;
            stage_ids(tx, ids)?;
            records_of_staged(tx, ctx.account)
        })?;
        let Some(last) = people.last() else {
            return Ok(count);
        };
        after = Some(last.user.id);
        for person in &people {
            each(person).map_err(ExportUsers::Output)?;
            count += 1;
        }
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(";")
}

fn is_live(card: &Card) -> bool {
    !matches!(card.state.as_str(), "expired" | "revoked")
}

fn moment(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// Card numbers are written in decimal, which is how a file is read unless it says otherwise.
fn card_cells(card: Option<&Card>) -> [String; 4] {
    card.map_or_else(Default::default, |card| {
        let number = card
            .number
            .parse::<CardNumber>()
            .map(|number| number.decimal());
        [
            number.unwrap_or_else(|_| card.number.clone()),
            card.card_type.clone(),
            moment(card.starts_at),
            moment(card.ends_at),
        ]
    })
}

/// A row holds one kind of access; grants on other terms than the first are left out.
fn grant_cells(grants: &[(Grant, String)]) -> [String; 5] {
    let Some((first, _)) = grants.first() else {
        return Default::default();
    };
    let terms = |grant: &Grant| {
        (
            grant.access_type.clone(),
            grant.schedule.clone(),
            grant.starts_at,
            grant.ends_at,
        )
    };
    let same = grants
        .iter()
        .filter(|(grant, _)| terms(grant) == terms(first));
    [
        joined(same.map(|(_, device)| device.as_str())),
        first.access_type.clone(),
        moment(first.starts_at),
        moment(first.ends_at),
        first.schedule.clone().unwrap_or_default(),
    ]
}
