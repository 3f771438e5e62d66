//! A PostgreSQL server for the tests of one run.
//!
//! Tests run in many processes, some at the same time, and none knows whether it is the last. So
//! each holds a shared lock on a file while it lives; the first starts the server, and with it a
//! small shell script that stops it and removes its folder once nobody holds that lock any more.
//! The operating system drops the locks of a process however it ends: nothing is left behind.

use std::{
    fs::{self, File},
    os::unix::fs::{PermissionsExt as _, chown},
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
};

use postgres::{Client, NoTls};

use crate::programs::{self, Programs};

/// No durability, no network, and small buffers: the data are gone in a minute.
pub(crate) const SETTINGS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c listen_addresses='' -c max_connections=200 -c shared_buffers=64MB -c log_min_messages=fatal";

/// Stops the server once nobody holds the lock `$1`, and removes its folder `$2`.
const WATCH: &str = r#"
while sleep 3; do
  flock --nonblock --conflict-exit-code 9 "$1" sh -c '
    pid=$(head -n 1 "$1/data/postmaster.pid") && kill -INT "$pid" &&
      while kill -0 "$pid"; do sleep 0.1; done
    rm -rf "$1"
  ' stop "$2"
  [ $? -eq 9 ] || exit 0
done
"#;

/// A server that can make databases.
#[derive(Debug)]
pub(crate) struct Server {
    base: String,
    _in_use: Option<File>,
}

impl Server {
    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        match self.base.split_once('?') {
            Some((base, parameters)) => format!("{base}/{database}?{parameters}"),
            None => format!("{}/{database}", self.base),
        }
    }
}

/// The server that `MUSTER_TEST_POSTGRES_URL` names, or the one of this run.
pub(crate) fn running() -> Result<&'static Server, String> {
    static SERVER: OnceLock<Result<Server, String>> = OnceLock::new();
    SERVER
        .get_or_init(|| match std::env::var("MUSTER_TEST_POSTGRES_URL") {
            Ok(url) => Ok(Server {
                base: without_database(&url),
                _in_use: None,
            }),
            Err(_) => start_or_join(),
        })
        .as_ref()
        .map_err(String::clone)
}

/// `postgres://host/name?parameters` without the name.
fn without_database(url: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address
        .get(authority..)
        .and_then(|rest| rest.find('/'))
        .map(|at| authority + at);
    let base = end.and_then(|end| address.get(..end)).unwrap_or(address);
    if parameters.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{parameters}")
    }
}

fn start_or_join() -> Result<Server, String> {
    let root = std::env::temp_dir().join(format!("muster-test-{}", programs::uid()));
    fs::create_dir_all(&root).map_err(|error| error.to_string())?;
    let lock_path = root.join("in-use");
    let in_use = lock_file(&lock_path)?;
    in_use.lock_shared().map_err(|error| error.to_string())?;

    let starting = lock_file(&root.join("starting"))?;
    starting.lock().map_err(|error| error.to_string())?;
    let folder = root.join("postgres");
    let socket = folder.display().to_string().replace('/', "%2F");
    let server = Server {
        base: format!("postgres://postgres@{socket}"),
        _in_use: Some(in_use),
    };
    if Client::connect(&server.url("postgres"), NoTls).is_err() {
        start(&folder, &lock_path)?;
    }
    Ok(server)
}

fn lock_file(path: &Path) -> Result<File, String> {
    File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn start(folder: &Path, lock: &Path) -> Result<(), String> {
    let programs = Programs::find()?;
    make_folder(folder, &programs).map_err(|error| format!("{}: {error}", folder.display()))?;
    let data = folder.join("data").display().to_string();
    initialise(&programs, &data)?;
    let settings = format!(
        "{SETTINGS} -c unix_socket_directories='{}'",
        folder.display()
    );
    programs.run(
        "pg_ctl",
        &[
            "start",
            "-w",
            "-s",
            "-D",
            &data,
            "-l",
            "/dev/null",
            "-o",
            &settings,
        ],
    )?;
    watch(folder, lock)
}

/// An empty folder that belongs to the server's user.
pub(crate) fn make_folder(folder: &Path, programs: &Programs) -> std::io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    match programs.user() {
        Some(user) => chown(folder, Some(user.uid), Some(user.gid)),
        None => Ok(()),
    }
}

/// Makes the cluster, with a collation unlike bytes if the version can: SQL must not rely on it.
pub(crate) fn initialise(programs: &Programs, data: &str) -> Result<(), String> {
    let common = [
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ];
    let unlike_bytes = ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C"];
    programs
        .run("initdb", &[&common[..], &unlike_bytes].concat())
        .or_else(|_| programs.run("initdb", &[&common[..], &["--locale=C"]].concat()))
}

/// Starts the script that cleans up, in a session of its own.
fn watch(folder: &Path, lock: &Path) -> Result<(), String> {
    Command::new("setsid")
        .args(["sh", "-c", WATCH, "watch"])
        .args([lock, folder])
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
        .map_err(|error| format!("setsid cannot be run: {error}"))
}
