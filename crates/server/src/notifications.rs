//! A user's notifications.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{accounts, notifications};
use kernel::{DocumentId, ImportId};

use crate::{
    app::App,
    failure::Failure,
    format::{self, Moment},
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, see_other},
};

/// Says that messages came back.
const BOUNCED: &str = "messages.bounced";
/// Says that something about the reader's sign-in was changed.
const CHANGED: &str = "security.changed";

#[derive(Template)]
#[template(path = "notifications.html")]
pub(crate) struct NotificationsPage {
    shell: Shell,
    items: Vec<Item>,
    any_unread: bool,
}

struct Item {
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
) -> Result<Page<NotificationsPage>, Failure> {
    app.db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Other)?;
            let zone = format::zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            let items: Vec<_> =
                notifications::list(tx, visitor.session.account, visitor.session.user)?
                    .into_iter()
                    .map(|notification| Item {
                        icon: icon(&notification.kind),
                        link: link(&notification),
                        text: notification.text,
                        at: format::moment(notification.created_at, &zone),
                        is_unread: notification.read_at.is_none(),
                    })
                    .collect();
            let any_unread = items.iter().any(|item| item.is_unread);
            Ok(Page(NotificationsPage {
                shell,
                items,
                any_unread,
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

fn icon(kind: &str) -> Icon {
    if kind.starts_with("import.") {
        Icon::Import
    } else if kind == BOUNCED || kind.starts_with("invite.") {
        Icon::Mail
    } else if kind == CHANGED {
        Icon::Lock
    } else if kind.starts_with("document") {
        Icon::Document
    } else {
        Icon::Bell
    }
}

fn link(notification: &notifications::Notification) -> Option<String> {
    if notification.kind == BOUNCED {
        return Some("/outbox?state=bounced".to_owned());
    }
    if notification.kind == CHANGED {
        return Some("/me".to_owned());
    }
    if notification.kind.starts_with("document") {
        let path = "/me/documents".to_owned();
        return Some(match notification.subject {
            Some(id) => format!("{path}/{}", DocumentId::from_uuid(id)),
            None => path,
        });
    }
    let subject = notification.subject?;
    if notification.kind.starts_with("invite.") {
        return Some(format!("/invite/{subject}/sent"));
    }
    notification
        .kind
        .starts_with("import.")
        .then(|| format!("/imports/{}", ImportId::from_uuid(subject)))
}
