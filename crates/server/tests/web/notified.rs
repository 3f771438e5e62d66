//! What people are told by e-mail beside the product: their choice, and what they get.

use directory::{leaving, notifications};
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::Site;

on_both! {
    fn everybody_chooses_what_comes_by_email(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let ctx = site.ctx(&account);
        let tell = |kind: &'static str, text: &str| {
            site.db.write_blocking(|tx| notifications::add(tx, &ctx, account.owner, kind, None, text)).unwrap();
            site.jobs();
        };
        let mails = || site.count("select count(*) as n from messages where purpose = 'notifications'");
        let page = site.get("/me/notifications", &cookie).body;
        for (topic, ticked) in [("documents", true), ("imports_waiting", true), ("imports_ended", false), ("returned", true), ("requests", true), ("work_failed", true), ("work_ended", false)] {
            let mark = if ticked { " checked" } else { " aria" };
            assert!(page.contains(&format!("value=\"{topic}\"{mark}")), "{topic}: {page}");
        }
        tell("import.finished", "Import 1 of people.csv: 3 new");
        assert_eq!(mails(), 0);
        tell("import.paused", "Import 2 of people.csv is paused.");
        assert_eq!(mails(), 1);
        assert!(site.text("select parameters from messages where purpose = 'notifications'").contains("Import 2 of people.csv is paused."));
        assert_eq!(site.text("select recipient from messages where purpose = 'notifications'"), "maria@example.com");

        let saved = site.post("/me/notifications", &[("by_email", "imports_ended")], &cookie);
        assert_eq!(saved.header("location"), "/me/notifications");
        tell("import.paused", "Import 3 of people.csv is paused.");
        assert_eq!(mails(), 1);
        tell("import.finished", "Import 4 of people.csv: 3 new");
        assert_eq!(mails(), 2);
        let page = site.get("/me/notifications", &cookie).body;
        assert!(page.contains("value=\"imports_ended\" checked") && !page.contains("value=\"documents\" checked"), "{page}");
        // In the product they hear of everything.
        assert_eq!(site.count("select count(*) as n from notifications"), 4);
    }

    fn people_without_rights_choose_about_documents_only_and_leave_nothing_behind(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.member(&account, Role::User);
        let page = site.get("/me/notifications", &cookie).body;
        assert!(page.contains("value=\"documents\"") && !page.contains("value=\"imports_waiting\""), "{page}");
        assert_eq!(site.post("/me/notifications", &[("by_email", "imports_ended")], &cookie).status, 303);
        assert_eq!(site.count("select count(*) as n from notification_choices"), 1);
        assert_eq!(site.count("select count(*) as n from notification_choices where topic = 'documents' and not by_email"), 1);
        let person = crate::documents::id_of(&site, "user@example.com");
        let ctx = site.ctx(&account);
        site.db.write_blocking(|tx| {
            leaving::delete(tx, &ctx, person, None, leaving::Terms::default()).unwrap();
            leaving::erase(tx, &ctx, &[person])
        }).unwrap();
        assert_eq!(site.count("select count(*) as n from notification_choices"), 0);
    }
}
