//! Tokens for programs: the list, making one, and taking one back.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::accounts;
use identity::tokens::{
    self, ApiToken, MOST_DAYS, NewToken, Scope, Standing, TokenRefusal, USUAL_DAYS,
};
use kernel::{ApiTokenId, Timestamp};
use serde::Deserialize;

use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    format::{Moment, moment, sentence, zone},
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, see_other, with_status},
};

/// How long a token may hold, in days and words.
const TIMES: [(i64, &str); 5] = [
    (30, "30 days"),
    (90, "90 days"),
    (USUAL_DAYS, "1 year"),
    (730, "2 years"),
    (MOST_DAYS, "5 years"),
];

#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct TokensPage {
    shell: Shell,
    /// The id of the token that the form would make: sent twice, it makes one.
    next: ApiTokenId,
    name: String,
    error: Option<String>,
    scopes: Vec<Choice>,
    times: Vec<Choice>,
    lines: Vec<Line>,
}

struct Line {
    id: ApiTokenId,
    name: String,
    scopes: String,
    maker: String,
    badge: Badge,
    can_revoke: bool,
    made: Moment,
    until: Moment,
    used: Option<Moment>,
}

/// `GET /settings/tokens`
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = page(&app, visitor, None, None).await?;
    Ok(Page(page).into_response())
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    token: String,
    name: String,
    #[serde(default)]
    read: String,
    #[serde(default)]
    write: String,
    #[serde(default)]
    scim_read: String,
    #[serde(default)]
    scim_write: String,
    days: String,
}

impl Fields {
    fn has(&self, scope: Scope) -> bool {
        match scope {
            Scope::ImportsRead => !self.read.is_empty(),
            Scope::ImportsWrite => !self.write.is_empty(),
            Scope::ScimRead => !self.scim_read.is_empty(),
            Scope::ScimWrite => !self.scim_write.is_empty(),
        }
    }
}

#[derive(Template)]
#[template(path = "settings/token_made.html")]
struct MadePage {
    shell: Shell,
    name: String,
    secret: String,
}

/// `POST /settings/tokens`
///
/// The answer is the page itself: the secret is nowhere to be shown from later. The same form again
/// makes nothing.
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let new = NewToken {
        id: fields.token.parse().map_err(|_| Failure::BadRequest)?,
        maker: visitor.session.user,
        name: fields.name.clone(),
        scopes: Scope::ALL
            .into_iter()
            .filter(|scope| fields.has(*scope))
            .collect(),
        days: fields.days.parse().unwrap_or_default(),
    };
    let ctx = visitor.ctx.clone();
    let made = app.db.write(move |tx| tokens::create(tx, &ctx, &new)).await;
    match made {
        Ok(secret) => {
            let shell = app.shell(&visitor, Section::Settings).await?;
            let page = MadePage {
                shell,
                name: fields.name.trim().to_owned(),
                secret: secret.reveal(),
            };
            Ok(Page(page).into_response())
        }
        Err(TokenRefusal::Forbidden(_)) => Err(Failure::Forbidden),
        Err(TokenRefusal::Db(error)) => Err(error.into()),
        Err(refusal) => {
            let words = sentence(&refusal.to_string());
            let page = page(&app, visitor, Some(fields), Some(words)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// `POST /settings/tokens/{id}/revoke`
pub(crate) async fn revoke(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ApiTokenId>,
) -> Result<Response, Failure> {
    let revoked = app
        .db
        .write(move |tx| tokens::revoke(tx, &visitor.ctx, id))
        .await;
    match revoked {
        Ok(()) => Ok(see_other("/settings/tokens")),
        Err(refusal) => Err(failure(refusal)),
    }
}

fn failure(refusal: TokenRefusal) -> Failure {
    match refusal {
        TokenRefusal::Forbidden(_) => Failure::Forbidden,
        TokenRefusal::Db(error) => error.into(),
        _ => Failure::NotFound,
    }
}

async fn page(
    app: &App,
    visitor: Visitor,
    fields: Option<Fields>,
    error: Option<String>,
) -> Result<TokensPage, Failure> {
    let now = app.clock.now();
    let next = visitor.ctx.new_id();
    let found = app
        .db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            let shell = Shell::load(tx, &visitor, Section::Settings)?;
            let lines = tokens::list(tx, &visitor.ctx)?;
            let lines = lines.into_iter().map(|token| line(token, now, &zone));
            Ok::<_, TokenRefusal>((shell, lines.collect()))
        })
        .await;
    let (shell, lines) = found.map_err(failure)?;
    Ok(TokensPage {
        shell,
        next,
        error,
        scopes: scopes(fields.as_ref()),
        times: times(fields.as_ref()),
        name: fields.map(|fields| fields.name).unwrap_or_default(),
        lines,
    })
}

fn scopes(fields: Option<&Fields>) -> Vec<Choice> {
    let name = |scope| match scope {
        Scope::ImportsRead => "read",
        Scope::ImportsWrite => "write",
        Scope::ScimRead => "scim_read",
        Scope::ScimWrite => "scim_write",
    };
    Scope::ALL
        .into_iter()
        .map(|scope| {
            // Whoever wants a program to change people ticks that themselves.
            let is_usual = matches!(scope, Scope::ImportsRead | Scope::ImportsWrite);
            let chosen = fields.map_or(is_usual, |fields| fields.has(scope));
            Choice::new(name(scope), scope.label(), chosen).help(scope.as_str())
        })
        .collect()
}

fn times(fields: Option<&Fields>) -> Vec<Choice> {
    let chosen = fields
        .and_then(|fields| fields.days.parse().ok())
        .unwrap_or(USUAL_DAYS);
    TIMES
        .into_iter()
        .map(|(days, words)| Choice::new(days.to_string(), words, days == chosen))
        .collect()
}

fn line(token: ApiToken, now: Timestamp, zone: &jiff::tz::TimeZone) -> Line {
    let standing = token.standing(now);
    let (tone, icon, text) = match standing {
        Standing::InUse => ("good", Icon::Done, "In use"),
        Standing::Expired => ("still", Icon::Clock, "Expired"),
        Standing::Revoked => ("still", Icon::Off, "Revoked"),
        Standing::MakerGone => ("warn", Icon::Warning, "Refused: its maker may not use it"),
    };
    let scopes: Vec<_> = token.scopes.iter().copied().map(Scope::as_str).collect();
    Line {
        id: token.id,
        scopes: scopes.join(", "),
        maker: token.maker_name,
        badge: Badge { tone, icon, text },
        can_revoke: token.revoked_at.is_none(),
        made: moment(token.created_at, zone),
        until: moment(token.expires_at, zone),
        used: token.last_used_at.map(|at| moment(at, zone)),
        name: token.name,
    }
}
