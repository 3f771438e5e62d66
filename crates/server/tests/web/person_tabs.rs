//! The parts of a person's pages: each its own address, what it says when there is nothing, and who sees it.

use directory::groups::{self, GroupKind};
use kernel::{Role, UserId};
use testkit::{TestDb, on_both};

use crate::site::Site;

const PARTS: [(&str, &str, &str); 9] = [
    ("", "Profile", "Invite thandi@example.com"),
    ("/groups", "Groups", "In no group or team yet"),
    ("/workflows", "Workflows", "No workflow yet"),
    ("/documents", "Documents", "No document"),
    ("/devices", "Connected devices", "Never signed in"),
    ("/cards", "Cards", "No card"),
    ("/access", "Access", "No access to any device"),
    ("/activity", "Activity", "No entry matches"),
    ("/privacy", "Data &#38; privacy", "Request user data"),
];

on_both! {
    fn every_part_has_its_address_its_title_and_words_for_nothing(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        for (part, name, nothing) in PARTS {
            let link = format!("/users/{person}{part}");
            let query = if part == "/activity" { "?what=cards" } else { "" };
            let answer = site.get(&format!("{link}{query}"), &cookie);
            assert_eq!(answer.status, 200, "{link}");
            let page = answer.body;
            assert!(page.contains(&format!("{name} – Thandi Nkosi")), "{link}: {page}");
            assert!(page.contains(&format!("<a href=\"{link}\" aria-current=\"page\">{name}</a>")), "{link}: {page}");
            assert_eq!(page.matches("aria-current=\"page\"").count(), 1, "{link}");
            assert!(page.contains(nothing), "{link}: {page}");
            for (other, ..) in PARTS {
                assert!(page.contains(&format!("href=\"/users/{person}{other}\"")), "{link} leads to {other}");
            }
        }
    }

    fn groups_are_joined_and_left_on_the_persons_page(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let ctx = site.ctx(&account);
        let group = site.db.write_blocking(|tx| groups::create(tx, &ctx, GroupKind::Group, "Night shift")).unwrap().id.to_string();
        let path = format!("/users/{person}/groups");
        let page = site.get(&path, &cookie).body;
        assert!(page.contains("Night shift (group)"), "{page}");
        let joined = site.post(&path, &[("group", &group)], &cookie);
        assert_eq!((joined.status.as_u16(), joined.header("location")), (303, &*path));
        let page = site.get(&path, &cookie).body;
        assert!(page.contains("from Night shift") && !page.contains("Night shift (group)"), "{page}");
        assert_eq!(site.post(&format!("{path}/remove"), &[("group", &group)], &cookie).status, 303);
        assert!(site.get(&path, &cookie).body.contains("In no group or team yet"));
        assert_eq!(site.post(&path, &[("group", "nonsense")], &cookie).status, 400);
        let trail = site.get(&format!("/users/{person}/activity?what=changed"), &cookie).body;
        assert!(trail.contains("Groups: + Night shift") && trail.contains("Groups: − Night shift"), "{trail}");
        let file = site.get(&format!("/users/{person}/activity/export?file=csv"), &cookie);
        assert_eq!(file.body.trim_end().lines().count(), 4, "{}", file.body);
    }

    fn a_manager_sees_some_parts_of_those_they_lead_and_nothing_of_others(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let led = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let stranger = site.person(&account, "Anna Berg", "anna@example.com");
        let manager = site.member(&account, Role::Manager);
        let ctx = site.ctx(&account);
        let leader: UserId = crate::documents::id_of(&site, "manager@example.com");
        let team = site.db.write_blocking(|tx| groups::create(tx, &ctx, GroupKind::Team, "Night")).unwrap().id;
        site.db.write_blocking(|tx| {
            groups::add_member(tx, &ctx, team, led)?;
            groups::add_member(tx, &ctx, team, leader)?;
            groups::lead(tx, &ctx, team, leader, true)
        }).unwrap();
        for (part, ..) in PARTS {
            let is_theirs = !matches!(part, "/documents" | "/devices" | "/privacy");
            let seen = site.get(&format!("/users/{led}{part}"), &manager);
            assert_eq!(seen.status.as_u16(), if is_theirs { 200 } else { 403 }, "{part}");
            if is_theirs {
                assert!(!seen.body.contains("/privacy\""), "{part}");
                assert_eq!(site.get(&format!("/users/{stranger}{part}"), &manager).status, 404, "{part}");
            }
        }
        for file in ["csv", "json"] {
            let own = site.get(&format!("/users/{led}/activity/export?file={file}"), &manager);
            assert!(own.body.contains("added"), "{}", own.body);
            assert_eq!(site.get(&format!("/users/{stranger}/activity/export?file={file}"), &manager).status, 404);
        }
        let page = site.get(&format!("/users/{led}/groups"), &manager).body;
        assert!(page.contains("Night") && !page.contains("<form method=\"post\" action=\"/users/"), "{page}");
    }
}
