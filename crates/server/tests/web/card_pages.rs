//! Cards that people hold, as a browser without scripts sees them.

use directory::cards::{self, Issuing, NewCard, Selection, Validity};
use kernel::{CardId, CardNumber, CardRadix, CardRunId, CardType, Role, UserId};
use testkit::{TestDb, on_both};

use crate::{
    imports::signed_in,
    site::{Account, Site},
};

pub(crate) fn new(user: UserId, number: &str, kind: CardType) -> NewCard {
    NewCard {
        user,
        number: Some(CardNumber::parse(number, CardRadix::Decimal).unwrap()),
        kind,
        validity: Validity::default(),
        is_issued: true,
    }
}

pub(crate) fn made(site: &Site, account: &Account, new: &NewCard) -> CardId {
    let ctx = site.ctx(account);
    let card = site.db.write_blocking(|tx| cards::add(tx, &ctx, new));
    card.unwrap().id
}

/// A card of somebody, and a bulk issue that has nobody in it.
pub(crate) fn card_and_run(site: &Site, account: &Account, user: UserId) -> (CardId, CardRunId) {
    let card = made(site, account, &new(user, "99", CardType::Rf));
    let ctx = site.ctx(account);
    let nobody = Issuing {
        selection: Selection::People(Vec::new()),
        validity: Validity::default(),
    };
    let run = site.db.write_blocking(|tx| cards::begin(tx, &ctx, &nobody));
    (card, run.unwrap())
}

