//! Roles, photos, lists of cards and the report at a server, and Ctrl-C while it is waited for.

use std::{fs, net::TcpListener, path::Path, process::Stdio};

use serde_json::Value;
use testkit::{TestDb, on_both};

use crate::{
    house::signal,
    remote::Site,
    remote_things::{same, there},
};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

on_both! {
    fn roles_are_looked_after_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        there(&site, &["groups", "create", "Night shift"], 0);
        there(&site, &["workflows", "create", "Onboarding"], 0);
        let id = there(&site, &["roles", "add", "Site lead", "--template", "site", "--may", "users.export", "--group", "night shift"], 0);
        there(&site, &["roles", "add", "Clerk", "--may", "workflows.manage", "--workflow", "Onboarding"], 0);
        same(&site, &["roles", "list"], 0);
        let all = parsed(&same(&site, &["roles", "list", "--json"], 0));
        assert_eq!((&all[0]["name"], &all[1]["people"]), (&"Clerk".into(), &0.into()), "{all}");
        assert_eq!(all[0]["workflows"].as_array().unwrap().len(), 1, "{all}");
        assert!(same(&site, &["roles", "show", "site lead"], 0).contains("Groups: 1\n"));
        same(&site, &["roles", "show", id.trim(), "--json"], 0);
        same(&site, &["roles", "show", "Nobody"], 1);
        same(&site, &["roles", "add", "Clerk", "--may", "users.edit"], 4);
        same(&site, &["roles", "add", "Empty"], 4);
        same(&site, &["roles", "add", "Other", "--may", "users.fly"], 1);
        same(&site, &["roles", "add", "Other", "--may", "users.edit", "--group", "Day shift"], 1);
        there(&site, &["roles", "edit", "Site lead", "--name", "Lead", "--may", "users.edit", "--all-groups"], 0);
        assert!(same(&site, &["roles", "show", "Lead"], 0).starts_with("Lead\nGroups: all\n"));
        same(&site, &["roles", "delete", "Clerk", "--instead", "Nobody"], 1);
        there(&site, &["roles", "delete", "Clerk", "--instead", "user"], 0);
        same(&site, &["roles", "delete", "Clerk"], 1);
        let left = parsed(&same(&site, &["roles", "list", "--json"], 0));
        assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    }
}

/// A number of what a command printed as JSON.
fn of(text: &str, names: [&str; 3]) -> [i64; 3] {
    names.map(|name| parsed(text)[name].as_i64().unwrap())
}

on_both! {
    fn photos_and_cards_are_looked_after_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        for (name, id) in [("Thandi", "E-1"), ("Ben", "E-2")] {
            there(&site, &["users", "add", &format!("first_name={name}"), &format!("external_id={id}")], 0);
        }
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/photos");
        let folder = site.house.path("badges");
        fs::create_dir(&folder).unwrap();
        for (sample, name) in [("1.png", "E-1.png"), ("2.png", "E-2.png"), ("3.png", "E-9.png")] {
            fs::copy(samples.join(sample), folder.join(name)).unwrap();
        }
        let (source, results) = (folder.display().to_string(), site.house.path("results.csv").display().to_string());
        let sent = there(&site, &["photos", "import", &source, "--by", "external_id", "--results", &results, "--json"], 3);
        assert_eq!(of(&sent, ["files", "stored", "refused"]), [3, 2, 1], "{sent}");
        let remotely = fs::read_to_string(&results).unwrap();
        assert!(remotely.starts_with("file,outcome,reason,user_id\r\nE-1.png,stored,,"), "{remotely}");
        assert_eq!(remotely.lines().count(), 4, "{remotely}");
        // Both keep them now, and say the same of each file.
        assert_eq!(same(&site, &["photos", "import", &source], 3), "3 files: 0 stored, 0 replaced, 2 kept, 1 refused\n");
        there(&site, &["photos", "import", &source, "--results", &results], 3);
        let remotely = fs::read_to_string(&results).unwrap();
        site.house.output(&["photos", "import", &source, "--results", &results]);
        assert_eq!(fs::read_to_string(&results).unwrap(), remotely);
        let batch = parsed(&sent)["batch"].as_str().unwrap().to_owned();
        let undone = there(&site, &["photos", "undo", &batch, "--json"], 0);
        assert_eq!(of(&undone, ["restored", "removed", "kept"]), [0, 2, 0], "{undone}");
        same(&site, &["photos", "undo", &batch], 4);
        same(&site, &["photos", "undo", "nothing"], 1);
        same(&site, &["photos", "import", "/nowhere.zip"], 1);
        same(&site, &["photos", "import", &results], 4);

        assert_eq!(same(&site, &["cards", "list", "--json"], 0), there(&site, &["cards", "list", "--json"], 0));
        for (id, number) in [("E-1", "4711"), ("E-2", "4712")] {
            there(&site, &["cards", "add", id, "--number", number, "--reserve"], 0);
        }
        same(&site, &["cards", "list"], 0);
        let all = parsed(&same(&site, &["cards", "list", "--json"], 0));
        assert_eq!((&all["counts"]["reserved"], &all["counts"]["active"]), (&2.into(), &0.into()), "{all}");
        let older = same(&site, &["cards", "list", "--after", all["cards"][0]["card"].as_str().unwrap()], 0);
        assert!(older.contains("Thandi") && !older.contains("Ben"), "{older}");
        assert!(!same(&site, &["cards", "list", "--state", "revoked"], 0).contains("Ben"));
        let found = same(&site, &["cards", "list", "--search", "4712", "--json"], 0);
        assert!(found.contains("Ben") && !found.contains("Thandi"), "{found}");
        there(&site, &["invite", &results, "--device", "Gate", "--access", "always"], 2);
    }
}

#[test]
fn the_report_at_a_server_has_the_same_numbers() {
    let site = Site::new(None);
    let [here, there] = [true, false].map(|is_here| {
        let arguments = ["report", "users", "--json"];
        let output = if is_here {
            site.house.output(&arguments)
        } else {
            site.output(&arguments)
        };
        let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(report.as_object_mut().unwrap().remove("at").is_some());
        report
    });
    assert_eq!(there, here);
    assert_eq!(here["weeks"].as_array().unwrap().len(), 12, "{here}");
}

#[test]
fn ctrl_c_ends_the_waiting_for_a_server_with_130() {
    let site = Site::new(None);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let waiting = site
        .command(&address, &["imports", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It asks, and gets no answer.
    let asked = silent.accept().unwrap();
    signal(&waiting, "-INT");
    let ended = waiting.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    drop(asked);
}
