//! What can be typed: one definition of every command, option and environment variable.

mod imports;
pub(crate) mod invitations;
mod mapping;
mod outbox;
mod outlets;
pub(crate) mod series;
pub(crate) mod tokens;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use imports::{Fix, Imports};
pub(crate) use mapping::{FieldChoices, Saved, Values};
pub(crate) use outbox::{Bounce, Messages, Outbox};
pub(crate) use outlets::Outlets;

/// A self-hosted people directory that gets thousands of people in, correctly, from a spreadsheet.
#[derive(Debug, Parser)]
#[command(name = "muster", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the data is.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    /// File with settings, as `key = "value"` lines; the keys are the names of options
    /// (docs/OPERATING.md).
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
    /// Show or set how long passwords are, and on how many devices people sign in at once.
    Security(Security),
    /// The people of an account.
    #[command(subcommand)]
    Users(Users),
    /// Groups and teams.
    #[command(subcommand)]
    Groups(Groups),
    /// Modules and their seats.
    #[command(subcommand)]
    Modules(Modules),
    /// Devices that access is granted on.
    #[command(subcommand)]
    Devices(Named),
    /// Workflows that people take part in.
    #[command(subcommand)]
    Workflows(Named),
    /// Fields of the account's own.
    #[command(subcommand)]
    Fields(Fields),
    /// Write the account's own CSV template.
    Template(Template),
    /// Offers to sign in: who was invited, and what became of it.
    #[command(subcommand)]
    Invitations(invitations::Invitations),
    /// Messages to people.
    #[command(subcommand)]
    Outbox(Outbox),
    /// Read one mail that came back from standard input, as a mail server's pipe command.
    Bounce(Bounce),
    /// Bring the database to this version's schema.
    Migrate,
    /// Look whether everything is as it should be.
    Doctor(Json),
}

impl Command {
    /// Whether the answer is to be one JSON document.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Import(import) => import.json,
            Self::Imports(imports) => imports.target_json(),
            Self::Series(series) => series.wants_json(),
            Self::Security(security) => security.json.json,
            Self::Tokens(tokens) => tokens.wants_json(),
            Self::Invitations(invitations) => invitations.wants_json(),
            Self::Outbox(outbox) => outbox.wants_json(),
            Self::Doctor(json) | Self::Users(Users::Show { json, .. }) => json.json,
            Self::Users(Users::List(list))
            | Self::Groups(Groups::List(list))
            | Self::Modules(Modules::List(list))
            | Self::Devices(Named::List(list))
            | Self::Workflows(Named::List(list))
            | Self::Fields(Fields::List(list)) => list.json,
            Self::Serve(_)
            | Self::Demo(_)
            | Self::Init(_)
            | Self::Read(_)
            | Self::Users(_)
            | Self::Groups(_)
            | Self::Modules(_)
            | Self::Devices(_)
            | Self::Workflows(_)
            | Self::Fields(_)
            | Self::Template(_)
            | Self::Bounce(_)
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
    #[arg(long, value_enum, default_value_t = Role::All)]
    pub(crate) role: Role,
    /// Browsers reach the server over https (through a proxy): cookies and headers follow.
    #[arg(long, env = "MUSTER_HTTPS")]
    pub(crate) https: bool,
    /// The largest upload, in MiB.
    #[arg(long, env = "MUSTER_UPLOAD_LIMIT_MIB", default_value_t = 1024)]
    pub(crate) upload_limit_mib: u64,
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

/// How a file is to be read; what is not given is detected.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Format {
    /// Encoding, such as utf-8, windows-1252 or `shift_jis`.
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// What separates cells; \t for the tab.
    #[arg(long, value_name = "CHAR")]
    pub(crate) delimiter: Option<String>,
    /// What wraps cells; none when nothing does.
    #[arg(long, value_name = "CHAR")]
    pub(crate) quote: Option<String>,
    /// Row of the header from 1, or none.
    #[arg(long, value_name = "N|none")]
    pub(crate) header_row: Option<String>,
    /// Sheet of a workbook, by name or number from 1.
    #[arg(long, value_name = "NAME|N")]
    pub(crate) sheet: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The spreadsheet; - for standard input.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) account: Account,
    /// What the import starts with.
    #[arg(long, default_value = "general", value_parser = ["general", "invite", "team", "roles", "cards"])]
    pub(crate) preset: String,
    /// Stop at the plan.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Whether the people of the import are invited once it is done: none, now.
    #[arg(long, default_value = "none", value_parser = ["none", "now"])]
    pub(crate) invite: String,
    /// Do not ask before writing.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
    /// Map a column: HEADER=field.
    #[arg(long, value_name = "HEADER=field", value_parser = mapped)]
    pub(crate) map: Vec<(String, String)>,
    /// Leave a column out.
    #[arg(long, value_name = "HEADER")]
    pub(crate) ignore: Vec<String>,
    /// What people are recognised by, in the order of trust.
    #[arg(long = "match", value_name = "KEYS", value_delimiter = ',',
          value_parser = ["external_id", "email", "phone", "card_id"])]
    pub(crate) match_keys: Vec<String>,
    /// Add people, update them, both, or also deactivate those of the scope who are missing.
    #[arg(long, value_parser = ["add-update", "add", "update", "match"])]
    pub(crate) mode: Option<String>,
    /// Whom the file is a complete list of: all, group:NAME or team:NAME; may be given several times.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// What happens to people of the file who are deactivated.
    #[arg(long, value_parser = ["leave", "fresh", "restore", "skip"])]
    pub(crate) former: Option<String>,
    /// What happens to cards that somebody else holds.
    #[arg(long, value_parser = ["refuse", "leave", "move"])]
    pub(crate) card_held: Option<String>,
    /// What happens to people who are there already.
    #[arg(long, value_parser = ["skip", "keep", "overwrite"])]
    pub(crate) existing: Option<String>,
    /// Import the good rows, or nothing unless all are good.
    #[arg(long, value_parser = ["skip", "stop"])]
    pub(crate) bad_rows: Option<String>,
    /// What happens to groups the account does not have.
    #[arg(long, value_parser = ["create", "error"])]
    pub(crate) unknown_group: Option<String>,
    /// Value for people whose row has none: field=value.
    #[arg(long, value_name = "field=value", value_parser = valued)]
    pub(crate) set: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) saved: Saved,
    #[command(flatten)]
    pub(crate) fields: FieldChoices,
    #[command(flatten)]
    pub(crate) values: Values,
    /// Country whose national phone numbers are understood.
    #[arg(long, value_name = "CC")]
    pub(crate) default_country: Option<String>,
    /// Order of dates that are not in ISO form.
    #[arg(long, value_parser = ["ymd", "dmy", "mdy"])]
    pub(crate) date_order: Option<String>,
    #[command(flatten)]
    pub(crate) format: Format,
    /// How card numbers are written.
    #[arg(long, value_parser = ["decimal", "hex"])]
    pub(crate) card_id: Option<String>,
    /// Start of validity for cards without one.
    #[arg(long, value_name = "D")]
    pub(crate) card_start: Option<String>,
    /// End of validity for cards without one.
    #[arg(long, value_name = "D")]
    pub(crate) card_end: Option<String>,
    /// Confirm a plan that asks for its number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) confirm: Option<i64>,
    /// Pause after so many written rows for a look; `muster imports resume` goes on.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    pub(crate) pause_after: Option<i64>,
    /// Write all rows with outcome, `user_id` and error to a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Write the rows that were not imported, with their errors, to a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) errors: Option<PathBuf>,
}

