//! Every spreadsheet of `fixtures/import` through the real command line, on both databases.
//!
//! `fixtures/import/README.md` describes the files. Not here: what a single check does.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::Mutex,
    thread,
};

use serde::Deserialize;
use serde_json::{Map, Value};
use tempfile::TempDir;
use testkit::TestDb;

/// What a `NAME.expected.json` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    about: String,
    steps: Vec<Step>,
    #[serde(default)]
    users: Vec<Map<String, Value>>,
    groups: Option<Vec<String>>,
    user_count: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Step {
    Run {
        run: Vec<String>,
    },
    File {
        file: String,
        lines: Vec<String>,
    },
    Import {
        import: String,
        arguments: Vec<String>,
        exit_code: i32,
        answer: Value,
    },
}

#[test]
fn every_fixture_ends_as_expected_on_sqlite() {
    testkit::on_sqlite(|_| tell_all(&|| Some(TestDb::sqlite())));
}

#[test]
fn every_fixture_ends_as_expected_on_postgres() {
    testkit::on_postgres(|_| tell_all(&|| TestDb::postgres().ok()));
}

/// The same stories with every import through a server.
#[test]
fn every_fixture_ends_as_expected_against_a_server() {
    testkit::on_sqlite(|_| tell_all_at(Place::Server, &|| Some(TestDb::sqlite())));
}

/// Where imports are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Here,
    Server,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/import")
}

/// Tells all stories, each on a database of its own, and names every one that ends differently.
fn tell_all(database: &(dyn Fn() -> Option<TestDb> + Sync)) {
    tell_all_at(Place::Here, database);
}

fn tell_all_at(place: Place, database: &(dyn Fn() -> Option<TestDb> + Sync)) {
    let wanted = std::env::var("MUSTER_FIXTURE").ok();
    let mut names: Vec<String> = fs::read_dir(fixtures())
        .unwrap()
        .filter_map(|entry| {
            let file = entry.unwrap().file_name().into_string().unwrap();
            file.strip_suffix(".expected.json").map(str::to_owned)
        })
        .filter(|name| wanted.as_ref().is_none_or(|wanted| wanted == name))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "there are no fixtures");
    let waiting = Mutex::new(names.into_iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(name) = { waiting.lock().unwrap().next() } {
                    let differences = tell(place, &name, &database().expect("a database"));
                    wrong.lock().unwrap().extend(differences);
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Tells one story and says what was different.
fn tell(place: Place, name: &str, db: &TestDb) -> Vec<String> {
    let text = fs::read_to_string(fixtures().join(format!("{name}.expected.json"))).unwrap();
    let story: Story =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut muster = Muster::new(db);
    muster.init();
    if place == Place::Server {
        muster.serve();
    }
    let mut teller = Teller {
        muster: &muster,
        differences: Vec::new(),
    };
    for (number, step) in story.steps.iter().enumerate() {
        teller.step(&format!("step {}", number + 1), step);
    }
    teller.users(&story);
    let named = |difference| format!("{name} ({}): {difference}", story.about);
    teller.differences.into_iter().map(named).collect()
}

/// The built binary on one database.
struct Muster {
    folder: TempDir,
    url: String,
    /// The server that imports go through, and its address.
    server: Option<(Child, String)>,
}

impl Drop for Muster {
    fn drop(&mut self) {
        if let Some((server, _)) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

impl Muster {
    fn new(db: &TestDb) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            url: db.url().to_owned(),
            server: None,
        }
    }

    /// Has a server do the imports from now on.
    fn serve(&mut self) {
        let scopes = [
            "--scope",
            "imports:read",
            "--scope",
            "imports:write",
            "--scope",
            "invitations",
        ];
        let token = [
            "tokens",
            "create",
            "Fixtures",
            "--for",
            "owner@fixtures.example",
        ];
        let token = self.say(&[&token[..], &scopes].concat()).unwrap();
        fs::write(self.folder.path().join("token"), token).unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_muster"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--database",
                &self.url,
                "--data",
            ])
            .arg(self.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        let address = said.trim().rsplit(' ').next().unwrap().to_owned();
        self.server = Some((server, address));
    }

    /// Runs an import where imports are done.
    fn import(&self, arguments: &[&str]) -> Output {
        let Some((_, address)) = &self.server else {
            return self.run(arguments);
        };
        Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(arguments.iter().map(|argument| self.in_folder(argument)))
            .args(["--server", address, "--token-file"])
            .arg(self.folder.path().join("token"))
            .arg("--cache")
            .arg(self.folder.path().join("cache"))
            .current_dir(fixtures())
            .output()
            .unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(arguments.iter().map(|argument| self.in_folder(argument)))
            .args(["--database", &self.url, "--data"])
            .arg(self.folder.path())
            .current_dir(fixtures())
            .output()
            .unwrap()
    }

    fn init(&self) {
        fs::write(
            self.folder.path().join("password"),
            "seven-green-bicycles-sing",
        )
        .unwrap();
        let email = "owner@fixtures.example";
        let password = ["--password-file", "{folder}/password"];
        self.say(
            &[
                &["init", "--account", "Fixtures", "--email", email],
                &password[..],
            ]
            .concat(),
        )
        .unwrap();
    }

    fn in_folder(&self, argument: &str) -> String {
        argument.replace("{folder}", &self.folder.path().display().to_string())
    }

    /// What a command that must succeed printed, or how it ended.
    fn say(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self.run(arguments);
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout).unwrap());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "{arguments:?} ended with {}: {said}",
            output.status
        ))
    }
}

/// Compares what happens with what is expected.
struct Teller<'a> {
    muster: &'a Muster,
    differences: Vec<String>,
}

