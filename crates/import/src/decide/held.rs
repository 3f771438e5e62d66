//! A row's card that somebody else holds: refused, left with its holder, or moved to the row's person.

use directory::users::{KeyKind, UserRecord};
use kernel::{Code, Problem, Severity, UserId};

use super::{Decider, Decision, Row};
use crate::{
    candidate::{Candidate, Scalar},
    changes::StoredCard,
    matching::Fact,
    moves::Move,
    plan::MovedCard,
    results::Outcome,
    settings::{CardHeld, Way},
};

/// What becomes of a row's card that somebody else holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Held {
    /// Nobody else holds it, the row has none, or the row is not imported.
    Free,
    /// It stays with its holder.
    Left,
    /// The row's person gets it.
    Moved(Box<Move>),
}

/// Somebody else's card that a row asks for.
pub(super) struct HeldCard<'a> {
    holder: &'a UserRecord,
    card: StoredCard,
    way: CardHeld,
}

impl Decider<'_> {
    /// Who else holds a row's card; nobody where people are recognised by their cards.
    pub(crate) fn holder(&self, facts: &[Fact]) -> Option<UserId> {
        if self.is_match_key(KeyKind::Card) {
            return None;
        }
        let target = self.target(facts);
        facts.iter().find_map(|fact| match fact {
            Fact::Match {
                kind: KeyKind::Card,
                user,
                ..
            } if target != Some(*user) => Some(*user),
            Fact::Match { .. } | Fact::Shared { .. } => None,
        })
    }

    /// The card of a row that somebody else holds, and what is to become of it.
    pub(super) fn held_card<'r>(
        &self,
        row: &Row<'_>,
        record: Option<&UserRecord>,
        holder: Option<&'r UserRecord>,
    ) -> Option<HeldCard<'r>> {
        let number = self.text(row.candidate, &Scalar::CardId)?;
        let holder = holder?;
        let mut cards = holder.cards.iter().map(StoredCard::of);
        let card = cards.find(|card| card.is_live() && card.number == number)?;
        let wanted = row.verdict.card_held.unwrap_or(self.settings.card_held);
        let way = match wanted {
            // Whoever keeps what they have does not take it from anybody.
            CardHeld::Move if record.is_some_and(|record| self.keeps_card(record)) => {
                CardHeld::Leave
            }
            way => way,
        };
        Some(HeldCard { holder, card, way })
    }

    fn keeps_card(&self, record: &UserRecord) -> bool {
        match self.ways.scalar(&Scalar::CardId) {
            Way::Ours => true,
            Way::File => false,
            Way::Blank => {
                let mut cards = record.cards.iter().map(StoredCard::of);
                cards.any(|card| card.is_live())
            }
        }
    }

    /// The problem of a card that is neither left nor moved.
    pub(super) fn refused_card(&self, row: &Row<'_>, held: &HeldCard<'_>) -> Option<Problem> {
        (held.way == CardHeld::Refuse).then(|| {
            self.at_key(
                Problem::new(Code::CardIdInUse),
                KeyKind::Card,
                row.candidate,
            )
            .detail(format!("{} holds it", held.holder.user.full_name()))
        })
    }

    /// The row without its card, if that stays with its holder.
    pub(super) fn without_card(
        &self,
        row: &Candidate,
        held: Option<&HeldCard<'_>>,
    ) -> Option<Candidate> {
        held.filter(|held| held.way == CardHeld::Leave)?;
        Some(row.without(self.maker.shape.place(&Scalar::CardId)?))
    }

    /// Says what becomes of the card of a row that is imported.
    pub(super) fn settle_card(
        &mut self,
        row: &Row<'_>,
        held: &HeldCard<'_>,
        record: Option<&UserRecord>,
        decision: &mut Decision,
    ) {
        let is_imported = match decision.outcome {
            Outcome::Created | Outcome::Updated | Outcome::Unchanged => true,
            Outcome::Skipped | Outcome::Failed | Outcome::NotStarted => false,
        };
        if !is_imported || held.way == CardHeld::Refuse {
            return;
        }
        let name = held.holder.user.full_name();
        let (code, detail) = if held.way == CardHeld::Leave {
            (Code::CardIdInUse, format!("it stays with {name}"))
        } else {
            (Code::CardMoved, format!("{name} loses it"))
        };
        let mut problem = self
            .at_key(Problem::new(code), KeyKind::Card, row.candidate)
            .value(held.card.number.clone())
            .detail(detail);
        problem.severity = Severity::Check;
        decision.problems.push(problem);
        decision.held = if held.way == CardHeld::Leave {
            self.tally.left_card();
            Held::Left
        } else {
            let to = record.map_or_else(
                || self.name_of(row.candidate),
                |record| record.user.full_name(),
            );
            self.tally.moved(MovedCard {
                row: row.candidate.row,
                number: held.card.number.clone(),
                from: name,
                to,
            });
            if matches!(held.holder.user.role.as_str(), "owner" | "admin") {
                self.tally.administrator();
            }
            Held::Moved(Box::new(Move {
                place: row.place,
                row: row.candidate.row,
                line: row.candidate.line,
                receiver: decision.target.map(UserId::uuid),
                holder: held.holder.user.id.uuid(),
                version: held.holder.user.version,
                import_before: held.holder.user.import.map(kernel::ImportId::uuid),
                card: held.card.clone(),
            }))
        };
    }
}
