//! A person's own portal, new passwords and connected devices, as a browser sees them.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
};
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::{Account, Answer, PASSWORD, Site, request};

const NEW: &str = "砂漠の青い鯨が歌う";

fn signed_in_from(site: &Site, agent: &str) -> String {
    let body = "email=maria%40example.com&password=correct+horse+battery";
    let mut posted = request(Method::POST, "/sign-in", "")
        .header("sec-fetch-site", "same-origin")
        .header(header::USER_AGENT, agent)
        .header("x-forwarded-for", "198.51.100.1")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    let peer = server::Peer("203.0.113.7".parse().unwrap());
    posted.extensions_mut().insert(peer);
    let answer = site.send(posted);
    assert_eq!(answer.status, 303);
    answer.cookie()
}

/// The path of the link that was sent last.
fn link(site: &Site) -> String {
    let link = site.text(
        "select link from messages where purpose = 'password_reset' and link is not null order by id desc limit 1",
    );
    link.strip_prefix("https://people.test").unwrap().to_owned()
}

/// The addresses of a page's forms that end so.
fn actions(page: &Answer, end: &str) -> Vec<String> {
    page.body
        .split("action=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|action| action.ends_with(end))
        .map(str::to_owned)
        .collect()
}

fn set_rules(site: &Site, chars: &str, sessions: &str, cookie: &str) -> Answer {
    let fields = [("chars", chars), ("sessions", sessions)];
    site.post("/settings/security", &fields, cookie)
}

fn owner_path(account: &Account, rest: &str) -> String {
    format!("/users/{}{rest}", account.owner)
}

on_both! {
    fn a_forgotten_password_is_replaced_by_a_link(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let before = site.sign_in("maria@example.com");
        assert!(site.get("/sign-in", "").body.contains("href=\"/reset\""));
        assert_eq!(site.get("/reset", "").status, 200);
        let asked = site.post("/reset", &[("login", "maria@example.com")], "");
        assert_eq!(asked.header("location"), "/reset/sent");
        site.jobs();
        let link = link(&site);
        assert_eq!(link.len(), "/reset/".len() + 64);
        for _ in 0..2 {
            let page = site.get(&link, "");
            assert!(page.body.contains("value=\"maria@example.com\"") && page.body.contains("At least 8 characters"));
        }
        let weak = site.post(&link, &[("password", "password")], "");
        assert_eq!(weak.status, 422);
        assert!(weak.body.contains("id=\"password-error\""));
        let set = site.post(&link, &[("password", NEW)], "");
        assert_eq!((set.status.as_u16(), set.header("location")), (303, "/sign-in?done=password"));
        assert!(site.get("/sign-in?done=password", "").body.contains("Your new password is set"));
        assert_eq!(site.get(&link, "").status, 410);
        assert_eq!(site.post(&link, &[("password", PASSWORD)], "").status, 410);
        assert_eq!(site.get("/users", &before).status, 303);
        let told = site.get("/sign-in", &before).body;
        assert!(told.contains("because your password was changed"));
        let right = site.post("/sign-in", &[("email", "maria@example.com"), ("password", NEW)], "");
        assert_eq!(right.status, 303);
    }

    fn everybody_who_asks_for_a_link_is_answered_alike(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Thandi Nkosi", "invited@example.com");
        site.member(&account, Role::User);
        site.execute("update users set status = 'deactivated' where role = 'user' and identity_id is not null");
        let answers: Vec<_> = ["maria@example.com", "nobody@example.com", "invited@example.com", "user@example.com", "", "+44 20 7946 0000"]
            .into_iter()
            .map(|login| {
                let answer = site.post("/reset", &[("login", login)], "");
                (answer.status, answer.header("location").to_owned(), answer.body)
            })
            .collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(site.count("select count(*) as n from jobs where kind = 'password_reset'"), 6);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from messages"), 1);
        assert_eq!(site.get("/reset/none", "").status, site.get(&format!("/reset/{}", "0".repeat(64)), "").status);
    }

    fn a_person_sees_their_own_portal_and_changes_the_password(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.member(&account, Role::User);
        assert_eq!(site.get("/", &cookie).header("location"), "/me");
        let page = site.get("/me", &cookie);
        assert!(page.body.contains("user@example.com") && !page.body.contains("maria@example.com"));
        let there = site.sign_in("user@example.com");
        let change = |current, password| {
            site.post("/me/password", &[("current", current), ("password", password)], &cookie)
        };
        let wrong = change("wrong", NEW);
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("id=\"current-error\"") && !wrong.body.contains(NEW));
        assert!(change(PASSWORD, "password").body.contains("id=\"password-error\""));
        let changed = change(PASSWORD, NEW);
        assert!(changed.body.contains("Your password is changed"), "{}", changed.body);
        assert_eq!(site.get("/me", &cookie).status, 200);
        assert_eq!(site.get("/me", &there).status, 303);
        assert_eq!(site.count("select count(*) as n from messages where purpose = 'security_notice'"), 1);
        for _ in 0..2 {
            change("wrong", PASSWORD);
        }
        assert!(change("wrong", PASSWORD).body.contains("Too many wrong tries"));
    }

    fn devices_are_listed_and_signed_out_one_by_one(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let phone = signed_in_from(&site, "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Muster-App/2.4.1");
        let here = signed_in_from(&site, "Mozilla/5.0 (Windows NT 10.0; Win64) Firefox/140.0");
        let page = site.get("/me/devices", &here);
        for shown in ["Muster app on Android", "Version 2.4.1", "Firefox on Windows", "This device", "from 203.0.113.7"] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        assert!(!page.body.contains("198.51.100.1"), "a header is not believed");
        let crosses = actions(&page, "/end");
        assert_eq!(crosses.len(), 1);
        assert_eq!(site.post(&crosses[0], &[], &here).status, 303);
        assert_eq!(site.get("/users", &phone).status, 303);
        assert!(site.get("/sign-in", &phone).body.contains("from another of your devices"));
        assert_eq!(site.post(&crosses[0], &[], &here).status, 404);
        let other = signed_in_from(&site, "curl/8");
        site.post("/me/devices/end-others", &[], &here);
        assert_eq!((site.get("/users", &other).status.as_u16(), site.get("/users", &here).status.as_u16()), (303, 200));
    }

    fn nobody_signs_out_a_device_of_somebody_else(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let admin = site.member(&account, Role::Admin);
        let cross = actions(&site.get(&owner_path(&account, "/devices"), &admin), "/end").remove(0);
        assert_eq!(site.post(&cross, &[], &admin).status, 403, "an administrator and an owner");
        let session = cross.rsplit('/').nth(1).unwrap();
        assert_eq!(site.post(&format!("/me/devices/{session}/end"), &[], &admin).status, 404);
        assert_eq!(site.get("/users", &owner).status, 200);
    }

    fn one_device_more_than_allowed_signs_out_the_first_and_says_why(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let mut cookies: Vec<_> = (0..4)
            .map(|_| {
                site.clock.advance(Duration::from_secs(1));
                site.sign_in("maria@example.com")
            })
            .collect();
        let first = site.get("/users", &cookies[0]);
        assert_eq!(first.header("location"), "/sign-in?next=%2Fusers");
        let page = site.get(first.header("location"), &cookies[0]).body;
        assert!(page.contains("you signed in on more devices than allowed"));
        assert!(!site.get("/sign-in", &cookies[3]).body.contains("signed out"));
        let last = cookies.pop().unwrap();
        site.post(&owner_path(&account, "/devices"), &[("limit", "5")], &last);
        for _ in 0..2 {
            site.clock.advance(Duration::from_secs(1));
            site.sign_in("maria@example.com");
        }
        assert_eq!(site.get("/users", &last).status, 200);
        assert_eq!(site.get("/users", &cookies[1]).status, 200);
        let refused = site.post(&owner_path(&account, "/devices"), &[("limit", "21")], &last);
        assert_eq!(refused.status, 409);
    }

    fn security_settings_are_bounded_and_said_where_passwords_are_chosen(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        assert_eq!(set_rules(&site, "7", "3", &owner).status, 422);
        assert_eq!(set_rules(&site, "8", "x", &owner).status, 422);
        assert_eq!(set_rules(&site, "30", "2", &owner).status, 303);
        assert!(site.get("/settings/security", &owner).body.contains("value=\"30\""));
        assert!(site.get("/me", &owner).body.contains("At least 30 characters"));
        let short = site.post("/me/password", &[("current", PASSWORD), ("password", NEW)], &owner);
        assert!(short.body.contains("Use at least 30 characters"));
        site.post("/reset", &[("login", "maria@example.com")], "");
        site.jobs();
        assert!(site.get(&link(&site), "").body.contains("At least 30 characters"));
        assert!(site.get(&owner_path(&account, "/devices"), &owner).body.contains("Empty: 2, like everybody"));
    }

    fn an_administrator_sends_a_link_and_never_sees_it(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let admin = site.member(&account, Role::Admin);
        let path = owner_path(&account, "/reset-password");
        for _ in 0..3 {
            let sent = site.post(&path, &[], &admin);
            assert_eq!(sent.status, 303);
            assert_eq!(sent.header("location"), owner_path(&account, "/activity"));
            let page = site.get(sent.header("location"), &admin).body;
            assert!(page.contains("a link for a new password"), "{page}");
            assert!(!page.contains(&link(&site)[7..]));
        }
        assert_eq!(site.post(&path, &[], &admin).status, 409);
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        assert_eq!(site.post(&format!("/users/{thandi}/reset-password"), &[], &admin).status, 404);
        assert!(!site.get(&format!("/users/{thandi}/devices"), &admin).body.contains("Reset password"));
    }
}
