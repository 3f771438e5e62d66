//! What an import would do, in numbers and examples: the contract a person agrees to.

use std::collections::BTreeMap;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    candidate::{Links, Scalar},
    changes::{Change, StoredGrant},
    record::Counts,
};

/// The most names listed in full.
const LISTED: usize = 200;
/// Examples kept of each field's change.
const EXAMPLES: usize = 3;

/// What would happen to the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// When the file was compared with the directory.
    pub compared_at: Option<Timestamp>,
    /// The row equation.
    pub counts: Counts,
    /// Fields of known people that change.
    pub fields: Vec<FieldChange>,
    /// Fields that people keep although the file has another value: key and number of people.
    pub kept: Vec<(String, i64)>,
    /// Groups that would be created; the first 200.
    pub new_groups: Vec<String>,
    /// How many groups would be created.
    pub new_group_count: i64,
    /// People put into groups and teams.
    pub memberships_added: i64,
    /// People taken out of groups and teams.
    pub memberships_removed: i64,
    /// People put into workflows.
    pub workflows_added: i64,
    /// People taken out of workflows.
    pub workflows_removed: i64,
    /// Grants given or changed.
    pub grants: i64,
    /// Grants taken away.
    pub grants_removed: i64,
    /// Cards reserved.
    pub cards_added: i64,
    /// Cards that change or are replaced.
    pub cards_changed: i64,
    /// Cards that are taken from their holders.
    pub cards_moved: i64,
    /// Whose they are and who gets them; the first 200.
    pub moved: Vec<MovedCard>,
    /// Cards that stay with their holders, so that rows are imported without them.
    pub cards_left: i64,
    /// Licences per module.
    pub seats: Vec<SeatUse>,
    /// People who get a role above user: name and role; the first 200.
    pub roles: Vec<(String, String)>,
    /// How many people get a role above user.
    pub role_count: i64,
    /// People with the role of an owner or administrator who change.
    pub administrators: i64,
    /// Deactivated people who come back.
    pub reactivated: i64,
    /// Rows that cannot be imported and do not say whom they are about.
    pub unnamed: i64,
    /// Who is deactivated, when a scope is made to match the file.
    pub departures: Option<Departures>,
    /// What has to be confirmed by its number before the import may start.
    pub guard: Option<Guard>,
}

impl Plan {
    /// Whether it says the same as another, whenever they were made.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let undated = |plan: &Self| Self {
            compared_at: None,
            ..plan.clone()
        };
        undated(self) == undated(other)
    }
}

/// People of a scope who are not in the file and would be deactivated.
///
/// They are no rows: the row equation is about the file alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Departures {
    /// The scope in words, such as `people in Field`.
    pub scope: String,
    /// How many people of the scope could be deactivated: invited and active ones.
    pub in_scope: i64,
    /// How many would be.
    pub people: i64,
    /// Owners, administrators and the operator, who are missing from the file and stay.
    pub immune: i64,
    /// The first of those who would be deactivated: id and name.
    pub examples: Vec<(String, String)>,
    /// A digest of who they are, so that two plans can be told apart.
    pub digest: String,
}

/// A card that somebody loses and the person of a row gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedCard {
    /// Row number as a spreadsheet shows it.
    pub row: u64,
    /// The card's number.
    pub number: String,
    /// The name of whoever holds it.
    pub from: String,
    /// The name of whoever gets it.
    pub to: String,
}

/// How one field of known people changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field's key.
    pub field: String,
    /// People for whom it changes.
    pub people: i64,
    /// Some values before and after.
    pub examples: Vec<(String, String)>,
}

/// Licences of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatUse {
    /// The module's key.
    pub module: String,
    /// The module's name.
    pub label: String,
    /// Seats the import takes.
    pub needed: i64,
    /// Seats it gives back.
    pub freed: i64,
    /// Seats that were free before.
    pub free: i64,
}

/// A change large or delicate enough to be confirmed by typing its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// What would happen, as sentences.
    pub reason: String,
    /// The number to type.
    pub number: i64,
    /// The sentences one by one; none in plans of earlier versions.
    #[serde(default)]
    pub reasons: Vec<String>,
}

impl Plan {
    /// How many people would be written: created, changed and deactivated.
    pub fn people(&self) -> i64 {
        let departures = self.departures.as_ref().map_or(0, |some| some.people);
        self.counts.created + self.counts.updated + departures
    }
}

impl Guard {
    /// What would happen, sentence by sentence.
    pub fn sentences(&self) -> Vec<&str> {
        if self.reasons.is_empty() {
            return vec![&self.reason];
        }
        self.reasons.iter().map(String::as_str).collect()
    }
}

/// Adds up a plan row by row.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    plan: Plan,
    fields: BTreeMap<String, FieldChange>,
    kept: BTreeMap<String, i64>,
}

impl Tally {
    /// Counts a person who would be created.
    pub(crate) fn created(&mut self, name: &str, role: Option<&str>) {
        self.plan.counts.created += 1;
        if let Some(role) = role {
            self.raised(name, role);
        }
    }

