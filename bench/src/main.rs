//! Generator and measuring harness. `docs/BENCHMARKS.md` says how to use it and holds the figures.
//!
//! It measures the product from outside, as a process, and is no part of it.

mod clean;
mod floor;
mod generate;
mod harness;
mod process;
mod read_floor;
mod spool;

use std::{io::Write, path::PathBuf};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::floor::{Floor, Measured};

#[derive(Debug, Parser)]
#[command(about = "Generates spreadsheets and measures Muster against the floors of its databases")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes a spreadsheet of invented people.
    Generate(generate::Request),
    /// Loads the clean rows of a file into a copy of the product's table as fast as the database can.
    Floor(FloorRequest),
    /// Merges a file into a copy of the product's table with a hand-written script (PostgreSQL).
    MergeFloor(FloorRequest),
    /// Reads a file with the `csv` crate.
    ReadFloor {
        /// The file.
        file: PathBuf,
    },
    /// Measures the product and the floors together.
    Run(harness::Request),
    /// Measures the web pages over many people.
    Pages(harness::PagesRequest),
}

#[derive(Debug, clap::Args)]
struct FloorRequest {
    /// A database that `muster init` made: `sqlite:PATH` or `postgres://…`.
    #[arg(long)]
    database: String,
    /// A generated file.
    #[arg(long)]
    file: PathBuf,
    /// Fills the copy with all rows that `users` has, before measuring.
    #[arg(long)]
    filled: bool,
}

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    match Arguments::parse().command {
        Command::Generate(request) => generate::write(&request),
        Command::Floor(request) => {
            let mut floor = Floor::open(&request.database)?;
            let spool = floor.spool(&request.file)?;
            floor.prepare(request.filled)?;
            let measured = floor.load(&spool)?;
            anyhow::ensure!(
                measured.rows == spool.rows,
                "{} of {} rows arrived",
                measured.rows,
                spool.rows
            );
            floor.remove()?;
            print(&measured, &mut out)
        }
        Command::MergeFloor(request) => {
            let mut floor = Floor::open(&request.database)?;
            floor.prepare(request.filled)?;
            let measured = floor.merge(&request.file)?;
            floor.remove()?;
            print(&measured, &mut out)
        }
        Command::ReadFloor { file } => print(&read_floor::read(&file)?, &mut out),
        Command::Run(request) => harness::run(&request, &mut out),
        Command::Pages(request) => harness::measure_pages(&request, &mut out),
    }
}

fn print(measured: &Measured, out: &mut impl Write) -> Result<()> {
    write!(
        out,
        "{} rows in {:.2} s, {:.0} rows/s; CPU {:.2} s here",
        measured.rows,
        measured.wall,
        measured.rows_per_second(),
        measured.client_cpu
    )?;
    match measured.server_cpu {
        Some(seconds) => writeln!(out, " and {seconds:.2} s in the server")?,
        None => writeln!(out)?,
    }
    Ok(())
}
