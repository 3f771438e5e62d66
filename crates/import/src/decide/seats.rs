//! Licence seats that rows take and give back, in the order of the file.

use directory::users::UserRecord;
use kernel::{Code, Problem};

use super::Decider;
use crate::{
    candidate::{Candidate, Cell, Scalar},
    settings::Way,
};

impl Decider<'_> {
    /// Indexes of the modules whose seat the row would take.
    pub(super) fn wanted_seats(&self, row: &Candidate, record: Option<&UserRecord>) -> Vec<usize> {
        let mut wanted = Vec::new();
        for (field, cell) in self.maker.shape.0.iter().zip(row.cells()) {
            let (Scalar::Module(key), Cell::Value("true")) = (field, cell) else {
                continue;
            };
            let stays = |record: &UserRecord| {
                record.modules.contains(key) || self.ways.scalar(field) == Way::Ours
            };
            if record.is_some_and(stays) {
                continue;
            }
            wanted.extend(self.seats.iter().position(|seat| seat.module == *key));
        }
        wanted
    }

    pub(super) fn check_seats(&self, wanted: &[usize], problems: &mut Vec<Problem>) {
        for seat in wanted.iter().filter_map(|place| self.seats.get(*place)) {
            // A seat that an earlier row gives back can be taken again.
            if seat.needed - seat.freed >= seat.free {
                let detail = match seat.free + seat.freed {
                    0 => format!("no licence of {} is free", seat.label),
                    1 => format!("the free licence of {} goes to an earlier row", seat.label),
                    free => format!(
                        "the {free} free licences of {} go to earlier rows",
                        seat.label
                    ),
                };
                problems.push(
                    Problem::new(Code::LicenceExhausted)
                        .field(format!("module_{}", seat.module))
                        .detail(detail),
                );
            }
        }
    }

    pub(super) fn use_seats(&mut self, wanted: &[usize]) {
        for place in wanted {
            if let Some(seat) = self.seats.get_mut(*place) {
                seat.needed += 1;
            }
        }
    }

    /// Counts the seats a row gives back.
    pub(super) fn free_seats(&mut self, modules: &[String]) {
        for module in modules {
            if let Some(seat) = self.seats.iter_mut().find(|seat| seat.module == *module) {
                seat.freed += 1;
            }
        }
    }
}
