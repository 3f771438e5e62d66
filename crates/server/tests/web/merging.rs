//! Making one person of two, as a browser without scripts sees it.

use testkit::{TestDb, on_both};

use crate::site::Site;

/// The versions that the form of a page holds.
fn versions(body: &str) -> (String, String) {
    let value = |name: &str| {
        let start = body
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap()
            .1;
        start.split_once('"').unwrap().0.to_owned()
    };
    (value("kept_version"), value("other_version"))
}

on_both! {
    fn two_are_found_compared_and_made_one(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let kept = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let other = site.person(&account, "Thandi Nkosi-Smith", "t.nkosi@example.com");
        site.execute("update users set title = 'Lead', department = 'Dock' where email_key = 't.nkosi@example.com'");
        site.execute("update users set title = 'Clerk' where email_key = 'thandi@example.com'");
        let search = site.get(&format!("/users/{kept}/merge"), &cookie).body;
        let link = format!("/users/{kept}/merge?with={other}");
        assert!(search.contains(&link) && search.contains("t.nkosi@example.com"), "{search}");
        let page = site.get(&link, &cookie).body;
        for words in ["Clerk", "Lead", "Dock", "This cannot be undone", "Keep the other instead"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(page.contains("name=\"field.department\" value=\"other\" checked"), "{page}");
        let (one, two) = versions(&page);
        let id = other.to_string();
        let fields = [
            ("with", &*id), ("kept_version", &one), ("other_version", &two),
            ("field.title", "other"), ("field.email", "kept"), ("field.department", "other"),
        ];
        let path = format!("/users/{kept}/merge");
        let unsaid = site.post(&path, &fields, &cookie);
        assert_eq!(unsaid.status, 422);
        assert!(unsaid.body.contains("Type the name of the person who goes"), "{}", unsaid.body);
        assert!(unsaid.body.contains("name=\"field.title\" value=\"other\" checked"), "{}", unsaid.body);
        let said: Vec<_> = fields.into_iter().chain([("confirm", " thandi  NKOSI-smith ")]).collect();
        let done = site.post(&path, &said, &cookie);
        assert_eq!((done.status.as_u16(), done.header("location")), (303, &*format!("/users/{kept}")));
        let person = site.get(&format!("/users/{kept}"), &cookie).body;
        assert!(person.contains("Lead") && person.contains("Dock") && person.contains("thandi@example.com"), "{person}");
        let gone = site.get(&format!("/users/{other}"), &cookie).body;
        assert!(gone.contains(&format!("Merged into <a href=\"/users/{kept}\">")), "{gone}");
        assert!(person.contains(&format!("Merged with <a href=\"/users/{other}\">")), "{person}");
        // Once more finds nobody who could go.
        assert_eq!(site.post(&path, &said, &cookie).status, 404);
        assert_eq!(site.get(&link, &cookie).status, 404);
    }

    fn what_cannot_be_merged_says_why(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let kept = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let own = site.get(&format!("/users/{kept}/merge?with={}", account.owner), &cookie);
        assert_eq!(own.status, 409);
        assert!(own.body.contains("You cannot merge yourself into somebody else"), "{}", own.body);
        let other = site.account("Elsewhere", "eve@example.com");
        let stranger = site.person(&other, "Eve Far", "far@example.com");
        assert_eq!(site.get(&format!("/users/{kept}/merge?with={stranger}"), &cookie).status, 404);
        assert_eq!(site.get(&format!("/users/{stranger}/merge"), &cookie).status, 404);
    }

    fn of_two_sign_ins_one_is_chosen(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let (kept, first) = site.member_named(&account, kernel::Role::User, "Thandi Nkosi", "thandi@example.com");
        let (other, second) = site.member_named(&account, kernel::Role::User, "T Nkosi", "t@example.com");
        let page = site.get(&format!("/users/{kept}/merge?with={other}"), &cookie).body;
        assert!(page.contains("Both sign in"), "{page}");
        let (one, two) = versions(&page);
        let id = other.to_string();
        let fields = [("with", &*id), ("kept_version", &one), ("other_version", &two), ("confirm", "T Nkosi")];
        let path = format!("/users/{kept}/merge");
        assert_eq!(site.post(&path, &fields, &cookie).status, 422);
        let chosen: Vec<_> = fields.into_iter().chain([("sign_in", "other")]).collect();
        assert_eq!(site.post(&path, &chosen, &cookie).status, 303);
        // The sign-in that stays goes on, as the kept person; the other one has ended.
        assert_eq!(site.get("/me", &second).status, 200);
        assert!(site.get("/me", &second).body.contains("Thandi Nkosi"));
        assert_eq!(site.get("/me", &first).status, 303);
    }
}
