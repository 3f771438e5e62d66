//! What can be typed: one definition of every command, option and environment variable.

pub(crate) mod activity;
mod backup;
pub(crate) mod cards;
pub(crate) mod devices;
pub(crate) mod documents;
pub(crate) mod early;
mod groups;
mod import;
mod imports;
pub(crate) mod invitations;
pub(crate) mod invite;
mod managed;
mod mapping;
mod outbox;
mod outlets;
pub(crate) mod photos;
mod remote;
pub(crate) mod report;
pub(crate) mod roles;
pub(crate) mod series;
pub(crate) mod settings;
pub(crate) mod tokens;
mod users;
mod web;
pub(crate) mod webhooks;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use backup::{Backup, BackupCommand, Restore};
pub(crate) use groups::{Fields, Groups, Modules, WhichGroup};
pub(crate) use import::{Format, Import};
pub(crate) use imports::{Fix, Imports};
pub(crate) use managed::Managed;
pub(crate) use mapping::{FieldChoices, Saved, Values};
pub(crate) use outbox::{Bounce, Messages, Outbox};
pub(crate) use outlets::Outlets;
pub(crate) use remote::Remote;
pub(crate) use users::{DeleteUsers, KeepFields, MergeUsers, RestoreUsers, Security, Users};
pub(crate) use web::{Completions, Config, LogFormat, Man, Web};

/// A self-hosted people directory that gets thousands of people in, correctly, from a spreadsheet.
#[derive(Debug, Parser)]
#[command(name = "muster", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) remote: Remote,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the data is.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    /// File with settings as TOML; the keys are the names of options (`muster config example`).
    #[arg(long, global = true, env = "MUSTER_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://…`; an SQLite file in the data folder when not given.
    #[arg(
        long,
        global = true,
        env = "MUSTER_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    /// File whose first line is the address of the database.
    #[arg(
        long,
        global = true,
        env = "MUSTER_DATABASE_FILE",
        value_name = "FILE",
        conflicts_with = "database"
    )]
    pub(crate) database_file: Option<PathBuf>,
    /// Folder of the database file and of the imports' files [default: ./muster-data].
    #[arg(long, global = true, env = "MUSTER_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Folder below which series may watch folders; none are watched when not given.
    #[arg(long, global = true, env = "MUSTER_SERIES_FOLDER", value_name = "DIR")]
    pub(crate) series_folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) outlets: Outlets,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server; the first start opens the set-up page.
    Serve(Serve),
    /// Run the server on a demo account with a few hundred people and sample spreadsheets.
    Demo(Listen),
    /// Create an account with its owner, without the web page.
    Init(Init),
    /// Import people from a spreadsheet, start to end.
    Import(Box<Import>),
    /// The history of imports and what can be done with it.
    #[command(subcommand)]
    Imports(Imports),
    /// Print what Muster reads from a file, untouched; imports nothing.
    Read(Read),
    /// Recurring imports.
    #[command(subcommand)]
    Series(series::Series),
    /// What programs sign in with.
    #[command(subcommand)]
    Tokens(tokens::Tokens),
    /// Programs that are told of what happens.
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    /// Show or set how long passwords are, on how many devices people sign in at once, and who needs a second factor.
    Security(Security),
    /// Show or change what an account decided, whichever page of the settings it stands on.
    Settings(settings::Settings),
    /// The people of an account.
    #[command(subcommand)]
    Users(Users),
    /// Administrator roles of the account's own.
    #[command(subcommand)]
    Roles(roles::Roles),
    /// Photos of people.
    #[command(subcommand)]
    Photos(photos::Photos),
    /// The next version of the app, for those who try it before its release.
    #[command(subcommand)]
    EarlyAccess(early::EarlyAccess),
    /// Groups and teams.
    #[command(subcommand)]
    Groups(Groups),
    /// Modules and their seats.
    #[command(subcommand)]
    Modules(Modules),
    /// Devices, and the access of people to them.
    #[command(subcommand)]
    Devices(devices::Devices),
    /// Workflows that people take part in.
    #[command(subcommand)]
    Workflows(documents::Workflows),
    /// Documents in workflows: where they stand, and with whom.
    #[command(subcommand)]
    Documents(documents::Documents),
    /// Fields of the account's own.
    #[command(subcommand)]
    Fields(Fields),
    /// Write the account's own CSV template.
    Template(Template),
    /// Write what an MDM gives the app, so that the address to sign in with is filled in.
    ManagedConfiguration(Managed),
    /// Give the people of a list access to devices, and invite them.
    Invite(invite::Invite),
    /// Cards: who has which, and giving them out and taking them back.
    #[command(subcommand)]
    Cards(cards::Cards),
    /// Offers to sign in: who was invited, and what became of it.
    #[command(subcommand)]
    Invitations(invitations::Invitations),
    /// What happened in the account: who did what, on whom and when.
    Activity(Box<activity::Activity>),
    /// What is counted about an account.
    #[command(subcommand)]
    Report(report::Report),
    /// Messages to people.
    #[command(subcommand)]
    Outbox(Outbox),
    /// Read one mail that came back from standard input, as a mail server's pipe command.
    Bounce(Bounce),
    /// Write one file with everything: the database and the files of the data folder; servers and imports go on.
    Backup(Backup),
    /// Fill an empty data folder and an empty database from a backup.
    Restore(Restore),
    /// Bring the database to this version's schema.
    Migrate,
    /// Look whether everything is as it should be.
    Doctor(Json),
    /// Ask a running server whether it is there, as a container's health check.
    Health(Listen),
    /// Settings: whether they can work, their schema, and an example of the configuration file.
    #[command(subcommand)]
    Config(Config),
    /// Print the completions of a shell.
    Completions(Completions),
    /// Write the manual pages.
    Man(Man),
}