/// Splits at the last equals sign: headers may have one, field keys do not.
fn mapped(text: &str) -> Result<(String, String), String> {
    halves(text.rsplit_once('='), "HEADER=field")
}

/// Splits at the first equals sign: values may have one, field keys do not.
fn valued(text: &str) -> Result<(String, String), String> {
    halves(text.split_once('='), "field=value")
}

fn halves(halves: Option<(&str, &str)>, form: &str) -> Result<(String, String), String> {
    halves
        .map(|(left, right)| (left.trim().to_owned(), right.trim().to_owned()))
        .ok_or_else(|| format!("write it as {form}"))
}

/// An import, by its id or its number in the account.
impl Import {
    /// Whether the people of the import are invited once it is done.
    pub(crate) fn invites(&self) -> bool {
        self.invite == "now"
    }
}

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

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List people.
    List(List),
    /// Show one person, by id, e-mail address, phone number or external id.
    Show {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Keep fields of a person as they are, whatever imports say.
    Keep(KeepFields),
    /// Let imports change fields of a person again.
    Unkeep(KeepFields),
    /// Send a person the link to choose a new password.
    ResetPassword {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
    },
    /// Print how many people there are.
    Count(Account),
    /// Write all people to a file that can be imported again.
    Export {
        #[command(flatten)]
        account: Account,
        /// Kind of file.
        #[arg(long, default_value = "csv", value_parser = ["csv", "xlsx", "json"])]
        format: String,
        /// File to write; standard output when not given.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Security {
    /// Passwords have at least so many characters, 8 to 64.
    #[arg(long, value_name = "N")]
    pub(crate) password_chars: Option<i64>,
    /// So many devices at once, 1 to 20.
    #[arg(long, value_name = "N")]
    pub(crate) devices: Option<i64>,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct KeepFields {
    /// Id, e-mail address, phone number or external id.
    pub(crate) key: String,
    /// Fields by their keys, such as title, or `custom.locker` for one of the account's own.
    #[arg(required = true, value_name = "FIELD")]
    pub(crate) fields: Vec<String>,
    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Groups {
    /// List groups and teams.
    List(List),
    /// Create a group or team.
    Create {
        /// Its name.
        name: String,
        /// What it is.
        #[arg(long, default_value = "group", value_parser = ["group", "team"])]
        kind: String,
        #[command(flatten)]
        account: Account,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Modules {
    /// List modules with their seats.
    List(List),
    /// Own a module with so many seats.
    Set {
        /// Its key: `lone_working`, `events`, `audits`, or one of your own.
        key: String,
        /// How many people may have it.
        #[arg(long)]
        seats: u32,
        #[command(flatten)]
        account: Account,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Named {
    /// List them.
    List(List),
    /// Create one.
    Create {
        /// Its name.
        name: String,
        #[command(flatten)]
        account: Account,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Fields {
    /// List fields.
    List(List),
    /// Add a field.
    Create {
        /// Its label; the key is made from it.
        label: String,
        /// What it holds.
        #[arg(long, default_value = "text", value_parser = ["text", "number", "date", "bool", "choice"])]
        kind: String,
        /// A value of a choice; may be given several times.
        #[arg(long = "choice", value_name = "VALUE")]
        choices: Vec<String>,
        #[command(flatten)]
        account: Account,
    },
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
