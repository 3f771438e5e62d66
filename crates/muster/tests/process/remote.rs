//! Commands against a server: the same answers as here, and uploads that go on whoever was killed.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::Value;
use testkit::{TestDb, on_both};

use crate::house::{EMAIL, House, Process, until};

const FILE: &str = "User ID,Name,Email,Groups,Locker\n\
    1,Anna Berg,anna@example.com,Night,3\n2,Ben Cole,ben@,Day,4\n3,Cleo Diaz,cleo@example.com,,5\n";

/// A house with a server and a token for everything.
struct Site {
    house: House,
    server: Process,
}

impl Site {
    fn new(database: Option<String>) -> Self {
        let house = House::with_account(database);
        let scopes = [
            "imports:read",
            "imports:write",
            "invitations",
            "exports",
            "users:read",
            "users:write",
            "groups:read",
            "groups:write",
            "devices",
            "activity:read",
            "settings:read",
        ];
        let mut arguments = vec!["tokens", "create", "Remote", "--for", EMAIL];
        for scope in scopes {
            arguments.extend(["--scope", scope]);
        }
        let token = house.runs(&arguments);
        fs::write(house.path("token"), token).unwrap();
        let server = house.serve(&[]);
        Self { house, server }
    }

    /// A command against a server, as somebody types it who has no database here.
    fn command(&self, address: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command
            .args(arguments)
            .env_clear()
            .env("MUSTER_SERVER", format!("http://{address}"))
            .env("MUSTER_TOKEN_FILE", self.house.path("token"))
            .env("MUSTER_CACHE", self.house.path("cache"))
            .stdin(Stdio::null());
        command
    }

    fn output(&self, arguments: &[&str]) -> Output {
        self.command(&self.server.address, arguments)
            .output()
            .unwrap()
    }

    /// Begins an import through a relay.
    fn begin(&self, relay: &Relay, file: &str) -> Child {
        self.command(
            &relay.address,
            &["import", file, "--yes", "--json", "--ignore", "Story"],
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
    }

    /// A file of several parts, and few people.
    fn large_file(&self) -> (String, u64) {
        let story = "so it goes ".repeat(1100);
        let mut text = "First name,Last name,E-mail,Story\n".to_owned();
        for number in 0..1000 {
            writeln!(text, "Thandi,Nkosi,person{number}@example.com,{story}").unwrap();
        }
        let path = self.house.path("large.csv");
        fs::write(&path, &text).unwrap();
        (path.display().to_string(), text.len() as u64)
    }

    /// The large file was imported once, and nothing is left of how it came here.
    fn assert_came_once(&self, output: &Output) {
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&answer["state"], &answer["created"]),
            (&"done".into(), &1000.into()),
            "{answer}"
        );
        assert_eq!(
            self.house
                .json(&["imports", "list", "--json"])
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(self.house.count(), 1001);
        let left = fs::read_dir(self.house.path("cache")).unwrap().count();
        assert_eq!(left, 0, "something is remembered still");
    }
}

/// Something between client and server that lets only so many bytes through.
struct Relay {
    address: String,
    target: Arc<Mutex<String>>,
    budget: Arc<AtomicU64>,
    sent: Arc<AtomicU64>,
}

impl Relay {
    fn to(target: &str, budget: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let relay = Self {
            address: listener.local_addr().unwrap().to_string(),
            target: Arc::new(Mutex::new(target.to_owned())),
            budget: Arc::new(AtomicU64::new(budget)),
            sent: Arc::default(),
        };
        let (target, budget, sent) = (
            Arc::clone(&relay.target),
            Arc::clone(&relay.budget),
            Arc::clone(&relay.sent),
        );
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(target.lock().unwrap().as_str()) else {
                    continue;
                };
                let (mut from_server, mut to_client) =
                    (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || {
                    let _ = std::io::copy(&mut from_server, &mut to_client);
                    let _ = to_client.shutdown(Shutdown::Both);
                });
                let (budget, sent) = (Arc::clone(&budget), Arc::clone(&sent));
                thread::spawn(move || pass(client, server, &budget, &sent));
            }
        });
        relay
    }

    /// Waits until nothing more is let through.
    fn is_stuck(&self) {
        until("the relay lets nothing through any more", || {
            self.sent.load(Ordering::SeqCst) + 64 * 1024 >= self.budget.load(Ordering::SeqCst)
        });
    }

    fn open(&self) {
        self.budget.store(u64::MAX / 2, Ordering::SeqCst);
    }
}

