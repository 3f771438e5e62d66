//! The pages of settings, by what they are about.

use askama::Template;
use axum::extract::State;
use directory::{Action, Actor};
use webhooks::subscriptions;

use crate::{
    app::App,
    failure::Failure,
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell},
};

/// For those alone who see everybody and the whole log.
const WEBHOOKS: &str = "/settings/webhooks";

/// Every page: what it needs, and what is said about it.
const PAGES: &[(Action, Icon, &str, &str, &str)] = &[
    (
        Action::EditSettings,
        Icon::Settings,
        "/settings/directory",
        "Directory",
        "What the account is called, where it is, and how names are written.",
    ),
    (
        Action::EditSettings,
        Icon::Document,
        "/settings/fields",
        "Fields",
        "What is known of people beyond what everybody has.",
    ),
    (
        Action::EditSettings,
        Icon::Upload,
        "/settings/imports",
        "Imports",
        "What new imports begin with, when they ask, how long they are kept, and the directory lock.",
    ),
    (
        Action::EditSettings,
        Icon::Lock,
        "/settings/privacy",
        "Privacy",
        "For how long messages and notifications are kept.",
    ),
    (
        Action::EditSettings,
        Icon::Users,
        "/settings/modules",
        "Modules",
        "What the account owns, and how many seats are free.",
    ),
    (
        Action::EditSettings,
        Icon::Mail,
        "/settings/messages",
        "Messages",
        "What people are sent, in your own words.",
    ),
    (
        Action::EditSettings,
        Icon::Clock,
        "/settings/invitations",
        "Invitations",
        "For how long links work, and when people are reminded.",
    ),
    (
        Action::EditSettings,
        Icon::Lock,
        "/settings/security",
        "Security",
        "How long passwords are, on how many devices people sign in, and who needs a second factor.",
    ),
    (
        Action::EditSettings,
        Icon::Settings,
        "/settings/managed-configuration",
        "Managed configuration",
        "What your device management gives the app, so that addresses are filled in.",
    ),
    (
        Action::EditSettings,
        Icon::Fixed,
        "/settings/early-access",
        "Early access",
        "Where the next version of the app is, for those who try it first.",
    ),
    (
        Action::EditSettings,
        Icon::Document,
        "/settings/documents",
        "Documents",
        "How large the files of documents may be.",
    ),
    (
        Action::EditSettings,
        Icon::Users,
        "/settings/photos",
        "Photos",
        "How large they may be, and whether people set their own.",
    ),
    (
        Action::EditSettings,
        Icon::Card,
        "/settings/cards",
        "Cards",
        "How card numbers are written, and for how long cards are valid.",
    ),
    (
        Action::ManageRoles,
        Icon::Users,
        "/settings/roles",
        "Roles",
        "Administrators who may do some things, for some groups or workflows.",
    ),
    (
        Action::ManageTokens,
        Icon::Lock,
        "/settings/tokens",
        "API tokens",
        "What programs sign in with.",
    ),
    (
        Action::ManageTokens,
        Icon::Bell,
        WEBHOOKS,
        "Webhooks",
        "Programs that are told of what happens.",
    ),
];

/// Whether there is a page of settings for somebody.
pub(crate) fn is_any_for(actor: &Actor) -> bool {
    PAGES.iter().any(|page| actor.may(page.0))
}

#[derive(Template)]
#[template(path = "settings/index.html")]
pub(crate) struct SettingsPage {
    shell: Shell,
    lines: Vec<Line>,
}

struct Line {
    icon: Icon,
    link: &'static str,
    name: &'static str,
    help: &'static str,
}

/// `GET /settings`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<SettingsPage>, Failure> {
    if !is_any_for(&visitor.ctx.actor) {
        return Err(Failure::Forbidden);
    }
    let lines = PAGES
        .iter()
        .copied()
        .filter(|page| visitor.ctx.may(page.0))
        .filter(|page| page.2 != WEBHOOKS || subscriptions::admit(&visitor.ctx).is_ok())
        .map(|(_, icon, link, name, help)| Line {
            icon,
            link,
            name,
            help,
        })
        .collect();
    app.db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Settings)?;
            Ok(Page(SettingsPage { shell, lines }))
        })
        .await
}
