//! What keeps an import safe on its pages: plans that are out of date.

use std::time::Duration;

use testkit::{TestDb, on_both};

use crate::imports::{draft, get, post, rev, signed_in};

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
}
