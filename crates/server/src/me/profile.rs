//! What the directory says about the person who looks, and the form for their password.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{accounts, groups::GroupKind, users};
use identity::{devices, rules};
use requests::early::{self, EarlySettings};

use crate::{
    app::App,
    badge::Badge,
    early::EarlyCard,
    failure::Failure,
    form::Field,
    format::{self, Avatar},
    guard::Visitor,
    own_data::{self, DataCard},
    page::{Page, Section, Shell},
    users::{CardLine, GrantLine, card_line, grant_line, status_badge},
};

#[derive(Template)]
#[template(path = "me/profile.html")]
pub(super) struct ProfilePage {
    shell: Shell,
    status: Badge,
    avatar: Avatar,
    facts: Vec<(&'static str, String)>,
    grants: Vec<GrantLine>,
    cards: Vec<CardLine>,
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
    let names = |kind| record.group_names(kind).collect::<Vec<_>>().join(", ");
    Ok(ProfilePage {
        shell: Shell::load(tx, visitor, Section::Me)?,
        status: status_badge(&user.status),
        avatar: Avatar::of(&user.full_name()),
        facts: vec![
            ("Name", user.full_name()),
            ("E-mail", text(&user.email)),
            ("Phone", text(&user.phone)),
            ("Title", text(&user.title)),
            ("Department", text(&user.department)),
            ("Groups", names(GroupKind::Group)),
            ("Teams", names(GroupKind::Team)),
        ],
        grants: record
            .grants
            .iter()
            .map(|grant| grant_line(grant, &zone))
            .collect(),
        cards: record
            .cards
            .iter()
            .map(|card| card_line(card, &zone))
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