    /// Counts a person who would change.
    pub(crate) fn changed(&mut self, name: &str, role_before: &str, change: &Change) {
        self.plan.counts.updated += 1;
        if role_before == "owner" || role_before == "admin" {
            self.plan.administrators += 1;
        }
        for edit in &change.fields {
            if edit.field == Scalar::EmailKey {
                continue;
            }
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let key = edit.field.key();
            let field = self
                .fields
                .entry(key.clone())
                .or_insert_with(|| FieldChange {
                    field: key,
                    people: 0,
                    examples: Vec::new(),
                });
            field.people += 1;
            if field.examples.len() < EXAMPLES {
                field.examples.push((text(&edit.before), text(&edit.after)));
            }
            if edit.field == Scalar::Status {
                self.plan.reactivated += 1;
            }
            if edit.field == Scalar::Role {
                self.raised(name, edit.after.as_deref().unwrap_or_default());
            }
        }
        let of = |links: &[(Links, uuid::Uuid)], wanted: [Links; 2]| {
            links.iter().filter(|link| wanted.contains(&link.0)).count() as i64
        };
        let groups = [Links::Groups, Links::Teams];
        self.plan.memberships_added += of(&change.added, groups);
        self.plan.memberships_removed += of(&change.removed, groups);
        self.plan.workflows_added += of(&change.added, [Links::Workflows; 2]);
        self.plan.workflows_removed += of(&change.removed, [Links::Workflows; 2]);
        self.plan.grants += change.grants_after.len() as i64;
        let is_gone = |before: &&StoredGrant| {
            let mut after = change.grants_after.iter();
            after.all(|after| after.device != before.device)
        };
        self.plan.grants_removed += change.grants_before.iter().filter(is_gone).count() as i64;
        let before = change.cards_before.len() as i64;
        self.plan.cards_changed += before;
        self.plan.cards_added += (change.cards_after.len() as i64 - before).max(0);
    }

    /// Counts somebody who keeps a field as it is.
    pub(crate) fn kept(&mut self, field: &str) {
        *self.kept.entry(field.to_owned()).or_default() += 1;
    }

    /// Counts the links a new person would get.
    pub(crate) fn linked(&mut self, groups: usize, workflows: usize, grants: usize, card: bool) {
        self.plan.memberships_added += groups as i64;
        self.plan.workflows_added += workflows as i64;
        self.plan.grants += grants as i64;
        self.plan.cards_added += i64::from(card);
    }

    /// Counts a group that would be created.
    pub(crate) fn new_group(&mut self, name: &str) {
        self.plan.new_group_count += 1;
        if self.plan.new_groups.len() < LISTED {
            self.plan.new_groups.push(name.to_owned());
        }
    }

    /// Counts a card that somebody loses.
    pub(crate) fn moved(&mut self, card: MovedCard) {
        self.plan.cards_moved += 1;
        if self.plan.moved.len() < LISTED {
            self.plan.moved.push(card);
        }
    }

    /// Counts a card that stays with its holder.
    pub(crate) fn left_card(&mut self) {
        self.plan.cards_left += 1;
    }

    /// Counts one of those who administer the account, who changes without a row of their own.
    pub(crate) fn administrator(&mut self) {
        self.plan.administrators += 1;
    }

    /// Counts a row that cannot be imported and does not say whom it is about.
    pub(crate) fn unnamed(&mut self) {
        self.plan.unnamed += 1;
    }

    pub(crate) fn counts(&mut self) -> &mut Counts {
        &mut self.plan.counts
    }

    fn raised(&mut self, name: &str, role: &str) {
        if role == "user" || role.is_empty() {
            return;
        }
        self.plan.role_count += 1;
        if self.plan.roles.len() < LISTED {
            self.plan.roles.push((name.to_owned(), role.to_owned()));
        }
    }

    /// The finished plan.
    pub(crate) fn finish(mut self, now: Timestamp, seats: Vec<SeatUse>) -> Plan {
        self.plan.compared_at = Some(now);
        self.plan.fields = self.fields.into_values().collect();
        self.plan.kept = self.kept.into_iter().collect();
        self.plan.seats = seats;
        self.plan
    }
}

impl Scalar {
    /// The key under which people know the field.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::ExternalId => "external_id",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Email | Self::EmailKey => "email",
            Self::Phone => "phone",
            Self::Notes => "notes",
            Self::Role => "role",
            Self::PersonKind => "person_kind",
            Self::Title => "title",
            Self::Department => "department",
            Self::Language => "language",
            Self::Custom(key) => return format!("custom.{key}"),
            Self::Module(key) => return format!("module_{key}"),
            Self::CardId => "card_id",
            Self::CardType => "card_type",
            Self::CardStart => "card_start",
            Self::CardEnd => "card_end",
            Self::AccessType => "access_type",
            Self::AccessStart => "access_start",
            Self::AccessEnd => "access_end",
            Self::AccessSchedule => "access_schedule",
            Self::Status => "status",
        }
        .to_owned()
    }
}
