//! Keys of a row that an earlier row or another person has.

use directory::users::KeyKind;
use kernel::{Code, Problem, UserId};

use super::{Decider, HeldCard, Row};
use crate::{
    candidate::{Candidate, Scalar},
    matching::Fact,
};

impl Decider<'_> {
    /// Adds the problems of keys an earlier row has; says whether the whole row is a copy of it.
    pub(super) fn is_repeated(&self, row: &Row<'_>, problems: &mut Vec<Problem>) -> bool {
        let mut copy_of = None;
        for fact in in_order(row.facts) {
            let Fact::Shared {
                kind,
                hash,
                fingerprint,
            } = fact
            else {
                continue;
            };
            let Some((first, print)) = self.taken.get(hash) else {
                continue;
            };
            if print == fingerprint {
                copy_of = Some(*first);
                continue;
            }
            let code = match kind {
                KeyKind::ExternalId => Code::UserIdDuplicate,
                KeyKind::Email => Code::EmailDuplicateInFile,
                KeyKind::Phone => Code::PhoneDuplicateInFile,
                KeyKind::Card => Code::CardIdDuplicate,
            };
            problems.push(
                self.at_key(Problem::new(code), *kind, row.candidate)
                    .detail(format!("row {first} has it too"))
                    .other_row(*first),
            );
        }
        if let (Some(first), true) = (copy_of, problems.is_empty()) {
            problems.push(
                Problem::new(Code::RowDuplicateInFile)
                    .detail(format!("the same as row {first}"))
                    .other_row(first),
            );
            return true;
        }
        false
    }

    /// Refuses keys that belong to other people than the row is about, and a person whom an
    /// earlier row is about through another key. A card that somebody else holds need not be refused.
    pub(super) fn check_keys(
        &self,
        row: &Row<'_>,
        target: Option<UserId>,
        held: Option<&HeldCard<'_>>,
        problems: &mut Vec<Problem>,
    ) {
        // Where an equal key has been told, that it leads to the same person is nothing new.
        let mut told = !problems.is_empty();
        for fact in in_order(row.facts) {
            let Fact::Match {
                kind,
                user,
                contested,
            } = fact
            else {
                continue;
            };
            if target == Some(*user) {
                if let (false, true, Some(first)) = (told, *contested, self.taken_people.get(user))
                {
                    problems.push(
                        self.at_key(Problem::new(Code::KeyConflict), *kind, row.candidate)
                            .detail(format!("row {first} is about the same person"))
                            .other_row(*first),
                    );
                    told = true;
                }
                continue;
            }
            let is_key = self.is_match_key(*kind);
            if *kind == KeyKind::Card && !is_key {
                problems.extend(held.and_then(|held| self.refused_card(row, held)));
                continue;
            }
            let code = match kind {
                _ if is_key => Code::KeyConflict,
                KeyKind::ExternalId => Code::UserIdDuplicate,
                KeyKind::Email => Code::EmailExists,
                KeyKind::Phone => Code::PhoneExists,
                KeyKind::Card => Code::CardIdInUse,
            };
            let detail = match code {
                Code::KeyConflict => "it belongs to another person than the key before it",
                Code::UserIdDuplicate => "somebody else has it",
                _ => "",
            };
            problems.push(
                self.at_key(Problem::new(code), *kind, row.candidate)
                    .detail(detail),
            );
        }
    }

    pub(super) fn is_match_key(&self, kind: KeyKind) -> bool {
        let mut keys = self.settings.match_keys.iter();
        keys.any(|key| key.kind() == kind)
    }

    pub(super) fn at_key(&self, problem: Problem, kind: KeyKind, row: &Candidate) -> Problem {
        let field = scalar_of(kind);
        let value = self
            .maker
            .shape
            .place(&field)
            .and_then(|place| row.cell(place).value())
            .unwrap_or_default();
        let problem = problem.field(field.key()).value(value);
        match self.key_columns.get(&kind) {
            Some(column) => problem.column(*column),
            None => problem,
        }
    }

    /// Remembers the keys and the person of a row that is imported.
    pub(super) fn take(&mut self, row: &Row<'_>, target: Option<UserId>) {
        for fact in row.facts {
            match fact {
                Fact::Shared {
                    hash, fingerprint, ..
                } => {
                    self.taken.insert(*hash, (row.candidate.row, *fingerprint));
                }
                Fact::Match {
                    user,
                    contested: true,
                    ..
                } if target == Some(*user) => {
                    self.taken_people.insert(*user, row.candidate.row);
                }
                Fact::Match { .. } => {}
            }
        }
    }

    /// Whether the new person would not be recognised the next time: the row has none of the keys
    /// that people are matched by.
    pub(super) fn has_no_key(&self, row: &Candidate) -> bool {
        self.settings
            .match_keys
            .iter()
            .all(|key| self.text(row, &scalar_of(key.kind())).is_none())
    }
}

/// The value that a kind of key stands in.
const fn scalar_of(kind: KeyKind) -> Scalar {
    match kind {
        KeyKind::ExternalId => Scalar::ExternalId,
        KeyKind::Email => Scalar::Email,
        KeyKind::Phone => Scalar::Phone,
        KeyKind::Card => Scalar::CardId,
    }
}

/// Facts in the order of the kinds of keys, so that the same file always tells the same.
fn in_order(facts: &[Fact]) -> impl Iterator<Item = &Fact> {
    KeyKind::ALL
        .into_iter()
        .flat_map(|wanted| facts.iter().filter(move |fact| kind_of(fact) == wanted))
}

const fn kind_of(fact: &Fact) -> KeyKind {
    match fact {
        Fact::Match { kind, .. } | Fact::Shared { kind, .. } => *kind,
    }
}
