//! Deciding what happens to each row: matched by keys, compared with the directory, in file order.
//!
//! Not here: what a value may look like (`check`), finding equal keys (`matching`), and writing.

mod held;
mod keys;
mod seats;

pub(crate) use held::Held;
use held::HeldCard;

use std::collections::{HashMap, HashSet};

use directory::{
    Ctx,
    roles::Reach,
    users::{KeyKind, UserRecord},
};
use kernel::{CardId, Code, Problem, Role, Severity, UserId};

use crate::{
    candidate::{Candidate, Links, Scalar},
    changes::{Change, FieldEdit},
    check::Verdict,
    matching::Fact,
    options::Ways,
    person::Maker,
    plan::{SeatUse, Tally},
    results::Outcome,
    settings::{Former, Mode, Picks, Settings},
};

/// One row with what is known of it.
pub(crate) struct Row<'a> {
    pub(crate) place: u32,
    pub(crate) candidate: &'a Candidate,
    /// What checking found out about it.
    pub(crate) verdict: Verdict,
    pub(crate) facts: &'a [Fact],
}

/// What was decided of one row.
pub(crate) struct Decision {
    pub(crate) outcome: Outcome,
    pub(crate) target: Option<UserId>,
    pub(crate) change: Option<Change>,
    pub(crate) problems: Vec<Problem>,
    /// What becomes of the row's card, if somebody else holds it.
    pub(crate) held: Held,
}

/// Decides row after row.
pub(crate) struct Decider<'a> {
    pub(crate) ctx: &'a Ctx,
    pub(crate) settings: &'a Settings,
    pub(crate) ways: &'a Ways,
    pub(crate) maker: Maker<'a>,
    /// Rows that were ticked or unticked, ascending.
    pub(crate) picks: &'a [i64],
    /// Column of each key, for pointing at it.
    pub(crate) key_columns: HashMap<KeyKind, u32>,
    /// The field a missing name is reported for.
    pub(crate) name_field: &'static str,
    pub(crate) seats: Vec<SeatUse>,
    pub(crate) owners: HashSet<UserId>,
    /// Which roles the operator may give.
    pub(crate) reach: Reach,
    pub(crate) tally: Tally,
    /// Keys that more than one row has and an earlier row has taken: its row and fingerprint.
    pub(crate) taken: HashMap<u128, (u64, u64)>,
    /// People that more than one row is about and an earlier row has taken.
    pub(crate) taken_people: HashMap<UserId, u64>,
    /// Groups that would be created and have been counted.
    pub(crate) new_groups: HashSet<u32>,
    /// Rows of the window with a key of somebody who was deleted and can be taken back.
    pub(crate) deleted: HashMap<u32, KeyKind>,
}

