//! A PostgreSQL server for one test, which may stop and start it.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::{
    programs::Programs,
    server::{SETTINGS, initialise, make_folder},
};

/// A server that no other test uses; gone when dropped.
#[derive(Debug)]
pub struct OwnServer {
    folder: TempDir,
    programs: Programs,
}

impl OwnServer {
    /// Makes a cluster and starts it; `Err` says why that is not possible here.
    pub fn start_new() -> Result<Self, String> {
        let programs = Programs::find()?;
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let server = Self { folder, programs };
        // Its user must get through to it.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(server.folder.path(), open).map_err(|error| error.to_string())?;
        make_folder(&server.home(), &server.programs).map_err(|error| error.to_string())?;
        initialise(&server.programs, &server.cluster())?;
        server.start();
        Ok(server)
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        let socket = self.home().display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{socket}/postgres")
    }

    /// Starts it again after [`OwnServer::stop`].
    pub fn start(&self) {
        let settings = format!(
            "{SETTINGS} -c unix_socket_directories='{}'",
            self.home().display()
        );
        let cluster = self.cluster();
        let arguments = [
            "start",
            "-w",
            "-s",
            "-D",
            &cluster,
            "-l",
            "/dev/null",
            "-o",
            &settings,
        ];
        self.programs
            .run("pg_ctl", &arguments)
            .expect("the server starts");
    }

    /// Ends it in the middle of whatever it does, as a crash would; every connection is lost.
    pub fn stop(&self) {
        let arguments = ["stop", "-w", "-s", "-m", "immediate", "-D", &self.cluster()];
        self.programs
            .run("pg_ctl", &arguments)
            .expect("the server stops");
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    fn cluster(&self) -> String {
        self.home().join("data").display().to_string()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let arguments = ["stop", "-w", "-s", "-m", "immediate", "-D", &self.cluster()];
        // It may have been stopped by the test.
        let _ = self.programs.run("pg_ctl", &arguments);
    }
}
