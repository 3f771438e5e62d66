//! Where a document stands, and the one table of what can become of it.

use crate::workflows::StepKind;

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Assigned, not started.
    Inbox,
    /// Being worked on.
    Draft,
    /// Handed on by whoever worked on it.
    Submitted,
    /// Looked at.
    Reviewed,
    /// Agreed to.
    Approved,
    /// At its end.
    Completed,
    /// Given back with a note.
    Returned,
}

impl State {
    /// Every state, in the order in which a document comes to them.
    pub const ALL: [Self; 7] = [
        Self::Inbox,
        Self::Draft,
        Self::Returned,
        Self::Submitted,
        Self::Reviewed,
        Self::Approved,
        Self::Completed,
    ];

    /// The stored and printed name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Reviewed => "reviewed",
            Self::Approved => "approved",
            Self::Completed => "completed",
            Self::Returned => "returned",
        }
    }

    /// The state with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// "a document that is …".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Inbox => "not started",
            Self::Draft => "a draft",
            Self::Submitted => "submitted",
            Self::Reviewed => "reviewed",
            Self::Approved => "approved",
            Self::Completed => "completed",
            Self::Returned => "returned",
        }
    }
}

/// What somebody does with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// Begins to work on it.
    Start,
    /// Uploads a new version of the file.
    Edit,
    /// Hands it on: the work on it, or the finished work.
    Submit,
    /// Has looked at it.
    Review,
    /// Agrees to it.
    Approve,
    /// Gives it back with a note.
    Return,
    /// Makes it somebody else's work.
    Reassign,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 7] = [
        Self::Start,
        Self::Edit,
        Self::Submit,
        Self::Review,
        Self::Approve,
        Self::Return,
        Self::Reassign,
    ];

    /// The stored and printed name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Edit => "edit",
            Self::Submit => "submit",
            Self::Review => "review",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Reassign => "reassign",
        }
    }

    /// The act with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }

    /// "cannot be …".
    pub const fn done(self) -> &'static str {
        match self {
            Self::Start => "started here",
            Self::Edit => "edited here",
            Self::Submit => "submitted here",
            Self::Review => "reviewed here",
            Self::Approve => "approved here",
            Self::Return => "returned here",
            Self::Reassign => "reassigned",
        }
    }
}

/// What an act leads to.
#[derive(Clone, Copy)]
enum To {
    /// This state, at the step where it stands.
    Stays(State),
    /// This state, at the next step; completed if there is none.
    GoesOn(State),
    /// This state, at the step where it is filled in.
    GoesBack(State),
    /// The state it has.
    Same,
}

const ANY_STEP: &[StepKind] = &StepKind::ALL;
const FILL: &[StepKind] = &[StepKind::Fill];
const WAITING: &[State] = &[State::Submitted, State::Reviewed, State::Approved];
const LOOKED_AT: &[StepKind] = &[StepKind::Review, StepKind::Approve, StepKind::Submit];

/// The table: who does what, at which kind of step, from which states, and what comes of it.
#[rustfmt::skip]
const TABLE: &[(Act, &[StepKind], &[State], To)] = &[
    (Act::Start,    FILL,                 &[State::Inbox, State::Returned],               To::Stays(State::Draft)),
    (Act::Edit,     FILL,                 &[State::Inbox, State::Draft, State::Returned], To::Stays(State::Draft)),
    (Act::Submit,   FILL,                 &[State::Draft],                                To::GoesOn(State::Submitted)),
    (Act::Submit,   &[StepKind::Submit],  WAITING,                                        To::GoesOn(State::Submitted)),
    (Act::Review,   &[StepKind::Review],  WAITING,                                        To::GoesOn(State::Reviewed)),
    (Act::Approve,  &[StepKind::Approve], WAITING,                                        To::GoesOn(State::Approved)),
    (Act::Return,   LOOKED_AT,            WAITING,                                        To::GoesBack(State::Returned)),
    (Act::Reassign, ANY_STEP,             &[State::Draft],                                To::Stays(State::Inbox)),
    (Act::Reassign, ANY_STEP,             &[State::Inbox, State::Returned, State::Submitted, State::Reviewed, State::Approved],
                                                                                          To::Same),
];

/// To which step a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Where it stands.
    Here,
    /// The one after.
    Next,
    /// Where it is filled in.
    Fill,
}

/// The state after an act at a step of this kind, and where the document then stands; none if that
/// cannot be done.
pub fn after(state: State, act: Act, kind: StepKind, is_last: bool) -> Option<(State, Place)> {
    let line = TABLE.iter().find(|(done, kinds, states, _)| {
        *done == act && kinds.contains(&kind) && states.contains(&state)
    })?;
    Some(match line.3 {
        To::Stays(state) => (state, Place::Here),
        To::GoesOn(_) if is_last => (State::Completed, Place::Here),
        To::GoesOn(state) => (state, Place::Next),
        To::GoesBack(state) => (state, Place::Fill),
        To::Same => (state, Place::Here),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state, act and kind of step, with what comes of it in the middle and at the end.
    #[test]
    fn the_table_of_transitions_is_as_recorded() {
        let mut lines = Vec::new();
        for kind in StepKind::ALL {
            for act in Act::ALL {
                for state in State::ALL {
                    if let Some((to, place)) = after(state, act, kind, false) {
                        let (end, _) = after(state, act, kind, true).unwrap();
                        let end = if end == to {
                            String::new()
                        } else {
                            format!(", or {}", end.as_str())
                        };
                        lines.push(format!(
                            "{} {} {}: {} {place:?}{end}",
                            kind.as_str(),
                            state.as_str(),
                            act.as_str(),
                            to.as_str()
                        ));
                    } else {
                        assert_eq!(after(state, act, kind, true), None);
                    }
                }
            }
        }
        let mut expected: Vec<String> = [
            "fill inbox start: draft Here",
            "fill returned start: draft Here",
            "fill inbox edit: draft Here",
            "fill draft edit: draft Here",
            "fill returned edit: draft Here",
            "fill draft submit: submitted Next, or completed",
        ]
        .map(str::to_owned)
        .into();
        let reassigned = |kind: &str, lines: &mut Vec<String>| {
            for state in State::ALL {
                let to = match state {
                    State::Draft => State::Inbox,
                    State::Completed => continue,
                    other => other,
                };
                lines.push(format!(
                    "{kind} {} reassign: {} Here",
                    state.as_str(),
                    to.as_str()
                ));
            }
        };
        reassigned("fill", &mut expected);
        for (kind, act, to) in [
            ("review", "review", "reviewed"),
            ("approve", "approve", "approved"),
            ("submit", "submit", "submitted"),
        ] {
            for state in ["submitted", "reviewed", "approved"] {
                expected.push(format!("{kind} {state} {act}: {to} Next, or completed"));
            }
            for state in ["submitted", "reviewed", "approved"] {
                expected.push(format!("{kind} {state} return: returned Fill"));
            }
            reassigned(kind, &mut expected);
        }
        lines.sort();
        expected.sort();
        assert_eq!(lines, expected);
    }

    #[test]
    fn nothing_follows_completion() {
        for (act, kind) in Act::ALL
            .into_iter()
            .flat_map(|act| StepKind::ALL.map(|kind| (act, kind)))
        {
            assert_eq!(after(State::Completed, act, kind, true), None);
        }
    }

    #[test]
    fn every_name_is_read_back() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        for act in Act::ALL {
            assert_eq!(Act::parse(act.as_str()), Some(act));
        }
        assert_eq!(State::parse("Draft"), None);
    }
}
