//! The guides as pages: whoever is signed in reads them, and pages lead to places that are there.

use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::Site;

/// Pages that an owner can open without anything else in the account.
const PAGES: [&str; 34] = [
    "/users",
    "/users/new",
    "/users/deleted",
    "/users/actions",
    "/photos",
    "/early-access",
    "/groups",
    "/groups?kind=team",
    "/imports",
    "/imports/new",
    "/imports/series",
    "/imports/mappings",
    "/invite",
    "/invitations",
    "/devices",
    "/cards",
    "/workflows",
    "/documents",
    "/outbox",
    "/activity",
    "/reports",
    "/notifications",
    "/me/devices",
    "/me/documents",
    "/me/notifications",
    "/me/two-factor",
    "/settings",
    "/settings/directory",
    "/settings/roles",
    "/settings/tokens",
    "/settings/security",
    "/settings/fields",
    "/settings/modules",
    "/settings/messages",
];

/// Where the links of a page lead that begin so.
fn links<'a>(body: &'a str, beginning: &str) -> Vec<&'a str> {
    body.split("href=\"")
        .skip(1)
        .filter_map(|after| after.split('"').next())
        .filter(|link| link.starts_with(beginning))
        .collect()
}

on_both! {
    fn pages_lead_to_places_that_are_in_a_guide(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        for page in PAGES {
            let answer = site.get(page, &cookie);
            assert_eq!(answer.status, 200, "{page}");
            assert_eq!(links(&answer.body, "/help").first(), Some(&"/help"), "{page}");
            let about = links(&answer.body, "/help/");
            assert_eq!(about.len(), 1, "{page}: {about:?}");
            let (guide, anchor) = about[0].split_once('#').unwrap_or((about[0], "main"));
            let guide = site.get(guide, &cookie);
            assert_eq!(guide.status, 200, "{page}: {}", about[0]);
            assert!(guide.body.contains(&format!("id=\"{anchor}\"")), "{page}: {}", about[0]);
        }
    }

    fn everybody_signed_in_reads_every_guide(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.member(&account, Role::User);
        let index = site.get("/help", &cookie);
        assert_eq!(index.status, 200);
        let guides = links(&index.body, "/help/");
        assert!(guides.len() >= 20, "{guides:?}");
        for guide in guides {
            let page = site.get(guide, &cookie);
            assert_eq!(page.status, 200, "{guide}");
            assert!(page.body.contains("<article class=\"prose\">"), "{guide}");
            for picture in page.body.split("src=\"/assets/").skip(1).filter_map(|after| after.split('"').next()) {
                let picture = format!("/assets/{picture}");
                // The last is the script of the page.
                let kind = site.get(&picture, "").header("content-type").to_owned();
                assert!(kind == "image/png" || kind.starts_with("text/javascript"), "{guide}: {picture} is {kind:?}");
            }
        }
        assert_eq!(site.get("/help/none", &cookie).status, 404);
        assert_eq!(site.get("/help/README", &cookie).status, 404);
        assert_eq!(site.get("/help/..%2f..%2fetc%2fpasswd", &cookie).status, 404);
        assert_eq!(site.get("/help/importing", "").header("location"), "/sign-in?next=%2Fhelp%2Fimporting");
    }

    fn a_search_finds_places_and_shows_what_was_typed_as_text(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.member(&account, Role::Manager);
        let found = site.get("/help?q=leading+zeros", &cookie);
        assert!(links(&found.body, "/help/").iter().any(|link| link.contains('#')), "{}", found.body);
        assert!(found.body.contains("<mark>"), "{}", found.body);
        let nothing = site.get("/help?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", &cookie);
        assert!(nothing.body.contains("Nothing was found"));
        assert!(!nothing.body.contains("<script>alert"));
        let long = format!("/help?q={}", "a".repeat(5_000));
        assert_eq!(site.get(&long, &cookie).status, 200);
    }
}
