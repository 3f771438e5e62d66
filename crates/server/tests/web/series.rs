//! Recurring imports, as a browser without scripts sees them.

use testkit::{TestDb, on_both};

use crate::site::Site;

const FORM: [(&str, &str); 10] = [
    ("name", "Staff"),
    ("when", "push"),
    ("preset", "general"),
    ("mode", "match"),
    ("scope", "series"),
    ("former", "leave"),
    ("removed_percent", "2"),
    ("removed_people", "25"),
    ("changed_percent", "25"),
    ("failed_percent", "5"),
];

/// A series made by its form; returns its id.
pub(crate) fn made(site: &Site, cookie: &str) -> String {
    let made = site.post("/imports/series/new", &FORM, cookie);
    assert_eq!(made.status, 303, "{}", made.body);
    made.header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned()
}

fn with<'a>(changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = FORM.to_vec();
    for (name, value) in changed {
        form.retain(|field| field.0 != *name);
        form.push((name, value));
    }
    form
}

on_both! {
    fn a_series_is_made_changed_paused_and_removed(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        assert!(site.get("/imports/series", &cookie).body.contains("No series yet"));
        let id = made(&site, &cookie);
        let path = format!("/imports/series/{id}");
        let page = site.get(&path, &cookie).body;
        assert!(page.contains("people whom earlier imports of the series brought"), "{page}");
        assert!(page.contains("Maria Keller") && page.contains("Not yet run"));
        assert!(site.get("/imports/series", &cookie).body.contains("Staff"));

        let form = site.get(&format!("{path}/edit"), &cookie).body;
        assert!(form.contains("value=\"series\" checked"), "{form}");
        let change = with(&[("rev", "1"), ("name", "People"), ("removed_percent", "10")]);
        assert_eq!(site.post(&format!("{path}/edit"), &change, &cookie).status, 303);
        assert!(site.get(&path, &cookie).body.contains("more than 10 % of the scope"));
        assert_eq!(site.post(&format!("{path}/edit"), &change, &cookie).status, 409);

        let pause = [("rev", "2"), ("paused", "yes")];
        assert_eq!(site.post(&format!("{path}/pause"), &pause, &cookie).status, 303);
        assert!(site.get(&path, &cookie).body.contains("Paused"));
        assert_eq!(site.post(&format!("{path}/remove"), &[("rev", "3")], &cookie).status, 303);
        assert_eq!(site.get(&path, &cookie).status, 404);
    }

    fn what_is_wrong_with_a_series_is_said_on_its_form(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        made(&site, &cookie);
        for (changed, words) in [
            (with(&[]), "There is already a series"),
            (with(&[("name", " ")]), "Give the series a name"),
            (with(&[("name", "Other"), ("when", "every"), ("minutes", "soon")]), "Say every how many minutes"),
            (with(&[("name", "Other"), ("when", "new-file")]), "Say which folder to look in"),
            (with(&[("name", "Other"), ("scope", "")]), "Say whom the files are a complete list of"),
            (with(&[("name", "Other"), ("like", "77")]), "There is no import number 77"),
            (with(&[("name", "Other"), ("failed_percent", "few")]), "A limit is a number from 0"),
        ] {
            let answer = site.post("/imports/series/new", &changed, &cookie);
            assert_eq!(answer.status, 422);
            assert!(answer.body.contains(words), "{words}: {}", answer.body);
        }
    }
}
