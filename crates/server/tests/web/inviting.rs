//! Invitations from a person's page, a list or an import, to the page behind their links.

use db::{Sql, params};
use invite::{
    Channel, list,
    manage::{self, Invited},
    wave::{self, NewWave, Selection, Wanted},
};
use kernel::{InvitationId, UserId, WaveId};
use testkit::{NOW, TestDb, on_both};

use crate::site::{Account, PASSWORD, Site};

/// A wave to everybody, begun without its page.
pub(crate) fn wave(site: &Site, account: &Account) -> WaveId {
    let new = NewWave {
        selection: Selection::Everybody,
        again: false,
        channel: Wanted::Any,
        days: None,
        send_at: None,
    };
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| wave::begin(tx, &ctx, &new))
        .unwrap()
}

/// An open invitation of a person.
pub(crate) fn invitation(site: &Site, account: &Account, person: UserId) -> InvitationId {
    link(site, account, person);
    let found = site
        .db
        .read_blocking(|tx| list::of_user(tx, account.id, person, NOW))
        .unwrap();
    found.first().unwrap().id
}

/// A link that was handed over.
pub(crate) fn link(site: &Site, account: &Account, person: UserId) -> String {
    let ctx = site.ctx(account);
    let settings = delivery::Settings::capture("https://people.test");
    let made = site
        .db
        .write_blocking(|tx| manage::invite(tx, &ctx, &settings, person, Channel::Link))
        .unwrap();
    let Invited::Link(link) = made else {
        return "no link".to_owned();
    };
    link.strip_prefix("https://people.test").unwrap().to_owned()
}

/// The path of the link in the newest message to somebody.
fn link_to(site: &Site, recipient: &str) -> String {
    let sql = Sql::new(
        "link",
        "select link from messages where recipient = $1 and link is not null order by id desc limit 1",
    );
    let (link,): (String,) = site
        .db
        .read_blocking(|tx| tx.fetch_one(&sql, params![recipient]))
        .unwrap();
    link.strip_prefix("https://people.test").unwrap().to_owned()
}

