//! The form about a person: its fields as they are shown, and what came back from it.

use std::collections::BTreeMap;

use db::Tx;
use directory::{
    Actor, Ctx,
    fields::{self, CustomField, FieldKind},
    groups::{self, Group, GroupKind},
    modules::{self, Module},
    roles::{self, AdminRole, Reach},
    users::{BETWEEN, Complaint, Typed},
};
use kernel::{GroupId, Role, split_list};

use super::list::ROLES;
use crate::{choice::Choice, format::sentence};

/// With more groups than this a text field is easier than boxes.
const MOST_BOXES: usize = 60;
const KINDS: [(&str, &str); 3] = [
    ("employee", "Employee"),
    ("visitor", "Visitor"),
    ("member", "Member"),
];

/// What of an account a form about its people needs.
pub(super) struct Account {
    pub(super) fields: Vec<CustomField>,
    pub(super) groups: Vec<Group>,
    pub(super) modules: Vec<Module>,
    roles: Vec<AdminRole>,
    reach: Reach,
    actor: Actor,
}

impl Account {
    pub(super) fn load(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Self> {
        let account = ctx.account;
        Ok(Self {
            fields: fields::list(tx, account)?,
            groups: groups::names(tx, account)?,
            modules: modules::list(tx, account)?,
            roles: roles::list(tx, account)?,
            reach: Reach::load(tx, ctx)?,
            actor: ctx.actor.clone(),
        })
    }

    /// The label of a field.
    pub(super) fn label(&self, key: &str) -> String {
        let known = LINES.iter().find(|line| line.0 == key).map(|line| line.1);
        let known = known.or(match key {
            "role" => Some("Role"),
            "person_kind" => Some("Kind"),
            "notes" => Some("Notes"),
            "groups" => Some("Groups"),
            "teams" => Some("Teams"),
            "modules" => Some("Modules"),
            _ => None,
        });
        let own = self
            .fields
            .iter()
            .find(|field| key.strip_prefix("custom.") == Some(field.key.as_str()));
        known.map_or_else(
            || own.map_or_else(|| key.to_owned(), |field| field.label.clone()),
            str::to_owned,
        )
    }

    /// A value as people read it: names for ids.
    pub(super) fn shown(&self, key: &str, value: &str) -> String {
        let entries = value.split(BETWEEN).filter(|entry| !entry.is_empty());
        match key {
            "groups" | "teams" => entries
                .map(|entry| self.group_name(entry))
                .collect::<Vec<_>>()
                .join(", "),
            "modules" => entries
                .map(|entry| {
                    let module = self.modules.iter().find(|module| module.key == entry);
                    module.map_or_else(|| entry.to_owned(), |module| module.label.clone())
                })
                .collect::<Vec<_>>()
                .join(", "),
            "role" => text_of(&ROLES.map(|(role, text)| (role.as_str(), text)), value),
            "person_kind" => text_of(&KINDS, value),
            _ => value.to_owned(),
        }
    }

    fn group_name(&self, entry: &str) -> String {
        let id = entry.parse::<GroupId>().ok();
        let group = self.groups.iter().find(|group| Some(group.id) == id);
        group.map_or_else(|| entry.to_owned(), |group| group.name.clone())
    }
}

fn text_of(all: &[(&str, &str)], value: &str) -> String {
    all.iter()
        .find(|(known, _)| *known == value)
        .map_or_else(|| value.to_owned(), |(_, text)| (*text).to_owned())
}

/// Key, label, kind of input, help.
const LINES: [(&str, &str, &str, &str); 8] = [
    ("first_name", "First name", "text", ""),
    ("last_name", "Last name", "text", ""),
    ("email", "E-mail", "email", ""),
    (
        "phone",
        "Phone",
        "tel",
        "With + and the country code, unless it is a number of your country.",
    ),
    (
        "external_id",
        "User ID",
        "text",
        "Your own number for the person.",
    ),
    ("title", "Title", "text", ""),
    ("department", "Department", "text", ""),
    ("language", "Language", "text", "Such as en or pt-BR."),
];

/// How a value is entered.
pub(super) enum Control {
    /// One line, of this type.
    Line(&'static str),
    /// Several lines.
    Lines,
    /// One of these.
    Select(Vec<Choice>),
    /// Boxes, any of which are ticked.
    Boxes(Vec<Choice>),
}

/// A field as shown.
pub(super) struct Input {
    pub(super) key: String,
    /// The key as an element's id.
    pub(super) id: String,
    pub(super) label: String,
    pub(super) control: Control,
    pub(super) value: String,
    pub(super) help: String,
    pub(super) error: Option<Error>,
}

/// What is wrong with a field, and who has its value.
#[derive(Clone)]
pub(super) struct Error {
    pub(super) text: String,
    pub(super) holder: Option<(String, String)>,
}

/// A line of the summary of what is wrong.
pub(super) struct Wrong {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) error: Error,
}

/// Fields that belong together.
pub(super) struct Part {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) inputs: Vec<Input>,
}

