//! Somebody who belongs to several accounts: choosing one, and going from one to another.

use kernel::Role;
use testkit::{TestDb, on_both};

use crate::{
    site::{Account, Answer, PASSWORD, Site},
    two_factor,
};

const MARIA: &str = "maria@example.com";

/// Maria owns one account and is a user of another; a third is not hers.
fn scene(db: &TestDb) -> (Site, [Account; 3]) {
    let (site, here) = Site::with_account(db);
    let there = site.account("Elsewhere", "other@example.com");
    let foreign = site.account("Foreign", "foreign@example.com");
    site.person(&there, "Maria There", "there@example.com");
    site.execute(
        "update users set status = 'active', identity_id = (select id from identities where email_key = 'maria@example.com') where last_name = 'There'",
    );
    (site, [here, there, foreign])
}

fn switch(site: &Site, account: &Account, cookie: &str) -> Answer {
    site.post(&format!("/accounts/{}/switch", account.id), &[], cookie)
}

/// The account a session is in, as the top bar says.
fn shown(site: &Site, cookie: &str) -> String {
    let page = site.get("/me", cookie).body;
    let name = page.split("<span class=\"account\">").nth(1).unwrap();
    name.split('<').next().unwrap().to_owned()
}

on_both! {
    fn who_has_several_accounts_chooses_and_the_last_one_is_remembered(db: &TestDb) {
        let (site, [here, there, _]) = scene(db);
        let fields = [("email", MARIA), ("password", PASSWORD), ("next", "/me/devices")];
        let answer = site.post("/sign-in", &fields, "");
        assert_eq!(answer.header("location"), "/accounts?next=%2Fme%2Fdevices");
        let cookie = answer.cookie();
        let page = site.get("/accounts?next=/me/devices", &cookie).body;
        assert!(page.contains("Harbour Facilities") && page.contains("Elsewhere") && !page.contains("Foreign"));
        assert!(page.find("Harbour").unwrap() < page.find("Elsewhere").unwrap());
        let path = format!("/accounts/{}/switch", there.id);
        let there_now = site.post(&path, &[("next", "/me/devices")], &cookie);
        assert_eq!((there_now.status.as_u16(), there_now.header("location")), (303, "/me/devices"));
        assert_eq!(shown(&site, &cookie), "Elsewhere");
        assert_eq!(site.get("/users", &cookie).status, 403, "a user there, whatever they are elsewhere");
        let again = site.sign_in(MARIA);
        assert_eq!(shown(&site, &again), "Elsewhere");
        let page = site.get("/accounts", &again).body;
        assert!(page.find("Elsewhere").unwrap() < page.find("Harbour").unwrap());
        assert_eq!(switch(&site, &here, &again).header("location"), "/");
        assert_eq!(site.get("/users", &again).status, 200);
        assert!(site.get("/users", &again).body.contains(&path));
        assert_eq!(site.post(&path, &[("next", "//evil.example")], &again).header("location"), "/");
    }

    fn who_has_one_account_is_not_asked(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let answer = site.post("/sign-in", &[("email", MARIA), ("password", PASSWORD)], "");
        assert_eq!(answer.header("location"), "/");
        let cookie = answer.cookie();
        assert!(!site.get("/me", &cookie).body.contains("/accounts/"));
        assert_eq!(switch(&site, &account, &cookie).status, 303);
    }

    fn nobody_switches_to_an_account_that_is_not_theirs(db: &TestDb) {
        let (site, [_, there, foreign]) = scene(db);
        let cookie = site.sign_in(MARIA);
        assert_eq!(switch(&site, &foreign, &cookie).status, 404);
        assert_eq!(site.post("/accounts/01971f00-0000-7000-8000-000000000000/switch", &[], &cookie).status, 404);
        site.execute("update users set status = 'deactivated' where last_name = 'There'");
        assert_eq!(switch(&site, &there, &cookie).status, 404);
        assert_eq!(shown(&site, &cookie), "Harbour Facilities");
        assert_eq!(switch(&site, &there, "").header("location"), "/sign-in");
    }

    fn switching_takes_no_further_device(db: &TestDb) {
        let (site, [here, there, _]) = scene(db);
        site.execute("update accounts set session_limit = 2 where name = 'Elsewhere'");
        let first = site.sign_in(MARIA);
        site.clock.advance(std::time::Duration::from_secs(1));
        let second = site.sign_in(MARIA);
        for account in [&there, &here, &there] {
            switch(&site, account, &first);
            switch(&site, account, &second);
        }
        assert_eq!(site.count("select count(*) as n from sessions where end_reason is null"), 2);
        site.clock.advance(std::time::Duration::from_secs(1));
        site.sign_in(MARIA);
        assert_eq!(site.get("/me", &first).status, 303, "the strictest account counts");
        assert_eq!(site.get("/me", &second).status, 200);
    }

    fn the_account_one_goes_to_may_ask_for_a_second_factor(db: &TestDb) {
        let (site, [here, there, _]) = scene(db);
        let other = site.sign_in("other@example.com");
        site.post("/settings/security/two-factor", &[("role", Role::User.as_str())], &other);
        let cookie = site.sign_in(MARIA);
        assert_eq!(site.get("/users", &cookie).status, 200);
        switch(&site, &there, &cookie);
        assert_eq!(site.get("/me", &cookie).header("location"), "/me/two-factor");
        assert_eq!(switch(&site, &here, &cookie).status, 303, "leaving is allowed");
        assert_eq!(site.get("/users", &cookie).status, 200);
        switch(&site, &there, &cookie);
        let (app, _) = two_factor::set_up(&site, MARIA, &cookie);
        assert_eq!(site.get("/me", &cookie).status, 200);
        // One sign-in for all: the code is asked for whatever account they go to, and cannot be turned off in the other.
        switch(&site, &here, &cookie);
        let off = site.post("/me/two-factor/off", &[("password", PASSWORD), ("code", &app.next(&site))], &cookie);
        assert_eq!(off.status, 422);
        let step = two_factor::first_step(&site, MARIA);
        let entered = two_factor::second(&site, &step, &app.next(&site));
        assert_eq!(entered.header("location"), "/accounts");
    }
}
