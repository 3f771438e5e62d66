//! `/imports/{id}/continue`: what comes after an import, with counts for exactly its people.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    Action,
    cards::{self, Issuing, Validity},
    photos,
};
use invite::wave::{self, NewWave, Wanted};
use kernel::ImportId;

use super::{
    frame::{Frame, Place},
    work::ask,
};
use crate::{
    app::App,
    extract::Id,
    failure::Failure,
    format::counted,
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, see_other},
};

/// One thing to do next.
struct Step {
    id: &'static str,
    icon: Icon,
    title: &'static str,
    /// How many of the import's people it is about, and how many not and why.
    lines: Vec<String>,
    link: String,
    text: &'static str,
    /// Whether there is anybody to do it for.
    is_open: bool,
    also: Option<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "imports/continue.html")]
struct ContinuePage {
    shell: Shell,
    frame: Frame,
    steps: Vec<Step>,
}

/// `GET /imports/{id}/continue`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    if !import.state.has_results() {
        return Ok(see_other(&format!("/imports/{id}")));
    }
    let (shell, steps) = app
        .db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Imports)?;
            Ok::<_, Failure>((shell, steps(tx, &visitor, id)?))
        })
        .await?;
    Ok(Page(ContinuePage {
        shell,
        frame: Frame::of(&import, Place::Results, "What comes next"),
        steps,
    })
    .into_response())
}

/// What the visitor may do with the people of the import.
fn steps(tx: &mut Tx<'_>, visitor: &Visitor, import: ImportId) -> Result<Vec<Step>, Failure> {
    let may = |action| visitor.ctx.may(action);
    let mut steps = Vec::new();
    if may(Action::InviteUsers) {
        steps.push(invite(tx, visitor, import)?);
    }
    if may(Action::EditUsers) {
        steps.push(photo(tx, visitor, import)?);
    }
    if may(Action::ManageCards) {
        steps.push(card(tx, visitor, import)?);
    }
    Ok(steps)
}

/// The lines that are not about nobody.
fn told(lines: &[(i64, &str, &str)]) -> Vec<String> {
    lines
        .iter()
        .filter(|(number, _, _)| *number > 0)
        .map(|(number, one, many)| counted(*number, one, many))
        .collect()
}

fn invite(tx: &mut Tx<'_>, visitor: &Visitor, import: ImportId) -> Result<Step, Failure> {
    let new = NewWave {
        selection: wave::Selection::Import(import),
        again: false,
        channel: Wanted::Any,
        days: None,
        send_at: None,
    };
    let preview = wave::preview(tx, &visitor.ctx, &new)
        .map_err(|error| crate::invitations::refused(error, format!("/imports/{import}")))?;
    Ok(Step {
        id: "invite",
        icon: Icon::Mail,
        title: "Invite",
        lines: told(&[
            (
                preview.by_email,
                "person has not signed in and gets an e-mail",
                "people have not signed in and get an e-mail",
            ),
            (
                preview.by_sms,
                "person has only a phone and gets an SMS",
                "people have only a phone and get an SMS",
            ),
            (
                preview.unreachable,
                "person has neither: hand them a link",
                "people have neither: hand them links",
            ),
            (
                preview.already,
                "person is invited already",
                "people are invited already",
            ),
            (
                preview.connected,
                "person signs in to another account and is connected at once",
                "people sign in to other accounts and are connected at once",
            ),
            (
                preview.signs_in,
                "person signs in already, or is deactivated",
                "people sign in already, or are deactivated",
            ),
        ]),
        link: format!("/invitations/new?import={import}"),
        text: "Invite them",
        is_open: preview.reached() > 0,
        also: None,
    })
}

fn photo(tx: &mut Tx<'_>, visitor: &Visitor, import: ImportId) -> Result<Step, Failure> {
    let (with, without) = photos::counts_of_import(tx, visitor.session.account, import)?;
    Ok(Step {
        id: "photos",
        icon: Icon::Users,
        title: "Photos",
        lines: told(&[
            (
                without,
                "person has no photo yet",
                "people have no photo yet",
            ),
            (with, "person has one", "people have one"),
        ]),
        link: "/photos".to_owned(),
        text: "Upload photos",
        is_open: without > 0,
        also: (without > 0).then(|| {
            (
                format!("/users?import={import}&lacks=photo"),
                "Who has none",
            )
        }),
    })
}

fn card(tx: &mut Tx<'_>, visitor: &Visitor, import: ImportId) -> Result<Step, Failure> {
    let issuing = Issuing {
        selection: cards::Selection::Import(import),
        validity: Validity::default(),
    };
    let preview = cards::preview(tx, &visitor.ctx, &issuing)
        .map_err(|error| crate::cards::refused(error, format!("/imports/{import}")))?;
    Ok(Step {
        id: "cards",
        icon: Icon::Card,
        title: "Cards",
        lines: told(&[
            (
                preview.issued,
                "card is reserved and can be issued",
                "cards are reserved and can be issued",
            ),
            (
                preview.no_number,
                "person has no card number: add theirs one at a time",
                "people have no card number: add theirs one at a time",
            ),
            (
                preview.holding,
                "person has a card already",
                "people have a card already",
            ),
            (
                preview.not_active,
                "person is not active",
                "people are not active",
            ),
            (
                preview.over,
                "card has dates that are over",
                "cards have dates that are over",
            ),
        ]),
        link: format!("/cards/issue?import={import}"),
        text: "Issue their cards",
        is_open: preview.issued > 0,
        also: (preview.no_number > 0)
            .then(|| (format!("/users?import={import}&lacks=card"), "Who has none")),
    })
}
