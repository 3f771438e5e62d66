//! Webhooks, fields and deleted people of a server, and readers that go away.

use std::{
    io::Read as _,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use testkit::{TestDb, on_both};

use crate::{house::House, remote::Site};

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What both places have to say of it, in the same words.
pub(crate) fn same(site: &Site, arguments: &[&str], code: i32) -> String {
    let (here, there) = (site.house.output(arguments), site.output(arguments));
    let both = [&there, &here].map(|output| (output.status.code(), text(output)));
    let [there_said, here_said] = both;
    assert_eq!(there_said, here_said, "{arguments:?}: {there:?} {here:?}");
    assert_eq!(there_said.0, Some(code), "{arguments:?}: {there:?}");
    there_said.1
}

/// Done at the server, with this exit code.
pub(crate) fn there(site: &Site, arguments: &[&str], code: i32) -> String {
    let output = site.output(arguments);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {output:?}"
    );
    text(&output)
}

on_both! {
    fn fields_and_deleted_people_are_looked_after_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        let key = there(&site, &["fields", "create", "Shoe size", "--kind", "choice", "--choice", "42", "--choice", "43"], 0);
        assert_eq!(key.trim(), "custom.shoe_size");
        same(&site, &["fields", "create", "Shoe size"], 4);
        same(&site, &["fields", "rename", "custom.nothing", "Nothing"], 4);
        there(&site, &["fields", "rename", "shoe_size", "Shoes"], 0);
        assert!(same(&site, &["fields", "list"], 0).contains("Shoes"));
        same(&site, &["fields", "list", "--json"], 0);
        there(&site, &["fields", "remove", "custom.shoe_size"], 0);
        there(&site, &["groups", "create", "Night shift"], 0);
        same(&site, &["groups", "create", "Night shift"], 4);
        for (name, keys) in [("Thandi", "email=thandi@example.com"), ("Ben", "external_id=B-1"), ("Cleo", "email=cleo@example.com")] {
            there(&site, &["users", "add", &format!("first_name={name}"), keys, "groups=Night shift"], 0);
        }
        there(&site, &["users", "delete", "thandi@example.com", "B-1", "cleo@example.com"], 0);
        same(&site, &["users", "deleted"], 0);
        let gone: Value = serde_json::from_str(&same(&site, &["users", "deleted", "--json"], 0)).unwrap();
        assert_eq!(gone.as_array().unwrap().len(), 3, "{gone}");
        assert_eq!(gone[0]["being_erased"], false, "{gone}");
        there(&site, &["users", "add", "first_name=Other", "email=cleo@example.com", "--anyway"], 0);
        let taken = there(&site, &["users", "restore", "B-1", "Cleo"], 4);
        assert!(taken.contains("Ben: restored") && taken.contains("Cleo: not restored, somebody else has their e-mail address by now"), "{taken}");
        there(&site, &["users", "restore", gone[2]["id"].as_str().unwrap(), "--without", "groups", "--json"], 0);
        same(&site, &["users", "restore", "Nobody"], 1);
        same(&site, &["groups", "delete", "Night shift"], 4);
        there(&site, &["groups", "delete", "Night shift", "--people", "1"], 0);
        same(&site, &["groups", "list", "--json"], 0);
        there(&site, &["users", "add", "first_name=Dan", "email=dan@example.com", "--invite", "email"], 0);
        let invited = site.house.json(&["invitations", "list", "--json"]);
        assert_eq!(invited["invitations"][0]["name"], "Dan", "{invited}");
        let not_invited = site.output(&["users", "add", "first_name=Eve", "email=eve@example.com", "--invite", "sms"]);
        assert_eq!(not_invited.status.code(), Some(1), "{not_invited:?}");
        assert!(String::from_utf8_lossy(&not_invited.stderr).contains("was added, and not invited"), "{not_invited:?}");
    }
}

