//! A person as somebody typed them in a form or on a command line, and the same once every value
//! was looked at: by the parsers that rows of an import go through.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use kernel::{
    AdminRoleId, DateOrder, Email, ExternalId, Fault, GroupId, Language, PersonKind, PersonName,
    Phone, Region, Role, Text, UserId, UserStatus, fold, full_name,
};

use super::{KeyKind, StagedKey, UserRecord, find, match_staged, sees};
use crate::{
    Ctx, accounts,
    fields::{self, CustomField},
    groups::{self, Group, GroupKind},
    modules::{self, Module},
    roles::{self, AdminRole, Reach, Scope},
};

/// Between the entries of a list, such as the groups.
pub const BETWEEN: char = '\n';

/// A person as typed: texts by the keys of fields. What is missing is blank.
///
/// `groups` and `teams` hold names or ids, `modules` keys or labels, one per line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(pub BTreeMap<String, String>);

impl Typed {
    /// The stored person as they would be typed.
    pub fn of(record: &UserRecord) -> Self {
        let user = &record.user;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let of_kind = |kind| {
            let ids = record.groups.iter().filter(|group| group.1 == kind);
            lines(ids.map(|group| group.0.to_string()).collect())
        };
        let mut typed: BTreeMap<String, String> = [
            ("first_name", user.first_name.clone()),
            ("last_name", user.last_name.clone()),
            ("email", text(&user.email)),
            ("phone", text(&user.phone)),
            ("external_id", text(&user.external_id)),
            ("role", record.role_name().to_owned()),
            ("person_kind", user.person_kind.clone()),
            ("title", text(&user.title)),
            ("department", text(&user.department)),
            ("language", text(&user.language)),
            ("notes", text(&user.notes)),
            ("groups", of_kind(GroupKind::Group)),
            ("teams", of_kind(GroupKind::Team)),
            ("modules", lines(record.modules.iter().cloned().collect())),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
        for (key, value) in custom_of(record) {
            typed.insert(format!("custom.{key}"), value);
        }
        typed.retain(|_, value| !value.is_empty());
        Self(typed)
    }

    /// What was typed for a field.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |text| text.trim())
    }

    /// Types something for a field.
    pub fn set(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.insert(key.into(), value.into());
    }
}

fn lines(entries: BTreeSet<String>) -> String {
    let entries: Vec<_> = entries.into_iter().collect();
    entries.join("\n")
}

/// The account's own fields of a person, by their keys.
pub(super) fn custom_of(record: &UserRecord) -> BTreeMap<String, String> {
    let text = record.user.custom.as_deref();
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The field's key.
    pub field: String,
    /// What is wrong, as a fragment.
    pub text: String,
    /// Whether somebody else has the value already.
    pub is_taken: bool,
    /// Who that is, with their name, if the actor sees them.
    pub holder: Option<(UserId, String)>,
}

impl Complaint {
    /// Something wrong with a field.
    pub fn new(field: &str, text: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            text: text.into(),
            is_taken: false,
            holder: None,
        }
    }

    /// Somebody else has the key already; `what` names it for people.
    pub(super) fn taken(field: &str, what: &str) -> Self {
        Self {
            is_taken: true,
            ..Self::new(field, format!("somebody else has this {what}"))
        }
    }

    fn of(field: &str, fault: &Fault) -> Self {
        let mut text = fault.code.title().to_owned();
        if !fault.detail.is_empty() {
            text = format!("{text}: {}", fault.detail);
        }
        if let Some(meant) = &fault.suggestion {
            text = format!("{text}; did you mean {meant}?");
        }
        Self::new(field, text)
    }
}

/// A person whose every value was looked at; only [`read`] makes one.
#[derive(Clone, Debug)]
pub struct Draft {
    pub(super) name: PersonName,
    pub(super) external_id: Option<ExternalId>,
    pub(super) email: Option<Email>,
    pub(super) phone: Option<Phone>,
    pub(super) role: Role,
    pub(super) admin_role: Option<AdminRoleId>,
    pub(super) kind: PersonKind,
    pub(super) title: Option<String>,
    pub(super) department: Option<String>,
    pub(super) language: Option<Language>,
    pub(super) notes: Option<String>,
    pub(super) custom: BTreeMap<String, String>,
    pub(super) groups: BTreeSet<GroupId>,
    pub(super) modules: BTreeSet<String>,
}

/// What of an account the values are compared with.
struct Known {
    region: Option<Region>,
    fields: Vec<CustomField>,
    groups: Vec<Group>,
    modules: Vec<Module>,
    roles: Vec<AdminRole>,
    reach: Reach,
}

