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
    scopes: Vec<Scopes>,
    times: Vec<Choice>,
    lines: Vec<Line>,
}

/// The scopes about one thing.
struct Scopes {
    about: &'static str,
    choices: Vec<Choice>,
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

/// The submitted form: `scope` once for each.
#[derive(Clone, Debug)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|field| field.0 == name);
        found.map_or("", |field| &field.1)
    }

    fn has(&self, scope: Scope) -> bool {
        self.0
            .iter()
            .any(|(name, value)| name == "scope" && value == scope.as_str())
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
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let fields = Fields(fields);
    let new = NewToken {
        id: fields
            .get("token")
            .parse()
            .map_err(|_| Failure::BadRequest)?,
        maker: visitor.session.user,
        name: fields.get("name").to_owned(),
        scopes: Scope::ALL
            .iter()
            .copied()
            .filter(|scope| fields.has(*scope))
            .collect(),
        days: fields.get("days").parse().unwrap_or_default(),
    };
    let ctx = visitor.ctx.clone();
    let made = app.db.write(move |tx| tokens::create(tx, &ctx, &new)).await;
    match made {
        Ok(secret) => {
            let shell = app.shell(&visitor, Section::Settings).await?;
            let page = MadePage {
                shell,
                name: fields.get("name").trim().to_owned(),
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
        name: fields
            .map(|fields| fields.get("name").to_owned())
            .unwrap_or_default(),
        lines,
    })
}

/// The scopes, those about the same things together; none is ticked for whoever did not.
fn scopes(fields: Option<&Fields>) -> Vec<Scopes> {
    let mut groups: Vec<Scopes> = Vec::new();
    for scope in Scope::ALL.iter().copied() {
        let chosen = fields.is_some_and(|fields| fields.has(scope));
        let choice = Choice::new(scope.as_str(), scope.label(), chosen);
        match groups.last_mut().filter(|last| last.about == scope.about()) {
            Some(last) => last.choices.push(choice),
            None => groups.push(Scopes {
                about: scope.about(),
                choices: vec![choice],
            }),
        }
    }
    groups
}

fn times(fields: Option<&Fields>) -> Vec<Choice> {
    let chosen = fields
        .and_then(|fields| fields.get("days").parse().ok())
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
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
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
