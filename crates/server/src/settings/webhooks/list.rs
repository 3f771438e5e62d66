//! The webhooks of an account, and making one.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::accounts;
use kernel::WebhookId;
use webhooks::subscriptions::{self, NewWebhook, State as WebhookState, Webhook, WebhookRefusal};

use super::{
    checked, failure,
    form::{Fields, Form},
    secret::SecretPage,
};
use crate::{
    app::App,
    badge::Badge,
    extract::Form as Submitted,
    failure::Failure,
    format::{Moment, count, moment, sentence, zone},
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, with_status},
};

#[derive(Template)]
#[template(path = "settings/webhooks/list.html")]
struct WebhooksPage {
    shell: Shell,
    /// The id of the webhook that the form would make: sent twice, it makes one.
    next: WebhookId,
    form: Form,
    lines: Vec<Line>,
}

struct Line {
    id: WebhookId,
    name: String,
    host: String,
    badge: Badge,
    waiting: String,
    delivered: Option<Moment>,
}

/// `GET /settings/webhooks`
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = page(&app, visitor, Form::empty()).await?;
    Ok(Page(page).into_response())
}

/// `POST /settings/webhooks`
///
/// The answer is the page itself: the secret is nowhere to be shown from later. The same form again makes nothing.
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Submitted(fields): Submitted<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let fields = Fields(fields);
    let id: WebhookId = fields
        .get("webhook")
        .parse()
        .map_err(|_| Failure::BadRequest)?;
    subscriptions::admit(&visitor.ctx)?;
    let refusal: WebhookRefusal = match checked(&app, fields.get("url")).await? {
        Err(refusal) => refusal.into(),
        Ok(address) => {
            let new = NewWebhook {
                id,
                name: fields.get("name").to_owned(),
                address,
                areas: fields.areas(),
            };
            let ctx = visitor.ctx.clone();
            let made = app
                .db
                .write(move |tx| subscriptions::create(tx, &ctx, &new))
                .await;
            match made {
                Ok(secret) => {
                    let name = fields.get("name").trim();
                    return SecretPage::answer(&app, &visitor, id, name, &secret, None).await;
                }
                Err(WebhookRefusal::Db(error)) => return Err(error.into()),
                Err(refusal) => refusal,
            }
        }
    };
    let words = sentence(&refusal.to_string());
    let page = page(&app, visitor, Form::refused(&fields, words)).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn page(app: &App, visitor: Visitor, form: Form) -> Result<WebhooksPage, Failure> {
    let next = visitor.ctx.new_id();
    let found = app
        .db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            let lines = subscriptions::list(tx, &visitor.ctx)?;
            let shell = Shell::load(tx, &visitor, Section::Settings)?;
            let lines = lines.into_iter().map(|webhook| Line {
                id: webhook.id,
                host: host(&webhook.url),
                badge: badge(&webhook),
                waiting: count(webhook.waiting),
                delivered: webhook.delivered_at.map(|at| moment(at, &zone)),
                name: webhook.name,
            });
            Ok::<_, WebhookRefusal>((shell, lines.collect()))
        })
        .await;
    let (shell, lines) = found.map_err(|refusal| failure(refusal, "/settings/webhooks"))?;
    Ok(WebhooksPage {
        shell,
        next,
        form,
        lines,
    })
}

/// The part of an address that people know; the rest may be a secret.
fn host(url: &str) -> String {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

/// A webhook's state in words.
pub(super) fn badge(webhook: &Webhook) -> Badge {
    let (tone, icon, text) = match (webhook.state, webhook.failing_since) {
        (WebhookState::On, None) => ("good", Icon::Done, "On"),
        (WebhookState::On, Some(_)) => ("warn", Icon::Warning, "On, and failing"),
        (WebhookState::Off, _) => ("still", Icon::Off, "Off"),
        (WebhookState::Failed, _) => ("bad", Icon::Problem, "Switched off after failing"),
    };
    Badge { tone, icon, text }
}
