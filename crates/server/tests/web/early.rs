//! Early access, from asking to the released version that has it.

use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::{Account, Answer, Site};

const LINK: &str = "https://testflight.apple.com/join/abc";

fn set(site: &Site, owner: &str, version: &str, released: &str) -> Answer {
    let fields = [("link", LINK), ("version", version), ("released", released)];
    site.post("/settings/early-access", &fields, owner)
}

fn act(site: &Site, cookie: &str, action: &str, people: &[String]) -> Answer {
    let mut fields = vec![("action", action)];
    fields.extend(people.iter().map(|id| ("user", id.as_str())));
    site.post("/early-access", &fields, cookie)
}

fn sent(site: &Site) -> i64 {
    site.count("select count(*) as n from messages where purpose = 'early_access'")
}

/// Somebody who signs in, and their id.
fn somebody(site: &Site, account: &Account) -> (String, String) {
    let cookie = site.member(account, Role::User);
    let page = site.get(
        "/users?q=user@example.com",
        &site.sign_in("maria@example.com"),
    );
    let id = page
        .body
        .split("class=\"main\" href=\"/users/")
        .nth(1)
        .unwrap()[..36]
        .to_owned();
    (cookie, id)
}

on_both! {
    fn somebody_asks_and_is_given_the_link_once(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let (person, id) = somebody(&site, &account);
        assert!(!site.get("/me", &person).body.contains("Early access"), "there is nothing to ask for yet");
        assert_eq!(site.post("/me/early-access", &[("action", "ask")], &person).status, 409);
        assert_eq!(set(&site, &owner, "2.10", "2.9.4").status, 303);
        assert!(site.get("/me", &person).body.contains("Ask for early access"));
        assert_eq!(site.post("/me/early-access", &[("action", "ask")], &person).status, 303);
        assert_eq!(site.post("/me/early-access", &[("action", "ask")], &person).status, 409);
        let waiting = site.get("/early-access", &owner).body;
        assert!(waiting.contains(&id) && waiting.contains("Approve and send the link"));
        assert!(!site.get("/me", &person).body.contains(LINK));
        let approved = act(&site, &owner, "approve", &[id.clone(), id.clone()]);
        assert!(approved.header("location").contains("done=1"), "{}", approved.header("location"));
        assert_eq!(sent(&site), 1);
        assert!(act(&site, &owner, "approve", std::slice::from_ref(&id)).header("location").contains("done=0"));
        assert_eq!(sent(&site), 1);
        site.work();
        assert_eq!(site.text("select recipient from messages where purpose = 'early_access'"), "user@example.com");
        assert!(site.get("/me", &person).body.contains(LINK));
        assert!(site.get("/notifications", &person).body.contains("early access to version 2.10"));
        let page = site.get(&format!("/users/{id}/devices"), &owner).body;
        assert!(page.contains("May use version 2.10"), "{page}");
        let trail = site.get(&format!("/users/{id}/activity"), &owner).body;
        assert!(trail.contains(" early access<span class=\"sub\">2.10</span>"), "{trail}");
    }

    fn it_expires_when_the_released_version_has_caught_up_and_says_so_once(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let (person, id) = somebody(&site, &account);
        set(&site, &owner, "2.10", "2.9");
        site.post(&format!("/users/{id}/early-access"), &[("action", "approve")], &owner);
        assert_eq!(sent(&site), 1);
        // As text 2.9.9 would be the later one.
        assert_eq!(set(&site, &owner, "2.10", "2.9.9").header("location"), "/settings/early-access");
        let asking = site.member(&account, Role::Manager);
        assert_eq!(site.post("/me/early-access", &[("action", "ask")], &asking).status, 303);
        assert!(site.get("/me", &person).body.contains(LINK));
        set(&site, &owner, "2.11", "2.10");
        assert!(site.get("/me", &person).body.contains("May use version 2.11"), "the same link brings the next one");
        let caught_up = set(&site, &owner, "2.11", "2.11.0");
        assert_eq!(caught_up.header("location"), "/settings/early-access?expired=2");
        set(&site, &owner, "2.11", "2.12");
        let page = site.get("/me", &person).body;
        assert!(page.contains("Expired: the released version 2.12 has everything that version 2.11 has"), "{page}");
        assert!(!page.contains(LINK) && !page.contains("Ask for early access"));
        assert_eq!(site.count("select count(*) as n from notifications where kind = 'early_access.expired'"), 2);
        let told = site.get("/notifications", &asking).body;
        assert!(told.contains("You asked for version 2.11: the released version 2.11.0 has everything"), "{told}");
        assert!(site.get("/notifications", &person).body.contains("Your early access to version 2.11 has expired"));
        let refused = act(&site, &owner, "approve", std::slice::from_ref(&id));
        assert_eq!(refused.status, 409);
        assert!(refused.body.contains("The released version has everything"));
        set(&site, &owner, "2.13", "2.12");
        assert!(site.get("/me", &person).body.contains("Ask for early access"), "a newer one can be asked for again");
    }

    fn refusing_ending_and_leaving_need_something_to_refuse(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let (person, id) = somebody(&site, &account);
        let path = format!("/users/{id}/early-access");
        set(&site, &owner, "2.10", "");
        for action in ["refuse", "end", "dance", ""] {
            assert_eq!(site.post(&path, &[("action", action)], &owner).status, 409, "{action}");
        }
        assert_eq!(site.post("/me/early-access", &[("action", "leave")], &person).status, 409);
        site.post("/me/early-access", &[("action", "ask")], &person);
        assert_eq!(site.post(&path, &[("action", "refuse")], &owner).status, 303);
        assert!(site.get("/early-access?state=refused", &owner).body.contains(&id));
        site.post("/me/early-access", &[("action", "ask")], &person);
        site.post(&path, &[("action", "approve")], &owner);
        assert_eq!(site.post(&path, &[("action", "end")], &owner).status, 303);
        assert!(!site.get("/me", &person).body.contains(LINK));
        site.post(&path, &[("action", "approve")], &owner);
        assert_eq!(site.post("/me/early-access", &[("action", "leave")], &person).status, 303);
        assert!(site.get("/early-access?state=ended", &owner).body.contains(&id));
        assert_eq!(act(&site, &owner, "approve", &[]).status, 409);
    }

    fn bad_links_and_versions_are_refused_and_kept_on_the_form(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        for (link, version, released) in [
            ("http://x.example", "1", ""),
            ("javascript:alert(1)", "1", ""),
            (LINK, "v2", ""),
            (LINK, "", ""),
            ("", "2.10", ""),
            (LINK, "2.10", "newest"),
        ] {
            let fields = [("link", link), ("version", version), ("released", released)];
            let answer = site.post("/settings/early-access", &fields, &owner);
            assert_eq!(answer.status, 422, "{link} {version} {released}");
            assert!(answer.body.contains("Nothing was changed"));
        }
        assert!(site.post("/settings/early-access", &[("version", "<b>")], &owner).body.contains("&#60;b&#62;"));
        assert_eq!(site.post("/settings/early-access", &[], &owner).status, 303);
    }

    fn early_access_of_another_account_is_out_of_reach(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        set(&site, &owner, "2.10", "");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        set(&site, &other, "3.0", "");
        let theirs = act(&site, &other, "approve", &[person.to_string()]);
        assert!(theirs.header("location").contains("done=0"));
        let path = format!("/users/{person}/early-access");
        assert_eq!(site.post(&path, &[("action", "approve")], &other).status, 404);
        assert_eq!(site.count("select count(*) as n from early_access"), 0);
        act(&site, &owner, "approve", &[person.to_string()]);
        assert!(!site.get("/early-access?state=approved", &other).body.contains("Thandi"));
        assert!(site.get("/early-access?state=approved", &owner).body.contains("Thandi"));
    }
}
