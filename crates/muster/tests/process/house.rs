//! An installation for one test, with servers, commands, and a browser of the plainest kind.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use db::{Db, Options, Sql, params};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const EMAIL: &str = "maria@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery";
/// How often it is looked again.
const PAUSE: Duration = Duration::from_millis(10);
/// Longer than anything takes here; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(4);

/// A data folder and a database.
pub(crate) struct House {
    folder: TempDir,
    database: Option<String>,
}

impl House {
    /// One without an account; SQLite in the data folder if no database is named.
    pub(crate) fn empty(database: Option<String>) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            database,
        }
    }

    /// One with an account and its owner.
    pub(crate) fn with_account(database: Option<String>) -> Self {
        let house = Self::empty(database);
        let password = house.folder.path().join("password");
        fs::write(&password, format!("{PASSWORD}\n")).unwrap();
        let password = password.display().to_string();
        house.runs(&[
            "init",
            "--account",
            "Harbour",
            "--email",
            EMAIL,
            "--password-file",
            &password,
        ]);
        house
    }

    /// One with an account of this name, whose national phone numbers are those of the country.
    pub(crate) fn with_account_in(name: &str, country: &str) -> Self {
        let house = Self::empty(None);
        let password = house.path("password");
        fs::write(&password, format!("{PASSWORD}\n")).unwrap();
        let password = password.display().to_string();
        house.runs(&[
            "init",
            "--account",
            name,
            "--email",
            EMAIL,
            "--default-country",
            country,
            "--password-file",
            &password,
        ]);
        house
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command
            .args(arguments)
            .env_clear()
            .env("MUSTER_DATA", self.data())
            .stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("MUSTER_DATABASE", database);
        }
        command
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that has to succeed; returns what it prints.
    pub(crate) fn runs(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.runs(arguments)).unwrap()
    }

    /// Starts a server that works until it is killed or dropped.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Process {
        self.start(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat())
    }

    /// Starts a process that works until it is killed or dropped.
    pub(crate) fn start(&self, arguments: &[&str]) -> Process {
        let log = self.path(&format!("log-{}", rand_name()));
        let mut command = self.command(arguments);
        command
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut process = Process {
            address: String::new(),
            metrics: String::new(),
            redirect: String::new(),
            child,
            log,
        };
        loop {
            let line = match lines.next() {
                Some(line) => line.unwrap(),
                None => panic!("it did not start: {}", process.log()),
            };
            let address = line.rsplit("//").next().unwrap().replace("/metrics", "");
            match line.split(' ').next() {
                Some("Metrics") => process.metrics = address,
                Some("Redirecting") => process.redirect = address,
                _ => {
                    process.address = address;
                    return process;
                }
            }
        }
    }

    /// Writes a spreadsheet of so many people, and says where.
    pub(crate) fn people(&self, count: u32) -> String {
        let mut text = "First name,Last name,E-mail,Department\n".to_owned();
        for number in 0..count {
            writeln!(
                text,
                "Thandi,Nkosi {number},person{number}@example.com,Field"
            )
            .unwrap();
        }
        let path = self.path("people.csv");
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// How many people there are, found without a process that would take its time.
    pub(crate) fn count(&self) -> u32 {
        let in_folder = format!("sqlite:{}", self.data().join("muster.db").display());
        let url = self.database.as_ref().unwrap_or(&in_folder);
        let counted = Db::open(url, &Options::default()).and_then(|db| {
            let all = Sql::new("count", "select count(*) as people from users");
            db.read_blocking(|tx| tx.fetch_one::<(i64,)>(&all, params![]))
        });
        u32::try_from(counted.unwrap().0).unwrap()
    }

    /// The counts of the newest import once it has ended: outcomes by name, and its state.
    pub(crate) fn newest_import(&self) -> Value {
        self.json(&["imports", "show", "1", "--json"])
    }
}

fn rand_name() -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
        .to_string()
}

/// A running server.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
    /// Where its numbers are, if it shows them.
    pub(crate) metrics: String,
    /// Where it only redirects, if it does.
    pub(crate) redirect: String,
    log: PathBuf,
}

impl Process {
    /// Ends it at once, as the system does when memory runs out.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and says how it ended.
    pub(crate) fn terminate(&mut self) -> std::process::ExitStatus {
        signal(&self.child, "-TERM");
        self.child.wait().unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// What it has written to its log.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn get(&self, path: &str, cookie: &str) -> Answer {
        send(&self.address, "GET", path, cookie, None)
    }

    /// Submits a form of our own page.
    pub(crate) fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        send(
            &self.address,
            "POST",
            path,
            cookie,
            Some((kind, body.join("&").as_bytes())),
        )
    }

    /// Signs the owner in; returns the cookie.
    pub(crate) fn sign_in(&self) -> String {
        self.sign_in_as(EMAIL, PASSWORD)
    }

    /// Signs somebody in; returns the cookie.
    pub(crate) fn sign_in_as(&self, email: &str, password: &str) -> String {
        let answer = self.post("/sign-in", "", &[("email", email), ("password", password)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = answer.header("set-cookie");
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Uploads a spreadsheet, checks it and starts it; returns the import's address.
    pub(crate) fn import(&self, cookie: &str, file: &Path) -> String {
        let mut body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\r\n".to_vec();
        body.extend(fs::read(file).unwrap());
        body.extend_from_slice(b"\r\n--x--\r\n");
        let kind = "multipart/form-data; boundary=x";
        let uploaded = send(
            &self.address,
            "POST",
            "/imports/new",
            cookie,
            Some((kind, &body)),
        );
        assert_eq!(uploaded.status, 303, "{}", uploaded.body);
        let id = uploaded
            .header("location")
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        let import = format!("/imports/{id}");
        if self
            .get(&import, cookie)
            .header("location")
            .ends_with("/map")
        {
            let rev = self.get(&format!("{import}/map"), cookie).rev();
            self.post(&format!("{import}/map"), cookie, &[("rev", &rev)]);
        }
        let plan = format!("{import}/plan");
        until("the file is checked", || {
            self.get(&plan, cookie).body.contains("name=\"rev\"")
        });
        let rev = self.get(&plan, cookie).rev();
        let started = self.post(&format!("{import}/start"), cookie, &[("rev", &rev)]);
        assert!(
            started.header("location").ends_with("/run"),
            "{}",
            started.body
        );
        import
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// The revision in a page's form.
    fn rev(&self) -> String {
        let (_, after) = self
            .body
            .split_once("name=\"rev\" value=\"")
            .unwrap_or_else(|| panic!("no form with a revision: {}", self.body));
        after.split('"').next().unwrap().to_owned()
    }
}

/// One request over a connection of its own.
pub(crate) fn send(
    address: &str,
    method: &str,
    path: &str,
    cookie: &str,
    body: Option<(&str, &[u8])>,
) -> Answer {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n"
    );
    if !cookie.is_empty() {
        write!(head, "Cookie: {cookie}\r\n").unwrap();
    }
    if let Some((kind, bytes)) = body {
        let length = bytes.len();
        write!(head, "Content-Type: {kind}\r\nContent-Length: {length}\r\n").unwrap();
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    if let Some((_, bytes)) = body {
        stream.write_all(bytes).unwrap();
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    parse(&String::from_utf8_lossy(&answer))
}

/// Takes an answer apart.
pub(crate) fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer {
        status: status.unwrap_or_else(|| panic!("not an answer: {text}")),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Looks again and again, until it is so or nobody would wait any longer.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited too long until {what}");
        thread::sleep(PAUSE);
    }
}
