//! Drafts set right against a server: what is said is what is said here.

use std::{fs, process::Output};

use serde_json::Value;
use testkit::{TestDb, on_both};

use crate::{
    house::House,
    remote::{Site, settled},
};

const FILE: &str = "User ID,Name,Email,Groups\n\
    1,Anna Berg,anna@example.com,Night\n2,Ben Cole,ben@,Day\n3,Cleo Diaz,cleo (at) example.com,Day\n4,Dan Ek,dan@,\n";

/// A row with this problem, as `fix` names it.
const BAD: [&str; 4] = ["--code", "email_invalid", "--field", "email"];

fn said(output: &Output) -> (Option<i32>, Value, String) {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let answer = serde_json::from_str(&text).map_or(Value::String(text), settled);
    // The API answers in whole sentences.
    let notes = String::from_utf8(output.stderr.clone()).unwrap();
    let notes = notes.to_lowercase().replace(".\n", "\n");
    (output.status.code(), without_maker(answer), notes)
}

/// Who changed something is the one thing that a token makes another.
fn without_maker(mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => {
            for name in ["made_by", "made_at", "saved_by", "saved_at"] {
                object.remove(name);
            }
            for value in object.values_mut() {
                *value = without_maker(value.take());
            }
        }
        Value::Array(list) => {
            for value in list {
                *value = without_maker(value.take());
            }
        }
        _ => {}
    }
    value
}

on_both! {
    fn a_series_is_looked_after_at_a_server(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        let file = site.house.path("staff.csv").display().to_string();
        fs::write(&file, FILE.replace("ben@", "ben@example.com")).unwrap();
        let there = |arguments: &[&str], code: i32| {
            let ended = said(&site.output(arguments));
            assert_eq!(ended.0, Some(code), "{arguments:?}: {ended:?}");
            ended
        };
        let same = |arguments: &[&str], code: i32| {
            let ended = there(arguments, code);
            assert_eq!(ended, said(&site.house.output(arguments)), "{arguments:?}");
            ended
        };
        there(&["series", "add", "Staff", "--mode", "match", "--scope", "series", "--most-failed", "80", "--json"], 0);
        same(&["series", "add", "Staff"], 4);
        same(&["series", "add", "Other", "--schedule", "sometimes"], 4);
        same(&["series", "list"], 0);
        same(&["series", "list", "--json"], 0);
        let pushed = site.output(&["series", "push", "Staff", &file, "--json"]);
        let run: Value = serde_json::from_slice(&pushed.stdout).unwrap();
        assert_eq!((&run["runs"][0]["outcome"], &run["runs"][0]["import"]["created"]), (&"started".into(), &2.into()), "{run}");
        assert_eq!(pushed.status.code(), Some(3), "{pushed:?}");
        same(&["series", "push", "staff", &file], 0);
        same(&["series", "show", "Staff", "--json"], 0);
        same(&["series", "show", "Staff"], 0);
        same(&["series", "run", "Staff"], 4);
        there(&["series", "pause", "Staff"], 0);
        let (_, shown, _) = there(&["series", "show", "Staff", "--json"], 0);
        assert_eq!(shown["paused"], true, "{shown}");
        there(&["series", "resume", "Staff"], 0);
        there(&["series", "remove", "Staff"], 4);
        there(&["series", "remove", "Staff", "--yes"], 0);
        same(&["series", "show", "Staff"], 4);
    }
}

on_both! {
    fn a_draft_is_set_right_at_a_server_as_it_is_here(db: &TestDb) {
        let site = Site::new(Some(db.url().to_owned()));
        let here = House::with_account(None);
        let file = site.house.path("staff.csv").display().to_string();
        fs::write(&file, FILE).unwrap();
        let same = |arguments: &[&str], code: i32| {
            let (there, here) = (said(&site.output(arguments)), said(&here.output(arguments)));
            assert_eq!(there, here, "{arguments:?}");
            assert_eq!(there.0, Some(code), "{arguments:?}: {there:?}");
            there.1
        };
        let fix = |of: &[&str], code: i32| same(&[&["imports", "fix", "1"], of].concat(), code);
        same(&["import", &file, "--dry-run", "--json"], 0);
        same(&["imports", "values", "1", "--json"], 0);
        same(&["imports", "values", "1"], 0);
        let tried = fix(&[&BAD[..], &["--find", " (at) ", "--replace", "@", "--preview", "--json"]].concat(), 0);
        assert_eq!(tried["cells"], 1, "{tried}");
        fix(&[&BAD[..], &["--find", " (at) ", "--replace", "@", "--preview"]].concat(), 0);
        fix(&[&BAD[..], &["--find", " (at) ", "--replace", "@", "--json"]].concat(), 0);
        fix(&["--rows", "3", "--column", "email", "--set", "ben@example.com", "--json"], 0);
        fix(&["--rows", "2", "--skip"], 0);
        fix(&["--column", "Nowhere", "--clear"], 4);
        let changes = same(&["imports", "changes", "1", "--json"], 0);
        assert_eq!(changes.as_array().unwrap().len(), 3, "{changes}");
        same(&["imports", "changes", "1", "--undo", "3", "--json"], 0);
        same(&["imports", "changes", "1", "--undo", "99"], 4);
        same(&["imports", "save-mapping", "1", "HR export", "--json"], 0);
        let saved = same(&["imports", "mappings", "--json"], 0);
        assert_eq!(saved[0]["name"], "HR export", "{saved}");
        same(&["imports", "remove-mapping", "hr export"], 0);
        same(&["imports", "remove-mapping", "HR export"], 4);
        // One row is corrected in a spreadsheet, by the key that either place gave it.
        for (place, run) in [("there", &(|arguments: &[&str]| site.output(arguments)) as &dyn Fn(&[&str]) -> Output), ("here", &|arguments: &[&str]| here.output(arguments))] {
            let path = site.house.path(&format!("{place}.csv")).display().to_string();
            assert!(run(&["imports", "to-fix", "1", "-o", &path]).status.success());
            let text = fs::read_to_string(&path).unwrap().replace("dan@", "dan@example.com");
            fs::write(site.house.path("corrected.csv"), text).unwrap();
            let file = site.house.path("corrected.csv").display().to_string();
            let corrected = run(&["imports", "correct", "1", "--file", &file, "--json"]);
            let notes = String::from_utf8_lossy(&corrected.stderr).into_owned();
            assert!(notes.contains("1 rows of the file belong to this import, 0 do not"), "{place}: {corrected:?}");
        }
        fix(&["--rows", "5", "--column", "Email", "--set", "no address"], 0);
        let done = same(&["imports", "resume", "1", "--yes", "--json"], 3);
        assert_eq!((&done["created"], &done["failed"]), (&3.into(), &1.into()), "{done}");
        let rest = same(&["imports", "rest", "1", "--json"], 0);
        assert_eq!((&rest["number"], &rest["rows"]), (&2.into(), &1.into()), "{rest}");
        fix(&["--skip"], 4);
        same(&["imports", "retention", "--months", "20"], 0);
        same(&["imports", "retention"], 0);
        let refused = site.output(&["imports", "retention", "--months", "2000"]);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    }
}
