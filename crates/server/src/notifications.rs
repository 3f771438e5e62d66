//! A user's notifications.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{accounts, notifications};
use kernel::NotificationId;
use serde::Deserialize;

use crate::{
    app::App,
    extract::{Id, Params},
    failure::Failure,
    format::{self, Moment},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "notifications.html")]
pub(crate) struct NotificationsPage {
    shell: Shell,
    items: Vec<Item>,
    any_unread: bool,
    /// Where the older ones are.
    older: Option<String>,
    is_newest: bool,
}

/// What the address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    before: String,
}

/// Notifications of a page.
const PAGE: i64 = 50;

struct Item {
    id: NotificationId,
    icon: Icon,
    text: String,
    link: Option<String>,
    at: Moment,
    is_unread: bool,
}

/// `GET /notifications`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<NotificationsPage>, Failure> {
    let before: Option<NotificationId> = query.before.parse().ok();
    app.db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Other)?;
            let zone = format::zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            let (account, user) = (visitor.session.account, visitor.session.user);
            let found = notifications::page(tx, account, user, before, PAGE)?;
            let is_full = found.len() as i64 == PAGE;
            let items: Vec<_> = found
                .into_iter()
                .map(|notification| Item {
                    id: notification.id,
                    icon: icon(&notification.kind),
                    link: link(&notification),
                    text: notification.text,
                    at: format::moment(notification.created_at, &zone),
                    is_unread: notification.read_at.is_none(),
                })
                .collect();
            let any_unread = shell.unread > 0;
            let older = items.last().filter(|_| is_full).map(|last| {
                Link::to("/notifications")
                    .with("before", &last.id.to_string())
                    .into_string()
            });
            Ok(Page(NotificationsPage {
                shell,
                items,
                any_unread,
                older,
                is_newest: before.is_none(),
            }))
        })
        .await
}

/// `POST /notifications/read`
pub(crate) async fn mark_read(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| notifications::mark_read(tx, &visitor.ctx, visitor.session.user))
        .await?;
    Ok(see_other("/notifications"))
}

/// `POST /notifications/{id}/read`
pub(crate) async fn mark_one_read(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<NotificationId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| {
            let user = visitor.session.user;
            notifications::mark_one_read(tx, &visitor.ctx, user, id)
        })
        .await?;
    Ok(see_other("/notifications"))
}

fn icon(kind: &str) -> Icon {
    match kind.split_once('.').map_or(kind, |(what, _)| what) {
        "import" | "series" => Icon::Import,
        "messages" | "invite" | "invitation" | "invitations" => Icon::Mail,
        "security" => Icon::Lock,
        "document" | "documents" => Icon::Document,
        "cards" => Icon::Card,
        _ => Icon::Bell,
    }
}

/// Where what a notification tells of is looked at.
fn link(notification: &notifications::Notification) -> Option<String> {
    let kind = notification.kind.as_str();
    match (kind, notification.subject) {
        ("messages.bounced", _) => Some("/outbox?state=bounced".to_owned()),
        ("security.changed", _) => Some("/me".to_owned()),
        ("early_access.requested", _) => Some("/early-access".to_owned()),
        (kind, None) if kind.starts_with("document") => Some("/me/documents".to_owned()),
        (_, None) => None,
        ("users.bulk_given_up", Some(id)) => Some(format!("/users/bulk/{id}")),
        ("series.failed", Some(id)) => Some(format!("/imports/series/{id}")),
        ("cards.issued", Some(id)) => Some(format!("/cards/runs/{id}")),
        ("photos.done", Some(id)) => Some(format!("/photos/{id}")),
        ("webhook.failed", Some(id)) => Some(format!("/settings/webhooks/{id}")),
        ("invitation.ask", Some(id)) => Some(format!("/users/{id}")),
        (_, Some(id)) => {
            let below = match kind.split_once('.')?.0 {
                "document" | "documents" => format!("/me/documents/{id}"),
                "import" => format!("/imports/{id}"),
                "invite" => format!("/invite/{id}/sent"),
                "invitations" => format!("/invitations/waves/{id}"),
                _ => return None,
            };
            Some(below)
        }
    }
}
