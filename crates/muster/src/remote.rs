//! Commands against a server: the same answers, JSON and exit codes, with the API in place of the
//! database.
//!
//! Rules about people and imports are the server's; here is only the way there and back.

mod cards;
mod client;
mod devices;
mod early;
mod edit;
mod files;
mod import;
mod interrupt;
mod invitations;
mod journal;
mod leaving;
mod messages;
mod people;
mod photos;
mod reach;
mod roles;
mod series;
mod settings;
mod single;
mod things;
mod upload;
mod webhooks;
mod work;

use clap::{ArgMatches, parser::ValueSource};

use self::{client::Client, import::RemoteImporter};
use crate::{
    cli::{Cli, Command, Config, Imports},
    commands::{import as local_import, imports as local_imports},
    exit::{Exit, Usage},
};

/// Whether a command needs neither a database nor a server.
pub(crate) fn is_of_no_place(command: &Command) -> bool {
    matches!(
        command,
        Command::Read(_)
            | Command::Completions(_)
            | Command::Man(_)
            | Command::Config(Config::Schema | Config::Example)
    )
}

/// Refuses what says two places at once.
pub(crate) fn refuse_two_places(cli: &Cli, matches: &ArgMatches) -> Result<(), Usage> {
    if cli.remote.server_url.is_none() || is_of_no_place(&cli.command) {
        return Ok(());
    }
    for (id, option) in [
        ("database", "--database"),
        ("database_file", "--database-file"),
        ("data", "--data"),
    ] {
        if is_typed(matches, id) {
            return Err(Usage(format!(
                "{option} is for commands on a database here, --server for those against a server; give one of them"
            )));
        }
    }
    if is_typed(matches, "account") {
        return Err(Usage(
            "a token belongs to one account; leave --account out with --server".to_owned(),
        ));
    }
    Ok(())
}

/// Whether an option stands on the command line, of the command itself or of what it is part of.
fn is_typed(matches: &ArgMatches, id: &str) -> bool {
    let here = matches.ids().any(|known| known.as_str() == id)
        && matches.value_source(id) == Some(ValueSource::CommandLine);
    here || matches
        .subcommand()
        .is_some_and(|(_, below)| is_typed(below, id))
}

/// Runs what was typed against the server. Every command is named here: one that is new has to say
/// whether it has a form for servers.
pub(crate) fn run(cli: &Cli) -> anyhow::Result<Exit> {
    let client = || Client::new(&cli.remote);
    let importer = || Ok::<_, anyhow::Error>(RemoteImporter::new(client()?, &cli.remote));
    match &cli.command {
        Command::Import(args) => local_import::run(&importer()?, args),
        Command::Imports(Imports::Retention { now: true, .. }) => Err(edit::no_expiry()),
        Command::Imports(command) => local_imports::of(&importer()?, command),
        Command::Webhooks(command) => webhooks::run(&client()?, command),
        Command::Users(command) => people::run(&client()?, command),
        Command::Groups(command) => things::groups(&client()?, command),
        Command::Modules(command) => things::modules(&client()?, command),
        Command::Devices(command) => devices::run(&client()?, command),
        Command::Workflows(command) => work::workflows(&client()?, command),
        Command::Documents(command) => work::documents(&client()?, command),
        Command::Fields(command) => things::fields(&client()?, command),
        Command::Activity(command) => things::activity(&client()?, command),
        Command::Series(command) => series::run(&importer()?, command),
        Command::Security(args) => settings::of_sign_ins(&client()?, args),
        Command::Settings(args) => settings::run(&client()?, args),
        Command::Roles(command) => roles::run(&client()?, command),
        Command::Photos(command) => photos::run(&client()?, command),
        Command::EarlyAccess(command) => early::run(&client()?, command),
        Command::Template(args) => files::template(&client()?, args),
        Command::ManagedConfiguration(args) => files::managed(&client()?, args),
        Command::Invite(_) => here_only(
            "muster invite",
            "it leaves out rows that do not fit and looks first, and the API takes all or nobody; write to /api/v1/invites",
        ),
        Command::Cards(command) => cards::run(&importer()?, command),
        Command::Invitations(command) => invitations::run(&importer()?, command),
        Command::Report(command) => messages::report(&client()?, command),
        Command::Outbox(command) => messages::run(&client()?, command),
        Command::Tokens(_) => here_only("muster tokens", "a token makes no tokens"),
        Command::Serve(_) | Command::Demo(_) => {
            here_only("this command", "it is what runs a server")
        }
        Command::Init(_) => here_only("muster init", "whoever runs a server makes its accounts"),
        Command::Bounce(_) => here_only("muster bounce", "it is for the mail server's pipe"),
        Command::Backup(_) | Command::Restore(_) => {
            here_only("this command", "backups hold every account of a server")
        }
        Command::Migrate
        | Command::Doctor(_)
        | Command::Health(_)
        | Command::Config(_)
        | Command::Read(_)
        | Command::Completions(_)
        | Command::Man(_) => here_only(
            "this command",
            "it is about the machine that it is started on",
        ),
    }
}

/// Refuses what only makes sense beside the database.
fn here_only(what: &str, why: &str) -> anyhow::Result<Exit> {
    Err(Usage(format!(
        "{what} works on a database here only: {why}; leave --server out, and unset MUSTER_SERVER"
    ))
    .into())
}
