//! What keeps an import safe on its pages: plans that are out of date.

use std::{fmt::Write as _, time::Duration};

use testkit::{TestDb, on_both};

use crate::{
    imports::{draft, get, post, rev, signed_in, started},
    site::Site,
};

/// A draft of so many new people that waits for its plan to be agreed to.
fn uploaded(site: &Site, cookie: &str, people: u32) -> String {
    let mut file = "First name,Last name,E-mail\n".to_owned();
    for number in 0..people {
        writeln!(file, "Thandi,Nkosi,p{number}@example.com").unwrap();
    }
    let answer = site.upload("people.csv", file.as_bytes(), &[], cookie);
    site.work();
    answer
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned()
}

on_both! {
    fn an_old_plan_is_checked_again_instead_of_started(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let fresh = get(&site, &cookie, &id, "plan");
        assert!(!fresh.body.contains("out of date"), "{}", fresh.body);
        let seen = rev(&fresh);
        site.clock.advance(Duration::from_mins(31));
        let old = get(&site, &cookie, &id, "plan").body;
        assert!(old.contains("This plan is out of date"), "{old}");
        assert!(old.contains("Compared with the directory"), "{old}");
        assert!(!old.contains("Start import of"), "{old}");
        let refused = post(&site, &cookie, &id, "start", &[("rev", &seen)]);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Check again</button>"), "{}", refused.body);
        let checked = post(&site, &cookie, &id, "check", &[("rev", &seen)]);
        assert_eq!(checked.status, 303, "{}", checked.body);
        site.work();
        let again = get(&site, &cookie, &id, "plan").body;
        assert!(again.contains("Start import of 2 people"), "{again}");
    }

    fn the_first_rows_are_looked_at_before_the_others(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = uploaded(&site, &cookie, 250);
        let plan = get(&site, &cookie, &id, "plan");
        let offer = "name=\"look\" value=\"100\">";
        assert!(plan.body.contains(offer), "{}", plan.body);
        let fields = [("rev", rev(&plan)), ("look", "100".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = post(&site, &cookie, &id, "start", &fields);
        assert!(answer.header("location").ends_with("/run"), "{}", answer.body);
        site.work();
        assert_eq!(site.count("select count(*) from users"), 101);
        let paused = get(&site, &cookie, &id, "run").body;
        assert!(paused.contains("This import is paused"), "{paused}");
        assert!(paused.contains("The first rows are written: 100 as asked for"), "{paused}");
        assert!(paused.contains(&format!("/users?import={id}")), "{paused}");
        assert!(!paused.contains("http-equiv=\"refresh\""), "{paused}");
        let results = get(&site, &cookie, &id, "results").body;
        assert!(results.contains("Paused. 100 people imported so far, 150 rows left."), "{results}");
        assert_eq!(post(&site, &cookie, &id, "resume", &[]).status, 303);
        site.work();
        assert_eq!(site.count("select count(*) from users"), 251);
    }

    fn large_files_are_looked_at_unless_somebody_says_otherwise(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = uploaded(&site, &cookie, 10_001);
        let plan = get(&site, &cookie, &id, "plan");
        let offer = "name=\"look\" value=\"100\" checked>";
        assert!(plan.body.contains(offer), "{}", plan.body);
    }

    fn an_undone_import_is_done_again_after_a_look(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = started(&site, &cookie);
        site.work();
        let undo = get(&site, &cookie, &id, "undo");
        for heading in ["Taken back", "Kept", "Cannot be taken back"] {
            assert!(undo.body.contains(heading), "{}", undo.body);
        }
        let kept = get(&site, &cookie, &id, "undo/kept.csv");
        assert_eq!(kept.body.trim_start_matches('\u{feff}').trim(), "user_id,name,why");
        post(&site, &cookie, &id, "undo", &[("rev", &rev(&undo))]);
        site.work();
        let results = get(&site, &cookie, &id, "results").body;
        assert!(results.contains(&format!("/imports/{id}/redo")), "{results}");
        let redo = get(&site, &cookie, &id, "redo");
        assert!(redo.body.contains("2 people created again"), "{}", redo.body);
        let answer = post(&site, &cookie, &id, "redo", &[("rev", &rev(&redo))]);
        assert!(answer.header("location").ends_with("/run"), "{}", answer.body);
        site.work();
        assert_eq!(site.count("select count(*) from users"), 3);
        let results = get(&site, &cookie, &id, "results").body;
        assert!(results.contains("Done again after an undo: 2 created"), "{results}");
        assert!(!results.contains(&format!("/imports/{id}/redo")), "{results}");
        assert!(results.contains(&format!("/imports/{id}/undo")), "{results}");
    }

    fn a_kept_field_is_named_by_the_plan_and_never_changed(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = started(&site, &cookie);
        site.work();
        let people = site.get(&format!("/users?import={id}"), &cookie).body;
        let link = people.split_once("class=\"main\" href=\"").unwrap().1;
        let link = link.split('"').next().unwrap();
        let page = site.get(link, &cookie).body;
        assert!(page.contains("name=\"field\" value=\"department\">"), "{page}");
        let kept = site.post(&format!("{link}/keep"), &[("field", "department")], &cookie);
        assert_eq!(kept.header("location"), link);
        let page = site.get(link, &cookie).body;
        assert!(page.contains("name=\"field\" value=\"department\" checked>"), "{page}");
        let page = site.get(&format!("{link}/activity"), &cookie).body;
        assert!(page.contains("set which fields of Emilia Wilson imports leave alone<span class=\"sub\">department</span>"), "{page}");
        let file = "E-mail,Department\nthandi@example.com,Harbour\nemilia@example.com,Harbour\n";
        let answer = site.upload("again.csv", file.as_bytes(), &[], &cookie);
        let again = answer.header("location").rsplit('/').next().unwrap().to_owned();
        site.work();
        let plan = get(&site, &cookie, &again, "plan").body;
        assert!(plan.contains("<dt>Department</dt><dd>1 person keeps theirs</dd>"), "{plan}");
        let wrong = site.post(&format!("{link}/keep"), &[("field", "password")], &cookie);
        assert_eq!(wrong.status, 400);
    }
}
