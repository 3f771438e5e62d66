//! Commands against a server: the same answers as here, and uploads that go on whoever was killed.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    process::{Child, Command, Output, Stdio},
    sync::atomic::Ordering,
    thread,
};

use serde_json::Value;
use testkit::{TestDb, on_both};

use crate::{
    house::{EMAIL, House, Process},
    relay::Relay,
};

const FILE: &str = "User ID,Name,Email,Groups,Locker\n\
    1,Anna Berg,anna@example.com,Night,3\n2,Ben Cole,ben@,Day,4\n3,Cleo Diaz,cleo@example.com,,5\n";

/// A house with a server and a token for everything.
pub(crate) struct Site {
    pub(crate) house: House,
    pub(crate) server: Process,
}

impl Site {
    pub(crate) fn new(database: Option<String>) -> Self {
        Self::with(database, &[])
    }

    pub(crate) fn with(database: Option<String>, of_server: &[&str]) -> Self {
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
            "settings:write",
            "webhooks",
            "outbox",
            "access",
            "cards",
            "workflows",
            "documents",
            "photos",
            "roles",
        ];
        let mut arguments = vec!["tokens", "create", "Remote", "--for", EMAIL];
        for scope in scopes {
            arguments.extend(["--scope", scope]);
        }
        let token = house.runs(&arguments);
        fs::write(house.path("token"), token).unwrap();
        let server = house.serve(of_server);
        Self { house, server }
    }

    /// A command against a server, as somebody types it who has no database here.
    pub(crate) fn command(&self, address: &str, arguments: &[&str]) -> Command {
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

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
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

/// A document without what differs from one installation to the next: ids, moments and durations.
pub(crate) fn settled(mut value: Value) -> Value {
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
        (&["doctor"], "about the machine that it is started on"),
        (
            &["imports", "retention", "--now"],
            "a server removes what is older",
        ),
        (
            &["users", "add", "first_name=Ben", "--invite", "link"],
            "shown on the pages of the server only",
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

on_both! {
    fn lists_and_single_people_are_the_same_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        let here = |arguments: &[&str]| site.house.output(arguments);
        let there = |arguments: &[&str]| site.output(arguments);
        let text = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
        // What the server does is seen here.
        let made = there(&["groups", "create", "Night shift"]);
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        for arguments in [
            &["groups", "create", "Harbour", "--kind", "team"][..],
            &["modules", "set", "events", "--seats", "7"],
            &["devices", "create", "Main gate"],
            &["users", "add", "first_name=Thandi", "last_name=Nkosi", "email=thandi@example.com", "groups=Night shift"],
            &["users", "add", "first_name=Ben", "external_id=B-1"],
            &["users", "add", "first_name=Cleo", "email=cleo@example.com"],
            &["users", "edit", "cleo@example.com", "title=Guard", "last_name=Diaz"],
            &["groups", "add", "night shift", "B-1"],
            &["groups", "rename", "Harbour", "Quay", "--kind", "team"],
            &["users", "deactivate", "Ben"],
        ] {
            let done = there(arguments);
            assert_eq!(done.status.code(), Some(0), "{arguments:?}: {done:?}");
        }
        for arguments in [
            &["groups", "list", "--json"][..],
            &["groups", "list"],
            &["groups", "members", "Night shift", "--json"],
            &["modules", "list", "--json"],
            &["devices", "list", "--json"],
            &["users", "count"],
            &["users", "list"],
            &["users", "list", "--json"],
            &["users", "show", "thandi@example.com", "--json"],
            &["users", "show", "Thandi Nkosi"],
            &["users", "export"],
            &["users", "export", "--format", "json"],
            &["activity", "--what", "groups", "--json"],
            &["activity", "--what", "groups"],
        ] {
            let (here, there) = (here(arguments), there(arguments));
            assert_eq!((there.status.code(), text(&there)), (here.status.code(), text(&here)), "{arguments:?}: {there:?}");
            assert!(text(&here).len() > 1, "{arguments:?}");
        }
        for (arguments, code) in [
            (&["users", "show", "nobody@example.com", "--json"][..], 1),
            (&["users", "edit", "cleo@example.com", "email=cleo@"], 1),
            (&["users", "add", "first_name=Two", "email=cleo@example.com"], 1),
            (&["groups", "members", "Nowhere"], 1),
        ] {
            let (here, there) = (here(arguments), there(arguments));
            assert_eq!((there.status.code(), here.status.code()), (Some(code), Some(code)), "{arguments:?}: {there:?} {here:?}");
        }
        let deleted = there(&["users", "delete", "B-1", EMAIL, "--json"]);
        assert_eq!(deleted.status.code(), Some(4), "{deleted:?}");
        let outcomes: Value = serde_json::from_slice(&deleted.stdout).unwrap();
        assert_eq!((&outcomes[0]["outcome"], &outcomes[1]["code"]), (&"deleted".into(), &"yourself".into()), "{outcomes}");
        assert_eq!(text(&here(&["users", "count"])).trim(), "3");
    }
}