fn pass(mut client: TcpStream, mut server: TcpStream, budget: &AtomicU64, sent: &AtomicU64) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = client.read(&mut buffer) {
        if read == 0 {
            break;
        }
        while sent.load(Ordering::SeqCst) + read as u64 > budget.load(Ordering::SeqCst) {
            // Somebody who was killed meanwhile has closed the line.
            client
                .set_read_timeout(Some(Duration::from_millis(5)))
                .unwrap();
            if matches!(client.peek(&mut [0]), Ok(0)) {
                let _ = server.shutdown(Shutdown::Both);
                return;
            }
            client.set_read_timeout(None).unwrap();
            thread::yield_now();
        }
        sent.fetch_add(read as u64, Ordering::SeqCst);
        if server.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    let _ = client.shutdown(Shutdown::Both);
}

/// A document without what differs from one installation to the next: ids, moments and durations.
fn settled(mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => {
            for name in [
                "import",
                "id",
                "seconds",
                "rows_per_second",
                "compared_at",
                "created_at",
                "updated_at",
            ] {
                object.remove(name);
            }
            for value in object.values_mut() {
                *value = settled(value.take());
            }
        }
        Value::Array(list) => {
            for value in list {
                *value = settled(value.take());
            }
        }
        _ => {}
    }
    value
}