/// The whole form.
pub(super) struct Form {
    pub(super) parts: Vec<Part>,
    pub(super) wrong: Vec<Wrong>,
}

fn id_of(key: &str) -> String {
    format!("f-{}", key.replace('.', "-"))
}

impl Form {
    /// The form with what was typed and what is wrong with it.
    pub(super) fn new(account: &Account, typed: &Typed, complaints: &[Complaint]) -> Self {
        let maker = Maker {
            account,
            typed,
            complaints,
        };
        let mut parts = vec![
            Part {
                id: "who",
                title: "Person",
                inputs: maker.lines(&["first_name", "last_name", "email", "phone", "external_id"]),
            },
            Part {
                id: "work",
                title: "Position",
                inputs: maker.position(),
            },
        ];
        if !account.fields.is_empty() {
            parts.push(Part {
                id: "own",
                title: "Fields of your own",
                inputs: account.fields.iter().map(|f| maker.own(f)).collect(),
            });
        }
        let belongs = maker.belongs();
        if !belongs.is_empty() {
            parts.push(Part {
                id: "belongs",
                title: "Belongs to",
                inputs: belongs,
            });
        }
        let wrong = complaints
            .iter()
            .map(|complaint| Wrong {
                id: id_of(&complaint.field),
                label: account.label(&complaint.field),
                error: Error::from(complaint),
            })
            .collect();
        Self { parts, wrong }
    }
}

impl From<&Complaint> for Error {
    fn from(complaint: &Complaint) -> Self {
        Self {
            text: sentence(&complaint.text),
            holder: complaint
                .holder
                .as_ref()
                .map(|(user, name)| (format!("/users/{user}"), name.clone())),
        }
    }
}

struct Maker<'a> {
    account: &'a Account,
    typed: &'a Typed,
    complaints: &'a [Complaint],
}

impl Maker<'_> {
    fn input(&self, key: &str, control: Control, help: &str) -> Input {
        Input {
            id: id_of(key),
            label: self.account.label(key),
            control,
            value: self.typed.get(key).to_owned(),
            help: help.to_owned(),
            error: self
                .complaints
                .iter()
                .find(|complaint| complaint.field == key)
                .map(Error::from),
            key: key.to_owned(),
        }
    }

    fn lines(&self, keys: &[&str]) -> Vec<Input> {
        LINES
            .iter()
            .filter(|line| keys.contains(&line.0))
            .map(|(key, _, kind, help)| self.input(key, Control::Line(kind), help))
            .collect()
    }

    fn select<'c>(
        &self,
        key: &str,
        all: impl Iterator<Item = (&'c str, &'c str)>,
        usual: &str,
    ) -> Input {
        let chosen = match self.typed.get(key) {
            "" => usual,
            text => text,
        };
        let choices = all.map(|(value, text)| Choice::new(value, text, value == chosen));
        self.input(key, Control::Select(choices.collect()), "")
    }

    /// The roles the visitor may give, and the present one.
    fn position(&self) -> Vec<Input> {
        let (present, account) = (self.typed.get("role"), self.account);
        let may_give = |role, custom| account.reach.covers(role, custom);
        let fixed = ROLES
            .iter()
            .filter(|(role, _)| may_give(*role, None) || role.as_str() == present)
            .map(|(role, text)| (role.as_str(), *text));
        let own = account
            .roles
            .iter()
            .filter(|role| may_give(Role::Admin, Some(role.id)) || role.name == present)
            .map(|role| (role.name.as_str(), role.name.as_str()));
        let roles = fixed.chain(own);
        let mut inputs = vec![
            self.select("role", roles, "user"),
            self.select("person_kind", KINDS.into_iter(), "employee"),
        ];
        inputs.extend(self.lines(&["title", "department", "language"]));
        inputs.push(self.input("notes", Control::Lines, "The person never sees them."));
        inputs
    }

    fn own(&self, field: &CustomField) -> Input {
        let key = format!("custom.{}", field.key);
        let present = self.typed.get(&key);
        let choices = |all: Vec<(String, String)>| {
            let blank = Choice::new("", "", present.is_empty());
            let others = all.into_iter().map(|(value, text)| {
                let chosen = value == present;
                Choice::new(value, text, chosen)
            });
            Control::Select(std::iter::once(blank).chain(others).collect())
        };
        let control = match field.kind {
            FieldKind::Text => Control::Line("text"),
            FieldKind::Number => Control::Line("number"),
            FieldKind::Date => Control::Line("date"),
            FieldKind::Bool => choices(vec![
                ("true".to_owned(), "Yes".to_owned()),
                ("false".to_owned(), "No".to_owned()),
            ]),
            FieldKind::Choice => choices(
                field
                    .choices
                    .iter()
                    .map(|choice| (choice.clone(), choice.clone()))
                    .collect(),
            ),
        };
        self.input(&key, control, "")
    }

    fn belongs(&self) -> Vec<Input> {
        let mut inputs = Vec::new();
        for (key, kind) in [("groups", GroupKind::Group), ("teams", GroupKind::Team)] {
            let all: Vec<&Group> = self
                .account
                .groups
                .iter()
                .filter(|group| group.kind == kind && self.is_offered(key, group))
                .collect();
            if all.is_empty() {
                continue;
            }
            inputs.push(self.memberships(key, &all));
        }
        if !self.account.modules.is_empty() {
            let present: Vec<&str> = self.typed.get("modules").split(BETWEEN).collect();
            let boxes = self.account.modules.iter().map(|module| {
                let chosen = present.contains(&module.key.as_str());
                let seats = format!("{} of {} seats free", module.free(), module.seats);
                Choice::new(module.key.clone(), module.label.clone(), chosen).help(seats)
            });
            inputs.push(self.input("modules", Control::Boxes(boxes.collect()), ""));
        }
        inputs
    }

    /// Whoever looks after some groups is offered these, and those the person is in.
    fn is_offered(&self, key: &str, group: &Group) -> bool {
        let own = self.account.actor.custom.as_ref();
        own.is_none_or(|role| role.groups.has(&group.id))
            || self
                .typed
                .get(key)
                .split(BETWEEN)
                .any(|entry| entry.parse() == Ok(group.id))
    }

    /// Boxes for a few, and a line of names for many.
    fn memberships(&self, key: &str, all: &[&Group]) -> Input {
        if all.len() > MOST_BOXES {
            let mut input = self.input(
                key,
                Control::Line("text"),
                "Names, separated by semicolons.",
            );
            let names = input.value.split(BETWEEN).filter(|name| !name.is_empty());
            input.value = names
                .map(|entry| self.account.group_name(entry))
                .collect::<Vec<_>>()
                .join("; ");
            return input;
        }
        let present: Vec<&str> = self.typed.get(key).split(BETWEEN).collect();
        let boxes = all.iter().map(|group| {
            let id = group.id.to_string();
            let chosen = present.contains(&id.as_str());
            Choice::new(id, group.name.clone(), chosen)
        });
        self.input(key, Control::Boxes(boxes.collect()), "")
    }
}

