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
mod progress;
mod web;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.command.wants_json();
    match commands::run(cli) {
        Ok(code) => code.into(),
        Err(error) => exit::report(&error, json).into(),
    }
}
