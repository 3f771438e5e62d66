//! One wave: how far it got, and halting it.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::accounts;
use invite::wave::{self, Order, WaveState};
use kernel::WaveId;

use super::refused;
use crate::{
    app::App,
    badge::Badge,
    extract::Id,
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "invitations/wave.html")]
pub(crate) struct WavePage {
    shell: Shell,
    id: WaveId,
    badge: Badge,
    text: &'static str,
    facts: Vec<(&'static str, String)>,
    by: String,
    at: Moment,
    can_pause: bool,
    can_resume: bool,
    import: Option<String>,
}

/// The state of a wave as a label.
pub(super) fn state_badge(state: WaveState) -> Badge {
    let (tone, icon, text) = match state {
        WaveState::Running => ("info", Icon::Busy, "Inviting"),
        WaveState::Watching => ("info", Icon::Clock, "Waiting for the first"),
        WaveState::Held => ("warn", Icon::Warning, "Held"),
        WaveState::Paused => ("warn", Icon::Pause, "Paused"),
        WaveState::Stopped => ("still", Icon::Stop, "Stopped"),
        WaveState::Done => ("good", Icon::Done, "Done"),
    };
    Badge { tone, icon, text }
}

/// `GET /invitations/waves/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WaveId>,
) -> Result<Page<WavePage>, Failure> {
    let account = visitor.session.account;
    let (mut shell, zone, found) = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Invitations)?,
                zone(&accounts::get(tx, account)?.time_zone),
                wave::find(tx, account, id)?,
            ))
        })
        .await?;
    let wave = found.ok_or(Failure::NotFound)?;
    shell.refresh_seconds = wave.state.is_going().then_some(3);
    let text = match wave.state {
        WaveState::Running => "Invitations are being made. You can close this page.",
        WaveState::Watching => "The first 20 are out; the others follow unless too many come back.",
        WaveState::Held => {
            "Too many of the first messages came back. Look at their reasons, then go on or stop."
        }
        WaveState::Paused => "Nobody else is invited until you go on.",
        WaveState::Stopped => "Who was not invited by then was left uninvited.",
        WaveState::Done => {
            "Everybody was gone through. Messages leave at the rate of the mail server."
        }
    };
    Ok(Page(WavePage {
        shell,
        id,
        badge: state_badge(wave.state),
        text,
        facts: vec![
            ("Invited", count(wave.invited)),
            ("Connected at once", count(wave.connected)),
            ("Left alone", count(wave.already)),
            ("Cannot be reached", count(wave.unreachable)),
        ],
        by: wave.begun_by_name,
        at: moment(wave.created_at, &zone),
        can_pause: wave.state.is_going(),
        can_resume: wave.state.can_go_on(),
        import: wave.import.map(|import| format!("/imports/{import}")),
    }))
}

/// `POST /invitations/waves/{id}/pause`
pub(crate) async fn pause(
    app: State<App>,
    visitor: Visitor,
    id: Id<WaveId>,
) -> Result<Response, Failure> {
    order(app, visitor, id, Order::Pause).await
}

/// `POST /invitations/waves/{id}/resume`
pub(crate) async fn resume(
    app: State<App>,
    visitor: Visitor,
    id: Id<WaveId>,
) -> Result<Response, Failure> {
    order(app, visitor, id, Order::Resume).await
}

/// `POST /invitations/waves/{id}/stop`
pub(crate) async fn stop(
    app: State<App>,
    visitor: Visitor,
    id: Id<WaveId>,
) -> Result<Response, Failure> {
    order(app, visitor, id, Order::Stop).await
}

async fn order(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WaveId>,
    order: Order,
) -> Result<Response, Failure> {
    let link = format!("/invitations/waves/{id}");
    let done = app
        .db
        .write(move |tx| wave::order(tx, &visitor.ctx, id, order))
        .await;
    match done {
        // It ended by itself meanwhile: the page says so.
        Ok(()) | Err(invite::InviteError::NotOpen) => {}
        Err(error) => return Err(refused(error, link)),
    }
    app.wake.wake();
    Ok(see_other(&link))
}
