//! What the directory says about the person who looks, and the form for their password.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    access::{self, Right, Standing},
    accounts,
    cards::CardSettings,
    groups::GroupKind,
    photos::PhotoSettings,
    users,
};
use identity::{devices, rules};
use jiff::tz::TimeZone;
use requests::early::{self, EarlySettings};

use super::cards::MyCard;
use crate::{
    app::App,
    badge::Badge,
    devices::AccessLine,
    early::EarlyCard,
    failure::Failure,
    form::Field,
    format::{self, Avatar},
    guard::Visitor,
    own_data::{self, DataCard},
    page::{Page, Section, Shell},
    photos,
    users::status_badge,
};

#[derive(Template)]
#[template(path = "me/profile.html")]
pub(super) struct ProfilePage {
    shell: Shell,
    status: Badge,
    avatar: Avatar,
    /// How large a photo may be, where people set their own.
    megabytes: Option<i64>,
    facts: Vec<(&'static str, String)>,
    grants: Vec<AccessLine>,
    cards: Vec<MyCard>,
    early: Option<EarlyCard>,
    data: DataCard,
    /// What a new password has to be.
    rule: String,
    pub(super) current: Field,
    pub(super) password: Field,
    pub(super) is_changed: bool,
}

/// `GET /me`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = app.db.read(move |tx| load(tx, &visitor)).await?;
    Ok(Page(page).into_response())
}

pub(super) fn load(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<ProfilePage, Failure> {
    let session = &visitor.session;
    let record = users::get(tx, session.account, session.user)?;
    let zone = format::zone(&accounts::get(tx, session.account)?.time_zone);
    let user = &record.user;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let photo = photos::large_link(tx, session.account, session.user, "/me/photo")?;
    let settings = PhotoSettings::load(tx, session.account)?;
    let radix = CardSettings::load(tx, session.account)?.radix;
    let names = |kind| record.group_names(kind).collect::<Vec<_>>().join(", ");
    Ok(ProfilePage {
        shell: Shell::load(tx, visitor, Section::Me)?,
        status: status_badge(&user.status),
        avatar: Avatar::of(&user.full_name()).with_photo(photo),
        megabytes: settings.by_people.then_some(settings.megabytes),
        facts: vec![
            ("Name", user.full_name()),
            ("E-mail", text(&user.email)),
            ("Phone", text(&user.phone)),
            ("Title", text(&user.title)),
            ("Department", text(&user.department)),
            ("Groups", names(GroupKind::Group)),
            ("Teams", names(GroupKind::Team)),
        ],
        grants: grants(tx, visitor, &zone)?,
        cards: record
            .cards
            .iter()
            .map(|card| MyCard::new(card, radix, &zone, visitor.ctx.now()))
            .collect(),
        early: early(tx, visitor)?,
        data: own_data::card(tx, session.account, session.user, &zone)?,
        rule: rules::of_identity(tx, session.identity)?.in_words(),
        current: Field::default(),
        password: Field::default(),
        is_changed: false,
    })
}

/// One's own early access.
fn early(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<Option<EarlyCard>, Failure> {
    let session = &visitor.session;
    let devices = devices::list(tx, session.identity, visitor.ctx.now())?;
    let access = early::of_user(tx, session.account, session.user)?;
    let settings = EarlySettings::load(tx, session.account)?;
    Ok(EarlyCard::new(
        access.as_ref(),
        &settings,
        devices::app_version(&devices),
    ))
}

/// Their access, with the way to the people of devices where they have a say. Notes are not theirs
/// to see.
fn grants(tx: &mut Tx<'_>, visitor: &Visitor, zone: &TimeZone) -> db::Result<Vec<AccessLine>> {
    let (ctx, user) = (&visitor.ctx, visitor.session.user);
    let now = ctx.now();
    let all = access::of_user(tx, ctx.account, user, now)?;
    Ok(all
        .iter()
        .map(|one| {
            let holds =
                one.standing == Standing::Active && one.starts_at.is_none_or(|start| start <= now);
            let has_say = holds && Right::of(&ctx.actor, Some(one.kind)).is_some();
            AccessLine {
                link: has_say.then(|| format!("/me/access/{}", one.device)),
                ..AccessLine::new(one, zone)
            }
        })
        .collect())
}
