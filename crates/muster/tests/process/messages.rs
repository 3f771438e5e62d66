//! `muster outbox` and `muster bounce` as somebody at a terminal, or a mail server, runs them.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use db::{Db, Options};
use delivery::{Channel, Parameters, Purpose, messages};
use directory::accounts;
use kernel::{Clock, Ids, MessageId};
use serde_json::Value;
use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    /// A data folder with one account.
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        let password = place.path().join("password");
        fs::write(&password, "correct horse battery\n").unwrap();
        let made = place.run(
            &[
                "init",
                "--account",
                "Harbour",
                "--email",
                "maria@example.com",
                "--password-file",
                password.to_str().unwrap(),
            ],
            "",
        );
        assert!(made.status.success(), "{made:?}");
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(arguments)
            .env_clear()
            .env("MUSTER_DATA", self.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments, "");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// An invitation that waits.
    fn queue(&self, to: &str) -> MessageId {
        let url = format!("sqlite:{}", self.path().join("muster.db").display());
        let db = Db::open(&url, &Options::default()).unwrap();
        let now = Clock::System.now();
        let account = db.read_blocking(|tx| accounts::resolve(tx, None)).unwrap();
        let message = messages::NewMessage {
            id: Ids::system().next(now),
            account: account.id,
            channel: Channel::Email,
            purpose: Purpose::Invitation,
            language: None,
            subject: None,
            recipient: to.to_owned(),
            parameters: Parameters::default(),
            link: Some("https://people.example.com/join/secret".to_owned()),
            due_at: now,
            created_at: now,
        };
        db.write_blocking(|tx| messages::queue(tx, std::slice::from_ref(&message)))
            .unwrap();
        message.id
    }
}

fn report(id: MessageId) -> String {
    format!(
        "To: bounces+{}@example.com\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.com\r\n\r\n\
         Final-Recipient: rfc822; thandi@example.com\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n--b--\r\n",
        id.uuid().simple()
    )
}

#[test]
fn a_mail_that_came_back_by_pipe_marks_its_message() {
    let place = Place::new();
    let server = testkit::MailServer::start();
    let id = place.queue("thandi@example.com");
    let mail = ["--smtp", &server.url(), "--mail-from", "people@example.com"];
    let sent = place.json(&[&["outbox", "send", "--json"][..], &mail].concat());
    assert_eq!(sent["handled"], 1);
    assert_eq!(place.run(&["bounce"], &report(id)).status.code(), Some(0));
    let listed = place.json(&["outbox", "list", "--state", "bounced", "--json"]);
    assert_eq!(listed[0]["id"], id.to_string());
    assert_eq!(listed[0]["reason"], "The mailbox is full.");
}

#[test]
fn a_pipe_takes_any_mail_and_only_a_database_that_is_away_makes_it_wait() {
    let place = Place::new();
    for mail in ["", "From: somebody\r\n\r\nHello", "\u{0}\u{1}"] {
        assert_eq!(place.run(&["bounce"], mail).status.code(), Some(0));
    }
    let away = ["bounce", "--database", "postgres://nobody@127.0.0.1:1/none"];
    assert_eq!(place.run(&away, "").status.code(), Some(75));
}

#[test]
fn without_a_mail_server_messages_are_kept_and_shown() {
    let place = Place::new();
    let id = place.queue("thandi@example.com");
    assert_eq!(place.json(&["outbox", "send", "--json"])["handled"], 1);
    let shown = place.json(&["outbox", "show", &id.to_string(), "--json"]);
    assert_eq!(shown["state"], "captured");
    let text = shown["text"].as_str().unwrap();
    assert!(
        text.contains("https://people.example.com/join/secret"),
        "{text}"
    );
    let nothing = place.json(&["outbox", "list", "--to", "sipho", "--json"]);
    assert_eq!(nothing, Value::Array(Vec::new()));
}

#[test]
fn an_outage_is_told_and_the_message_waits() {
    let place = Place::new();
    place.queue("thandi@example.com");
    let mail = [
        "--smtp",
        "smtp://127.0.0.1:1?tls=none",
        "--mail-from",
        "people@example.com",
    ];
    let output = place.run(&[&["outbox", "send"][..], &mail].concat(), "");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("email: "),
        "{output:?}"
    );
    let waiting = place.json(&["outbox", "list", "--state", "queued", "--json"]);
    assert_eq!(waiting.as_array().map(Vec::len), Some(1));
}

#[test]
fn what_cannot_work_says_what_to_do_and_never_the_password() {
    let place = Place::new();
    for (option, value, words) in [
        ("--smtp", "smtp://u:hidden@mail.example.com", "--mail-from"),
        ("--sms", "ftp://u:hidden@gateway.example.com", "https"),
        ("--public-url", "people.example.com", "https://"),
        ("--bounce-token", "hidden", "openssl rand"),
    ] {
        let output = place.run(&["outbox", "list", option, value], "");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains(words) && !said.contains("hidden"), "{said}");
    }
}

