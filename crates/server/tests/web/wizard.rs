//! The Invite wizard as a browser sees it, for administrators and for people who invite by their own access.

use std::time::Duration;

use directory::{
    access::{Giving, Recipient, Terms, give},
    devices,
};
use kernel::{AccessType, DeviceId, Role, UserId};
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

/// A draft of whoever has the cookie.
pub(crate) fn draft(site: &Site, cookie: &str) -> String {
    let answer = site.post("/invite", &[("step", "access")], cookie);
    let location = answer.header("location");
    let id = location.strip_prefix("/invite/").unwrap();
    id.strip_suffix("/access").unwrap().to_owned()
}

fn device(site: &Site, account: &Account, name: &str) -> DeviceId {
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| devices::create(tx, &ctx, name))
        .unwrap()
        .id
}

fn grant(site: &Site, account: &Account, user: UserId, device: DeviceId, kind: AccessType) {
    let ctx = site.ctx(account);
    let giving = Giving {
        devices: vec![device],
        terms: Terms::new(kind, None, None, None, ctx.now()).unwrap(),
        people: vec![Recipient { user, notes: None }],
    };
    site.db
        .write_blocking(|tx| give(tx, &ctx, &giving))
        .unwrap();
}

/// Lets everything go on until it has ended.
pub(crate) fn settle(site: &Site) {
    for _ in 0..6 {
        site.work();
        site.clock.advance(Duration::from_secs(2));
    }
}

