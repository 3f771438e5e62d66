//! What kind of actor did something, as far as the name says under which they act.

use crate::Actor;

/// What kind of actor an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Somebody signed in.
    Person,
    /// A program, with a token somebody made.
    Token,
    /// A recurring import, in the name of whoever saved it.
    Series,
    /// The command line, or Muster itself.
    System,
}

impl ActorKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Person, Self::Token, Self::Series, Self::System];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Token => "token",
            Self::Series => "series",
            Self::System => "system",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// In words, for a filter.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Person => "People",
            Self::Token => "API tokens",
            Self::Series => "Recurring imports",
            Self::System => "Command line and Muster itself",
        }
    }

    /// Tokens and series act for a person and say so in their name.
    pub(super) fn of(actor: &Actor) -> Self {
        let name = &actor.name;
        if actor.user.is_none() {
            Self::System
        } else if name.ends_with(" (series)") {
            Self::Series
        } else if name.ends_with(')') && name.contains(" (token ") {
            Self::Token
        } else {
            Self::Person
        }
    }
}