/// A file of results without the ids of people.
fn without_ids(text: &str) -> Vec<String> {
    let id = |cell: &str| cell.len() == 36 && cell.matches('-').count() == 4;
    text.lines()
        .map(|line| {
            line.split(',')
                .filter(|cell| !id(cell))
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect()
}

on_both! {
    fn an_import_against_a_server_says_what_one_here_says(db: &TestDb) {
        // The other installation is on SQLite in any case: what is said does not depend on that.
        let site = Site::new(Some(db.url().to_owned()));
        let here = House::with_account(None);
        fs::write(site.house.path("staff.csv"), FILE).unwrap();
        let file = site.house.path("staff.csv").display().to_string();
        for (number, options) in [
            &["--dry-run"][..],
            &["--yes", "--bad-rows", "stop"],
            &["--yes", "--map", "Locker=notes", "--set", "department=Harbour", "--pause-after", "1"],
            &["--yes"],
            &["--yes", "--mode", "match", "--scope", "group:Nowhere"],
            &["--yes", "--mapping", "Nothing"],
            &[],
        ].iter().enumerate() {
            let run = |place: &str, command: &dyn Fn(&[&str]) -> Output| {
                let [results, errors] = ["results", "errors"].map(|kind| {
                    site.house.path(&format!("{kind}-{place}-{number}.csv")).display().to_string()
                });
                let arguments = [&["import", &file, "--json", "--results", &results, "--errors", &errors], *options].concat();
                let output = command(&arguments);
                let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
                let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
                (output.status.code(), settled(said), without_ids(&text(&results)), text(&errors))
            };
            let there = run("there", &|arguments| site.output(arguments));
            let here = run("here", &|arguments| here.output(arguments));
            assert_eq!(there, here, "{options:?}");
        }
        let said = |output: Output| (output.status.code(), String::from_utf8(output.stderr).unwrap());
        for arguments in [&["imports", "show", "3"][..], &["imports", "resume", "3"], &["imports", "undo", "3", "--yes"], &["imports", "undo", "77"]] {
            let (there, here) = (said(site.output(arguments)), said(here.output(arguments)));
            assert_eq!(there, here, "{arguments:?}");
        }
        for arguments in [&["imports", "list", "--json"][..], &["imports", "show", "3", "--json"]] {
            let json = |output: Output| settled(serde_json::from_slice(&output.stdout).unwrap());
            let (mut there, mut here) = (json(site.output(arguments)), json(here.output(arguments)));
            // Who started it is the one thing that a token makes another.
            for list in [&mut there, &mut here] {
                for import in list.as_array_mut().into_iter().flatten() {
                    import.as_object_mut().unwrap().remove("started_by").unwrap();
                }
            }
            assert_eq!(there, here, "{arguments:?}");
        }
        let left = fs::read_dir(site.house.path("cache")).unwrap().count();
        assert_eq!(left, 0, "something is remembered still");
    }
}

#[test]
fn an_upload_goes_on_after_its_client_was_killed() {
    let site = Site::new(None);
    let (file, bytes) = site.large_file();
    let relay = Relay::to(&site.server.address, bytes * 2 / 3);
    let mut client = site.begin(&relay, &file);
    relay.is_stuck();
    client.kill().unwrap();
    client.wait().unwrap();
    relay.open();
    let before = relay.sent.load(Ordering::SeqCst);
    let output = site.begin(&relay, &file).wait_with_output().unwrap();
    site.assert_came_once(&output);
    let again = relay.sent.load(Ordering::SeqCst) - before;
    assert!(
        again < bytes * 3 / 4,
        "{again} of {bytes} bytes were sent again"
    );
}

#[test]
fn an_upload_goes_on_after_its_server_was_killed() {
    testkit::on_postgres(|db: &TestDb| {
        let Site { house, server } = Site::new(Some(db.url().to_owned()));
        let relay = Relay::to(&server.address, 6 << 20);
        let site = Site { house, server };
        let (file, _) = site.large_file();
        let client = site.begin(&relay, &file);
        relay.is_stuck();
        let Site { house, server } = site;
        server.kill();
        let server = house.serve(&[]);
        *relay.target.lock().unwrap() = server.address.clone();
        relay.open();
        let site = Site { house, server };
        site.assert_came_once(&client.wait_with_output().unwrap());
    });
}

/// Somebody else's server, which says the same to everybody.
fn stranger(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let _ = client.read(&mut [0; 4096]);
            let _ = client.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn what_stands_against_it_is_said_in_one_sentence() {
    let site = Site::new(None);
    let narrow = site.house.runs(&[
        "tokens",
        "create",
        "Narrow",
        "--for",
        EMAIL,
        "--scope",
        "activity:read",
    ]);
    let html = stranger(
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnope",
    );
    let page = stranger(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere",
    );
    let moved = stranger(
        "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    let ours = site.server.address.as_str();
    for (address, token, code, words) in [
        (ours, "wrong", 4, "The token is unknown, has expired"),
        (
            ours,
            narrow.trim(),
            4,
            "does not have the scope imports:read",
        ),
        (
            "127.0.0.1:1",
            "x",
            1,
            "http://127.0.0.1:1 cannot be reached",
        ),
        (
            &html,
            "x",
            1,
            "does not answer as a Muster server does (404 Not Found, text/html)",
        ),
        (
            &page,
            "x",
            1,
            "does not answer as a Muster server does (200 OK, text/html)",
        ),
        (
            &moved,
            "x",
            1,
            "sends us on to https://elsewhere.example; give that address",
        ),
        ("", "x", 2, "is not an address such as"),
    ] {
        let mut command = site.command(address, &["imports", "list", "--json"]);
        let output = command
            .env_remove("MUSTER_TOKEN_FILE")
            .env("MUSTER_TOKEN", token)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{address}: {said}");
        assert!(said.contains(words), "{address}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(answer["error"]["message"].is_string(), "{answer}");
        assert!(
            !said.contains(token) || token == "x",
            "the token is told: {said}"
        );
    }
}

#[test]
fn two_places_at_once_are_wrong_usage() {
    let site = Site::new(None);
    for (arguments, words) in [
        (
            &["imports", "list", "--data", "here"][..],
            "give one of them",
        ),
        (
            &["imports", "list", "--account", "harbour"],
            "a token belongs to one account",
        ),
        (&["doctor"], "has no form for a server"),
        (
            &["imports", "fix", "1", "--skip"],
            "has no form for a server",
        ),
    ] {
        let output = site.output(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{said}");
    }
    assert!(site.output(&["completions", "bash"]).status.success());
}

#[test]
fn completions_and_manual_pages_have_the_options_of_servers() {
    let house = House::empty(None);
    for shell in ["bash", "zsh", "fish"] {
        let text = house.runs(&["completions", shell]);
        for option in ["server", "token-file", "ca-file"] {
            assert!(text.contains(option), "{shell}: {option}");
        }
    }
    let folder = house.path("man").display().to_string();
    house.runs(&["man", &folder]);
    let page = fs::read_to_string(house.path("man").join("muster-import.1")).unwrap();
    assert!(
        page.contains("\\-\\-server") && page.contains("\\-\\-token\\-file"),
        "{page}"
    );
}