impl Known {
    fn load(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Self> {
        let account = ctx.account;
        let country = accounts::get(tx, account)?.default_country;
        Ok(Self {
            region: country.and_then(|code| Region::parse(&code).ok()),
            fields: fields::list(tx, account)?,
            groups: groups::names(tx, account)?,
            modules: modules::list(tx, account)?,
            roles: roles::list(tx, account)?,
            reach: Reach::load(tx, ctx)?,
        })
    }
}

/// Looks at everything that was typed, of a new person or of this one; all that is wrong at once.
pub fn read(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    typed: &Typed,
    about: Option<&UserRecord>,
) -> db::Result<Result<Draft, Vec<Complaint>>> {
    let known = Known::load(tx, ctx)?;
    let mut reader = Reader {
        typed,
        complaints: Vec::new(),
    };
    let draft = reader.draft(&known, ctx, about);
    let mut complaints = reader.complaints;
    complaints.extend(taken(tx, ctx, typed, &known, about)?);
    Ok(match draft {
        Ok(draft) if complaints.is_empty() => Ok(draft),
        _ => Err(complaints),
    })
}

/// What is wrong is among the complaints.
struct Told;

struct Reader<'a> {
    typed: &'a Typed,
    complaints: Vec<Complaint>,
}

impl Reader<'_> {
    fn draft(
        &mut self,
        known: &Known,
        ctx: &Ctx,
        about: Option<&UserRecord>,
    ) -> Result<Draft, Told> {
        let typed = self.typed;
        let name = PersonName::from_parts(typed.get("first_name"), typed.get("last_name"));
        let name = self.kept("first_name", name);
        let external_id = self.optional("external_id", ExternalId::parse);
        let email = self.optional("email", Email::parse);
        let phone = self.optional("phone", |text| Phone::parse(text, known.region));
        let role = self.role(known, about);
        let kind = match typed.get("person_kind") {
            "" => Ok(PersonKind::Employee),
            text => self.kept("person_kind", PersonKind::parse(text)),
        };
        let line = |text: &str| Text::parse(text, Text::MAX_TITLE);
        let title = self.optional("title", line);
        let department = self.optional("department", line);
        let language = self.optional("language", Language::parse);
        let notes = self.optional("notes", |text| Text::parse_lines(text, Text::MAX_NOTES));
        let custom = self.custom(known, about);
        let groups = self.groups(known);
        self.within_reach(ctx, &groups, about);
        let modules = self.modules(known, about);
        let (role, admin_role) = role?;
        Ok(Draft {
            name: name?,
            external_id: external_id?,
            email: email?,
            phone: phone?,
            role,
            admin_role,
            kind: kind?,
            title: title?.map(Text::into_string),
            department: department?.map(Text::into_string),
            language: language?,
            notes: notes?.map(Text::into_string),
            custom,
            groups,
            modules,
        })
    }

    fn kept<T>(&mut self, field: &str, parsed: Result<T, Fault>) -> Result<T, Told> {
        parsed.map_err(|fault| {
            self.complaints.push(Complaint::of(field, &fault));
            Told
        })
    }

    /// A value that may be blank.
    fn optional<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Result<Option<T>, Told> {
        match self.typed.get(field) {
            "" => Ok(None),
            text => self.kept(field, parse(text)).map(Some),
        }
    }

    /// One of the fixed roles by its name, or one of the account's own by its name or id.
    fn role(
        &mut self,
        known: &Known,
        about: Option<&UserRecord>,
    ) -> Result<(Role, Option<AdminRoleId>), Told> {
        let text = self.typed.get("role");
        let own = known
            .roles
            .iter()
            .find(|role| fold(&role.name) == fold(text) || role.id.to_string() == text);
        let (role, custom) = match (text, own) {
            ("", _) => (Role::User, None),
            (_, Some(own)) => (Role::Admin, Some(own.id)),
            (text, None) => (self.kept("role", Role::parse(text))?, None),
        };
        let has_it = about.is_some_and(|record| {
            let user = &record.user;
            user.role == role.as_str() && (role != Role::Admin || user.admin_role == custom)
        });
        if !has_it && !known.reach.covers(role, custom) {
            let name = own.map_or(role.as_str(), |own| &own.name);
            let text = format!("you cannot give the role {name}");
            self.complaints.push(Complaint::new("role", text));
            return Err(Told);
        }
        Ok((role, custom))
    }

    /// Whoever looks after some groups puts people into these only, and keeps them in one of them.
    fn within_reach(&mut self, ctx: &Ctx, wanted: &BTreeSet<GroupId>, about: Option<&UserRecord>) {
        let Some(Scope::Selected(own)) = ctx.actor.custom.as_ref().map(|role| &role.groups) else {
            return;
        };
        let before: BTreeSet<GroupId> = about
            .iter()
            .flat_map(|record| record.groups.iter().map(|group| group.0))
            .collect();
        if wanted.is_disjoint(own) {
            let text = "choose at least one of the groups or teams you look after";
            self.complaints.push(Complaint::new("groups", text));
        } else if !wanted
            .symmetric_difference(&before)
            .all(|group| own.contains(group))
        {
            let text = "you can only change the groups and teams you look after";
            self.complaints.push(Complaint::new("groups", text));
        }
    }

    fn custom(&mut self, known: &Known, about: Option<&UserRecord>) -> BTreeMap<String, String> {
        let mut custom = BTreeMap::new();
        for field in &known.fields {
            let key = format!("custom.{}", field.key);
            let text = self.typed.get(&key).to_owned();
            if text.is_empty() {
                continue;
            }
            if let Ok(value) = self.kept(&key, field.parse(&text, DateOrder::Ymd)) {
                custom.insert(field.key.clone(), value);
            }
        }
        // Values of a field that was removed since are passed over, and gone when the person is saved.
        let left_over = about.map(custom_of).unwrap_or_default();
        let unknown = self.typed.0.keys().filter(|key| {
            key.strip_prefix("custom.").is_some_and(|key| {
                known.fields.iter().all(|field| field.key != key) && !left_over.contains_key(key)
            })
        });
        let unknown: Vec<_> = unknown
            .map(|key| Complaint::new(key, "there is no such field"))
            .collect();
        self.complaints.extend(unknown);
        custom
    }

    fn groups(&mut self, known: &Known) -> BTreeSet<GroupId> {
        let mut chosen = BTreeSet::new();
        for (field, kind) in [("groups", GroupKind::Group), ("teams", GroupKind::Team)] {
            for entry in entries(self.typed.get(field)) {
                let id = entry.parse::<GroupId>().ok();
                let key = fold(entry);
                let found = known.groups.iter().find(|group| {
                    group.kind == kind && (Some(group.id) == id || group.name_key == key)
                });
                match found {
                    Some(group) => {
                        chosen.insert(group.id);
                    }
                    None => self.complaints.push(Complaint::new(
                        field,
                        format!("there is no {} {entry:?}", kind.as_str()),
                    )),
                }
            }
        }
        chosen
    }

    fn modules(&mut self, known: &Known, about: Option<&UserRecord>) -> BTreeSet<String> {
        let mut chosen = BTreeSet::new();
        for entry in entries(self.typed.get("modules")) {
            let found = known
                .modules
                .iter()
                .find(|module| module.key == entry || fold(&module.label) == fold(entry));
            let Some(module) = found else {
                let text = format!("the account does not own {entry}");
                self.complaints.push(Complaint::new("modules", text));
                continue;
            };
            let has_it = about.is_some_and(|record| record.modules.contains(&module.key));
            if !has_it
                && about
                    .is_some_and(|record| record.user.status == UserStatus::Deactivated.as_str())
            {
                let text = "a deactivated person holds no seats";
                self.complaints.push(Complaint::new("modules", text));
            } else if !has_it && module.free() == 0 {
                self.complaints.push(no_seat(module));
            }
            chosen.insert(module.key.clone());
        }
        chosen
    }
}

