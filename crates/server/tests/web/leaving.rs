//! Deleting people, taking them back, and erasing them, on the pages.

use directory::{
    leaving::{self, Terms},
    workflows::{self, Member},
};
use kernel::{Role, UserId};
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

/// Somebody who was deleted.
pub(crate) fn deleted(site: &Site, account: &Account) -> UserId {
    let person = site.person(account, "Former Person", "former@example.com");
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| leaving::delete(tx, &ctx, person, None, Terms::default()))
        .unwrap();
    person
}

fn delete(site: &Site, person: UserId, fields: &[(&str, &str)], cookie: &str) -> (u16, String) {
    let path = format!("/users/{person}/delete");
    let page = site.get(&path, cookie).body;
    let (_, rest) = page.split_once("name=\"version\" value=\"").unwrap();
    let version = rest.split('"').next().unwrap();
    let mut all = vec![("version", version)];
    all.extend(fields);
    let answer = site.post(&path, &all, cookie);
    (answer.status.as_u16(), answer.body)
}

const EVERYTHING: [(&str, &str); 4] = [
    ("groups", "yes"),
    ("workflows", "yes"),
    ("access", "yes"),
    ("cards", "yes"),
];

on_both! {
    fn whoever_is_deleted_is_on_no_list_and_comes_back(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let page = site.get(&format!("/users/{thandi}/delete"), &cookie);
        assert!(page.body.contains("Delete Thandi Nkosi"), "{}", page.body);
        assert_eq!(delete(&site, thandi, &[], &cookie).0, 303);
        for path in ["/users", "/users?q=thandi", "/users?status=deleted"] {
            assert!(!site.get(path, &cookie).body.contains("Thandi"), "{path}");
        }
        for part in ["", "/groups", "/activity"] {
            let gone = site.get(&format!("/users/{thandi}{part}"), &cookie);
            assert!(gone.status == 410 && gone.body.contains("Thandi Nkosi"), "{part}: {}", gone.body);
            assert!(gone.body.contains(&format!("href=\"/users/deleted/{thandi}\"")), "{part}: {}", gone.body);
        }
        let manager = site.member(&account, Role::Manager);
        let hidden = site.get(&format!("/users/{thandi}"), &manager);
        assert!(hidden.status == 404 && !hidden.body.contains("Thandi"), "{}", hidden.body);
        let list = site.get("/users/deleted?q=nko", &cookie).body;
        assert!(list.contains("Thandi Nkosi") && list.contains("30 days left"), "{list}");
        assert!(site.get("/users/deleted?q=x", &cookie).body.contains("No one matches"));
        let back = site.post("/users/deleted", &[("pick", &thandi.to_string()), ("groups", "yes")], &cookie);
        assert_eq!(back.header("location"), "/users/deleted?restored=1");
        assert_eq!(site.get(&format!("/users/{thandi}"), &cookie).status, 200);
        assert!(site.get("/users?q=thandi", &cookie).body.contains("Thandi"));
    }

    fn a_session_ends_with_the_deletion(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let theirs = site.member(&account, Role::Manager);
        assert_eq!(site.get("/users", &theirs).status, 200);
        let person = crate::documents::id_of(&site, "manager@example.com");
        let cookie = site.sign_in("maria@example.com");
        let version = site.count("select version as n from users where email = 'manager@example.com'").to_string();
        let gone = site.post(&format!("/users/{person}/delete"), &[("version", &version)], &cookie);
        assert_eq!(gone.status, 303, "{}", gone.body);
        assert_eq!(site.get("/users", &theirs).status, 303);
        let back = site.post(&format!("/users/deleted/{person}/restore"), &EVERYTHING, &cookie);
        assert_eq!(back.header("location"), format!("/users/{person}"));
        // They sign in again with the password they had.
        let again = site.sign_in("manager@example.com");
        assert_eq!(site.get("/users", &again).status, 200);
    }

    fn what_stands_against_it_is_said_with_the_way_out(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.member(&account, Role::Admin);
        let admin = crate::documents::id_of(&site, "admin@example.com");
        let owner = crate::documents::id_of(&site, "maria@example.com");
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let ctx = site.ctx(&account);
        site.db.write_blocking(|tx| {
            let flow = workflows::create(tx, &ctx, "Permits").unwrap().id;
            workflows::add_participant(tx, &ctx, flow, Member::User(thandi)).unwrap();
            Ok::<_, db::Error>(())
        }).unwrap();
        let cookie = site.sign_in("maria@example.com");
        let page = site.get(&format!("/users/{admin}/delete"), &cookie).body;
        assert!(page.contains("administrative rights") && page.contains(&format!("/users/{admin}/edit#role")), "{page}");
        let version = site.count("select version as n from users where email = 'admin@example.com'").to_string();
        assert_eq!(site.post(&format!("/users/{admin}/delete"), &[("version", &version)], &cookie).status, 409);
        assert!(site.get(&format!("/users/{owner}/delete"), &cookie).body.contains("This is you"));
        let page = site.get(&format!("/users/{thandi}/delete"), &cookie).body;
        assert!(page.contains("takes part directly") && page.contains("out of the workflows and delete"), "{page}");
        let (status, page) = delete(&site, thandi, &[], &cookie);
        assert!(status == 409 && page.contains("Not deleted"), "{page}");
        assert_eq!(delete(&site, thandi, &[("take_out", "yes")], &cookie).0, 303);
        assert_eq!(site.count("select count(*) as n from workflow_participants"), 0);
    }

    fn the_same_person_entered_anew_is_offered_for_restore(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let former = deleted(&site, &account);
        let cookie = site.sign_in("maria@example.com");
        let typed = [("first_name", "Former"), ("last_name", "Again"), ("email", "FORMER@example.com"), ("role", "user"), ("person_kind", "employee")];
        let offered = site.post("/users/new", &typed, &cookie);
        assert_eq!(offered.status, 409, "{}", offered.body);
        assert!(offered.body.contains(&format!("/users/deleted/{former}/restore")));
        let mut anyway = typed.to_vec();
        anyway.push(("anyway", "yes"));
        assert_eq!(site.post("/users/new", &anyway, &cookie).status, 303);
        let back = site.post(&format!("/users/deleted/{former}/restore"), &EVERYTHING, &cookie);
        assert!(back.status == 409 && back.body.contains("Somebody else has their e-mail address"), "{}", back.body);
        let many = site.post("/users/deleted", &[("pick", &former.to_string())], &cookie);
        assert!(many.status == 409 && many.body.contains("Former Person: somebody else has their e-mail address"), "{}", many.body);
    }

    fn many_are_deleted_with_a_result_for_each(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ids: Vec<_> = (0..4).map(|n| site.person(&account, &format!("Anna {n}"), &format!("a{n}@example.com"))).collect();
        site.member(&account, Role::Admin);
        let cookie = site.sign_in("maria@example.com");
        let mut fields: Vec<(&str, String)> = ids.iter().map(|id| ("pick", id.to_string())).collect();
        fields.push(("pick", crate::documents::id_of(&site, "admin@example.com").to_string()));
        fields.push(("do", "delete".to_owned()));
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let made = site.post("/users/bulk", &fields, &cookie);
        let location = made.header("location").to_owned();
        let page = site.get(&location, &cookie).body;
        assert!(page.contains("Delete: 4 people") && page.contains("their role is to be changed first"), "{page}");
        assert_eq!(site.post(&format!("{location}/start"), &[("people", "4")], &cookie).status, 303);
        site.jobs();
        assert!(site.get("/users/deleted", &cookie).body.contains("4 people"));
        assert!(site.get(&location, &cookie).body.contains(&format!("/users/deleted/{}", ids[0])));
        site.post(&format!("{location}/undo"), &[], &cookie);
        site.jobs();
        assert!(site.get("/users/deleted", &cookie).body.contains("0 people"));
    }

    fn an_owner_erases_at_once_by_typing_the_name(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let former = deleted(&site, &account);
        let path = format!("/users/deleted/{former}/erase");
        let admin = site.member(&account, Role::Admin);
        assert_eq!(site.post(&path, &[("name", "Former Person")], &admin).status, 403);
        let cookie = site.sign_in("maria@example.com");
        assert_eq!(site.post(&path, &[("name", "Former")], &cookie).status, 422);
        assert_eq!(site.post(&path, &[("name", "Former Person")], &cookie).status, 303);
        assert!(site.get("/users/deleted", &cookie).body.contains("being erased"));
        site.jobs();
        assert!(!site.get("/users/deleted", &cookie).body.contains("Former"));
        assert_eq!(site.count("select count(*) as n from users where first_name = 'Former'"), 0);
    }
}
