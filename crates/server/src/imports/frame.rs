//! What every page of one import shows: name, state, steps; and which step is its present one.

use axum::{extract::State as AppState, response::Response};
use import::{Import, State};
use kernel::{Code, ImportId};

use super::work::ask;
use crate::{
    app::App, badge::Badge, extract::Id, failure::Failure, format::sentence, guard::Visitor,
    icon::Icon, page::see_other,
};

/// A page of the wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Format,
    Map,
    Review,
    Plan,
    Run,
    Results,
}

/// The frame around a page of one import.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) id: ImportId,
    pub(crate) number: i64,
    pub(crate) name: String,
    /// The page's own heading.
    pub(crate) heading: String,
    pub(crate) rev: i64,
    pub(crate) badge: Badge,
    pub(crate) steps: Vec<Step>,
    pub(crate) reason: Option<Reason>,
    /// What was wrong with the form that was just sent.
    pub(crate) error: Option<String>,
    /// An earlier import of the same content: its address and name.
    pub(crate) same: Option<(String, String)>,
}

/// One step of the list above the page.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) link: Option<String>,
    mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Done,
    Current,
    Ahead,
}

/// Why the import was refused or failed.
#[derive(Debug)]
pub(crate) struct Reason {
    pub(crate) tone: &'static str,
    pub(crate) title: &'static str,
    pub(crate) message: String,
}

impl Step {
    pub(crate) fn is_done(&self) -> bool {
        self.mark == Mark::Done
    }

    pub(crate) fn is_current(&self) -> bool {
        self.mark == Mark::Current
    }
}

impl Place {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Format, "File"),
        (Self::Map, "Columns"),
        (Self::Review, "Review"),
        (Self::Plan, "Plan"),
        (Self::Run, "Import"),
        (Self::Results, "Results"),
    ];

    /// Where an import stands.
    pub(crate) fn of(state: State) -> Self {
        match state {
            State::ChooseFormat => Self::Format,
            State::Mapping => Self::Map,
            State::Checking | State::Planned | State::Refused | State::Discarded => Self::Review,
            State::Queued
            | State::Running
            | State::Pausing
            | State::Paused
            | State::Stopping
            | State::Undoing
            | State::Redoing => Self::Run,
            State::Stopped
            | State::Done
            | State::DoneWithProblems
            | State::Failed
            | State::Undone
            | State::PartlyUndone => Self::Results,
        }
    }

    /// The address of this page of an import.
    pub(crate) fn link(self, id: ImportId) -> String {
        let name = match self {
            Self::Format => "format",
            Self::Map => "map",
            Self::Review => "review",
            Self::Plan => "plan",
            Self::Run => "run",
            Self::Results => "results",
        };
        format!("/imports/{id}/{name}")
    }
}

impl Frame {
    /// The frame of a page of this import.
    pub(crate) fn of(import: &Import, here: Place, heading: &str) -> Self {
        Self {
            id: import.id,
            number: import.number,
            name: import.name.clone(),
            heading: heading.to_owned(),
            rev: import.rev,
            badge: Badge::from(import.state),
            steps: steps(import, here),
            reason: import.reason.as_ref().map(|reason| Reason {
                tone: if reason.code == Code::PausedForALook.as_str() {
                    "info"
                } else {
                    "bad"
                },
                title: match import.state {
                    State::Failed => "The import failed",
                    State::Paused => "This import is paused",
                    _ => "This import cannot go on like this",
                },
                message: sentence(&reason.message),
            }),
            error: None,
            same: None,
        }
    }

    /// The same, naming an earlier import of the same content.
    #[must_use]
    pub(crate) fn same_as(mut self, other: Option<Import>) -> Self {
        self.same = other.map(|other| {
            let name = format!("import {} by {}", other.number, other.created_by_name);
            (format!("/imports/{}", other.id), name)
        });
        self
    }

    /// The same with what was wrong with a form.
    #[must_use]
    pub(crate) fn with_error(mut self, error: Option<String>) -> Self {
        self.error = error.as_deref().map(sentence);
        self
    }
}

fn steps(import: &Import, here: Place) -> Vec<Step> {
    let reached = reached(import);
    Place::ALL
        .into_iter()
        .map(|(place, name)| {
            let mark = if place == here {
                Mark::Current
            } else if place < reached {
                Mark::Done
            } else {
                Mark::Ahead
            };
            let open = if import.state.is_draft() {
                place <= reached
            } else {
                place == Place::of(import.state)
            };
            Step {
                name,
                mark,
                link: (open && place != here).then(|| place.link(import.id)),
            }
        })
        .collect()
}

/// How far the import has come; a draft with a plan may go on to it.
fn reached(import: &Import) -> Place {
    let place = Place::of(import.state);
    if import.state == State::Planned && import.plan.is_some() {
        Place::Plan
    } else {
        place
    }
}

impl From<State> for Badge {
    fn from(state: State) -> Self {
        let (tone, icon) = match state {
            State::ChooseFormat | State::Mapping => ("warn", Icon::Settings),
            State::Checking | State::Running | State::Undoing | State::Redoing => {
                ("info", Icon::Busy)
            }
            State::Planned => ("info", Icon::Play),
            State::Queued => ("still", Icon::Clock),
            State::Pausing | State::Paused => ("warn", Icon::Pause),
            State::Stopping | State::Stopped => ("warn", Icon::Stop),
            State::Done => ("good", Icon::Done),
            State::DoneWithProblems => ("warn", Icon::Warning),
            State::Refused | State::Failed => ("bad", Icon::Problem),
            State::Undone | State::PartlyUndone => ("still", Icon::Undo),
            State::Discarded => ("still", Icon::Off),
        };
        Self {
            tone,
            icon,
            text: state.label(),
        }
    }
}

/// `GET /imports/{id}`: on to the present step.
pub(crate) async fn current(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let import = ask(&app, move |imports| imports.find(&visitor.ctx, id)).await?;
    Ok(see_other(&Place::of(import.state).link(id)))
}
