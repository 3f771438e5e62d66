//! Finding PostgreSQL's programs and running them as a user that may.

use std::{
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Installed server programs, and the user to run them as.
#[derive(Debug)]
pub(crate) struct Programs {
    folder: PathBuf,
    user: Option<User>,
}

/// An unprivileged user.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Programs {
    /// Looks in the search path and where Debian puts them.
    pub(crate) fn find() -> Result<Self, String> {
        let folder = folders()
            .into_iter()
            .find(|folder| {
                ["initdb", "pg_ctl"]
                    .iter()
                    .all(|name| folder.join(name).is_file())
            })
            .ok_or(
                "no PostgreSQL server is installed: `apt-get install postgresql`, or set \
                 MUSTER_TEST_POSTGRES_URL to a server whose databases may be made and dropped",
            )?;
        let user = if uid() == 0 {
            Some(unprivileged()?)
        } else {
            None
        };
        Ok(Self { folder, user })
    }

    /// Who the server runs as, if not as this process.
    pub(crate) fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// Runs a program to its end.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let mut command = match &self.user {
            Some(user) => {
                let mut command = Command::new("setpriv");
                command
                    .arg(format!("--reuid={}", user.uid))
                    .arg(format!("--regid={}", user.gid))
                    .arg("--clear-groups")
                    .arg(self.folder.join(program));
                command
            }
            None => Command::new(self.folder.join(program)),
        };
        // Not an inherited pipe: the server would keep it open, and the test's runner waiting.
        let status = command
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| format!("{program} cannot be run: {error}"))?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{program} failed: {status}"))
        }
    }
}

/// The id of the user of this process.
pub(crate) fn uid() -> u32 {
    std::fs::metadata("/proc/self").map_or(0, |process| process.uid())
}

fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders
}

/// PostgreSQL refuses to run as root.
fn unprivileged() -> Result<User, String> {
    let users = std::fs::read_to_string(Path::new("/etc/passwd")).map_err(|e| e.to_string())?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| users.lines().find_map(|line| user(line, name)))
        .ok_or_else(|| "there is no user postgres or nobody to run PostgreSQL as".to_owned())
}

/// Reads a line of `/etc/passwd`.
fn user(line: &str, wanted: &str) -> Option<User> {
    let mut fields = line.split(':');
    if fields.next() != Some(wanted) {
        return None;
    }
    let mut numbers = fields.skip(1).map(str::parse);
    Some(User {
        uid: numbers.next()?.ok()?,
        gid: numbers.next()?.ok()?,
    })
}
