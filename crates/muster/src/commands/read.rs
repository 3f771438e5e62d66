//! `muster read`: what Muster reads from a file, untouched.

use std::io::Write;

use anyhow::{Context, Result};
use import::FileChoices;
use tabular::Limits;

use crate::{
    cli::{Format, Read},
    exit::Exit,
    output,
};

pub(crate) fn run(args: &Read) -> Result<Exit> {
    let options = import::read_options(&choices(&args.format), &Limits::default())?;
    let mut out = output::open(None)?;
    if args.csv {
        let warnings = tabular::write_csv(&args.file, &options, &mut out)?;
        for warning in warnings {
            output::note(&format!("line {}: {}", warning.line, warning.message));
        }
    } else {
        tabular::write_json(&args.file, &options, &mut out)?;
    }
    out.flush().context("the output cannot be written")?;
    Ok(Exit::Done)
}

/// The format options as the importer takes them.
pub(crate) fn choices(format: &Format) -> FileChoices {
    FileChoices {
        encoding: format.encoding.clone(),
        delimiter: format.delimiter.clone(),
        quote: format.quote.clone(),
        header_row: format.header_row.clone(),
        sheet: format.sheet.clone(),
    }
}
