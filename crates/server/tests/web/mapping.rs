//! The page of columns: the list of keys, and only what is to be looked at.

use testkit::{TestDb, on_both};

use crate::{
    imports::{get, post, rev},
    site::{Answer, Site},
};

const FILE: &str = "User ID,Who,Email,Huh\n1,Thandi Nkosi,anna@example.com,x\n2,Ben Cole,,y\n";

/// An import at its columns; returns its id.
fn uploaded(site: &Site, cookie: &str) -> String {
    let uploaded = site.upload("odd.csv", FILE.as_bytes(), &[], cookie);
    let id = uploaded.header("location").rsplit('/').next().unwrap();
    id.to_owned()
}

/// The keys of the page's form, in their order.
fn keys(page: &Answer) -> Vec<&str> {
    let hidden = |place: usize| {
        let (_, rest) = page
            .body
            .split_once(&format!("name=\"key{place}\" value=\""))?;
        rest.split('"').next()
    };
    (0..4).map_while(hidden).collect()
}

on_both! {
    fn keys_say_how_well_they_do_and_can_be_moved(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        site.person(&account, "Anna", "ANNA@example.com");
        let cookie = site.sign_in("maria@example.com");
        let id = uploaded(&site, &cookie);
        let page = get(&site, &cookie, &id, "map");
        assert_eq!(keys(&page), ["external_id", "email", "phone"]);
        for words in [
            "100 % of rows have one, 0 match people already here, 0 have the same as another row.",
            "No column is this.",
            "50 % of rows have one, 1 matches people already here",
            "The numbers are of all 2 rows of the file.",
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let press = |then: &str, add: &str| {
            let page = get(&site, &cookie, &id, "map");
            let (rev, keys) = (rev(&page), keys(&page));
            let names: Vec<String> = (0..keys.len()).map(|place| format!("key{place}")).collect();
            let mut form = vec![("rev", &*rev), ("then", then), ("add_key", add)];
            form.extend(names.iter().map(String::as_str).zip(keys));
            let answer = post(&site, &cookie, &id, "map", &form);
            assert_eq!(answer.header("location"), format!("/imports/{id}/map#keys"), "{}", answer.body);
        };
        press("key-up:email", "");
        press("key-remove:phone", "");
        press("key-add", "card_id");
        let page = get(&site, &cookie, &id, "map");
        assert_eq!(keys(&page), ["email", "external_id", "card_id"]);
        assert!(page.body.contains("No column is this."));
    }

    fn only_what_is_to_be_looked_at_is_shown_and_the_rest_kept(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let id = uploaded(&site, &cookie);
        let all = get(&site, &cookie, &id, "map").body;
        assert!(all.contains("Show only the 1 to look at"), "{all}");
        let page = get(&site, &cookie, &id, "map?only=unsure");
        assert!(page.body.contains("Show all 4 columns"));
        assert_eq!(page.body.matches("<select name=\"c").count(), 1);
        let form = [
            ("rev", &*rev(&page)),
            ("then", "stay"),
            ("only", "unsure"),
            ("c0", "external_id"),
            ("c1", "first_name"),
            ("c2", "email"),
            ("c3", ""),
        ];
        let saved = post(&site, &cookie, &id, "map", &form);
        assert_eq!(saved.header("location"), format!("/imports/{id}/map?only=unsure"), "{}", saved.body);
        // Nothing is left to look at, and so everything is shown.
        let page = get(&site, &cookie, &id, "map?only=unsure").body;
        assert_eq!(page.matches("<select name=\"c").count(), 4);
        assert!(!page.contains("Show only"));
    }
}