impl Decider<'_> {
    /// Whom a row is about, by the keys alone; the people to be read before deciding.
    pub(crate) fn target(&self, facts: &[Fact]) -> Option<UserId> {
        self.settings.match_keys.iter().find_map(|key| {
            facts.iter().find_map(|fact| match fact {
                Fact::Match { kind, user, .. } if *kind == key.kind() => Some(*user),
                Fact::Match { .. } | Fact::Shared { .. } => None,
            })
        })
    }

    /// Decides one row. `record` is the person it is about, if there is one, and `holder` whoever
    /// else holds its card.
    pub(crate) fn decide(
        &mut self,
        row: &Row<'_>,
        record: Option<&UserRecord>,
        holder: Option<&UserRecord>,
    ) -> Decision {
        let mut decision = Decision {
            outcome: Outcome::Failed,
            target: None,
            change: None,
            problems: Vec::new(),
            held: Held::Free,
        };
        if row.verdict.left_out || self.is_left_out(row.candidate.row) {
            decision.outcome = Outcome::Skipped;
            return self.counted(decision);
        }
        decision.target = record.map(|record| record.user.id);
        if self.is_repeated(row, &mut decision.problems) && !row.verdict.bad {
            decision.outcome = Outcome::Skipped;
            return self.counted(decision);
        }
        let held = self.held_card(row, record, holder);
        let target = decision.target;
        self.check_keys(row, target, held.as_ref(), &mut decision.problems);
        // A card that stays with its holder is as if the row had none.
        let bare = self.without_card(row.candidate, held.as_ref());
        let row = &Row {
            candidate: bare.as_ref().unwrap_or(row.candidate),
            ..*row
        };
        match record {
            Some(record) => self.decide_known(row, record, &mut decision),
            None => self.decide_new(row, &mut decision),
        }
        if let Some(held) = held {
            self.settle_card(row, &held, record, &mut decision);
        }
        if decision.outcome != Outcome::Failed && decision.outcome != Outcome::Skipped {
            self.take(row, decision.target);
        }
        self.counted(decision)
    }

    fn counted(&mut self, decision: Decision) -> Decision {
        let counts = self.tally.counts();
        match decision.outcome {
            Outcome::Unchanged => counts.unchanged += 1,
            Outcome::Skipped => counts.skipped += 1,
            Outcome::Failed => counts.failed += 1,
            // Created and updated rows are counted with what they do.
            Outcome::Created | Outcome::Updated | Outcome::NotStarted => {}
        }
        decision
    }

    fn is_left_out(&self, row: u64) -> bool {
        let picked = self.picks.binary_search(&(row as i64)).is_ok();
        match self.settings.picks {
            Picks::AllExcept => picked,
            Picks::Only => !picked,
        }
    }

    fn decide_new(&mut self, row: &Row<'_>, decision: &mut Decision) {
        if self.settings.mode == Mode::Update {
            let mut problem = Problem::new(Code::NotFound);
            if !row.verdict.bad && decision.problems.is_empty() {
                problem.severity = Severity::Check;
                decision.outcome = Outcome::Skipped;
            }
            decision.problems.push(problem);
            return;
        }
        let name = self.name_of(row.candidate);
        if name.is_empty() && !row.verdict.name_told {
            decision
                .problems
                .push(Problem::new(Code::NameMissing).field(self.name_field));
        }
        let role = self.text(row.candidate, &Scalar::Role).map(str::to_owned);
        if let Some(role) = &role {
            decision.problems.extend(self.cannot_grant(role));
        }
        let wanted = self.wanted_seats(row.candidate, None);
        self.check_seats(&wanted, &mut decision.problems);
        if row.verdict.bad || has_must_fix(&decision.problems) {
            return;
        }
        if let Some(kind) = self.deleted.get(&row.place) {
            let problem = self.at_key(Problem::new(Code::WasDeleted), *kind, row.candidate);
            decision.problems.push(problem);
            if self.settings.former == Former::Skip {
                decision.outcome = Outcome::Skipped;
                return;
            }
        }
        self.use_seats(&wanted);
        decision.outcome = Outcome::Created;
        self.tally.created(&name, role.as_deref());
        let groups =
            row.candidate.links(Links::Groups).count() + row.candidate.links(Links::Teams).count();
        let has_card = self.text(row.candidate, &Scalar::CardId).is_some();
        self.tally.linked(
            groups,
            row.candidate.links(Links::Workflows).count(),
            row.candidate.links(Links::Devices).count(),
            has_card,
        );
        self.count_new_groups(row.candidate);
        if self.has_no_key(row.candidate) {
            let mut problem = Problem::new(Code::KeyMissing);
            problem.severity = Severity::Check;
            decision.problems.push(problem);
        }
    }

    fn decide_known(&mut self, row: &Row<'_>, record: &UserRecord, decision: &mut Decision) {
        if self.settings.mode == Mode::Add || self.ways.leave_known() {
            if !row.verdict.bad && !has_must_fix(&decision.problems) {
                let mut problem = Problem::new(Code::Exists);
                problem.severity = Severity::Check;
                decision.problems.push(problem);
                decision.outcome = Outcome::Skipped;
            }
            return;
        }
        let settings = self.settings;
        let is_former = record.user.status == "deactivated";
        let stays_deactivated = is_former && !settings.former.comes_back();
        let mut change = self
            .maker
            .difference(row.place, row.candidate, record, self.ways, || {
                self.ctx.new_id::<CardId>().uuid()
            });
        if is_former && settings.former.comes_back() {
            self.maker
                .bring_back(&mut change, row.candidate, record, settings.former);
            decision.problems.extend(self.is_above(record));
        }
        let kept = change.leave_out(&record.kept);
        if change.fields.iter().any(|edit| is_way_in(&edit.field)) {
            decision.problems.extend(self.is_above(record));
        }
        self.check_role(record, &change, &mut decision.problems);
        let wanted = self.wanted_seats(row.candidate, Some(record));
        self.check_seats(&wanted, &mut decision.problems);
        if row.verdict.bad || has_must_fix(&decision.problems) {
            return;
        }
        if is_former && self.settings.former == Former::Skip {
            decision.problems.push(Problem::new(Code::ReactivatesUser));
            decision.outcome = Outcome::Skipped;
            return;
        }
        if stays_deactivated {
            decision.problems.push(Problem::new(Code::ReactivatesUser));
        }
        self.tell_kept(kept, &mut decision.problems);
        if change.is_empty() {
            decision.outcome = Outcome::Unchanged;
            return;
        }
        self.use_seats(&wanted);
        self.free_seats(&change.seats_removed);
        self.tally
            .changed(&record.user.full_name(), &record.user.role, &change);
        // A group that nobody gets is not created.
        let gets_group = |(kind, _): &(Links, _)| *kind == Links::Groups;
        if change.added.iter().any(gets_group) {
            self.count_new_groups(row.candidate);
        }
        decision.outcome = Outcome::Updated;
        decision.change = Some(change);
    }

    /// Says which fields a person keeps although the file has another value.
    fn tell_kept(&mut self, kept: Vec<FieldEdit>, problems: &mut Vec<Problem>) {
        // The address for comparing goes with the one as written.
        for edit in kept.iter().filter(|edit| edit.field != Scalar::EmailKey) {
            let key = edit.field.key();
            self.tally.kept(&key);
            let problem = Problem::new(Code::FieldKept)
                .field(key)
                .value(edit.after.clone().unwrap_or_default());
            problems.push(problem);
        }
    }

    /// A role the operator could not give by hand is not given by a file either.
    fn cannot_grant(&self, role: &str) -> Option<Problem> {
        let actor = self.ctx.actor.role;
        let role = Role::parse(role).ok()?;
        (!self.reach.covers(role, None)).then(|| {
            Problem::new(Code::RoleNotAllowed)
                .field("role")
                .value(role.as_str())
                .detail(format!("a person with the role {actor} cannot give it"))
        })
    }

    /// Nobody who may not give somebody's role takes them over, by a new address or by bringing them back.
    fn is_above(&self, record: &UserRecord) -> Option<Problem> {
        let user = &record.user;
        let covered = self.reach.covers_stored(&user.role, user.admin_role);
        (!covered).then(|| {
            Problem::new(Code::RoleNotAllowed)
                .field("role")
                .value(record.role_name())
                .detail("the person can only be changed by somebody who may give this role")
        })
    }

    /// The operator's own role and the last owner's are not changed by a file.
    fn check_role(&mut self, record: &UserRecord, change: &Change, problems: &mut Vec<Problem>) {
        let Some(edit) = change.fields.iter().find(|edit| edit.field == Scalar::Role) else {
            return;
        };
        let problem = |code| {
            Problem::new(code)
                .field("role")
                .value(edit.after.clone().unwrap_or_default())
        };
        let forbidden = edit
            .after
            .as_deref()
            .and_then(|role| self.cannot_grant(role));
        if self.ctx.actor.user == Some(record.user.id) {
            problems.push(problem(Code::OwnAccount));
        } else if forbidden.is_some() {
            problems.extend(forbidden);
        } else if record.user.role == Role::Owner.as_str() {
            if self.ctx.actor.role != Role::Owner {
                problems.push(problem(Code::RoleNotAllowed).detail("the person is an owner"));
            } else if self.owners.len() <= 1 {
                problems.push(problem(Code::LastOwner));
            } else if !has_must_fix(problems) {
                self.owners.remove(&record.user.id);
            }
        }
    }

    fn count_new_groups(&mut self, row: &Candidate) {
        for place in row.links(Links::Groups) {
            let Some(reference) = self.maker.references.get(place).filter(|entry| entry.new) else {
                continue;
            };
            if self.new_groups.insert(place) {
                self.tally.new_group(&reference.name);
            }
        }
    }

    fn text<'r>(&self, row: &'r Candidate, field: &Scalar) -> Option<&'r str> {
        self.maker
            .shape
            .place(field)
            .and_then(|place| row.cell(place).value())
    }

    fn name_of(&self, row: &Candidate) -> String {
        let first = self.text(row, &Scalar::FirstName).unwrap_or_default();
        let last = self.text(row, &Scalar::LastName).unwrap_or_default();
        format!("{first} {last}").trim().to_owned()
    }
}

/// Whether somebody signs in, or gets a new password, by this.
const fn is_way_in(field: &Scalar) -> bool {
    matches!(field, Scalar::Email | Scalar::Phone)
}

fn has_must_fix(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|problem| problem.severity == Severity::MustFix)
}

/// The person of a row among those that were read.
pub(crate) fn record_of(records: &[UserRecord], id: UserId) -> Option<&UserRecord> {
    records
        .binary_search_by(|record| record.user.id.cmp(&id))
        .ok()
        .and_then(|place| records.get(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_must_fix_problems_stop_a_row() {
        let check = Problem::new(Code::RowDuplicateInFile);
        assert!(!has_must_fix(std::slice::from_ref(&check)));
        assert!(has_must_fix(&[check, Problem::new(Code::NameMissing)]));
    }
}
