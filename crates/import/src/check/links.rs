//! Lists of names: groups, teams, workflows, devices.

use kernel::{Problem, Severity, split_list};

use super::{RowCheck, RowChecker, Source, cells::Input};
use crate::{
    candidate::Links,
    fields::Field,
    settings::{Blank, ListWay},
    values::ValueAction,
};

/// The most different list cells that are remembered.
const REMEMBERED: usize = 20_000;

impl RowChecker {
    pub(super) fn links(&mut self, row: &mut RowCheck<'_>, field: &Field, source: &Source) {
        let kind = Links::of(field).unwrap_or(Links::Groups);
        // Without a column there is only the default.
        for place in 0..source.columns.len().max(1) {
            self.link_cell(row, kind, field, source, place);
        }
        let named = row.candidate.links(kind).next().is_some();
        let leaves = row.candidate.unlinks(kind).next().is_some();
        let replaces = named && source.list == ListWay::Replace;
        let clears = source.blank == Blank::Clear && !source.columns.is_empty();
        if replaces || (clears && !named && !leaves) {
            row.candidate.clear_links(kind);
        }
    }

    fn link_cell(
        &mut self,
        row: &mut RowCheck<'_>,
        kind: Links,
        field: &Field,
        source: &Source,
        place: usize,
    ) {
        let key = field.key();
        let text = match row.input_at(&key, source, place) {
            Input::Text(text) => text,
            Input::Clear => return row.candidate.clear_links(kind),
            Input::Blank => return,
        };
        let seen = (kind.tag(), text.into_owned());
        let removes = source.list == ListWay::Remove;
        let mut link = |places: &[u32]| {
            for place in places {
                if removes {
                    row.candidate.unlink(kind, *place);
                } else {
                    row.candidate.link(kind, *place);
                }
            }
        };
        if let Some(places) = self.seen_lists.get(&seen) {
            return link(places);
        }
        let (places, faults) = self.resolve(kind, source, &seen.1);
        link(&places);
        if faults.is_empty() {
            if self.seen_lists.len() < REMEMBERED {
                self.seen_lists.insert(seen, places);
            }
            return;
        }
        let column = source.columns.get(place).map(|column| *column as u32);
        for (name, fault) in faults {
            let mut problem: Problem = fault.into_problem(Some(&key), column, &name);
            if removes {
                // Nobody is in what there is not.
                problem.severity = Severity::Check;
            }
            row.tell(problem);
        }
    }

    fn resolve(
        &mut self,
        kind: Links,
        source: &Source,
        text: &str,
    ) -> (Vec<u32>, Vec<(String, kernel::Fault)>) {
        let mut places = Vec::new();
        let mut faults = Vec::new();
        let create = source.list != ListWay::Remove;
        let is_name =
            |part: &str| self.references.knows(kind, part) || source.rules.get(part).is_some();
        for name in names_in(text, self.split_at_commas, is_name) {
            let found = match source.rules.get(name) {
                None => self.references.find(&self.ctx, kind, name, create),
                Some(ValueAction::Use(other)) => {
                    self.references.find(&self.ctx, kind, other, create)
                }
                Some(ValueAction::Create) => self.references.create(&self.ctx, kind, name),
                // Rows to be skipped were left out before.
                Some(ValueAction::Ignore | ValueAction::SkipRows) => continue,
            };
            match found {
                Ok(place) => places.push(place),
                Err(fault) => faults.push((name.to_owned(), fault)),
            }
        }
        (places, faults)
    }
}

/// The names in a list cell. A comma divides names unless the whole is one.
pub(crate) fn names_in(text: &str, at_commas: bool, is_name: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut names = Vec::new();
    for part in split_list(text, false) {
        if part.contains(',') && !is_name(part) {
            names.extend(split_list(part, at_commas));
        } else {
            names.push(part);
        }
    }
    names
}
