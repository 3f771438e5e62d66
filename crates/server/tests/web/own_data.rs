//! A person's own data, from asking for it to the day it is deleted.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    time::Duration,
};

use directory::{
    provisioning::{self, Names},
    users,
};
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::{
    documents, photos,
    site::{Answer, Site},
};

const DAY: Duration = Duration::from_hours(24);

/// The files of the archive that lies in the data folder.
fn unpacked(site: &Site) -> BTreeMap<String, String> {
    let folder = site.folder.path().join("own-data");
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let bytes = std::fs::read(files.first().unwrap()).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            (entry.name().unwrap().into_owned(), text)
        })
        .collect()
}

fn files_left(site: &Site) -> usize {
    std::fs::read_dir(site.folder.path().join("own-data")).map_or(0, Iterator::count)
}

fn link(site: &Site) -> String {
    let link = site.text(
        "select link from messages where purpose = 'own_data' and link is not null order by id desc limit 1",
    );
    link.strip_prefix("https://people.test").unwrap().to_owned()
}

fn own_link(page: &Answer) -> String {
    let rest = page.body.split("href=\"/me/data/").nth(1).unwrap();
    format!("/me/data/{}", &rest[..36])
}

on_both! {
    fn somebody_gets_their_data_by_a_link_that_looking_at_does_not_open(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        assert_eq!(site.post("/me/data", &[], &person).status, 303);
        assert!(site.get("/me", &person).body.contains("Being packed"));
        site.jobs();
        let link = link(&site);
        assert_eq!(link.len(), "/data/".len() + 64);
        for _ in 0..2 {
            let page = site.get(&link, "");
            assert!(page.status == 200 && page.body.contains("Download it"), "{}", page.body);
        }
        assert_eq!(site.count("select count(*) as n from data_requests where opened_at is not null"), 0);
        for _ in 0..2 {
            let file = site.post(&link, &[], "");
            assert_eq!((file.status.as_u16(), file.header("content-type")), (200, "application/zip"));
            assert!(file.header("content-disposition").starts_with("attachment"));
            assert_eq!(file.header("cache-control"), "no-store");
            assert!(file.body.starts_with("PK"));
        }
        assert_eq!(site.count("select count(*) as n from data_requests where opened_at is not null"), 1);
        assert_eq!(site.get(&format!("/data/{}", "0".repeat(64)), "").status, 410);
        assert_eq!(site.post("/data/none", &[], "").status, 410);
    }

    fn the_file_holds_what_is_kept_and_no_secret(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        let ctx = site.ctx(&account);
        let id = site.db.read_blocking(|tx| users::lookup(tx, &site.ctx(&account), "user@example.com")).unwrap();
        site.db.write_blocking(|tx| {
            let before = users::get(tx, account.id, id).unwrap();
            let mut typed = users::Typed::of(&before);
            typed.set("notes", "difficult");
            let draft = users::read(tx, &ctx, &typed, Some(&before)).unwrap().unwrap();
            users::save(tx, &ctx, id, before.user.version, &draft)
        }).unwrap();
        site.execute("update users set title = '=cmd()', custom = '{\"locker\":\"B-7\"}' where role = 'user'");
        site.post("/reset", &[("login", "user@example.com")], "");
        site.jobs();
        let secret = site.text("select link from messages where purpose = 'password_reset'");
        site.post("/me/data", &[], &person);
        site.jobs();
        let files = unpacked(&site);
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(names, [
            "README.txt", "access.csv", "activity.csv", "cards.csv", "devices.csv", "documents.csv", "groups.csv", "invitations.csv",
            "messages.csv", "modules.csv", "notifications.csv", "profile.csv", "profile.json", "workflows.csv",
        ]);
        assert!(files["profile.json"].contains("\"email\": \"user@example.com\""));
        assert!(files["profile.csv"].contains("Title,\"'=cmd()\""), "{}", files["profile.csv"]);
        assert!(files["messages.csv"].contains("Choose a new password"), "{}", files["messages.csv"]);
        assert!(files["activity.csv"].contains("user.data_ask"));
        assert_eq!(files["devices.csv"].lines().count(), 2);
        let all: String = files.into_values().collect();
        let token = secret.rsplit('/').next().unwrap();
        assert!(!all.contains(token) && !all.contains("$argon2") && !all.contains("difficult"));
        assert!(!all.contains("maria@example.com"));
        assert!(all.contains("Notes changed"), "the log says that, and no more");
    }

    fn what_an_identity_provider_said_is_in_it(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        let ctx = site.ctx(&account);
        let id = site.db.read_blocking(|tx| users::lookup(tx, &ctx, "user@example.com")).unwrap();
        let names = Names {
            user_name: Some("login-7".to_owned()),
            external_id: None,
            said: Some("{\"nickName\":\"Adi\"}".to_owned()),
        };
        site.db.write_blocking(|tx| provisioning::keep(tx, &ctx, id, &names, true)).unwrap();
        site.post("/me/data", &[], &person);
        site.jobs();
        let told: serde_json::Value = serde_json::from_str(&unpacked(&site)["provider.json"]).unwrap();
        assert_eq!(told, serde_json::json!({"user_name": "login-7", "external_id": null, "said": {"nickName": "Adi"}}));
    }

    fn documents_with_the_person_and_their_photo_are_in_it(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        let id = documents::id_of(&site, "user@example.com");
        documents::made(&site, &account, &[id]);
        assert_eq!(photos::set(&site, "/me/photo", photos::png(120), &person).status, 303);
        site.execute("update documents set title = '=Permit 7' where title = 'Permit 7'");
        site.post("/me/data", &[], &person);
        site.jobs();
        let files = unpacked(&site);
        assert!(files["photo.jpg"].contains("JFIF"), "{:?}", files.keys());
        assert_eq!(files["documents/0001 permit.txt"], "Permit 7");
        let table = &files["documents.csv"];
        assert!(table.contains("\"'=Permit 7\",Permits,inbox,documents/0001 permit.txt,"), "{table}");
    }

    fn an_administrator_has_it_sent_and_never_gets_it(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let admin = site.member(&account, Role::Admin);
        let thandi = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let path = format!("/users/{thandi}/data");
        assert_eq!(site.post(&path, &[], &admin).status, 303);
        site.jobs();
        assert_eq!(site.text("select recipient from messages where purpose = 'own_data'"), "thandi@example.com");
        let link = link(&site);
        let page = site.get(&format!("/users/{thandi}/privacy"), &admin).body;
        assert!(page.contains("Ready"), "{page}");
        assert!(site.get(&format!("/users/{thandi}/activity"), &admin).body.contains("requested the data of Thandi Nkosi"));
        assert!(!page.contains(&link[6..]) && !page.contains("/me/data/"));
        site.work();
        let outbox = site.get("/outbox", &admin).body;
        let message = outbox.split("/outbox/").nth(1).unwrap()[..36].to_owned();
        assert!(!site.get(&format!("/outbox/{message}"), &admin).body.contains(&link[6..]));
        let request = site.text("select cast(count(*) as text) as n from data_requests");
        assert_eq!(request, "1");
    }

    fn nobody_takes_the_file_of_somebody_else(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        let owner = site.sign_in("maria@example.com");
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        site.post("/me/data", &[], &person);
        site.jobs();
        let own = own_link(&site.get("/me", &person));
        assert_eq!(site.get(&own, &person).header("content-type"), "application/zip");
        assert_eq!(site.get(&own, &owner).status, 404);
        assert_eq!(site.get(&own, &other).status, 404);
        assert_eq!(site.get(&own, "").status, 303);
        let theirs = format!("/users/{}/data", account.owner);
        assert_eq!(site.post(&theirs, &[], &other).status, 404);
        assert_eq!(site.post(&theirs, &[], &person).status, 403);
        site.execute("update users set status = 'deactivated' where role = 'user'");
        assert_eq!(site.get(&link(&site), "").status, 410);
    }

    fn one_request_a_day_and_the_file_is_gone_after_a_week(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        assert_eq!(site.post("/me/data", &[], &owner).status, 303);
        assert_eq!(site.post("/me/data", &[], &owner).status, 409);
        site.jobs();
        let first = link(&site);
        site.clock.advance(DAY.checked_sub(Duration::from_secs(1)).unwrap());
        let owner = site.sign_in("maria@example.com");
        assert_eq!(site.post(&format!("/users/{}/data", account.owner), &[], &owner).status, 409);
        site.clock.advance(6 * DAY);
        assert_eq!(site.get(&first, "").status, 200);
        site.clock.advance(Duration::from_secs(2));
        assert_eq!(site.get(&first, "").status, 410);
        assert_eq!(files_left(&site), 1);
        site.clock.advance(Duration::from_mins(2));
        site.jobs();
        assert_eq!(files_left(&site), 0);
        let owner = site.sign_in("maria@example.com");
        assert!(site.get("/me", &owner).body.contains("Deleted"));
        assert_eq!(site.post("/me/data", &[], &owner).status, 303);
    }

    fn somebody_without_an_address_finds_it_on_their_page(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.member(&account, Role::User);
        site.execute("update users set email = null, email_key = null, phone = '+27821234567' where role = 'user'");
        site.post("/me/data", &[], &person);
        site.jobs();
        assert_eq!(site.text("select recipient from messages where purpose = 'own_data' and channel = 'sms'"), "+27821234567");
        site.clock.advance(DAY + DAY);
        let person = site.sign_in("user@example.com");
        site.execute("update users set phone = null where role = 'user'");
        assert_eq!(site.post("/me/data", &[], &person).status, 303);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from messages where purpose = 'own_data'"), 1);
        assert!(site.get("/notifications", &person).body.contains("Your data is ready"));
        let own = own_link(&site.get("/me", &person));
        assert_eq!(site.get(&own, &person).status, 200);
    }
}
