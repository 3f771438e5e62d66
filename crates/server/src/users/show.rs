//! A person's page: profile, what they belong to, access, cards, and what happened to them.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::{
    Action,
    access::{self, Standing},
    accounts, activity, allows, fields,
    groups::GroupKind,
    modules,
    photos::PhotoSettings,
    users::{self, KeepFields, UserRecord, UserRow},
    workflows,
};
use identity::devices;
use jiff::tz::TimeZone;
use kernel::{ImportId, UserId, UserStatus};
use requests::early::EarlySettings;

use super::{
    list::{position, role_name, status_badge},
    sign_in::{self, SignIn},
};
use crate::{
    app::App,
    badge::Badge,
    cards::{HeldCard, held},
    devices::AccessLine,
    early::EarlyCard,
    extract::{Form, Id},
    failure::Failure,
    format::{self, Avatar, Moment},
    guard::Visitor,
    imports::engine,
    invitations::{self, Line},
    own_data::{self, DataCard},
    page::{Page, Section, Shell, see_other},
    photos,
};

const ENTRIES_SHOWN: i64 = 50;

#[derive(Template)]
#[template(path = "users/show.html")]
pub(crate) struct UserPage {
    shell: Shell,
    person: Person,
    facts: Vec<(String, String)>,
    belongs: Vec<Belonging>,
    grants: Vec<AccessLine>,
    cards: Vec<HeldCard>,
    /// Where a card is added for them.
    add_card: String,
    activity: Vec<Entry>,
    import: Option<ImportId>,
    id: UserId,
    /// Fields that imports leave alone, or might: key, label, whether.
    keepable: Vec<(String, String, bool)>,
    may_keep: bool,
    may_edit: bool,
    /// Whom they were made one with.
    merged_into: Option<(UserId, String)>,
    /// Who was made one with them.
    merged_from: Vec<(UserId, String)>,
    /// What can be done about their status: `deactivate`, `reactivate` or nothing.
    status_change: &'static str,
    sign_in: Option<SignIn>,
    /// Whether there is an address to make a managed configuration with.
    has_managed: bool,
    invitations: Vec<Line>,
    /// How large a photo may be.
    megabytes: i64,
    early: Option<EarlyCard>,
    data: Option<DataCard>,
    /// How they can be invited now: channel, words.
    ways: Vec<(&'static str, String)>,
}

impl UserPage {
    fn may_delete(&self) -> bool {
        allows(self.shell.role, Action::DeleteUsers)
    }
}

struct Person {
    name: String,
    avatar: Avatar,
    status: Badge,
    role: &'static str,
    position: String,
}

struct Belonging {
    label: &'static str,
    names: Vec<String>,
}

struct Entry {
    what: String,
    import: Option<(String, String)>,
    at: Moment,
}

/// `GET /users/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<UserPage>, Failure> {
    let ctx = visitor.ctx.clone();
    let mut page = app.db.read(move |tx| page(tx, &visitor, id)).await?;
    if let Some(import) = page.import {
        // An import that is gone leaves the person as they are, without its line.
        let named = engine(&app, move |imports| imports.find(&ctx, import)).await?;
        let named = named.ok().map(|import| {
            (
                format!("/imports/{}", import.id),
                format!("import {} ({})", import.number, import.name),
            )
        });
        page.activity.iter_mut().for_each(|entry| {
            if entry.import.is_some() {
                entry.import.clone_from(&named);
            }
        });
    }
    Ok(Page(page))
}

