//! Two people on one import.

use std::time::Duration;

use kernel::Role;
use testkit::{TestDb, on_both};

use crate::{
    imports::{draft, get, post, rev},
    site::Site,
};

/// A draft, with Maria and somebody called admin looking at it.
fn shared(db: &TestDb) -> (Site, String, String, String) {
    let (site, account) = Site::with_account(db);
    let maria = site.sign_in("maria@example.com");
    let adam = site.member(&account, Role::Admin);
    let id = draft(&site, &maria);
    (site, maria, adam, id)
}

on_both! {
    fn whoever_is_slower_hears_who_changed_what(db: &TestDb) {
        let (site, maria, adam, id) = shared(db);
        let seen = rev(&get(&site, &adam, &id, "map"));
        let columns = [("rev", seen.as_str())];
        assert_eq!(post(&site, &maria, &id, "map", &columns).status, 303);
        site.work();
        site.clock.advance(Duration::from_mins(2));
        let late = post(&site, &adam, &id, "map", &columns);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("Maria Keller changed this import"), "{}", late.body);
        assert!(late.body.contains("Maria Keller changed what the columns are 2 minutes ago."), "{}", late.body);
        assert!(late.body.contains(&format!("href=\"/imports/{id}\"")), "{}", late.body);
        assert!(!late.body.contains("on top"), "both changed the columns: {}", late.body);
    }

    fn what_does_not_overlap_is_applied_on_top(db: &TestDb) {
        let (site, maria, adam, id) = shared(db);
        let seen = rev(&get(&site, &adam, &id, "review"));
        let columns = [("rev", seen.as_str())];
        assert_eq!(post(&site, &maria, &id, "map", &columns).status, 303);
        site.work();
        let settings = [("rev", seen.as_str()), ("bad_rows", "stop")];
        let late = post(&site, &adam, &id, "review", &settings);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("Apply my change on top"), "{}", late.body);
        assert!(late.body.contains("name=\"bad_rows\" value=\"stop\""), "{}", late.body);
        let now = rev(&late);
        assert_ne!(now, seen);
        let again = [("rev", now.as_str()), ("bad_rows", "stop")];
        assert_eq!(post(&site, &adam, &id, "review", &again).status, 303);
        site.work();
        assert_eq!(site.count("select count(*) from imports where settings like '%\"bad_rows\":\"stop\"%'"), 1);
    }

    fn a_change_of_another_row_is_no_overlap_and_one_of_the_same_row_is(db: &TestDb) {
        let (site, maria, adam, id) = shared(db);
        let seen = rev(&get(&site, &adam, &id, "rows/2"));
        let of = |rev: &str, value: &str| [("rev", rev.to_owned()), ("c0", value.to_owned())];
        let send = |cookie: &str, row: &str, fields: &[(&str, String)]| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            post(&site, cookie, &id, row, &fields)
        };
        assert_eq!(send(&maria, "rows/3", &of(&seen, "Changed")).status, 303);
        site.work();
        let late = send(&adam, "rows/2", &of(&seen, "Other"));
        assert_eq!(late.status, 409);
        assert!(late.body.contains("Apply my change on top"), "{}", late.body);
        let same = send(&adam, "rows/3", &of(&seen, "Other"));
        assert_eq!(same.status, 409);
        assert!(!same.body.contains("on top"), "{}", same.body);
        assert_eq!(send(&adam, "rows/2", &of(&rev(&late), "Other")).status, 303);
    }

    fn two_changes_in_between_are_looked_at(db: &TestDb) {
        let (site, maria, adam, id) = shared(db);
        let seen = rev(&get(&site, &adam, &id, "review"));
        for _ in 0..2 {
            let now = rev(&get(&site, &maria, &id, "map"));
            assert_eq!(post(&site, &maria, &id, "map", &[("rev", &now)]).status, 303);
            site.work();
        }
        let late = post(&site, &adam, &id, "review", &[("rev", &seen), ("bad_rows", "stop")]);
        assert_eq!(late.status, 409);
        assert!(!late.body.contains("on top"), "{}", late.body);
    }

    fn the_second_to_start_sees_who_was_first(db: &TestDb) {
        let (site, maria, adam, id) = shared(db);
        let seen = rev(&get(&site, &adam, &id, "plan"));
        assert_eq!(post(&site, &maria, &id, "start", &[("rev", &seen)]).status, 303);
        let second = post(&site, &adam, &id, "start", &[("rev", &seen)]);
        assert_eq!(second.status, 303, "{}", second.body);
        let run = get(&site, &adam, &id, "run").body;
        assert!(run.contains("Started by Maria Keller <time"), "{run}");
    }

    fn the_others_on_an_import_are_named_for_a_minute(db: &TestDb) {
        let (site, maria, adam, id) = shared(db);
        assert!(!get(&site, &maria, &id, "review").body.contains("is also here"));
        let seen = get(&site, &adam, &id, "plan").body;
        assert!(seen.contains("Maria Keller is also here (Review)."), "{seen}");
        let seen = get(&site, &maria, &id, "map").body;
        assert!(seen.contains("admin is also here (Plan)."), "{seen}");
        assert!(!seen.contains("Maria Keller is also here"), "{seen}");
        site.clock.advance(Duration::from_secs(61));
        assert!(!get(&site, &maria, &id, "review").body.contains("is also here"));
        assert_eq!(site.count("select count(*) from import_visitors"), 2);
    }

    fn nobody_is_seen_on_the_imports_of_others(db: &TestDb) {
        let (site, _, _, id) = shared(db);
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        let before = site.count("select count(*) from import_visitors");
        assert_eq!(get(&site, &other, &id, "review").status, 404);
        assert_eq!(site.count("select count(*) from import_visitors"), before);
    }
}