impl Command {
    /// Whether the answer is to be one JSON document.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Import(import) => import.json,
            Self::Imports(imports) => imports.target_json(),
            Self::Series(series) => series.wants_json(),
            Self::Security(security) => security.json.json,
            Self::Settings(settings) => settings.json.json,
            Self::Tokens(tokens) => tokens.wants_json(),
            Self::Webhooks(webhooks) => webhooks.wants_json(),
            Self::Devices(devices) => devices.wants_json(),
            Self::Invite(invite) => invite.json.json,
            Self::Invitations(invitations) => invitations.wants_json(),
            Self::Photos(photos) => photos.wants_json(),
            Self::Roles(roles) => roles.wants_json(),
            Self::EarlyAccess(early) => early.wants_json(),
            Self::Cards(cards) => cards.wants_json(),
            Self::Activity(args) => args.json.json,
            Self::Report(report) => report.wants_json(),
            Self::Outbox(outbox) => outbox.wants_json(),
            Self::Backup(backup) => backup.wants_json(),
            Self::Restore(restore) => restore.json.json,
            Self::Doctor(json)
            | Self::Config(Config::Check(json))
            | Self::Workflows(documents::Workflows::Show { json, .. })
            | Self::Groups(Groups::Members { json, .. })
            | Self::Documents(documents::Documents::List { json, .. })
            | Self::Users(
                Users::Show { json, .. }
                | Users::Add { json, .. }
                | Users::Delete(DeleteUsers { json, .. })
                | Users::Restore(RestoreUsers { json, .. }),
            ) => json.json,
            Self::Users(Users::Merge(merge)) => merge.json.json,
            Self::Users(Users::List(list) | Users::Deleted(list))
            | Self::Groups(Groups::List(list))
            | Self::Modules(Modules::List(list))
            | Self::Workflows(documents::Workflows::List(list))
            | Self::Fields(Fields::List(list)) => list.json,
            Self::Serve(_)
            | Self::Demo(_)
            | Self::Init(_)
            | Self::Read(_)
            | Self::Users(_)
            | Self::Groups(_)
            | Self::Modules(_)
            | Self::Workflows(_)
            | Self::Documents(_)
            | Self::Fields(_)
            | Self::Template(_)
            | Self::ManagedConfiguration(_)
            | Self::Bounce(_)
            | Self::Config(_)
            | Self::Health(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::Migrate => false,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Listen {
    /// Address and port to listen on.
    #[arg(long, env = "MUSTER_LISTEN", value_name = "ADDR")]
    pub(crate) listen: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) listen: Listen,
    /// Whether this process answers browsers, works on imports, or both.
    ///
    /// Both, if nothing is said.
    #[arg(long, value_enum, env = "MUSTER_ROLE")]
    pub(crate) role: Option<Role>,
    /// Browsers reach the server over https (through a proxy): cookies and headers follow.
    #[arg(long, env = "MUSTER_HTTPS")]
    pub(crate) https: bool,
    /// The largest upload, in MiB [default: 1024].
    #[arg(long, env = "MUSTER_UPLOAD_LIMIT_MIB", value_name = "N")]
    pub(crate) upload_limit_mib: Option<u64>,
    /// How many requests a token of the API or SCIM may make each minute [default: 1500].
    #[arg(long, env = "MUSTER_TOKEN_REQUESTS", value_name = "N")]
    pub(crate) token_requests: Option<u32>,
    #[command(flatten)]
    pub(crate) web: Web,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Both.
    All,
    /// Only answer browsers.
    Web,
    /// Only work on jobs.
    Worker,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The organisation's name.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: String,
    /// The owner's e-mail address.
    #[arg(long, value_name = "E")]
    pub(crate) email: String,
    /// The owner's name; made from the e-mail address when not given.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// File whose first line is the owner's password; asked for on a terminal when not given.
    #[arg(long, value_name = "F")]
    pub(crate) password_file: Option<PathBuf>,
    /// Country whose national phone numbers are understood, such as ZA.
    #[arg(long, value_name = "CC")]
    pub(crate) default_country: Option<String>,
    /// Time zone in which days begin and end, such as Africa/Johannesburg.
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Account {
    /// The account's slug; not needed while there is only one.
    #[arg(long, env = "MUSTER_ACCOUNT", value_name = "SLUG")]
    pub(crate) account: Option<String>,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Json {
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

/// An import, by its id or its number in the account.
#[derive(Clone, Debug, Args)]
pub(crate) struct Target {
    /// Id or number.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ToFile {
    /// Id or number.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) account: Account,
    /// File to write; .xlsx makes a workbook. Standard output when not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) account: Account,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Read {
    /// The file.
    pub(crate) file: PathBuf,
    /// Print one JSON object (the default).
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    /// Print CSV in UTF-8.
    #[arg(long)]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Template {
    /// The preset it is for.
    #[arg(long, default_value = "general", value_parser = ["general", "invite", "team", "roles", "cards"])]
    pub(crate) preset: String,
    /// With nine made-up people.
    #[arg(long)]
    pub(crate) filled: bool,
    /// File to write; standard output when not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) account: Account,
}