/// `POST /users/{id}/keep`: which fields imports leave alone.
pub(crate) async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let keys: Vec<String> = fields
        .into_iter()
        .filter(|field| field.0 == "field")
        .map(|field| field.1)
        .collect();
    app.db
        .write(move |tx| users::keep(tx, &visitor.ctx, id, &keys))
        .await
        .map_err(|error| match error {
            KeepFields::Forbidden(_) => Failure::Forbidden,
            KeepFields::NobodyThere => Failure::NotFound,
            KeepFields::Unknown(_) => Failure::BadRequest,
            KeepFields::Db(error) => error.into(),
        })?;
    Ok(see_other(&format!("/users/{id}")))
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<UserPage, Failure> {
    let account = visitor.session.account;
    let record = users::see(tx, &visitor.ctx, id)?;
    let zone = format::zone(&accounts::get(tx, account)?.time_zone);
    let user = &record.user;
    let name = user.full_name();
    let photo = photos::large_link(tx, account, id, &format!("/users/{id}/photo"))?;
    Ok(UserPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        person: Person {
            avatar: Avatar::of(&name).with_photo(photo),
            name,
            status: status_badge(&user.status),
            role: role_name(&user.role),
            position: position(user),
        },
        facts: facts(tx, user)?,
        belongs: belongs(tx, visitor, &record)?,
        grants: grants(tx, visitor, id, &zone)?,
        cards: held(tx, account, id, visitor.ctx.now())?,
        add_card: if allows(visitor.session.role, Action::ManageCards) {
            format!("/cards/new?user={id}")
        } else {
            String::new()
        },
        merged_into: users::merge::merged_into(tx, account, id)?,
        merged_from: users::merge::merged_from(tx, account, id)?,
        activity: entries(tx, visitor, user, &zone)?,
        import: user.import,
        id,
        keepable: users::keepable(tx, account)?
            .into_iter()
            .map(|(key, label)| {
                let is_kept = record.kept.contains(&key);
                (key, label, is_kept)
            })
            .collect(),
        has_managed: user.email.is_some() && allows(visitor.session.role, Action::EditUsers),
        may_keep: allows(visitor.session.role, Action::EditUsers),
        may_edit: allows(visitor.session.role, Action::EditUsers)
            && user.status != UserStatus::Deleted.as_str(),
        status_change: if user.status == UserStatus::Deactivated.as_str() {
            "reactivate"
        } else if visitor.session.user == id {
            ""
        } else {
            "deactivate"
        },
        sign_in: if user.identity.is_some() {
            sign_in::load(tx, visitor, id, &zone)?
        } else {
            None
        },
        invitations: invitations(tx, visitor, id, &zone)?,
        megabytes: PhotoSettings::load(tx, account)?.megabytes,
        early: early(tx, visitor, id)?,
        data: if allows(visitor.session.role, Action::EditUsers) {
            Some(own_data::card(tx, account, id, &zone)?)
        } else {
            None
        },
        ways: ways(visitor, user),
    })
}

/// For those who may decide about it.
fn early(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<Option<EarlyCard>, Failure> {
    if !allows(visitor.session.role, Action::EditUsers) {
        return Ok(None);
    }
    let account = visitor.session.account;
    let devices = devices::list_of_user(tx, &visitor.ctx, id).map_err(sign_in::of_device)?;
    let access = requests::early::of_user(tx, account, id)?;
    let settings = EarlySettings::load(tx, account)?;
    Ok(EarlyCard::new(
        access.as_ref(),
        &settings,
        devices::app_version(&devices),
    ))
}

/// Their access, with what the visitor may do about it.
fn grants(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    zone: &TimeZone,
) -> db::Result<Vec<AccessLine>> {
    let ctx = &visitor.ctx;
    let manages = allows(ctx.actor.role, Action::ManageAccess);
    let all = access::of_user(tx, ctx.account, id, ctx.now())?;
    Ok(all
        .iter()
        .map(|one| {
            let base = format!("/devices/{}", one.device);
            AccessLine {
                notes: one.notes.clone().unwrap_or_default(),
                inviter: one.inviter.clone().unwrap_or_default(),
                manage: (manages && one.standing != Standing::Revoked)
                    .then(|| format!("{base}/users/{id}")),
                link: manages.then_some(base),
                ..AccessLine::new(one, zone)
            }
        })
        .collect())
}

fn invitations(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    zone: &TimeZone,
) -> db::Result<Vec<Line>> {
    if allows(visitor.session.role, Action::InviteUsers) {
        invitations::lines(tx, visitor.session.account, id, visitor.ctx.now(), zone)
    } else {
        Ok(Vec::new())
    }
}

/// How somebody who never signed in can be invited by this visitor.
fn ways(visitor: &Visitor, user: &UserRow) -> Vec<(&'static str, String)> {
    let is_new = user.status == UserStatus::Invited.as_str();
    if !is_new || !allows(visitor.session.role, Action::InviteUsers) {
        return Vec::new();
    }
    let mail = user
        .email
        .as_ref()
        .map(|email| ("email", format!("Invite {email}")));
    let sms = user
        .phone
        .as_ref()
        .map(|phone| ("sms", format!("Invite {phone} by SMS")));
    mail.into_iter()
        .chain(sms)
        .chain([("link", "Make a link to hand over".to_owned())])
        .collect()
}

fn facts(tx: &mut Tx<'_>, user: &UserRow) -> Result<Vec<(String, String)>, Failure> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut facts: Vec<(String, String)> = [
        ("First name", user.first_name.clone()),
        ("Last name", user.last_name.clone()),
        ("E-mail", text(&user.email)),
        ("Phone", text(&user.phone)),
        ("User ID", text(&user.external_id)),
        ("Kind", capitalised(&user.person_kind)),
        ("Title", text(&user.title)),
        ("Department", text(&user.department)),
        ("Language", text(&user.language)),
        ("Notes", text(&user.notes)),
    ]
    .map(|(label, value)| (label.to_owned(), value))
    .into();
    let custom: BTreeMap<String, String> = user
        .custom
        .as_deref()
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    for field in fields::list(tx, user.account)? {
        facts.push((
            field.label,
            custom.get(&field.key).cloned().unwrap_or_default(),
        ));
    }
    Ok(facts)
}

