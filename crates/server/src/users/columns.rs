//! The columns of the list of people: which there are, and what stands in them.

use std::collections::{BTreeMap, HashMap};

use directory::{
    fields::CustomField,
    modules::Module,
    users::{Typed, UserRecord},
};
use jiff::tz::TimeZone;
use kernel::{CardRadix, Timestamp, UserId};

use super::list::{role_of, status_badge};
use crate::{
    badge::Badge,
    choice::Choice,
    format::{Moment, moment},
};

/// So many groups are named per person.
const GROUPS_SHOWN: usize = 2;
/// Key, heading, whether it is shown if nothing is chosen, and what it is in an export.
const STANDARD: [(&str, &str, bool, &[&str]); 15] = [
    ("status", "Status", true, &["Status"]),
    ("contact", "Contact", true, &["Email", "Phone"]),
    ("groups", "Groups and teams", true, &["Groups", "Teams"]),
    ("role", "Role", true, &["Role"]),
    ("external_id", "User ID", true, &["User ID"]),
    ("kind", "Kind", false, &["Kind"]),
    ("title", "Title", false, &["Title"]),
    ("department", "Department", false, &["Department"]),
    ("language", "Language", false, &["Language"]),
    ("modules", "Modules", false, &[]),
    ("workflows", "Workflows", false, &["Workflows"]),
    ("devices", "Devices", false, &["Devices"]),
    ("cards", "Cards", false, &["Card ID"]),
    ("seen", "Last sign-in", false, &[]),
    ("added", "Added", false, &[]),
];

/// What stands in a column.
pub(super) enum Cell {
    Badge(Badge),
    /// One line below the other.
    Lines(String, String),
    /// Some of them, and how many more.
    Names(Vec<String>, usize),
    Text(String),
    Mono(String),
    When(Option<Moment>),
}

/// The columns of a page.
pub(super) struct Columns {
    chosen: Vec<(String, String)>,
    modules: BTreeMap<String, String>,
    radix: CardRadix,
}

impl Columns {
    /// `radix` is how card numbers are written.
    pub(super) fn new(
        chosen: &[&str],
        fields: &[CustomField],
        modules: &[Module],
        radix: CardRadix,
    ) -> Self {
        let is_shown = |key: &str, usual: bool| {
            if chosen.is_empty() {
                usual
            } else {
                chosen.contains(&key)
            }
        };
        Self {
            chosen: all(fields)
                .into_iter()
                .filter(|(key, _, usual)| is_shown(key, *usual))
                .map(|(key, heading, _)| (key, heading))
                .collect(),
            modules: modules
                .iter()
                .map(|module| (module.key.clone(), module.label.clone()))
                .collect(),
            radix,
        }
    }

    pub(super) fn headings(&self) -> Vec<String> {
        self.chosen.iter().map(|column| column.1.clone()).collect()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.chosen.iter().any(|column| column.0 == key)
    }

    /// Every column, and whether it is shown.
    pub(super) fn choices(&self, fields: &[CustomField]) -> Vec<Choice> {
        all(fields)
            .into_iter()
            .map(|(key, heading, _)| {
                let chosen = self.has(&key);
                Choice::new(key, heading, chosen)
            })
            .collect()
    }

    /// The headings an export has for what is shown, names first.
    pub(super) fn exported(&self) -> Vec<String> {
        let mut headings = vec!["First name".to_owned(), "Last name".to_owned()];
        for (key, heading) in &self.chosen {
            match STANDARD.iter().find(|column| column.0 == key) {
                Some((_, _, _, labels)) => {
                    headings.extend(labels.iter().map(|label| (*label).to_owned()));
                }
                None => headings.push(heading.clone()),
            }
        }
        if self.has("modules") {
            headings.extend(self.modules.values().cloned());
        }
        headings
    }

    pub(super) fn cells(
        &self,
        record: &UserRecord,
        seen: &HashMap<UserId, Timestamp>,
        zone: &TimeZone,
    ) -> Vec<Cell> {
        let typed = Typed::of(record);
        self.chosen
            .iter()
            .map(|(key, _)| self.cell(key, record, &typed, seen, zone))
            .collect()
    }

    fn cell(
        &self,
        key: &str,
        record: &UserRecord,
        typed: &Typed,
        seen: &HashMap<UserId, Timestamp>,
        zone: &TimeZone,
    ) -> Cell {
        let user = &record.user;
        let names = |all: Vec<String>| {
            let more = all.len().saturating_sub(GROUPS_SHOWN);
            Cell::Names(all.into_iter().take(GROUPS_SHOWN).collect(), more)
        };
        match key {
            "status" => Cell::Badge(status_badge(&user.status)),
            "contact" => {
                let [email, phone] = ["email", "phone"].map(|key| typed.get(key).to_owned());
                Cell::Lines(email, phone)
            }
            "groups" => names(record.groups.iter().map(|group| group.2.clone()).collect()),
            "role" => Cell::Text(role_of(record)),
            "external_id" => Cell::Mono(typed.get(key).to_owned()),
            "kind" => Cell::Text(user.person_kind.clone()),
            "modules" => {
                let label = |key: &String| self.modules.get(key).unwrap_or(key).clone();
                names(record.modules.iter().map(label).collect())
            }
            "workflows" => names(record.workflows.iter().map(|flow| flow.1.clone()).collect()),
            "devices" => names(record.grants.iter().map(|grant| grant.1.clone()).collect()),
            "cards" => {
                let live = |state: &str| !matches!(state, "expired" | "revoked");
                let cards = record.cards.iter().filter(|card| live(&card.state));
                names(cards.map(|card| card.masked(self.radix)).collect())
            }
            "seen" => Cell::When(seen.get(&user.id).map(|at| moment(*at, zone))),
            "added" => Cell::When(Some(moment(user.created_at, zone))),
            _ => Cell::Text(typed.get(key).to_owned()),
        }
    }
}

fn all(fields: &[CustomField]) -> Vec<(String, String, bool)> {
    let own = fields
        .iter()
        .map(|field| (format!("custom.{}", field.key), field.label.clone(), false));
    STANDARD
        .iter()
        .map(|(key, heading, usual, _)| ((*key).to_owned(), (*heading).to_owned(), *usual))
        .chain(own)
        .collect()
}