/// A submitted form.
pub(super) struct Posted(pub(super) Vec<(String, String)>);

impl Posted {
    /// The last value of a name.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().rev().find(|field| field.0 == name);
        found.map_or("", |field| field.1.as_str())
    }

    /// What was typed, without what has this before its name.
    pub(super) fn typed(&self, before: &str) -> Typed {
        let mut typed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in &self.0 {
            let Some(key) = name.strip_prefix(before) else {
                continue;
            };
            let is_list = matches!(key, "groups" | "teams" | "modules");
            let is_one = LINES.iter().any(|line| line.0 == key)
                || matches!(key, "role" | "person_kind" | "notes")
                || key.starts_with("custom.");
            if is_one {
                typed.insert(key.to_owned(), vec![value.clone()]);
            } else if is_list {
                typed
                    .entry(key.to_owned())
                    .or_default()
                    .extend(list_entries(value));
            }
        }
        let joined = |mut values: Vec<String>| {
            values.sort_unstable();
            values.dedup();
            values.join(&BETWEEN.to_string())
        };
        Typed(
            typed
                .into_iter()
                .map(|(key, values)| (key, joined(values).replace("\r\n", "\n").trim().to_owned()))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        )
    }
}

/// Ids one by one from boxes and hidden fields; names from a line, as in a cell.
fn list_entries(value: &str) -> Vec<String> {
    value
        .lines()
        .flat_map(|line| split_list(line, false))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_and_lines_of_names_come_to_the_same() {
        let posted = |fields: &[(&str, &str)]| {
            let fields = fields
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
            Posted(fields.collect()).typed("")
        };
        let boxes = posted(&[("groups", "b"), ("groups", "a"), ("version", "3")]);
        assert_eq!(boxes, posted(&[("groups", "a; b;")]));
        assert_eq!(boxes.get("groups"), "a\nb");
        assert_eq!(
            posted(&[("email", " "), ("was.email", "x@example.com")]),
            Typed::default()
        );
        assert_eq!(
            Posted(vec![("was.email".to_owned(), "x".to_owned())])
                .typed("was.")
                .get("email"),
            "x"
        );
    }
}