fn belongs(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    record: &UserRecord,
) -> Result<Vec<Belonging>, Failure> {
    let groups = |kind| record.group_names(kind).map(str::to_owned).collect();
    let labels = modules::list(tx, visitor.session.account)?;
    let held = labels
        .into_iter()
        .filter(|module| record.modules.contains(&module.key));
    Ok(vec![
        Belonging {
            label: "Groups",
            names: groups(GroupKind::Group),
        },
        Belonging {
            label: "Teams",
            names: groups(GroupKind::Team),
        },
        Belonging {
            label: "Modules",
            names: held.map(|module| module.label).collect(),
        },
        Belonging {
            label: "Workflows",
            names: workflows::of_user(tx, visitor.session.account, record.user.id)?
                .into_iter()
                .map(|part| match part.via.first() {
                    Some(group) if !part.is_direct => format!("{} via {group}", part.name),
                    _ => part.name,
                })
                .collect(),
        },
    ])
}

/// What happened to the person, newest first: entries of their own, and the import behind them.
fn entries(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    user: &UserRow,
    zone: &TimeZone,
) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    if let Some(import) = user.import {
        let what = if user.version == 1 {
            "Created by"
        } else {
            "Last changed by"
        };
        entries.push(Entry {
            what: what.to_owned(),
            import: Some((format!("/imports/{import}"), "an import".to_owned())),
            at: format::moment(user.updated_at, zone),
        });
    }
    let account = visitor.session.account;
    for entry in activity::of_subject(tx, account, user.id.uuid(), ENTRIES_SHOWN)? {
        let details = if entry.details.is_empty() {
            String::new()
        } else {
            format!(": {}", entry.details)
        };
        entries.push(Entry {
            what: format!("{} by {}{details}", verb(&entry.action), entry.actor_name),
            import: None,
            at: format::moment(entry.at, zone),
        });
    }
    if entries.is_empty() {
        entries.push(Entry {
            what: "Created".to_owned(),
            import: None,
            at: format::moment(user.created_at, zone),
        });
    }
    Ok(entries)
}

fn verb(action: &str) -> &str {
    match action {
        "user.create" => "Created",
        "user.update" => "Changed",
        "user.delete" => "Deleted",
        "user.restore" => "Restored",
        "user.deactivate" => "Deactivated",
        "user.lead" => "Made to lead a team",
        "user.lead_end" => "No longer leads a team, said",
        "user.reactivate" => "Taken back",
        "user.password" => "Password changed",
        "user.password_request" => "Link for a new password sent, asked for",
        "user.two_factor" => "Two-factor sign-in changed",
        "user.two_factor_reset" => "Two-factor sign-in reset",
        "user.sign_out" => "Signed out of a device",
        "user.devices" => "Number of devices set",
        "early_access.ask" => "Early access asked for",
        "early_access.leave" => "Early access given up",
        "early_access.approve" => "Early access given",
        "early_access.refuse" => "Early access refused",
        "early_access.end" => "Early access ended",
        "user.data_ask" => "Own data asked for",
        "user.data_request" => "Own data requested",
        "user.data_open" => "Own data taken",
        "access.give" => "Access given",
        "access.change" => "Access changed",
        "access.revoke" => "Access taken away",
        "user.photo" => "Photo set",
        "user.photo_remove" => "Photo removed",
        "card.add" => "Card added",
        "card.issue" => "Card issued",
        "card.activate" => "Card activated",
        "card.pause" => "Card paused",
        "card.resume" => "Card resumed",
        "card.revoke" => "Card revoked",
        "card.replace" => "Card replaced",
        "card.move" => "Card moved",
        "card.show" => "Card number seen",
        "user.keep" => "Fields kept against imports, set",
        other => other,
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first
            .to_uppercase()
            .chain(chars.as_str().replace('_', " ").chars())
            .collect()
    })
}
