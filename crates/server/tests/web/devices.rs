//! Devices and the people who have access to them, as a browser sees them.

use std::time::Duration;

use directory::{
    access::{self, Giving, Recipient, Terms},
    devices,
};
use kernel::{AccessType, DeviceId, Role, Schedule, Text, UserId};
use testkit::{NOW, TestDb, on_both};

use crate::site::{Account, Answer, Site};

fn device(site: &Site, account: &Account, name: &str) -> DeviceId {
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| devices::create(tx, &ctx, name))
        .unwrap()
        .id
}

fn give(site: &Site, account: &Account, device: DeviceId, kind: AccessType, user: UserId) {
    let ctx = site.ctx(account);
    let (schedule, end) = match kind {
        AccessType::Repeat => (Some(Schedule::parse("Mon-Fri 09:00-17:00").unwrap()), None),
        AccessType::Temporary => (None, NOW.checked_add(Duration::from_hours(2))),
        AccessType::Owner | AccessType::Full | AccessType::Tenant | AccessType::Always => {
            (None, None)
        }
    };
    let giving = Giving {
        devices: vec![device],
        terms: Terms::new(kind, schedule, None, end, NOW).unwrap(),
        people: vec![Recipient {
            user,
            notes: Text::parse("Unit 12B", Text::MAX_NOTES).ok(),
        }],
    };
    site.db
        .write_blocking(|tx| access::give(tx, &ctx, &giving))
        .unwrap();
}

/// Two devices that somebody has access to.
pub(crate) fn two_with(site: &Site, account: &Account, person: UserId) -> (DeviceId, DeviceId) {
    let both = ["Main gate", "Side door"].map(|name| device(site, account, name));
    for one in both {
        give(site, account, one, AccessType::Always, person);
    }
    (both[0], both[1])
}

