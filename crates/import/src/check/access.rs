//! Access to devices: type, window and schedule, and how they depend on each other.

use kernel::{AccessType, Code, Fault, Moment, Schedule};

use super::{
    RowCheck, RowChecker, Source,
    cards::{choice, missing},
    cells::Input,
    values::order_fault,
};
use crate::candidate::{Cell, Links};

impl RowChecker {
    pub(super) fn access(
        &self,
        row: &mut RowCheck<'_>,
        access_type: Option<&Source>,
        [start, end]: [Option<&Source>; 2],
        schedule: Option<&Source>,
    ) {
        let kind = choice(row, "access_type", access_type, |text| {
            let kind = AccessType::parse(text)?;
            if kind == AccessType::Owner {
                let detail = "a device is handed over by its owner, not by a file";
                return Err(Fault::new(Code::AccessTypeNotAllowed, detail));
            }
            Ok(kind.as_str())
        });
        let starts = self.moment(row, "access_start", start, Moment::start);
        let ends = self.moment(row, "access_end", end, Moment::end);
        if let (Some(starts), Some(ends), Some(source)) = (starts, ends, end)
            && ends <= starts
        {
            row.fault(
                "access_end",
                source,
                &ends.to_string(),
                order_fault(starts, ends),
            );
        }
        let has_schedule = check_schedule(row, schedule);
        if row.candidate.links(Links::Devices).next().is_none() {
            return;
        }
        let told = |row: &RowCheck<'_>, field: &str| {
            row.problems
                .iter()
                .any(|problem| problem.field.as_deref() == Some(field))
        };
        if kind == Some("temporary") && ends.is_none() && !told(row, "access_end") {
            missing(row, Code::AccessEndMissing, "access_end");
        }
        if kind == Some("repeat") && !has_schedule && !told(row, "access_schedule") {
            missing(row, Code::ScheduleMissing, "access_schedule");
        }
    }
}

fn check_schedule(row: &mut RowCheck<'_>, source: Option<&Source>) -> bool {
    let Some(source) = source else {
        row.candidate.push(Cell::Absent);
        return false;
    };
    let text = match row.input("access_schedule", source) {
        Input::Text(text) => text,
        blank => {
            row.candidate.push(blank.cell());
            return false;
        }
    };
    match Schedule::parse(&text) {
        Ok(schedule) => {
            row.candidate.push(Cell::Value(&schedule.to_string()));
            true
        }
        Err(fault) => {
            row.fault("access_schedule", source, &text, fault);
            row.candidate.push(Cell::Absent);
            false
        }
    }
}
