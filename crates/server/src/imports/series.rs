//! Recurring imports: the list, one with its runs, and the form to make and change one.

mod form;
mod pages;

pub(crate) use form::{add, change, show_change, show_new};
pub(crate) use pages::{list, pause, remove, run, show};

use import::Refusal;

use crate::failure::Failure;

/// A refusal as a page; a series of another account is not found like one that does not exist.
fn failure(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::File { code, .. } if code == "series_not_found" => Failure::NotFound,
        refusal => refusal.into(),
    }
}

/// When a series looks for files, in words.
fn when(schedule: import::Schedule) -> String {
    use import::Schedule;
    match schedule {
        Schedule::Pushed => "When a file is pushed".to_owned(),
        Schedule::NewFile => "As soon as there is a new file".to_owned(),
        Schedule::Every(1) => "Every minute".to_owned(),
        Schedule::Every(minutes) => format!("Every {minutes} minutes"),
        Schedule::Daily(hour, minute) => format!("Daily at {hour:02}:{minute:02}"),
    }
}
