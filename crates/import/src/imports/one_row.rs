//! Checking one row as it is with what was changed of it, and finding its keys.

use std::io;

use kernel::Problem;
use tabular::Record;

use super::key_places::KeyPlaces;
use crate::{
    Refusal,
    candidate::Candidate,
    check::{RowChecker, Verdict},
    edits::{RowChanges, RowMark},
    matching::Keys,
};

/// Takes a row whose keys count, with its values.
pub(super) type Named<'a> = dyn FnMut(&Record, &Candidate) -> Result<(), Refusal> + 'a;

/// Checks a row with its changes, and says through `named` that its keys count.
pub(super) fn check_row(
    checker: &mut RowChecker,
    record: &mut Record,
    changes: Option<&RowChanges>,
    (candidate, told): (&mut Candidate, &mut Vec<Problem>),
    notes_present: bool,
    named: &mut Named<'_>,
) -> Result<Verdict, Refusal> {
    if let Some(changes) = changes {
        changes.amend_record(record);
    }
    if changes.is_some_and(|changes| changes.mark == Some(RowMark::Skip)) {
        // Nobody needs to know what is wrong with a row that is left out, but whoever it is about
        // is in the file.
        if notes_present {
            checker.read_quietly(record, candidate);
            named(record, candidate)?;
        }
        candidate.begin(record.row(), record.line());
        return Ok(Verdict {
            left_out: true,
            ..Verdict::default()
        });
    }
    let verdict = Verdict {
        card_held: changes.and_then(|changes| changes.card_held),
        ..checker.check(record, candidate, told)
    };
    if !verdict.left_out {
        named(record, candidate)?;
    }
    Ok(verdict)
}

/// Hands a row's keys over to be compared.
pub(super) fn add_keys(
    keys: &mut Keys,
    places: &KeyPlaces,
    (place, print): (u32, u64),
    candidate: &Candidate,
) -> io::Result<()> {
    places
        .keys(candidate)
        .try_for_each(|(kind, key)| keys.add(place, print, kind, &key))
}
