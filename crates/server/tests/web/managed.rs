//! Managed configurations for an MDM, and the sign-in page they fill in.

use kernel::Role;
use testkit::{TestDb, on_both};

use crate::site::Site;

const PATH: &str = "/settings/managed-configuration";

on_both! {
    fn a_configuration_holds_our_key_the_former_one_and_the_page(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let page = site.get(PATH, &cookie);
        assert!(page.body.contains("{{mail}}") && page.body.contains("Four steps"));
        let page = site.get(&format!("{PATH}?value=%3Cb%3E%22%26"), &cookie);
        assert!(!page.body.contains("<b>\"") && page.body.contains("value=%3Cb%3E%22%26"), "{}", page.body);
        let list = site.get(&format!("{PATH}/muster.plist?value=%3Cb%3E%22%26"), &cookie);
        assert_eq!(list.header("content-disposition"), "attachment; filename*=UTF-8''muster.plist");
        assert!(list.body.contains("<key>com.fluix.mdm.userEmail</key>\n  <string>&lt;b&gt;&quot;&amp;</string>"), "{}", list.body);
        let json = site.get(&format!("{PATH}/muster.json?value=%24EMAIL"), &cookie);
        let read: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        assert_eq!(read["muster.mdm.userEmail"], "$EMAIL");
        assert_eq!(read["muster.mdm.signInUrl"], "https://people.test/sign-in?login_hint=$EMAIL");
        let person = site.person(&account, "Thandi Nkosi", "thandi+x@example.com");
        let theirs = format!("/users/{person}/managed-configuration/muster.json");
        assert!(site.get(&format!("/users/{person}/devices"), &cookie).body.contains(&theirs));
        let json = site.get(&theirs, &cookie);
        assert_eq!(json.header("content-disposition"), "attachment; filename*=UTF-8''muster-thandi-x-example-com.json");
        let read: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        let address = read["muster.mdm.signInUrl"].as_str().unwrap();
        assert_eq!(address, "https://people.test/sign-in?login_hint=thandi%2Bx@example.com");
        let page = site.get(address.strip_prefix("https://people.test").unwrap(), "");
        assert!(page.body.contains("value=\"thandi+x@example.com\""));
    }

    fn what_is_no_placeholder_no_file_and_no_person_is_refused(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let long = "x".repeat(255);
        for value in ["", "%20", "a%0Ab", &long] {
            let page = site.get(&format!("{PATH}?value={value}"), &cookie);
            assert_eq!(page.status, 422, "{value}");
            assert_eq!(site.get(&format!("{PATH}/muster.plist?value={value}"), &cookie).status, 400, "{value}");
        }
        for file in ["muster.exe", "other.plist", "..%2Fmuster.plist"] {
            assert_eq!(site.get(&format!("{PATH}/{file}?value=a"), &cookie).status, 404, "{file}");
        }
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        let theirs = format!("/users/{person}/managed-configuration/muster.plist");
        assert_eq!(site.get(&theirs, &other).status, 404);
        let user = site.member(&account, Role::User);
        assert_eq!(site.get(&theirs, &user).status, 403);
        assert_eq!(site.get(PATH, &user).status, 403);
        site.execute("update users set email = null where first_name = 'Thandi'");
        assert_eq!(site.get(&theirs, &cookie).status, 404);
    }

    fn the_sign_in_page_is_filled_in_by_any_of_the_keys(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let filled = |query: &str, value: &str| {
            let page = site.get(&format!("/sign-in?{query}"), "");
            assert!(page.body.contains(&format!("value=\"{value}\" autocomplete=\"username\"")), "{query}: {}", page.body);
        };
        filled("login_hint=ada%40example.com", "ada@example.com");
        filled("muster.mdm.userEmail=ada@example.com", "ada@example.com");
        filled("com.fluix.mdm.userEmail=ada+home@example.com", "ada+home@example.com");
        filled("login_hint=&com.fluix.mdm.userEmail=b@example.com&muster.mdm.userEmail=a@example.com", "a@example.com");
        filled("login_hint=%22%3E%3Cscript%3E", "&#34;&#62;&#60;script&#62;");
        filled(&format!("login_hint={}", "x".repeat(2000)), &"x".repeat(254));
    }
}
