//! One module per command; each is a translation to use cases and back.

pub(crate) mod activity;
mod backup;
mod bounce;
pub(crate) mod cards;
mod config;
mod demo;
pub(crate) mod devices;
mod doctor;
pub(crate) mod documents;
pub(crate) mod early;
pub(crate) mod editor;
mod fix;
mod groups;
mod health;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod importer;
pub(crate) mod imports;
mod init;
pub(crate) mod invitations;
mod invite;
pub(crate) mod leaving;
pub(crate) mod lists;
mod maintenance;
mod managed;
pub(crate) mod merge;
mod options;
pub(crate) mod outbox;
mod person;
pub(crate) mod photos;
mod read;
pub(crate) mod recurring;
mod report;
mod report_users;
pub(crate) mod roles;
mod saved;
pub(crate) mod security;
pub(crate) mod series;
mod serve;
pub(crate) mod settings;
pub(crate) mod shown;
mod tokens;
pub(crate) mod users;
mod values;
pub(crate) mod webhooks;
pub(crate) mod work;

use anyhow::Result;

pub(crate) use self::person::WasDeleted;
use crate::{
    cli::{Cli, Command},
    config as config_file,
    exit::Exit,
    house::House,
    remote, web,
};

/// Runs what was typed.
pub(crate) fn run(cli: Cli) -> Result<Exit> {
    if cli.remote.server_url.is_some() && !remote::is_of_no_place(&cli.command) {
        return remote::run(&cli);
    }
    let place = &cli.place;
    match cli.command {
        Command::Serve(args) => {
            let settings = web::settings(&args, &config_file::of(place)?)?;
            let house = House::listening(place, args.listen.listen.as_deref())?
                .with_upload_limit(settings.upload_limit_bytes);
            serve::serve(house, settings, &[])
        }
        Command::Demo(listen) => demo::run(place, &listen),
        Command::Init(args) => init::run(&House::open(place)?, &args),
        Command::Import(args) => {
            let house = House::open(place)?;
            let account = args.account.account.as_deref();
            import::run(&importer::LocalImporter::new(&house, account)?, &args)
        }
        Command::Imports(command) => imports::run(&House::open(place)?, &command),
        Command::Series(command) => series::run(&House::open(place)?, &command),
        Command::Security(args) => security::run(&House::open(place)?, &args),
        Command::Settings(args) => settings::run(&House::open(place)?, &args),
        Command::Tokens(command) => tokens::run(&House::open(place)?, &command),
        Command::Webhooks(command) => webhooks::run(&House::open(place)?, &command),
        Command::Read(args) => read::run(&args),
        Command::Users(command) => users::run(&House::open(place)?, &command),
        Command::Roles(command) => roles::run(&House::open(place)?, &command),
        Command::Photos(command) => photos::run(&House::open(place)?, &command),
        Command::EarlyAccess(command) => early::run(&House::open(place)?, &command),
        Command::Groups(command) => lists::groups(&House::open(place)?, &command),
        Command::Modules(command) => lists::modules(&House::open(place)?, &command),
        Command::Devices(command) => devices::run(&House::open(place)?, &command),
        Command::Workflows(command) => documents::workflows(&House::open(place)?, &command),
        Command::Documents(command) => documents::documents(&House::open(place)?, &command),
        Command::Fields(command) => lists::fields(&House::open(place)?, &command),
        Command::Template(args) => maintenance::template(&House::open(place)?, &args),
        Command::ManagedConfiguration(args) => managed::run(&House::open(place)?, &args),
        Command::Invite(args) => invite::run(&House::open(place)?, &args),
        Command::Invitations(command) => invitations::run(&House::open(place)?, &command),
        Command::Cards(command) => cards::run(&House::open(place)?, &command),
        Command::Activity(args) => activity::run(&House::open(place)?, &args),
        Command::Report(command) => report_users::run(&House::open(place)?, &command),
        Command::Outbox(command) => outbox::run(&House::open(place)?, &command),
        Command::Bounce(args) => Ok(bounce::run(place, &args)),
        Command::Backup(args) => backup::run(place, &args),
        Command::Restore(args) => backup::restore(place, &args),
        Command::Migrate => maintenance::migrate(place),
        Command::Config(command) => config::run(place, &command),
        Command::Completions(args) => Ok(config::completions(&args)),
        Command::Man(args) => config::man(&args),
        Command::Health(args) => health::run(place, args.listen.as_deref()),
        Command::Doctor(json) => doctor::run(place, json.json),
    }
}
