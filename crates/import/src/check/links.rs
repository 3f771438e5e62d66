//! Lists of names: groups, teams, workflows, devices.

use kernel::{Problem, split_list};

use super::{RowCheck, RowChecker, Source, cells::Input};
use crate::{candidate::Links, fields::Field};

/// The most different list cells that are remembered.
const REMEMBERED: usize = 20_000;

impl RowChecker {
    pub(super) fn links(&mut self, row: &mut RowCheck<'_>, field: &Field, source: &Source) {
        let kind = match field {
            Field::Teams => Links::Teams,
            Field::Workflows => Links::Workflows,
            Field::Devices => Links::Devices,
            _ => Links::Groups,
        };
        if source.columns.is_empty() {
            return self.link_cell(row, kind, field, source, None);
        }
        for column in &source.columns {
            self.link_cell(row, kind, field, source, Some(*column));
        }
    }

    fn link_cell(
        &mut self,
        row: &mut RowCheck<'_>,
        kind: Links,
        field: &Field,
        source: &Source,
        column: Option<usize>,
    ) {
        let key = field.key();
        let text = match row.input_at(&key, source, column) {
            Input::Text(text) => text,
            Input::Clear => return row.candidate.clear_links(kind),
            Input::Blank => return,
        };
        let seen = (kind.tag(), text.into_owned());
        if let Some(places) = self.seen_lists.get(&seen) {
            places
                .iter()
                .for_each(|place| row.candidate.link(kind, *place));
            return;
        }
        let (places, faults) = self.resolve(kind, &seen.1);
        places
            .iter()
            .for_each(|place| row.candidate.link(kind, *place));
        if faults.is_empty() {
            if self.seen_lists.len() < REMEMBERED {
                self.seen_lists.insert(seen, places);
            }
            return;
        }
        for (name, fault) in faults {
            let problem: Problem =
                fault.into_problem(Some(&key), column.map(|column| column as u32), &name);
            row.tell(problem);
        }
    }

    fn resolve(&mut self, kind: Links, text: &str) -> (Vec<u32>, Vec<(String, kernel::Fault)>) {
        let mut places = Vec::new();
        let mut faults = Vec::new();
        for part in split_list(text, false) {
            // A comma divides names unless the whole is one.
            let names = if part.contains(',') && !self.references.knows(kind, part) {
                split_list(part, self.split_at_commas)
            } else {
                vec![part]
            };
            for name in names {
                match self.references.find(&self.ctx, kind, name) {
                    Ok(place) => places.push(place),
                    Err(fault) => faults.push((name.to_owned(), fault)),
                }
            }
        }
        (places, faults)
    }
}
