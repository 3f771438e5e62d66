//! Imports of people: understand a file, check every row against the live directory, plan, apply,
//! give back a result for every row, and take it back.
//!
//! The stages of one import, each a use case on [`Imports`]:
//! [`Imports::receive`] stores the file, [`Imports::understand`] finds its format and mapping,
//! [`Imports::check`] reads every row and decides what would happen to it, [`Imports::start`] queues
//! the run, [`Imports::apply`] writes, [`Imports::undo`] takes it back. Good rows live in files of
//! the import's folder ([`files`]); the database holds the import, its problems and its outcome
//! (docs/decisions/0008). Not here: reading bytes (`tabular`), people themselves (`directory`).

mod apply;
pub mod backups;
mod candidate;
mod changes;
mod check;
mod choices;
mod decide;
mod departures;
mod edits;
mod error;
pub mod fields;
mod files;
mod former;
mod guard;
mod imports;
pub mod mapping;
mod matching;
mod measure;
mod moves;
mod options;
mod person;
mod plan;
mod progress;
mod record;
mod redo;
mod references;
mod report;
mod results;
mod scope;
mod series;
mod settings;
mod shared;
mod state;
mod store;
mod template;
mod undo;
mod uploads;
mod usual;
pub mod values;
mod visitors;

pub use choices::{Choices, ChosenColumn, ChosenValue, ReadAs};
pub use departures::{Departed, Departure, Fate};
pub use edits::{
    CellFilter, Corrected, DuplicateGroup, DuplicateRow, Edit, EditPreview, EditRecord, EditedCell,
    Fix, How, Keep, Pattern, Rows,
};
pub use error::Refusal;
pub use guard::{Limits, MOST_LIMIT};
pub use imports::{
    Expired, Imports, KeyRate, KeyRates, Leaving, ListRow, NewImport, PeopleList, Preview, Tell,
    read_options,
};
pub use measure::register_metrics;
pub use options::{FieldOptions, takes_blank, takes_join, takes_way};
pub use plan::{Departures, FieldChange, Guard, MovedCard, Plan, SeatUse};
pub use progress::{Progress, Watch};
pub use record::{Counts, FileFacts, Import, LastChange, Reason, Timings};
pub use redo::{RedoPreview, Redone};
pub use report::{Report, ReportedColumn, ReportedFile, ReportedProblem};
pub use results::{
    Download, Outcome, ProblemGroup, ProblemRow, ProblemValue, ResultRow, RowFilter, RowPage, Sort,
    SortBy,
};
pub use scope::Scope;
pub use series::{Also, Brakes, Comparison, NewSeries, RunOutcome, Schedule, Series, SeriesRun};
pub use settings::{
    BadRows, Blank, CardHeld, Existing, FileChoices, Former, ListWay, MatchKey, Mode, Picks,
    Preset, Settings, SplitRule, UnknownGroup, Way, card_radix, date_order,
};
pub use shared::{Fit, NamedMapping, SharedColumn, SharedMapping};
pub use state::State;
pub use template::template;
pub use undo::UndoPreview;
pub use uploads::Upload;
pub use usual::{Asked, ImportSettings, ImportSettingsRefusal};
pub use visitors::Onlooker;