fn rev(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"rev\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

on_both! {
    fn leads_from_access_to_the_summary(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let gate = device(&site, &account, "Main gate");
        let front = site.get("/invite", &cookie);
        assert!(front.body.contains("Choose the access first.") && front.body.contains("aria-current=\"true\""));
        let id = draft(&site, &cookie);
        assert_eq!(draft(&site, &cookie), id);
        let at = |step: &str| format!("/invite/{id}/{step}");

        let nothing = site.post(&at("access"), &[], &cookie);
        assert_eq!(nothing.status, 422);
        assert!(nothing.body.contains("Choose one of the kinds of access."));
        let no_end = site.post(&at("access"), &[("kind", "temporary")], &cookie);
        assert!(no_end.status == 422 && no_end.body.contains("id=\"end-error\""));
        let no_hours = site.post(&at("access"), &[("kind", "repeat"), ("schedule", "sometimes")], &cookie);
        assert!(no_hours.status == 422 && no_hours.body.contains("id=\"schedule-error\""));
        let chosen = site.post(&at("access"), &[("kind", "always")], &cookie);
        assert_eq!(chosen.header("location"), at("device"));

        assert_eq!(site.post(&at("device"), &[], &cookie).status, 422);
        let chosen = site.post(&at("device"), &[("device", &gate.to_string())], &cookie);
        assert_eq!(chosen.header("location"), at("people"));

        let list = b"Name,Phone,Notes\nThandi Nkosi,+27821234567,Unit 1\nPiet Botha,12,\nAgain,+27821234567,\n";
        let read = site.upload_to(&at("file"), "people.csv", list, &[], &cookie);
        assert_eq!((read.status.as_u16(), read.header("location")), (303, &*at("people")));
        let bad = site.post(&at("people"), &[("name", "Anna Meyer"), ("phone", "34")], &cookie);
        assert!(bad.status == 422 && bad.body.contains("id=\"phone-error\"") && bad.body.contains("Anna Meyer"));
        let good = site.post(&at("people"), &[("name", "<b>Anna</b> Meyer"), ("phone", "+27821234568")], &cookie);
        assert_eq!(good.status, 303);
        let people = site.get(&at("people"), &cookie).body;
        assert!(people.contains("2 rows were skipped") && people.contains("people.csv: 3 rows = 1 person + 2 skipped"));
        assert!(people.contains("Row 2 of this list has the same number.") && people.contains("&#60;b&#62;Anna"));
        let skipped = site.get(&at("skipped.csv"), &cookie);
        assert_eq!(skipped.body.lines().count(), 3);

        let pasted = site.post(&at("paste"), &[("rows", "Sipho Dube, +27821234569, Unit 3")], &cookie);
        assert_eq!(pasted.status, 303);
        let preview = site.get(&at("people?add=paste"), &cookie).body;
        assert!(preview.contains("Sipho Dube") && preview.contains("Add 1 person") && !preview.contains("Select Sipho"));
        site.post(&at("paste/add"), &[], &cookie);
        assert!(site.get(&at("people"), &cookie).body.contains("Select Sipho Dube"));
        let edited = site.post(&at("cards/1"), &[("name", "Thandi Grace Nkosi"), ("phone", "+27821234567")], &cookie);
        assert_eq!(edited.status, 303);
        site.post(&at("remove"), &[("number", "2")], &cookie);

        let check = site.get(&at("check"), &cookie).body;
        assert!(check.contains("Send Invites to 2 people") && check.contains("get an SMS first"));
        let rev = rev(&check);
        for _ in 0..2 {
            let sent = site.post(&at("send"), &[("rev", &rev)], &cookie);
            assert_eq!((sent.status.as_u16(), sent.header("location")), (303, &*at("sent")));
        }
        assert!(site.get(&at("sent"), &cookie).body.contains("Access is being given."));
        settle(&site);
        let sheet = site.get(&at("sent"), &cookie).body;
        assert!(sheet.contains("Thandi Grace Nkosi") && sheet.contains("Pending") && sheet.contains("/imports/"));
        assert!(sheet.contains(&format!("href=\"/devices/{gate}\"")) && !sheet.contains("Anna"));
        let csv = site.get(&at("sent.csv"), &cookie);
        assert!(csv.header("content-type").starts_with("text/csv") && csv.body.lines().count() == 3);
        let link = site.post(&at("cards/1/link"), &[], &cookie);
        assert!(link.status == 200 && link.body.contains("https://people.test/join/"));
        assert!(site.get("/notifications", &cookie).body.contains(&at("sent")));
        let late = site.post(&at("people"), &[("name", "Too Late"), ("phone", "+27821234570")], &cookie);
        assert_eq!(late.status, 409);
        assert!(site.get("/invite", &cookie).body.contains("Always: 2 people to Main gate"));
    }

    fn opens_to_those_whose_own_access_invites(database: &TestDb) {
        let (site, account) = Site::with_account(database);
        let (gate, door) = (device(&site, &account, "Main gate"), device(&site, &account, "Back door"));
        let cookie = site.member(&account, Role::User);
        assert_eq!(site.get("/invite", &cookie).status, 403);
        assert!(!site.get("/me", &cookie).body.contains("href=\"/invite\""));
        let found = db::Sql::new("user", "select id from users where email = 'user@example.com'");
        let (user,): (UserId,) = site.db.read_blocking(|tx| tx.fetch_one(&found, db::params![])).unwrap();
        grant(&site, &account, user, gate, AccessType::Full);
        assert!(site.get("/me", &cookie).body.contains("href=\"/invite\""));
        let id = draft(&site, &cookie);
        let at = |step: &str| format!("/invite/{id}/{step}");
        site.post(&at("access"), &[("kind", "always")], &cookie);
        let page = site.get(&at("device"), &cookie).body;
        assert!(page.contains("Main gate") && !page.contains("Back door"));
        assert_eq!(site.post(&at("device"), &[("device", &door.to_string())], &cookie).status, 422);
        site.post(&at("device"), &[("device", &gate.to_string())], &cookie);
        site.post(&at("people"), &[("name", "Some Guest"), ("phone", "+27821234567")], &cookie);
        // Nobody else sees the draft, not even an owner.
        let owner = site.sign_in("maria@example.com");
        for step in ["access", "device", "people", "check", "sent", "skipped.csv", "cards/1"] {
            assert_eq!(site.get(&at(step), &owner).status, 404, "{step}");
        }
        let check = site.get(&at("check"), &cookie).body;
        assert!(check.contains("get access") && !check.contains("get an SMS first"));
        site.post(&at("send"), &[("rev", &rev(&check))], &cookie);
        settle(&site);
        let sheet = site.get(&at("sent"), &cookie).body;
        assert!(sheet.contains("Pending") && sheet.contains(&format!("href=\"/me/access/{gate}\"")));
        assert!(!sheet.contains("/imports/"));
        assert_eq!(site.get("/imports", &cookie).status, 403);
    }

    fn whoever_was_deleted_is_offered_back_to_those_who_may(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let former = crate::leaving::deleted(&site, &account);
        let people = |cookie: &str| {
            let id = draft(&site, cookie);
            site.post(&format!("/invite/{id}/access"), &[("kind", "always")], cookie);
            let added = site.post(&format!("/invite/{id}/people"), &[("name", "Former Again"), ("email", "Former@example.com"), ("phone", "+27821234567")], cookie);
            assert_eq!(added.status, 303, "{}", added.body);
            site.post(&format!("/invite/{id}/people"), &[("name", "New Person"), ("phone", "+27821234568")], cookie);
            site.get(&format!("/invite/{id}/people"), cookie).body
        };
        let link = format!("href=\"/users/deleted/{former}\"");
        let page = people(&site.sign_in("maria@example.com"));
        assert_eq!(page.matches(&link).count(), 1, "{page}");
        let gate = device(&site, &account, "Main gate");
        let cookie = site.member(&account, Role::User);
        let user = crate::documents::id_of(&site, "user@example.com");
        grant(&site, &account, user, gate, AccessType::Full);
        let page = people(&cookie);
        assert!(page.contains("Former Again") && !page.contains("/users/deleted/"), "{page}");
    }
}