#[test]
fn a_link_for_a_new_password_is_queued_and_the_rules_are_set() {
    let place = Place::new();
    let sent = place.run(&["users", "reset-password", "maria@example.com"], "");
    assert!(sent.status.success(), "{sent:?}");
    assert!(!String::from_utf8_lossy(&sent.stdout).contains("/reset/"));
    let listed = place.json(&["outbox", "list", "--purpose", "password_reset", "--json"]);
    assert!(listed.to_string().contains("maria@example.com"), "{listed}");
    let set = place.run(
        &[
            "security",
            "--password-chars",
            "12",
            "--devices",
            "5",
            "--json",
        ],
        "",
    );
    assert!(set.status.success(), "{set:?}");
    let shown = place.json(&["security", "--json"]);
    assert_eq!(
        shown,
        serde_json::json!({ "password_chars": 12, "devices": 5, "two_factor": [] })
    );
    let set = place.run(&["security", "--two-factor", "admin,owner", "--json"], "");
    assert!(
        String::from_utf8_lossy(&set.stdout).contains(r#"["owner","admin"]"#),
        "{set:?}"
    );
    for refused in ["king", "none,owner"] {
        let set = place.run(&["security", "--two-factor", refused], "");
        assert!(!set.status.success(), "{set:?}");
    }
    let none = place.run(&["users", "reset-two-factor", "maria@example.com"], "");
    assert!(
        String::from_utf8_lossy(&none.stderr).contains("has no two-factor sign-in"),
        "{none:?}"
    );
    assert!(
        !place
            .run(&["security", "--devices", "0"], "")
            .status
            .success()
    );
}

#[test]
fn a_managed_configuration_is_written_for_a_person_or_an_mdm() {
    let place = Place::new();
    let url = ["--public-url", "https://people.example.com"];
    let json = |args: &[&str]| -> serde_json::Value {
        let head = ["managed-configuration", "--form", "json"];
        let output = place.run(&[&head[..], args, &url].concat(), "");
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let theirs = json(&["maria@example.com"]);
    assert_eq!(theirs["com.fluix.mdm.userEmail"], "maria@example.com");
    assert_eq!(
        theirs["muster.mdm.signInUrl"],
        "https://people.example.com/sign-in?login_hint=maria@example.com"
    );
    let any = json(&["--placeholder", "{{mail}}"]);
    assert_eq!(any["muster.mdm.userEmail"], "{{mail}}");
    for refused in [&["--placeholder", ""][..], &["nobody@example.com"], &[]] {
        let output = place.run(&[&["managed-configuration"][..], refused].concat(), "");
        assert!(!output.status.success(), "{refused:?}");
    }
}

#[test]
fn access_to_devices_is_given_listed_and_taken_away() {
    let place = Place::new();
    let ok = |arguments: &[&str]| {
        let done = place.run(arguments, "");
        assert!(done.status.success(), "{done:?}");
    };
    let maria = "maria@example.com";
    ok(&["devices", "create", "Main gate"]);
    ok(&[
        "devices",
        "set",
        "main gate",
        "--guests",
        "3",
        "--name",
        "Gate",
    ]);
    let all = place.json(&["devices", "list", "--json"]);
    assert_eq!(
        (&all[0]["name"], &all[0]["guests"]),
        (&"Gate".into(), &3.into())
    );
    ok(&[
        "devices",
        "give",
        "Gate",
        maria,
        "--type",
        "repeat",
        "--schedule",
        "Mon 9-17",
        "--notes",
        "Unit 12B",
    ]);
    let users = place.json(&["devices", "users", "Gate", "--json"]);
    assert_eq!(users[0]["state"], "active");
    assert_eq!(users[0]["schedule"], "Mon 09:00-17:00");
    assert_eq!(users[0]["notes"], "Unit 12B");
    ok(&["devices", "revoke", "Gate", maria]);
    assert_eq!(
        place.json(&["devices", "users", "Gate", "--json"]),
        serde_json::json!([])
    );
    let gone = place.json(&["devices", "users", "Gate", "--status", "revoked", "--json"]);
    assert_eq!(gone[0]["revoked_by"], "Command line");
    ok(&["devices", "transfer", "Gate", "--to", maria]);
    assert_eq!(
        place.json(&["devices", "users", "Gate", "--json"])[0]["type"],
        "owner"
    );
    for (refused, code) in [
        (
            ["devices", "transfer", "Gate", "--to", "nobody@example.com"].as_slice(),
            4,
        ),
        (&["devices", "revoke", "Elsewhere", maria], 4),
        (
            &["devices", "give", "Gate", maria, "--type", "temporary"],
            4,
        ),
        (&["devices", "set", "Gate", "--guest-minutes", "5"], 4),
    ] {
        assert_eq!(
            place.run(refused, "").status.code(),
            Some(code),
            "{refused:?}"
        );
    }
}