/// The hidden version of a form.
fn version(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"version\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

on_both! {
    fn a_device_is_made_set_up_and_deleted(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        assert!(site.get("/devices", &cookie).body.contains("No devices yet"));
        let made = site.post("/devices", &[("name", "Main gate")], &cookie);
        assert_eq!(made.status, 303);
        let base = made.header("location").to_owned();
        assert!(site.get(&base, &cookie).body.contains("Nobody has access yet"));
        let again = site.post("/devices", &[("name", "MAIN GATE")], &cookie);
        assert_eq!(again.status, 422);
        assert!(again.body.contains("There is already a device named"));
        let settings = format!("{base}/settings");
        let set = |name: &str, minutes: &str, most: &str| {
            site.post(&settings, &[("name", name), ("minutes", minutes), ("most", most)], &cookie)
        };
        assert!(set("Gate", "10", "5").body.contains("Guests stay 15 minutes to 3 days."));
        assert!(set("Gate", "60", "101").body.contains("A device has places for 1 to 100 guests."));
        assert_eq!(set("Gate <1>", "60", "5").status, 303);
        let page = site.get(&settings, &cookie);
        assert!(page.body.contains("<option value=\"60\" selected>1 hour</option>"));
        assert!(page.body.contains("value=\"5\"") && !page.body.contains("<1>"));
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        give(&site, &account, base.rsplit('/').next().unwrap().parse().unwrap(), AccessType::Always, person);
        let list = site.get("/devices?q=ga", &cookie);
        assert!(list.body.contains(&base), "{}", list.body);
        assert!(site.get("/devices?q=zz", &cookie).body.contains("No device matches"));
        let ask = site.get(&format!("{base}/delete"), &cookie);
        assert!(ask.body.contains("The access of 1 person to it ends at once"));
        let gone = site.post(&format!("{base}/delete"), &[], &cookie);
        assert_eq!(gone.header("location"), "/devices?done=removed");
        assert_eq!(site.get(&base, &cookie).status, 404);
        assert_eq!(site.count("select count(*) as n from grants"), 0);
        assert_eq!(site.count("select count(*) as n from activity where action like 'device.%'"), 3);
    }

    fn people_of_a_device_are_shown_filtered_and_found(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let gate = device(&site, &account, "Main gate");
        let base = format!("/devices/{gate}");
        let (active, _) = site.member_named(&account, Role::User, "Ana Silva", "ana@example.com");
        let pending = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let over = site.person(&account, "Over Night", "over@example.com");
        give(&site, &account, gate, AccessType::Repeat, active);
        give(&site, &account, gate, AccessType::Always, pending);
        give(&site, &account, gate, AccessType::Temporary, over);
        site.clock.advance(Duration::from_hours(3));
        let page = site.get(&base, &cookie);
        for shown in ["Ana Silva", "ana@example.com", "Repeat", "Mon-Fri 09:00-17:00", "Active", "Pending", "Expired", "Unit 12B", "Administration", "3 people in all"] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        assert!(!page.body.contains("type=\"search\""), "a search for three");
        for (status, name) in [("active", "Ana Silva"), ("pending", "Thandi Nkosi"), ("expired", "Over Night")] {
            let page = site.get(&format!("{base}?status={status}"), &cookie);
            let shown = ["Ana Silva", "Thandi Nkosi", "Over Night"].into_iter().filter(|one| page.body.contains(one));
            assert_eq!(shown.collect::<Vec<_>>(), [name]);
        }
        for n in 0..60 {
            let one = site.person(&account, &format!("Guest {n:02}"), &format!("g{n}@example.com"));
            give(&site, &account, gate, AccessType::Always, one);
        }
        let first = site.get(&base, &cookie);
        assert!(first.body.contains("type=\"search\"") && first.body.contains("rel=\"next\"") && !first.body.contains("rel=\"prev\""));
        let (_, rest) = first.body.split_once("rel=\"next\" href=\"").unwrap();
        let next = site.get(&rest.split('"').next().unwrap().replace("&#38;", "&"), &cookie);
        assert!(next.body.contains("13 people on this page") && next.body.contains("rel=\"prev\""));
        let found = site.get(&format!("{base}?q=g59"), &cookie);
        assert!(found.body.contains("Guest 59") && !found.body.contains("Guest 58"));
        assert!(site.get(&format!("{base}?q=ana&status=pending"), &cookie).body.contains("Nobody is here"));
    }

    fn access_is_changed_and_revoked_with_a_record_of_it(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let gate = device(&site, &account, "Main gate");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        give(&site, &account, gate, AccessType::Always, person);
        let path = format!("/devices/{gate}/users/{person}");
        let form = site.get(&path, &cookie);
        let seen = version(&form);
        assert!(form.body.contains("Unit 12B</textarea>"));
        let post = |kind: &str, schedule: &str, until: &str, notes: &str, version: &str| {
            let fields = [("version", version), ("kind", kind), ("schedule", schedule), ("from", ""), ("until", until), ("notes", notes)];
            site.post(&path, &fields, &cookie)
        };
        for (kind, schedule, until, told) in [
            ("repeat", "", "", "Say on which days and hours"),
            ("repeat", "Mon", "", "The days and hours cannot be read"),
            ("temporary", "", "", "Say until when the access lasts."),
            ("temporary", "", "2001-01-01T10:00", "The end is in the past."),
            ("temporary", "", "soon", "soon is not a date and time"),
            ("owner", "", "", "A device is handed over by its owner."),
        ] {
            let refused = post(kind, schedule, until, "", &seen);
            assert_eq!(refused.status, 422, "{kind}");
            assert!(refused.body.contains(told), "{told}: {}", refused.body);
        }
        assert_eq!(post("repeat", "mon-fri 9-17", "", "", &seen).header("location"), format!("/devices/{gate}?done=changed"));
        assert!(site.get(&format!("/devices/{gate}?done=changed"), &cookie).body.contains("Mon-Fri 09:00-17:00"));
        let stale = post("always", "", "", "", &seen);
        assert_eq!(stale.status, 409);
        let own = site.get(&format!("/users/{person}/access"), &cookie);
        for shown in [format!("/devices/{gate}/users/{person}/revoke"), "Pending".to_owned()] {
            assert!(own.body.contains(&shown), "{shown}");
        }
        assert!(site.get(&format!("/users/{person}/activity"), &cookie).body.contains("changed the access of Thandi Nkosi"));
        let ask = site.get(&format!("{path}/revoke"), &cookie);
        assert!(ask.body.contains("Take the access of Thandi Nkosi away?"));
        let done = site.post(&format!("{path}/revoke"), &[], &cookie);
        assert_eq!(done.header("location"), format!("/devices/{gate}?done=revoked"));
        assert_eq!(site.post(&format!("{path}/revoke"), &[], &cookie).status, 404);
        let history = site.get(&format!("/devices/{gate}?status=revoked"), &cookie);
        assert!(history.body.contains("Thandi Nkosi") && history.body.contains("by Maria Keller"));
        assert!(!history.body.contains(">Change<"));
        assert_eq!(site.count("select count(*) as n from activity where action like 'access.%'"), 3);
    }

    fn whoever_has_a_say_on_a_device_comes_to_it_from_their_portal(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let gate = device(&site, &account, "Main gate");
        let base = format!("/me/access/{gate}");
        let guest = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        give(&site, &account, gate, AccessType::Always, guest);
        let person = |kind: AccessType| {
            let (id, cookie) = site.member_named(&account, Role::User, &format!("With {kind}"), &format!("{kind}@example.com"));
            give(&site, &account, gate, kind, id);
            (id, cookie)
        };
        let (full, tenant, always) = (person(AccessType::Full), person(AccessType::Tenant), person(AccessType::Always));
        let portal = site.get("/me", &full.1);
        assert!(portal.body.contains(&format!("href=\"{base}\"")) && !portal.body.contains("Unit 12B"));
        let page = site.get(&base, &full.1);
        assert!(page.body.contains("Thandi Nkosi") && page.body.contains("Unit 12B"));
        assert!(!page.body.contains("href=\"/users/") && page.body.contains(&format!("{base}/settings")));
        assert_eq!(site.get(&format!("/devices/{gate}"), &full.1).status, 403);
        assert_eq!(site.get(&format!("{base}/transfer"), &full.1).status, 403);
        assert_eq!(site.post(&format!("{base}/delete"), &[], &full.1).status, 403);
        assert!(!site.get("/me", &always.1).body.contains(&base));
        for path in [base.clone(), format!("{base}/settings"), format!("{base}/users/{guest}"), format!("{base}/users/{guest}/revoke")] {
            assert_eq!(site.get(&path, &always.1).status, 404, "{path}");
            assert_eq!(site.post(&path, &[("version", "1"), ("kind", "full"), ("name", "x"), ("minutes", "60"), ("most", "5")], &always.1).status.as_u16() / 100, 4, "{path}");
        }
        assert!(site.get(&base, &tenant.1).body.contains("You have no guests"));
        assert_eq!(site.get(&format!("{base}/users/{guest}/revoke"), &tenant.1).status, 404);
        assert_eq!(site.get(&format!("{base}/settings"), &tenant.1).status, 403);
        let fields = [("version", "2"), ("kind", "tenant"), ("schedule", ""), ("from", ""), ("until", ""), ("notes", "")];
        assert_eq!(site.post(&format!("{base}/users/{guest}"), &fields, &full.1).status, 303);
        assert_eq!(site.post(&format!("{base}/users/{guest}/revoke"), &[], &full.1).status, 303);
        let other = site.account("Elsewhere", "other@example.com");
        let stranger = site.sign_in("other@example.com");
        assert_eq!(site.get(&base, &stranger).status, 404);
        assert_eq!(site.get(&format!("/devices/{gate}"), &stranger).status, 404);
        let theirs = device(&site, &other, "Main gate");
        assert_eq!(site.get(&format!("/me/access/{theirs}"), &full.1).status, 404);
        // Who revokes their own access is back at their profile.
        let gone = site.post(&format!("{base}/users/{}/revoke", full.0), &[], &full.1);
        assert_eq!(gone.header("location"), "/me");
        assert_eq!(site.get(&base, &full.1).status, 404);
    }

    fn an_owner_hands_a_device_over_by_its_exact_address(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let admin = site.sign_in("maria@example.com");
        let gate = device(&site, &account, "Main gate");
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let (_, ana) = site.member_named(&account, Role::User, "Ana Silva", "ana@example.com");
        let (_, ben) = site.member_named(&account, Role::User, "Ben Olsen", "ben@example.com");
        let to = |base: &str, to: &str, sure: &str, cookie: &str| {
            site.post(&format!("{base}/{gate}/transfer"), &[("to", to), ("sure", sure)], cookie)
        };
        assert_eq!(to("/devices", "ana@example.com", "yes", &admin).status, 303);
        for wrong in ["thandi@example.com", "nobody@example.com", "ben@example", "Ben"] {
            let refused = to("/me/access", wrong, "", &ana);
            assert_eq!(refused.status, 422, "{wrong}");
            assert!(refused.body.contains("User not found"));
        }
        assert!(to("/me/access", "ana@example.com", "", &ana).body.contains("owns the device already"));
        assert_eq!(to("/me/access", "ana@example.com", "yes", &ben).status, 404);
        let asked = to("/me/access", "BEN@example.com", "", &ana);
        assert!(asked.body.contains("Ben Olsen becomes the owner at once."));
        assert!(site.get("/me", &ana).body.contains("Owner"));
        assert_eq!(to("/me/access", "ben@example.com", "yes", &ana).status, 303);
        assert_eq!(to("/me/access", "ana@example.com", "yes", &ana).status, 403);
        let page = site.get(&format!("/me/access/{gate}"), &ben);
        assert!(page.body.contains("This device is yours."));
        let kinds = "select string_agg(access_type, ' ') as kinds from (select access_type from grants order by access_type) a";
        assert_eq!(site.text(kinds), "full owner");
    }
}
