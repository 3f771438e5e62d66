//! Wiring: where the data is, the database, and the context commands act in.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use db::{Db, Options};
use directory::{Actor, Ctx, accounts};
use import::Imports;
use jobs::{Context, Runner, Wake};
use kernel::{Clock, Ids, Network};
use tabular::Limits;

use crate::{
    cli::Place,
    config::{self, File},
    outlets, progress,
    web::first_line,
};

/// Where the server listens if nothing else is said.
const LISTEN: &str = "127.0.0.1:8080";

/// The address this process listens on, or a server on the same place would: as given, or in the file, or the usual one.
pub(crate) fn listen_address(option: Option<&str>, file: &File) -> String {
    let of_file = || file.get("listen").map(String::as_str);
    option.or_else(of_file).unwrap_or(LISTEN).to_owned()
}

/// Begins to listen.
pub(crate) fn listen_on(address: &str) -> Result<TcpListener> {
    let refused = || format!("{address} cannot be listened on");
    let listener = TcpListener::bind(address).with_context(refused)?;
    listener.set_nonblocking(true).with_context(refused)?;
    Ok(listener)
}

/// The installation a command works on.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) data: PathBuf,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) limits: Limits,
    pub(crate) series_folder: Option<PathBuf>,
    /// Where this process listens, or a server on the same place would.
    listen: String,
    /// Whether links begin with that, because nothing else was said.
    links_lead_here: bool,
    delivery: delivery::Settings,
    /// Private networks that webhooks may be in.
    webhook_networks: Vec<Network>,
}

/// Where an installation is; nothing has been opened or made yet.
pub(crate) struct Addresses {
    pub(crate) data: PathBuf,
    /// `sqlite:PATH` or `postgres://…`.
    pub(crate) database: String,
}

impl Addresses {
    /// As given on the command line, in the environment or in the file, or the usual ones.
    pub(crate) fn of(place: &Place) -> Result<Self> {
        let settings = config::of(place)?;
        let data = place
            .data
            .clone()
            .or_else(|| settings.get("data").map(PathBuf::from))
            .unwrap_or_else(|| PathBuf::from("muster-data"));
        let of_file = |path: &Path| first_line(path, "database-file");
        let named = (settings.get("database"), settings.get("database-file"));
        let database = match (&place.database, &place.database_file, named) {
            (None, Some(path), _) => of_file(path)?,
            (None, None, (Some(_), Some(_))) => {
                bail!("the configuration file has both database and database-file; keep one")
            }
            (Some(url), _, _) | (None, None, (Some(url), None)) => url.clone(),
            (None, None, (None, Some(path))) => of_file(Path::new(path))?,
            (None, None, (None, None)) => format!("sqlite:{}", data.join("muster.db").display()),
        };
        Ok(Self { data, database })
    }
}

impl House {
    /// Opens the database and brings it to this version's schema.
    pub(crate) fn open(place: &Place) -> Result<Self> {
        Self::listening(place, None)
    }

    /// The same for a process that listens, at this address if one was given.
    pub(crate) fn listening(place: &Place, listen: Option<&str>) -> Result<Self> {
        let file = config::of(place)?;
        let listen = listen_address(listen, &file);
        // Before anything is made: a setting that cannot work is the first thing to say.
        let delivery = outlets::settings(&place.outlets, &file, &listen)?;
        let is_told = place.outlets.public_url.is_some() || file.contains_key("public-url");
        let house = Self {
            listen,
            links_lead_here: !is_told,
            delivery,
            webhook_networks: outlets::webhook_networks(&place.outlets, &file)?,
            ..Self::without_migrating(place)?
        };
        house
            .db
            .migrate(house.clock.now())
            .context("the database cannot be migrated")?;
        Ok(house)
    }

