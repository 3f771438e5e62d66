//! The report on users: its page, its files, and that a chart says the same as its table.

use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::Site;

on_both! {
    fn charts_and_tables_show_the_same_numbers_and_lead_to_the_people(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let page = site.get("/reports", &cookie).body;
        assert!(page.contains("<title id=\"chart-sign-ins-title\">Last sign-in</title>"), "{page}");
        assert!(page.contains("Within 24 hours: 1. 1 to 7 days ago: 0. 7 to 30 days ago: 0. Longer ago: 0. Never: 1."), "{page}");
        assert!(page.contains("<a href=\"/users?seen=never\">Never</a></th><td class=\"end\">1</td>"), "{page}");
        assert!(site.get("/users?seen=never", &cookie).body.contains("1 person"));
        assert!(page.contains("Nobody is signed in with the app."));
        assert!(!page.contains("style=") && page.contains("aria-current=\"page\">Users</a>"));
        assert_eq!(site.get("/users?app=outdated", &cookie).status, 200);
    }

    fn each_part_comes_as_csv_and_as_a_workbook(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for part in ["sign_ins", "weeks", "people", "people_weeks", "invitations", "versions"] {
            let csv = site.get(&format!("/reports/users/{part}.csv"), &cookie);
            assert_eq!(csv.status, 200, "{part}");
            assert!(csv.header("content-type").starts_with("text/csv"));
            let workbook = site.get(&format!("/reports/users/{part}.xlsx"), &cookie);
            assert!(workbook.body.starts_with("PK"), "{part}");
        }
        let csv = site.get("/reports/users/sign_ins.csv", &cookie).body;
        assert!(csv.contains("Last sign-in,People\r\nWithin 24 hours,1\r\n"), "{csv:?}");
        for wrong in ["nonsense.csv", "weeks.pdf", "weeks"] {
            assert_eq!(site.get(&format!("/reports/users/{wrong}"), &cookie).status, 404, "{wrong}");
        }
    }

    fn managers_see_no_reports(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let manager = site.member(&account, Role::Manager);
        for path in ["/reports", "/reports/users/weeks.csv"] {
            assert_eq!(site.get(path, &manager).status, 403, "{path}");
        }
        assert!(!site.get("/users", &manager).body.contains("href=\"/reports\""));
    }
}