on_both! {
    fn an_invited_person_chooses_a_password_and_is_in(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi <b>Nkosi</b>", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let page = site.get(&format!("/users/{person}"), &cookie).body;
        assert!(page.contains("Invite thandi@example.com") && !page.contains("by SMS"));
        let sent = site.post(&format!("/users/{person}/invite"), &[("channel", "email")], &cookie);
        assert_eq!(sent.status, 303, "{}", sent.body);
        site.work();
        let path = link_to(&site, "thandi@example.com");
        for _ in 0..3 {
            let door = site.get(&path, "");
            assert_eq!(door.status, 200);
            assert!(door.body.contains("Join Harbour Facilities") && door.body.contains("thandi@example.com"), "{}", door.body);
            assert_eq!((door.header("cache-control"), door.header("referrer-policy")), ("no-store", "same-origin"));
        }
        let weak = site.post(&path, &[("password", "password")], "");
        assert_eq!(weak.status, 422);
        assert!(weak.body.contains("easy to guess"));
        let joined = site.post(&path, &[("password", PASSWORD)], "");
        assert_eq!((joined.status.as_u16(), joined.header("location")), (303, "/"), "{}", joined.body);
        assert_eq!(site.get("/me", &joined.cookie()).status, 200);
        // The link is used up, and signing in works from now on.
        let again = site.get(&path, "");
        assert_eq!(again.status, 410);
        assert!(again.body.contains("You are already in"));
        assert_eq!(site.post(&path, &[("password", PASSWORD)], "").status, 410);
        site.sign_in("thandi@example.com");
        assert!(site.get("/invitations?standing=accepted", &cookie).body.contains("Thandi &#60;b&#62;Nkosi"));
    }

    fn a_link_to_hand_over_is_shown_once_with_its_code(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let made = site.post(&format!("/users/{person}/invite"), &[("channel", "link")], &cookie);
        assert_eq!((made.status.as_u16(), made.header("cache-control")), (200, "no-store"));
        assert!(made.body.contains("https://people.test/join/") && made.body.contains("<svg"), "{}", made.body);
        assert_eq!(site.count("select count(*) as n from messages"), 0);
    }

    fn links_begin_with_the_configured_address_whatever_a_request_says(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let request = crate::site::request(axum::http::Method::POST, &format!("/users/{person}/invite"), &cookie)
            .header("sec-fetch-site", "same-origin")
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from("channel=email"));
        assert_eq!(site.send(request.unwrap()).status, 303);
        assert!(link_to(&site, "thandi@example.com").starts_with("/join/"));
    }

    fn what_is_no_link_or_over_says_so_and_tells_nothing(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let path = link(&site, &account, person);
        let never = format!("/join/{}", "0".repeat(64));
        for wrong in ["/join/x", &never] {
            let answer = site.get(wrong, "");
            assert!(answer.status.is_client_error());
            assert!(answer.body.contains("This link does not work"));
        }
        assert_eq!(site.post(&never, &[("password", PASSWORD)], "").status, 410);
        site.clock.advance(std::time::Duration::from_hours(24 * 15));
        let over = site.get(&path, "");
        assert_eq!(over.status, 410);
        assert!(over.body.contains("Ask for a new link") && !over.body.contains("thandi@example.com"));
        let asked = site.post(&format!("{path}/ask"), &[], "");
        assert_eq!(asked.status, 200);
        assert_eq!(site.post("/join/none/ask", &[], "").body, asked.body);
        assert_eq!(site.count("select count(*) as n from notifications"), 1);
    }

    fn everybody_is_invited_from_the_list_and_the_ticked_ones_again(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let people: Vec<_> = (0..3).map(|n| site.person(&account, "Thandi Nkosi", &format!("p{n}@example.com"))).collect();
        let cookie = site.sign_in("maria@example.com");
        let new = site.get("/invitations/new", &cookie).body;
        assert!(new.contains("Invite 3 people") && new.contains("No mail server is set up"), "{new}");
        let begun = site.post("/invitations/new", &[("channel", "any"), ("days", "30")], &cookie);
        assert_eq!(begun.status, 303, "{}", begun.body);
        site.work();
        let wave = site.get(begun.header("location"), &cookie).body;
        assert!(wave.contains("Done") && wave.contains("<dt>Invited</dt><dd>3</dd>"), "{wave}");
        let list = site.get("/invitations?standing=sent", &cookie).body;
        assert_eq!(list.matches("@example.com</span>").count(), 3, "{list}");
        let ticked = [("user", people[0].to_string()), ("user", people[1].to_string())];
        let fields: Vec<_> = ticked.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(site.post("/invitations/again", &fields, &cookie).status, 303);
        site.work();
        assert_eq!(site.count("select count(*) as n from messages where state = 'captured'"), 5);
        assert_eq!(site.post("/invitations/again", &[], &cookie).status, 409);
    }

    fn what_stands_open_is_withdrawn_or_gets_more_time(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let id = invitation(&site, &account, person);
        let extend = |days| site.post(&format!("/invitations/{id}/extend"), &[("days", days)], &cookie).status.as_u16();
        assert_eq!((extend("14"), extend("0"), extend("91")), (303, 409, 409));
        let withdraw = || site.post(&format!("/invitations/{id}/withdraw"), &[], &cookie).status.as_u16();
        assert_eq!((withdraw(), withdraw()), (303, 409));
        // Another account's administrator finds nothing.
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        let theirs = site.post(&format!("/users/{person}/invite"), &[("channel", "email")], &other);
        assert_eq!(theirs.status, 404);
        assert_eq!(site.post(&format!("/invitations/{id}/withdraw"), &[], &other).status, 409);
        assert!(!site.get("/invitations", &other).body.contains("Thandi"));
    }

    fn a_sheet_of_links_lets_in_who_has_no_address(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        site.person(&account, "Anna Berg", "anna@example.com");
        site.execute("update users set email = null, email_key = null where first_name = 'Thandi'");
        let cookie = site.sign_in("maria@example.com");
        assert!(site.get("/invitations/new", &cookie).body.contains("Print links for those without an address"));
        let sheet = site.post("/invitations/sheet", &[], &cookie);
        assert_eq!((sheet.status.as_u16(), sheet.header("cache-control")), (200, "no-store"), "{}", sheet.body);
        assert_eq!((sheet.body.matches("/join/").count(), sheet.body.matches("<svg").count() > 0), (1, true), "{}", sheet.body);
        assert!(sheet.body.contains("Thandi Nkosi") && !sheet.body.contains("Anna Berg"));
        // Whoever has a link gets no second one by this.
        assert_eq!(site.post("/invitations/sheet", &[], &cookie).status, 409);
        let (_, rest) = sheet.body.split_once("https://people.test").unwrap();
        let path = &rest[..rest.find('<').unwrap()];
        let door = site.get(path, "").body;
        assert!(door.contains("Sign in with this e-mail address or phone number"), "{door}");
        let join = |login, password| site.post(path, &[("login", login), ("password", password)], "");
        for (login, words) in [("", "Type an e-mail address"), ("thandi", "Type an e-mail address"), ("Maria@example.com", "Somebody else")] {
            let again = join(login, PASSWORD);
            assert_eq!(again.status, 422);
            assert!(again.body.contains(words), "{login}: {}", again.body);
        }
        let weak = join("thandi@new.example", "short");
        assert_eq!(weak.status, 422);
        assert!(weak.body.contains("value=\"thandi@new.example\""), "{}", weak.body);
        let joined = join("thandi@new.example", PASSWORD);
        assert_eq!(joined.status, 303, "{}", joined.body);
        assert_eq!(site.get("/me", &joined.cookie()).status, 200);
        assert_eq!(site.text("select email as t from users where first_name = 'Thandi'"), "thandi@new.example");
        assert!(!site.sign_in("thandi@new.example").is_empty());
    }

    fn what_waits_is_taken_back_with_the_import(db: &TestDb) {
        let (site, cookie) = crate::imports::signed_in(db);
        let import = crate::imports::started(&site, &cookie);
        site.work();
        let new = [("import", import.as_str()), ("channel", "any"), ("days", "30"), ("at", "not a time")];
        assert_eq!(site.post("/invitations/new", &new, &cookie).status, 409);
        let at = NOW.checked_add(std::time::Duration::from_hours(48)).unwrap().to_string();
        let new = [("import", import.as_str()), ("channel", "any"), ("days", "30"), ("at", &at[..16])];
        assert_eq!(site.post("/invitations/new", &new, &cookie).status, 303);
        site.work();
        let waiting = || site.count("select count(*) as n from messages where state = 'queued'");
        assert!(waiting() > 0);
        let page = crate::imports::get(&site, &cookie, &import, "undo");
        let rev = crate::imports::rev(&page);
        let undone = crate::imports::post(&site, &cookie, &import, "undo", &[("rev", &rev)]);
        assert_eq!(undone.status, 303, "{}", undone.body);
        site.work();
        assert_eq!(waiting(), 0);
        assert_eq!(site.count("select count(*) as n from invitations where state = 'open'"), 0);
        assert!(site.count("select count(*) as n from invitations where state = 'withdrawn'") > 0);
    }

    fn several_are_withdrawn_or_get_more_time(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let people: Vec<_> = (0..2).map(|n| site.person(&account, "Thandi Nkosi", &format!("p{n}@example.com"))).collect();
        for person in &people {
            invitation(&site, &account, *person);
        }
        let cookie = site.sign_in("maria@example.com");
        let ticked: Vec<_> = people.iter().map(ToString::to_string).collect();
        let fields: Vec<_> = ticked.iter().map(|id| ("user", id.as_str())).chain([("days", "30")]).collect();
        assert_eq!(site.post("/invitations/extend", &fields, &cookie).status, 303);
        for path in ["/invitations/extend", "/invitations/withdraw"] {
            assert_eq!(site.post(path, &[("days", "30")], &cookie).status, 409);
        }
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        site.post("/invitations/withdraw", &fields, &other);
        assert_eq!(site.count("select count(*) as n from invitations where state = 'open'"), 2);
        assert_eq!(site.post("/invitations/withdraw", &fields, &cookie).status, 303);
        assert_eq!(site.count("select count(*) as n from invitations where state = 'withdrawn'"), 2);
    }

    fn settings_are_bounded(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let store = |days, reminders| site.post("/settings/invitations", &[("days", days), ("reminders", reminders)], &cookie).status.as_u16();
        assert_eq!((store("30", "3, 7,14"), store("30", ""), store("91", ""), store("7", "7"), store("30", "7,3"), store("30", "x")), (303, 303, 422, 422, 422, 422));
        assert_eq!(store("30", "2;5"), 303);
        let page = site.get("/settings/invitations", &cookie).body;
        assert!(page.contains("value=\"30\"") && page.contains("value=\"2, 5\""), "{page}");
    }
}
