//! What is done with ticked invitations: again, more time, taken back, a sheet of links (S1.9, S1.10, S2.11).

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::accounts;
use invite::{
    InviteError,
    many::{self, Sheet},
    wave::{self, NewWave, Selection, Wanted},
};
use kernel::UserId;

use super::{new::selection, refused};
use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
    qr,
};

const LIST: &str = "/invitations";

/// The fields of a form with ticks.
type Fields = Vec<(String, String)>;

fn value<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields
        .iter()
        .find(|(key, _)| key == name)
        .map_or("", |(_, value)| value.as_str())
}

fn ticked(fields: &Fields) -> Vec<UserId> {
    fields
        .iter()
        .filter(|(name, _)| name == "user")
        .filter_map(|(_, id)| id.parse().ok())
        .collect()
}

fn some_ticked(fields: &Fields) -> Result<Vec<UserId>, Failure> {
    let people = ticked(fields);
    if people.is_empty() {
        return Err(Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: "Tick at least one person first.".to_owned(),
            link: LIST.to_owned(),
        });
    }
    Ok(people)
}

/// `POST /invitations/again`: new links for the ticked people who have not come.
pub(crate) async fn again(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let new = NewWave {
        selection: Selection::People(some_ticked(&fields)?),
        again: true,
        channel: Wanted::parse(value(&fields, "channel")).unwrap_or(Wanted::Any),
        days: None,
        send_at: None,
    };
    let begun = app
        .db
        .write(move |tx| wave::begin(tx, &visitor.ctx, &new))
        .await;
    let id = begun.map_err(|error| refused(error, LIST.to_owned()))?;
    app.wake.wake();
    Ok(see_other(&format!("/invitations/waves/{id}")))
}

/// `POST /invitations/withdraw`: the ticked ones are taken back.
pub(crate) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let people = some_ticked(&fields)?;
    let done = app
        .db
        .write(move |tx| many::withdraw(tx, &visitor.ctx, &people))
        .await;
    done.map_err(|error| refused(error, LIST.to_owned()))?;
    Ok(see_other("/invitations?standing=withdrawn"))
}

/// `POST /invitations/extend`: the ticked links work longer.
pub(crate) async fn extend(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let people = some_ticked(&fields)?;
    let days = value(&fields, "days").parse().unwrap_or(0);
    let done = app
        .db
        .write(move |tx| many::extend(tx, &visitor.ctx, &people, days))
        .await;
    done.map_err(|error| refused(error, LIST.to_owned()))?;
    Ok(see_other(LIST))
}

#[derive(Template)]
#[template(path = "invitations/sheet.html")]
struct SheetPage {
    shell: Shell,
    account: String,
    cards: Vec<Card>,
    days: i64,
    /// What the form for the next sheet sends; nothing if this was the last one.
    more: Vec<(String, String)>,
}

struct Card {
    name: String,
    link: String,
    code: Option<String>,
}

/// `POST /invitations/sheet`
///
/// The links are shown once, in the answer itself: afterwards only their hashes are known.
pub(crate) async fn sheet(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let people = ticked(&fields);
    let wanted = if people.is_empty() {
        let [import, standing] = ["import", "standing"].map(|name| value(&fields, name));
        selection(import, "", standing)
    } else {
        Selection::People(people)
    };
    let (ctx, settings) = (visitor.ctx.clone(), app.delivery.clone());
    let made: Result<Sheet, InviteError> = app
        .db
        .write(move |tx| many::sheet(tx, &ctx, &settings, &wanted))
        .await;
    let made = made.map_err(|error| refused(error, LIST.to_owned()))?;
    if made.links.is_empty() {
        return Err(Failure::Conflict {
            title: "There is nobody to make a link for".to_owned(),
            message: "Everybody of this selection signs in, has an address to write to, or has a link that works."
                .to_owned(),
            link: LIST.to_owned(),
        });
    }
    let account = visitor.ctx.account;
    let (shell, account) = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Invitations)?,
                accounts::get(tx, account)?.name,
            ))
        })
        .await?;
    let cards = made
        .links
        .into_iter()
        .map(|(name, link)| Card {
            code: qr::code(&link),
            name,
            link,
        })
        .collect();
    let more = if made.has_more {
        fields
            .into_iter()
            .filter(|(name, _)| name == "import" || name == "standing")
            .chain([("more".to_owned(), "yes".to_owned())])
            .collect()
    } else {
        Vec::new()
    };
    let page = SheetPage {
        shell,
        account,
        cards,
        days: made.days,
        more,
    };
    Ok(Page(page).into_response())
}