/// All seats of a module are in use.
pub(super) fn no_seat(module: &Module) -> Complaint {
    let text = format!(
        "none of the {} seats of {} is free",
        module.seats, module.label
    );
    Complaint::new("modules", text)
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(BETWEEN)
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}

/// Keys that belong to somebody else already; looked at whatever else is wrong.
fn taken(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    typed: &Typed,
    known: &Known,
    about: Option<&UserRecord>,
) -> db::Result<Vec<Complaint>> {
    let email = Email::parse(typed.get("email")).ok();
    let phone = Phone::parse(typed.get("phone"), known.region).ok();
    let external_id = ExternalId::parse(typed.get("external_id")).ok();
    let staged = |kind, key: String| StagedKey { kind, key, row: 0 };
    let keys: Vec<StagedKey> = [
        email.map(|email| staged(KeyKind::Email, email.key().into_owned())),
        phone.map(|phone| staged(KeyKind::Phone, phone.as_str().to_owned())),
        external_id.map(|id| staged(KeyKind::ExternalId, id.key().into_owned())),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut held = Vec::new();
    match_staged(tx, ctx.account, &keys, &mut |_, kind, user| {
        if about.is_none_or(|record| record.user.id != user) {
            held.push((kind, user));
        }
        Ok(())
    })?;
    let mut complaints = Vec::new();
    for (kind, user) in held {
        let (field, what) = match kind {
            KeyKind::Email => ("email", "e-mail address"),
            KeyKind::Phone => ("phone", "phone number"),
            KeyKind::ExternalId => ("external_id", "user ID"),
            KeyKind::Card => continue,
        };
        let seen = sees(tx, ctx, user)?;
        let name = find(tx, ctx.account, user)?
            .filter(|_| seen)
            .map(|record| full_name(&record.user.first_name, &record.user.last_name));
        complaints.push(Complaint {
            holder: name.map(|name| (user, name)),
            ..Complaint::taken(field, what)
        });
    }
    complaints.sort_by(|one, other| one.field.cmp(&other.field));
    Ok(complaints)
}