on_both! {
    fn people_settings_and_the_log_are_the_same_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        there(&site, &["settings", "time_zone=Africa/Johannesburg", "card_valid_days=30", "invitation_reminders=2,5", "photos_by_people=off"], 0);
        let all = same(&site, &["settings"], 0);
        assert!(all.contains("card_valid_days=30\n") && all.contains("invitation_reminders=2,5\n") && all.contains("photos_by_people=off\n"), "{all}");
        there(&site, &["settings", "card_valid_days="], 0);
        assert!(same(&site, &["settings", "--json"], 0).contains("\"card_valid_days\":\"\""));
        same(&site, &["settings", "nonsense=1"], 1);
        same(&site, &["settings", "password_chars=3"], 1);
        there(&site, &["security", "--devices", "2", "--two-factor", "owner"], 0);
        assert!(same(&site, &["security"], 0).contains("Devices at once: 2"));
        same(&site, &["security", "--json"], 0);
        same(&site, &["template", "--preset", "team", "--filled"], 0);
        there(&site, &["managed-configuration", "--placeholder", "%Email%"], 0);
        for values in [&["first_name=Thandi", "last_name=Nkosi", "email=thandi@example.com"][..], &["first_name=T.", "last_name=Nkosi", "external_id=E-1", "title=Guard"]] {
            there(&site, &[&["users", "add"], values].concat(), 0);
        }
        let card: Value = serde_json::from_str(&there(&site, &["cards", "add", "E-1", "--number", "4711", "--reserve", "--json"], 0)).unwrap();
        let card = card["card"].as_str().unwrap();
        same(&site, &["cards", "issue", "--reserved", "--dry-run", "--json"], 0);
        assert!(there(&site, &["cards", "issue", "--reserved"], 0).starts_with("1 cards issued"));
        there(&site, &["cards", "pause", card], 0);
        same(&site, &["cards", "pause", card], 4);
        there(&site, &["cards", "revoke", card], 0);
        there(&site, &["cards", "resume", "4711"], 2);
        same(&site, &["users", "keep", "thandi@example.com", "title", "phone"], 0);
        same(&site, &["users", "unkeep", "thandi@example.com", "phone"], 0);
        same(&site, &["users", "keep", "thandi@example.com", "nonsense"], 1);
        same(&site, &["users", "merge", "thandi@example.com", "E-1", "--from-other", "first_name", "--dry-run", "--json"], 0);
        let merged = there(&site, &["users", "merge", "thandi@example.com", "E-1"], 0);
        assert!(merged.contains("T. Nkosi went, Thandi Nkosi stays.") && merged.contains("Guard"), "{merged}");
        same(&site, &["users", "merge", "thandi@example.com", "thandi@example.com"], 4);
        same(&site, &["users", "reset-password", "thandi@example.com"], 4);
        same(&site, &["users", "reset-two-factor", "thandi@example.com"], 4);
        there(&site, &["users", "delete", "thandi@example.com"], 0);
        same(&site, &["users", "erase", "thandi@example.com", "--name", "Somebody Else"], 4);
        assert_eq!(there(&site, &["users", "erase", "thandi@example.com", "--name", "Thandi Nkosi"], 0), "Erased for good.\n");
        same(&site, &["users", "deleted", "--json"], 0);
        same(&site, &["activity", "--csv", "--what", "added"], 0);
        let entries: Value = serde_json::from_str(&same(&site, &["activity", "--from", "2020-01-01", "--json"], 0)).unwrap();
        let newest = entries[0]["id"].as_str().unwrap();
        same(&site, &["activity", "--before", newest], 0);
        same(&site, &["outbox", "list", "--json"], 0);
        same(&site, &["outbox", "list", "--state", "failed"], 0);
        same(&site, &["early-access", "list", "--json"], 0);
        same(&site, &["early-access", "settings"], 0);
        same(&site, &["report", "users", "--csv", "invitations"], 0);
    }
}

