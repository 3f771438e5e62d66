//! What of their notifications the person who looks wants by e-mail, too.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::notifications::{self, Topic};

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "me/notifications.html")]
struct ChoicesPage {
    shell: Shell,
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    title: &'static str,
    help: &'static str,
    by_email: bool,
}

const fn words(topic: Topic) -> (&'static str, &'static str) {
    match topic {
        Topic::Documents => (
            "Documents",
            "Assigned to you, waiting for you, or back with you. At most one e-mail an hour, beside those for new assignments.",
        ),
        Topic::ImportsWaiting => (
            "Imports that wait for you",
            "Paused, left to you by a series, or not to be read.",
        ),
        Topic::ImportsEnded => (
            "Imports that ended",
            "Done, undone, or done again, with the counts.",
        ),
        Topic::Returned => (
            "Messages that came back",
            "Invitations and other messages that could not be delivered.",
        ),
        Topic::Requests => (
            "Requests",
            "People who ask for early access, or for a new invitation.",
        ),
        Topic::WorkFailed => (
            "Work on many that did not get to its end",
            "Actions on many people, and invitations that were not sent.",
        ),
        Topic::WorkEnded => (
            "Work on many that ended",
            "Cards issued, photos stored, invitations sent.",
        ),
        Topic::Webhooks => (
            "Webhooks that were switched off",
            "Because their address has not taken anything for days.",
        ),
    }
}

/// `GET /me/notifications`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let (account, user) = (visitor.session.account, visitor.session.user);
            let lines = notifications::choices(tx, account, user)?
                .into_iter()
                .filter(|(topic, _)| topic.is_heard_by(&visitor.ctx))
                .map(|(topic, by_email)| {
                    let (title, help) = words(topic);
                    Line {
                        name: topic.as_str(),
                        title,
                        help,
                        by_email,
                    }
                })
                .collect();
            Ok::<_, db::Error>(ChoicesPage {
                shell: Shell::load(tx, &visitor, Section::Me)?,
                lines,
            })
        })
        .await?;
    Ok(Page(page).into_response())
}

/// `POST /me/notifications`
pub(crate) async fn choose(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    // What is not on the page stays as it is.
    let wanted: Vec<(Topic, bool)> = Topic::ALL
        .into_iter()
        .filter(|topic| topic.is_heard_by(&visitor.ctx))
        .map(|topic| {
            let is_ticked =
                |field: &(String, String)| field.0 == "by_email" && field.1 == topic.as_str();
            (topic, fields.iter().any(is_ticked))
        })
        .collect();
    app.db
        .write(move |tx| notifications::choose(tx, &visitor.ctx, &wanted))
        .await?;
    Ok(see_other("/me/notifications"))
}