    /// Opens the database as it is, without any way out for messages.
    pub(crate) fn without_migrating(place: &Place) -> Result<Self> {
        let settings = config::of(place)?;
        let Addresses { data, database } = Addresses::of(place)?;
        if backup::is_unfinished(&data) {
            return Err(backup::BackupError::Unfinished(data).into());
        }
        // Everything in it is about people: nobody else on the machine may look into a folder that is made here.
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&data)
            .with_context(|| format!("the data folder {} cannot be made", data.display()))?;
        let db =
            Db::open(&database, &Options::default()).context("the database cannot be opened")?;
        Ok(Self {
            db,
            data,
            clock: Clock::System,
            ids: Ids::system(),
            series_folder: place
                .series_folder
                .clone()
                .or_else(|| settings.get("series-folder").map(PathBuf::from)),
            limits: Limits::default(),
            listen: LISTEN.to_owned(),
            links_lead_here: true,
            delivery: delivery::Settings::capture(""),
            webhook_networks: Vec::new(),
        })
    }

    /// The same of an installation that is there: makes neither a folder nor a database.
    pub(crate) fn existing(place: &Place) -> Result<Self> {
        let Addresses { data, database } = Addresses::of(place)?;
        if !data.is_dir() {
            bail!("there is no data folder {}", data.display());
        }
        if db::would_be_made(&database)? {
            bail!("there is no database {database}");
        }
        Self::without_migrating(place)
    }

    /// The same with another bound on uploads.
    pub(crate) fn with_upload_limit(mut self, bytes: u64) -> Self {
        self.limits.upload_bytes = bytes;
        self
    }

    /// The imports of this installation.
    pub(crate) fn imports(&self) -> Imports {
        Imports::new(self.db.clone(), self.data.clone(), self.limits.clone())
            .telling_who_leaves(invite::many::withdraw_staged)
            .watching(self.series_folder.clone())
    }

    /// The same without any way out: messages are kept in the outbox.
    pub(crate) fn capturing(mut self) -> Self {
        (self.delivery.mail, self.delivery.sms) = (None, None);
        self
    }

    /// Begins to listen; links begin with the address and port that came of it, unless something else was said.
    pub(crate) fn bind(&mut self, is_encrypted: bool) -> Result<TcpListener> {
        let listener = listen_on(&self.listen)?;
        if self.links_lead_here {
            let address = listener.local_addr()?.to_string();
            self.delivery.public_url = outlets::url_here(&address, is_encrypted);
        }
        Ok(listener)
    }

    /// Whether links begin with the address listened on, which browsers behind a proxy cannot open.
    pub(crate) fn links_lead_here(&self) -> bool {
        self.links_lead_here
    }

    /// How messages leave, and what their links begin with.
    pub(crate) fn delivery(&self) -> delivery::Settings {
        self.delivery.clone()
    }

    /// A sender of messages that stops when `wake` does.
    pub(crate) fn sender(&self, wake: &Wake) -> delivery::Sender {
        delivery::Sender::new(
            self.db.clone(),
            self.clock.clone(),
            self.ids.clone(),
            wake.clone(),
            self.delivery(),
            &self.data.join("sending"),
        )
    }

    /// What the operator decided about webhooks.
    pub(crate) fn webhooks(&self) -> webhooks::Settings {
        webhooks::Settings {
            public_url: self.delivery.public_url.clone(),
            networks: self.webhook_networks.clone(),
        }
    }

    /// A sender of events to webhooks that stops when `wake` does.
    pub(crate) fn webhook_sender(&self, wake: &Wake) -> webhooks::Sender {
        webhooks::Sender::new(
            self.db.clone(),
            self.clock.clone(),
            self.ids.clone(),
            wake.clone(),
            self.webhooks(),
        )
    }

    /// Acts in an account with an owner's rights: whoever can run this can read the database.
    pub(crate) fn ctx(&self, account: Option<&str>) -> Result<Ctx> {
        let account = self.db.read_blocking(|tx| accounts::resolve(tx, account))?;
        Ok(Ctx {
            account: account.id,
            actor: Actor::command_line(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
        })
    }

    /// A runner of this process for all jobs.
    pub(crate) fn runner(&self, with_bar: bool) -> Runner {
        let context = Context::new(self.db.clone(), self.clock.clone(), self.ids.clone());
        let tell = if with_bar { progress::bar() } else { None };
        let runner = invite::register(Runner::new(context), &self.delivery());
        let runner = identity::reset::register(runner, &self.delivery());
        let runner = directory::photos::register(runner, &self.data);
        let runner = requests::own_data::register(runner, &self.delivery(), &self.data);
        let runner = requests::exports::register(runner, &self.data);
        let runner = admit::register(runner, &self.imports(), &self.delivery());
        let runner = directory::cards::register(runner);
        let runner = directory::bulk::register(runner);
        let runner = directory::upkeep::register(runner, &self.data);
        let runner = delivery::register(runner);
        let runner = webhooks::register(runner);
        let runner = erasure::register(runner, &self.imports(), &self.data);
        self.imports().register(runner, tell)
    }
}