on_both! {
    fn access_and_workflows_are_looked_after_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        for name in ["Thandi", "Ben"] {
            there(&site, &["users", "add", &format!("first_name={name}"), &format!("email={name}@example.com")], 0);
        }
        there(&site, &["devices", "create", "Main gate"], 0);
        there(&site, &["devices", "give", "main gate", "thandi@example.com", "--type", "temporary", "--until", "2099-12-31 17:00", "--notes", "By the east door"], 0);
        there(&site, &["devices", "give", "Main gate", "ben@example.com"], 0);
        same(&site, &["devices", "give", "Main gate", "ben@example.com"], 0);
        same(&site, &["devices", "users", "Main gate"], 0);
        let holders = same(&site, &["devices", "users", "Main gate", "--json"], 0);
        assert!(holders.contains("\"until\":\"2099-12-31T17:00:00Z\""), "{holders}");
        there(&site, &["devices", "set", "Main gate", "--guests", "3"], 0);
        same(&site, &["devices", "list", "--json"], 0);
        there(&site, &["devices", "revoke", "Main gate", "ben@example.com"], 0);
        same(&site, &["devices", "revoke", "Main gate", "ben@example.com"], 4);
        same(&site, &["devices", "users", "Main gate", "--status", "revoked", "--json"], 0);
        same(&site, &["devices", "users", "Back gate"], 4);
        there(&site, &["workflows", "create", "Onboarding"], 0);
        there(&site, &["workflows", "add", "onboarding", "thandi@example.com"], 0);
        same(&site, &["workflows", "list"], 0);
        same(&site, &["workflows", "list", "--json"], 0);
        same(&site, &["workflows", "show", "Onboarding"], 0);
        assert!(same(&site, &["workflows", "show", "Onboarding", "--json"], 0).contains("\"people\":1"));
        there(&site, &["workflows", "remove", "Onboarding", "thandi@example.com"], 0);
        same(&site, &["workflows", "show", "Nothing"], 1);
        same(&site, &["documents", "list", "--workflow", "Onboarding", "--json"], 0);
        same(&site, &["documents", "download", "--all", "-o", "/dev/null"], 4);
    }
}

on_both! {
    fn people_are_invited_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        for name in ["Thandi", "Ben", "Cleo"] {
            there(&site, &["users", "add", &format!("first_name={name}"), &format!("email={name}@example.com")], 0);
        }
        let file = site.house.path("staff.csv");
        std::fs::write(&file, "First name,Email\nDan,dan@example.com\n").unwrap();
        there(&site, &["import", &file.display().to_string(), "--yes"], 0);
        same(&site, &["invitations", "send", "--everybody", "--dry-run", "--json"], 0);
        assert!(same(&site, &["invitations", "send", "--import", "1", "--dry-run"], 0).starts_with("1 by e-mail"));
        same(&site, &["invitations", "send", "--import", "7"], 4);
        let sent = there(&site, &["invitations", "send", "thandi@example.com", "ben@example.com", "--at", "2099-01-01T09:00"], 4);
        assert_eq!(sent, "");
        let sent: Value = serde_json::from_str(&there(&site, &["invitations", "send", "thandi@example.com", "--days", "7", "--json"], 0)).unwrap();
        assert!(sent["wave"].is_string() && sent["by_email"] == 1, "{sent}");
        let list = || -> Value { serde_json::from_str(&there(&site, &["invitations", "list", "--json"], 0)).unwrap() };
        crate::house::until("the invitation is made", || list()["invitations"].as_array().unwrap().len() == 1);
        let id = list()["invitations"][0]["id"].as_str().unwrap().to_owned();
        there(&site, &["invitations", "extend", &id, "--days", "30"], 0);
        there(&site, &["invitations", "withdraw", &id], 0);
        same(&site, &["invitations", "withdraw", &id], 4);
        same(&site, &["invitations", "list", "--standing", "withdrawn", "--json"], 0);
        same(&site, &["invitations", "list", "--before", &id], 0);
        there(&site, &["invitations", "link", "thandi@example.com"], 2);
    }
}

