//! Pages of imports: the list, and the wizard from upload to results.
//!
//! Each step has its own address and shows what the engine holds; nothing is kept in the browser.
//! Not here: any decision about rows, which `import` makes.

mod changes;
mod check;
mod choices;
mod column_options;
mod columns;
mod complete;
mod corrected;
mod departures;
mod download;
mod duplicates;
mod edit;
mod equation;
mod file_format;
mod fix_panel;
mod frame;
mod list;
mod map;
mod mappings;
mod meanwhile;
mod new;
mod plan;
mod redo;
mod refusal;
mod replace;
mod results;
mod review;
mod review_forms;
mod row;
mod rows;
mod run;
mod scope;
pub(crate) mod series;
mod toolbar;
mod undo;
mod values;
mod work;

pub(crate) use changes::{show as show_changes, submit as submit_changes};
pub(crate) use check::{check, discard};
pub(crate) use complete::{show as show_complete, submit as submit_complete};
pub(crate) use corrected::submit as submit_corrected;
pub(crate) use departures::show as show_departures;
pub(crate) use download::{download, template};
pub(crate) use duplicates::show as show_duplicates;
pub(crate) use edit::submit as submit_edit;
pub(crate) use file_format::{show as show_format, submit as submit_format};
pub(crate) use frame::current;
pub(crate) use list::list;
pub(crate) use map::{show as show_map, submit as submit_map};
pub(crate) use mappings::{list as list_mappings, remove as remove_mapping};
pub(crate) use meanwhile::attend;
pub(crate) use new::{show as show_new, submit as submit_new};
pub(crate) use plan::{show as show_plan, start};
pub(crate) use redo::{show as show_redo, submit as submit_redo};
pub(crate) use replace::show as show_replace;
pub(crate) use results::{fix_rest, show as show_results};
pub(crate) use review::show as show_review;
pub(crate) use review_forms::{pick, set_policy, set_standard_form};
pub(crate) use row::{show as show_row, submit as submit_row};
pub(crate) use run::{done_and_total, follow, pause, resume, show as show_run, stop};
pub(crate) use undo::{kept as download_kept, show as show_undo, submit as submit_undo};
pub(crate) use values::{show as show_values, submit as submit_values};
pub(crate) use work::engine;
