//! The `muster` binary: the command line's commands, and the wiring of the server.
//!
//! Commands translate arguments into use cases and their answers into text, JSON and exit codes
//! (docs/CLI.md). No rule about people or imports lives here.

mod cli;
mod commands;
mod config;
mod exit;
mod house;
mod metrics;
mod outlets;
mod output;
mod private;
mod progress;
mod remote;
mod web;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let matches = cli::Cli::command().get_matches();
    let cli = cli::Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let json = cli.command.wants_json();
    let run = remote::refuse_two_places(&cli, &matches)
        .map_err(Into::into)
        .and_then(|()| commands::run(cli));
    match run {
        Ok(code) => code.into(),
        Err(error) => exit::report(&error, json).into(),
    }
}