on_both! {
    fn webhooks_are_looked_after_at_a_server(db: &TestDb) {
        let site = Site::with(Some(db.url().to_owned()), &["--webhook-networks", "127.0.0.0/8"]);
        let url = "https://127.0.0.1:9/hook";
        let made: Value = serde_json::from_str(&there(&site, &["webhooks", "create", "Doors", url, "--area", "access", "--json"], 0)).unwrap();
        assert!(made["secret"].as_str().unwrap().starts_with("whsec_"), "{made}");
        same(&site, &["webhooks", "list"], 0);
        same(&site, &["webhooks", "list", "--json"], 0);
        there(&site, &["webhooks", "change", "doors", "--name", "Main doors", "--off"], 0);
        assert!(same(&site, &["webhooks", "show", "Main doors"], 0).contains("off"));
        there(&site, &["webhooks", "test", "Main doors"], 4);
        let changed = there(&site, &["webhooks", "change", made["id"].as_str().unwrap(), "--on", "--all-areas", "--json"], 0);
        assert!(changed.contains("\"areas\":null"), "{changed}");
        let secret = there(&site, &["webhooks", "rotate", "Main doors"], 0);
        assert!(secret.starts_with("whsec_") && !secret.contains(made["secret"].as_str().unwrap()), "{secret}");
        there(&site, &["webhooks", "rotate", "Main doors", "--end-old"], 0);
        let event = there(&site, &["webhooks", "test", "Main doors"], 0);
        let sent = there(&site, &["webhooks", "deliveries", "Main doors", "--limit", "1", "--json"], 0);
        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert_eq!(sent[0]["id"], event.trim(), "{sent}");
        assert_eq!(sent.as_array().unwrap().len(), 1, "{sent}");
        same(&site, &["webhooks", "deliveries", "Main doors", "--state", "delivered"], 0);
        same(&site, &["webhooks", "redeliver", "Main doors", "nothing"], 4);
        same(&site, &["webhooks", "show", "Nothing"], 4);
        same(&site, &["webhooks", "create", "Elsewhere", "ftp://example.com"], 4);
        there(&site, &["webhooks", "delete", "Main doors"], 0);
        assert_eq!(same(&site, &["webhooks", "list", "--json"], 0).trim(), "[]");
    }
}

/// Runs a command whose reader goes away after a little of what it says.
fn cut_off(mut command: Command) -> (Option<i32>, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answer = child.stdout.take().unwrap();
    answer.read_exact(&mut [0; 100]).unwrap();
    drop(answer);
    let mut said = String::new();
    let mut errors = child.stderr.take().unwrap();
    errors.read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

#[test]
fn a_reader_that_goes_away_ends_every_command_without_a_word() {
    let house = House::with_account(None);
    // More than a pipe holds.
    let file = house.people(3000);
    house.runs(&["import", &file, "--yes"]);
    let site = Site {
        server: house.serve(&[]),
        house,
    };
    let token = site.house.runs(&[
        "tokens",
        "create",
        "Remote",
        "--for",
        crate::house::EMAIL,
        "--scope",
        "exports",
        "--scope",
        "users:read",
    ]);
    std::fs::write(site.house.path("token"), token).unwrap();
    for arguments in [
        &["users", "list"][..],
        &["users", "list", "--json"],
        &["users", "export", "--format", "csv"],
    ] {
        let here = cut_off(site.house.command(arguments));
        let there = cut_off(site.command(&site.server.address, arguments));
        for ended in [here, there] {
            assert_eq!(ended, (Some(141), String::new()), "{arguments:?}");
        }
    }
    let read = cut_off(site.house.command(&["read", &file]));
    assert_eq!(read, (Some(141), String::new()));
}