impl Teller<'_> {
    /// What a command prints; nothing if it fails, which is a difference.
    fn say(&mut self, arguments: &[&str]) -> String {
        let said = self.muster.say(arguments);
        said.unwrap_or_else(|failure| {
            self.differences.push(failure);
            String::new()
        })
    }

    fn step(&mut self, place: &str, step: &Step) {
        match step {
            Step::Run { run } => {
                let arguments: Vec<&str> = run.iter().map(String::as_str).collect();
                self.say(&arguments);
            }
            Step::File { file, lines } => self.file(place, file, lines),
            Step::Import {
                import,
                arguments,
                exit_code,
                answer,
            } => {
                let mut command = vec!["import", import, "--json"];
                if !arguments.iter().any(|argument| argument == "--dry-run") {
                    command.push("--yes");
                }
                command.extend(arguments.iter().map(String::as_str));
                let output = self.muster.import(&command);
                self.import(&format!("{place}, {import}"), *exit_code, answer, &output);
            }
        }
    }

    /// Compares a file that was written; `*` at the end of a line stands for any text.
    fn file(&mut self, place: &str, file: &str, wanted: &[String]) {
        let text = fs::read_to_string(self.muster.in_folder(file)).unwrap();
        let found: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        let fits = |(wanted, found): (&String, &&str)| match wanted.strip_suffix('*') {
            Some(start) => found.starts_with(start),
            None => found == wanted,
        };
        if wanted.len() != found.len() || !wanted.iter().zip(&found).all(fits) {
            self.differences
                .push(format!("{place}: the file is {found:#?}, not {wanted:#?}"));
        }
    }

    fn import(&mut self, place: &str, exit_code: i32, wanted: &Value, output: &Output) {
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(exit_code) {
            let ended = output.status;
            self.differences.push(format!(
                "{place} ended with {ended}, not {exit_code}: {said}"
            ));
        }
        let Ok(answer) = serde_json::from_slice::<Value>(&output.stdout) else {
            let printed = String::from_utf8_lossy(&output.stdout);
            self.differences
                .push(format!("{place} printed no JSON document: {printed}{said}"));
            return;
        };
        self.row_equation(place, &answer);
        self.compare(place, wanted, &answer);
    }

    /// Nothing may be dropped silently: the outcomes add up to the rows of the file.
    fn row_equation(&mut self, place: &str, answer: &Value) {
        let outcomes = [
            "created",
            "updated",
            "unchanged",
            "skipped",
            "failed",
            "not_started",
        ];
        let count = |key: &str| answer.get(key).and_then(Value::as_u64);
        let sum: u64 = outcomes.iter().filter_map(|key| count(key)).sum();
        if count("rows").is_some_and(|rows| rows != sum) {
            self.differences
                .push(format!("{place}: the outcomes do not add up: {answer}"));
        }
    }

    fn compare(&mut self, place: &str, wanted: &Value, found: &Value) {
        match (wanted, found) {
            (Value::Object(wanted), Value::Object(found)) => {
                for (key, wanted) in wanted {
                    let found = found.get(key).unwrap_or(&Value::Null);
                    self.compare(&format!("{place}: {key}"), wanted, found);
                }
            }
            (Value::Array(wanted), Value::Array(found)) if place.ends_with("problems") => {
                let sorted = |list: &[Value]| {
                    let mut lines: Vec<String> = list.iter().map(problem).collect();
                    lines.sort();
                    lines
                };
                let (wanted, found) = (sorted(wanted), sorted(found));
                for line in wanted.iter().filter(|line| !found.contains(line)) {
                    self.differences.push(format!("{place} lacks {line}"));
                }
                for line in found.iter().filter(|line| !wanted.contains(line)) {
                    self.differences
                        .push(format!("{place} has {line} too many"));
                }
            }
            (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
                for (number, (wanted, found)) in wanted.iter().zip(found).enumerate() {
                    self.compare(&format!("{place}[{number}]"), wanted, found);
                }
            }
            _ if wanted == found => {}
            _ => self
                .differences
                .push(format!("{place} is {found}, not {wanted}")),
        }
    }

    fn users(&mut self, story: &Story) {
        for wanted in &story.users {
            let text = |key: &str| wanted.get(key).and_then(Value::as_str);
            let key = text("email")
                .or(text("phone"))
                .expect("an e-mail address or a phone number");
            let printed = self.say(&["users", "show", key, "--json"]);
            let found: Value = serde_json::from_str(&printed).unwrap_or_default();
            self.compare(key, &Value::Object(wanted.clone()), &found);
        }
        if let Some(wanted) = story.user_count {
            let printed = self.say(&["users", "count"]);
            if printed.trim() != wanted.to_string() {
                self.differences
                    .push(format!("there are {} users, not {wanted}", printed.trim()));
            }
        }
        if let Some(wanted) = &story.groups {
            let printed = self.say(&["groups", "list", "--json"]);
            let found: Value = serde_json::from_str(&printed).unwrap_or_default();
            let mut names: Vec<&str> = found
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|group| group["name"].as_str())
                .collect();
            names.sort_unstable();
            if names != *wanted {
                self.differences
                    .push(format!("the groups are {names:?}, not {wanted:?}"));
            }
        }
    }
}

/// A problem as one line of text, so that lists of them can be compared in any order.
fn problem(problem: &Value) -> String {
    let part = |key: &str| problem.get(key).cloned().unwrap_or_default().to_string();
    format!(
        "{} ({}) of {} in {} rows",
        part("code"),
        part("severity"),
        part("field"),
        part("rows")
    )
}
