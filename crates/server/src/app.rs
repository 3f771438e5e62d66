//! What every handler can reach.

use std::{
    num::NonZero,
    ops::Deref,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    thread::available_parallelism,
};

use db::Db;
use directory::documents::Documents;
use identity::sign_in::Strangers;
use import::Imports;
use jobs::Wake;
use kernel::{Clock, Ids, Network};
use tokio::sync::Semaphore;

use crate::api::Rates;

/// What an operator decides about the web shell.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether browsers reach the server over https, directly or through a proxy.
    pub https: bool,
    /// Proxies that are believed about whom a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// Private networks that webhooks may be in.
    pub webhook_networks: Vec<Network>,
    /// Where uploads are kept until they are taken in; the disk of the imports' files.
    pub data: PathBuf,
    /// The largest file that may be uploaded.
    pub upload_limit_bytes: u64,
    /// How many requests a token may make each minute.
    pub token_requests_a_minute: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            https: false,
            trusted_proxies: Vec::new(),
            webhook_networks: Vec::new(),
            data: std::env::temp_dir(),
            upload_limit_bytes: 1024 * 1024 * 1024,
            token_requests_a_minute: 1500,
        }
    }
}

/// The state shared by all requests; clones are cheap.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// The parts of [`App`].
#[derive(Debug)]
pub struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) imports: Imports,
    pub(crate) documents: Documents,
    /// Wakes the workers of this process, and tells when it is stopping.
    pub(crate) wake: Wake,
    /// How messages leave, and what their links begin with: never what a request says.
    pub(crate) delivery: delivery::Settings,
    pub(crate) settings: Settings,
    pub(crate) strangers: Strangers,
    /// What this process holds of the requests that programs may make.
    pub(crate) rates: Rates,
    /// Hashing takes a whole core; more at once than there are cores would starve the rest.
    pub(crate) hashing: Semaphore,
    /// Set once an account has been seen, after which the set-up page never opens again.
    pub(crate) is_set_up: AtomicBool,
}

impl App {
    /// Brings together what the handlers need.
    pub fn new(
        db: Db,
        clock: Clock,
        ids: Ids,
        imports: Imports,
        wake: Wake,
        delivery: delivery::Settings,
        settings: Settings,
    ) -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Inner {
            documents: Documents::new(db.clone(), &settings.data),
            db,
            clock,
            ids,
            imports,
            wake,
            delivery,
            rates: Rates::new(settings.token_requests_a_minute),
            settings,
            strangers: Strangers::default(),
            hashing: Semaphore::new(cores),
            is_set_up: AtomicBool::new(false),
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