fn location(site: &Site, path: &str, fields: &[(&str, &str)], cookie: &str) -> String {
    let answer = site.post(path, fields, cookie);
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

on_both! {
    fn a_card_is_added_shown_paused_replaced_and_moved(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        site.person(&account, "Anna Berg", "anna@example.com");
        let page = site.get(&format!("/users/{person}/cards"), &cookie).body;
        assert!(page.contains(&format!("/cards/new?user={person}")));
        let id = person.to_string();
        let fields = [("user", &*id), ("kind", "qr"), ("number", "1234567890"), ("starts", ""), ("ends", "2031-01-31T18:00")];
        let card = location(&site, "/cards/new", &fields, &cookie);

        // Masked, until somebody asks for it, which is noted.
        let page = site.get(&card, &cookie).body;
        assert!(page.contains("••••7890") && !page.contains("1234567890") && !page.contains("<svg width"), "{page}");
        assert!(page.contains("Until 31 Jan 2031"), "{page}");
        let shown = site.post(&format!("{card}/show"), &[], &cookie);
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains("1234567890") && shown.body.contains("as a QR code"), "{}", shown.body);
        let user = site.get(&format!("/users/{person}/activity"), &cookie).body;
        assert!(user.contains("looked at the card number of Thandi Nkosi") && !user.contains("1234567890"), "{user}");

        for (what, badge) in [("pause", "Paused"), ("resume", "Active")] {
            location(&site, &format!("{card}/change"), &[("do", what)], &cookie);
            assert!(site.get(&card, &cookie).body.contains(&format!("</svg>{badge}</span>")));
        }
        let again = site.post(&format!("{card}/change"), &[("do", "resume")], &cookie);
        assert_eq!(again.status, 409);
        assert!(again.body.contains("A card that is active cannot be resumed"), "{}", again.body);
        let stolen = site.post(&format!("{card}/change"), &[("do", "activate")], &cookie);
        assert_eq!(stolen.status, 400);

        let replaced = location(&site, &format!("{card}/replace"), &[("number", "77")], &cookie);
        assert_ne!(replaced, card);
        assert!(site.get(&card, &cookie).body.contains("Revoked and replaced"));
        location(&site, &format!("{replaced}/move"), &[("to", "anna@example.com")], &cookie);
        let page = site.get(&replaced, &cookie).body;
        assert!(page.contains("Card of Anna Berg") && page.contains("Thandi Nkosi</a> to"), "{page}");
        let nobody = site.post(&format!("{replaced}/move"), &[("to", "x@example.com")], &cookie);
        assert_eq!(nobody.status, 409);
    }

    fn cards_are_listed_found_and_changed_with_ticks(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let mut made_up = Vec::new();
        for (n, name) in ["Anna Berg", "Ben Cole", "Carla Diaz"].into_iter().enumerate() {
            let email = format!("p{n}@example.com");
            let person = site.person(&account, name, &email);
            made_up.push(made(&site, &account, &new(person, &format!("100{n}"), CardType::Rf)).to_string());
        }
        let found = site.get("/cards?q=1001", &cookie).body;
        assert!(found.contains("Ben Cole") && !found.contains("Anna Berg"), "{found}");
        assert!(site.get("/cards?q=carla", &cookie).body.contains("Carla Diaz"));
        let two = [("card", &*made_up[0]), ("card", &*made_up[1])];
        location(&site, "/cards/change", &[&two[..], &[("do", "pause")]].concat(), &cookie);
        let paused = site.get("/cards?state=paused", &cookie).body;
        assert!(paused.contains("Anna Berg") && !paused.contains("Carla Diaz"), "{paused}");
        // Revoking is asked about first.
        let asked = site.post("/cards/change", &[&two[..], &[("do", "revoke")]].concat(), &cookie);
        assert!(asked.status == 200 && asked.body.contains("Revoke 2 cards?"), "{}", asked.body);
        assert!(site.get("/cards?state=revoked", &cookie).body.contains("No card stands here"));
        location(&site, "/cards/change", &[&two[..], &[("do", "revoke"), ("sure", "yes")]].concat(), &cookie);
        assert!(site.get("/cards?state=revoked", &cookie).body.contains("Ben Cole"));
        // Issuing leaves alone whom it must, and says so.
        let dora = site.person(&account, "Dora Eng", "dora@example.com");
        let reserved = NewCard { is_issued: false, ..new(dora, "2000", CardType::Rf) };
        let reserved = made(&site, &account, &reserved).to_string();
        let both = [("card", &*reserved), ("card", &*made_up[2]), ("do", "issue")];
        let run = location(&site, "/cards/change", &both, &cookie);
        site.work();
        let page = site.get(&run, &cookie).body;
        assert!(page.contains("<dt>1</dt><dd>are issued their card") && page.contains("<dt>1</dt><dd>have a card already"), "{page}");
        let none = site.post("/cards/change", &[("do", "pause")], &cookie);
        assert_eq!(none.status, 409);

        site.account("Elsewhere", "other@example.com");
        let stranger = site.sign_in("other@example.com");
        assert!(!site.get("/cards?q=1002", &stranger).body.contains("Carla"));
        let theirs = [("card", &*made_up[2]), ("do", "revoke"), ("sure", "yes")];
        assert_eq!(site.post("/cards/change", &theirs, &stranger).status, 404);
    }

    fn the_people_of_an_import_are_issued_their_cards(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let file = b"User ID,First name,Last name,Card ID,Card type\n1,Anna,New,1,rf\n2,Ben,New,,\n";
        let answer = site.upload("people.csv", file, &[], &cookie);
        site.work();
        let id = answer.header("location").rsplit('/').next().unwrap().to_owned();
        let plan = crate::imports::get(&site, &cookie, &id, "plan");
        crate::imports::post(&site, &cookie, &id, "start", &[("rev", &crate::imports::rev(&plan))]);
        site.work();
        let link = format!("/cards/issue?import={id}");
        assert!(crate::imports::get(&site, &cookie, &id, "continue").body.contains(&link));
        let page = site.get(&link, &cookie).body;
        assert!(page.contains("<dt>1</dt><dd>are issued their card") && page.contains("<dt>1</dt><dd>have no card number"), "{page}");
        let run = location(&site, "/cards/issue", &[("import", &*id), ("starts", ""), ("ends", "")], &cookie);
        site.work();
        let page = site.get(&run, &cookie).body;
        assert!(page.contains("Cards issued") && page.contains("<dt>1</dt><dd>are issued their card"), "{page}");
        let csv = site.get(&format!("{run}/results.csv"), &cookie);
        assert!(csv.body.contains("1,Anna,New,,issued,1,rf") && csv.body.contains("2,Ben,New,,no_number,,"), "{}", csv.body);
        assert!(site.get("/notifications", &cookie).body.contains("Cards issued: 1."));
    }

    fn a_card_in_a_phone_is_activated_by_its_holder(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let (user, holder) = site.member_named(&account, Role::User, "Thandi Nkosi", "thandi@example.com");
        let card = made(&site, &account, &new(user, "123456789", CardType::Mobile));
        let page = site.get("/me", &holder).body;
        assert!(page.contains("Activate") && page.contains("••••6789") && !page.contains("123456789"), "{page}");
        let manager = site.member(&account, Role::Manager);
        assert_eq!(site.post(&format!("/me/cards/{card}/activate"), &[], &manager).status, 404);
        assert_eq!(location(&site, &format!("/me/cards/{card}/activate"), &[], &holder), "/me");
        let page = site.get("/me", &holder).body;
        assert!(!page.contains("/activate"), "{page}");
    }

    fn an_account_writes_numbers_its_way(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let hex = [("radix", "hex"), ("kind", "rf"), ("days", "30")];
        location(&site, "/settings/cards", &hex, &cookie);
        let id = person.to_string();
        let bad = [("user", &*id), ("kind", "rf"), ("number", "xyz")];
        let refused = site.post("/cards/new", &bad, &cookie);
        assert!(refused.status == 409 && refused.body.contains("hexadecimal"), "{}", refused.body);
        let form = site.get(&format!("/cards/new?user={id}"), &cookie).body;
        assert!(form.contains("In hexadecimal") && form.contains("name=\"ends\" type=\"datetime-local\" value=\"20"), "{form}");
        let card = location(&site, "/cards/new", &[("user", &*id), ("kind", "rf"), ("number", "DEADBEEF")], &cookie);
        assert!(site.get(&card, &cookie).body.contains("••••BEEF"));
        let wrong = [("radix", "hex"), ("kind", "rf"), ("days", "none")];
        assert_eq!(site.post("/settings/cards", &wrong, &cookie).status, 409);
    }
}
