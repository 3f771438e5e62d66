//! The activity log: filters, pages, files, and who sees it.

use std::time::Duration;

use directory::activity;
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

fn note(site: &Site, account: &Account, action: &str, details: &str) {
    site.clock.advance(Duration::from_secs(1));
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| activity::record(tx, &ctx, action, None, details))
        .unwrap();
}

/// What a link with these words leads to.
fn link<'b>(body: &'b str, words: &str) -> Option<&'b str> {
    let end = body.find(words)?;
    let start = body[..end].rfind("href=\"")? + 6;
    body[start..end].split('"').next()
}

fn at(link: &str) -> String {
    link.replace("&#38;", "&").replace("&amp;", "&")
}

on_both! {
    fn the_log_names_who_did_what_and_to_whom(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi <b>Nkosi</b>", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        site.post(&format!("/users/{person}/deactivate"), &[], &cookie);
        let page = site.get("/activity", &cookie).body;
        assert!(page.contains("deactivated Thandi &#60;b&#62;Nkosi&#60;/b&#62;"), "{page}");
        assert!(page.contains("signed in") && !page.contains("<b>Nkosi"));
        assert!(page.contains(&format!("href=\"/users/{person}\"")));
        let changed = site.get("/activity?what=changed&on=thandi@example.com", &cookie).body;
        assert!(changed.contains("deactivated") && !changed.contains("signed in"));
        let nobody = site.get("/activity?by=nobody@example.com", &cookie).body;
        assert!(nobody.contains("Nothing can match"), "{nobody}");
        let none = site.get("/activity?what=cards", &cookie).body;
        assert!(none.contains("No entry matches"));
        let no_import = site.get("/activity?import=99", &cookie).body;
        assert!(no_import.contains("There is no import 99."));
    }

    fn older_and_newer_go_through_all_entries_and_keep_the_filter(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for number in 1000..1120 {
            note(&site, &account, "group.create", &format!("Group {number}"));
        }
        let first = site.get("/activity?what=groups", &cookie).body;
        assert!(first.contains("Group 1119") && first.contains("Group 1070") && !first.contains("Group 1069"));
        assert!(link(&first, ">Newer").is_none() && first.contains("50 entries on this page"));
        let older = at(link(&first, "Older").unwrap());
        assert!(older.contains("what=groups"), "{older}");
        let second = site.get(&older, &cookie).body;
        assert!(second.contains("Group 1069") && second.contains("Group 1020") && !second.contains("Group 1019"));
        let last = site.get(&at(link(&second, "Older").unwrap()), &cookie).body;
        assert!(last.contains("Group 1000") && !last.contains("rel=\"next\""));
        let newer = site.get(&at(link(&second, "Newer").unwrap()), &cookie).body;
        assert!(newer.contains("Group 1119") && newer.contains("Group 1070") && !newer.contains("Group 1069"));
        let words = site.get("/activity?q=GROUP+1005", &cookie).body;
        assert!(words.contains("Group 1005") && !words.contains("Group 1006"));
    }

    fn the_file_holds_the_entries_of_the_filter_and_no_formulas(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        note(&site, &account, "group.create", "=1+1");
        note(&site, &account, "token.create", "token HR made");
        let csv = site.get("/activity/export?file=csv&what=groups", &cookie);
        assert!(csv.header("content-type").starts_with("text/csv"));
        assert!(csv.body.contains(",\"'=1+1\",") && !csv.body.contains("token HR"), "{}", csv.body);
        assert_eq!(csv.body.trim_end().lines().count(), 2);
        let json = site.get("/activity/export?file=json&what=groups", &cookie);
        let entries: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        assert_eq!(entries.as_array().unwrap().len(), 1);
        assert_eq!(entries[0]["sentence"], "Maria Keller made a group or team: =1+1");
        let none = site.get("/activity/export?file=json&what=cards", &cookie);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&none.body).unwrap(), serde_json::json!([]));
    }

    fn one_account_never_sees_the_log_of_another_and_managers_see_none(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let other = site.account("Elsewhere", "other@example.com");
        note(&site, &other, "group.create", "Secret society");
        let cookie = site.sign_in("maria@example.com");
        assert!(!site.get("/activity", &cookie).body.contains("Secret society"));
        assert!(!site.get("/activity/export?file=csv", &cookie).body.contains("Secret society"));
        let manager = site.member(&account, Role::Manager);
        for path in ["/activity", "/activity/export?file=csv"] {
            assert_eq!(site.get(path, &manager).status.as_u16(), 403, "{path}");
        }
    }
}
