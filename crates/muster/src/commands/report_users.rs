//! `muster report`: what is counted about an account.

use std::io::Write;

use anyhow::Result;
use directory::reports::{self, Part, UsersReport};
use tabular::{CsvFormat, CsvWriter};

use crate::{cli::report::Report, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, command: &Report) -> Result<Exit> {
    let Report::Users(args) = command;
    let ctx = house.ctx(args.account.account.as_deref())?;
    let report = house.db.read_blocking(|tx| reports::users(tx, &ctx))?;
    if args.json.json {
        output::json(&server::users_report(&report));
    } else if let Some(part) = args.csv {
        csv(&report, part)?;
    } else {
        for part in Part::ALL {
            let table = report.table(part);
            output::line(part.title());
            output::table(table.headings, &table.rows);
            output::line("");
        }
    }
    Ok(Exit::Done)
}

fn csv(report: &UsersReport, part: Part) -> Result<()> {
    let table = report.table(part);
    let format = CsvFormat {
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut writer = CsvWriter::new(output::open(None)?, format);
    writer.write_row(table.headings.iter().copied())?;
    for row in &table.rows {
        writer.write_row(row.iter().map(String::as_str))?;
    }
    writer.finish()?.flush()?;
    Ok(())
}
