//! A webhook's secret: shown once, changed, and its predecessor ended.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::accounts;
use kernel::{Timestamp, WebhookId};
use webhooks::{
    Secret,
    subscriptions::{self, WebhookRefusal},
};

use super::{failure, page_of};
use crate::{
    app::App,
    extract::Id,
    failure::Failure,
    format::{Moment, moment, zone},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "settings/webhooks/secret.html")]
pub(super) struct SecretPage {
    shell: Shell,
    id: WebhookId,
    name: String,
    secret: String,
    /// Until when the old one signs, too.
    old_until: Option<Moment>,
}

impl SecretPage {
    pub(super) async fn answer(
        app: &App,
        visitor: &Visitor,
        id: WebhookId,
        name: &str,
        secret: &Secret,
        old_until: Option<Timestamp>,
    ) -> Result<Response, Failure> {
        let account = visitor.session.account;
        let account = app.db.read(move |tx| accounts::get(tx, account)).await?;
        let zone = zone(&account.time_zone);
        Ok(Page(Self {
            shell: app.shell(visitor, Section::Settings).await?,
            id,
            name: name.to_owned(),
            secret: secret.reveal(),
            old_until: old_until.map(|at| moment(at, &zone)),
        })
        .into_response())
    }
}

/// `POST /settings/webhooks/{id}/rotate`
pub(crate) async fn rotate(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WebhookId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let rotated = app.db.write(move |tx| {
        let secret = subscriptions::rotate(tx, &ctx, id)?;
        Ok::<_, WebhookRefusal>((secret, subscriptions::get(tx, &ctx, id)?))
    });
    let (secret, webhook) = rotated
        .await
        .map_err(|refusal| failure(refusal, &page_of(id)))?;
    let until = webhook.old_secret_until;
    SecretPage::answer(&app, &visitor, id, &webhook.name, &secret, until).await
}

/// `POST /settings/webhooks/{id}/end-old-secret`
pub(crate) async fn end_old(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WebhookId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| subscriptions::end_old_secret(tx, &visitor.ctx, id))
        .await
        .map_err(|refusal| failure(refusal, &page_of(id)))?;
    Ok(see_other(&page_of(id)))
}
