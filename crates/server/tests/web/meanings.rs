//! Saying what the values of list columns mean, as a browser without scripts does it.

use testkit::{TestDb, on_both};

use crate::{
    imports::{rev, signed_in},
    site::Site,
};

const PEOPLE: &str = "Full name,E-mail,Teams\n\
    Thandi Nkosi,thandi@example.com,Nihgt\n\
    Emilia Wilson,emilia@example.com,Day\n";

/// A file one of whose teams is misspelt and one unknown, on the page of its values.
fn uploaded(site: &Site, cookie: &str) -> String {
    site.execute(
        "insert into groups (account_id, id, kind, name, name_key, created_at) \
         select id, id, 'team', 'Night', 'night', 0 from accounts",
    );
    let uploaded = site.upload("people.csv", PEOPLE.as_bytes(), &[], cookie);
    let id = uploaded
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    site.work();
    id
}

on_both! {
    fn values_are_mapped_once_for_all_rows(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = uploaded(&site, &cookie);
        let (map, values) = (format!("/imports/{id}/map"), format!("/imports/{id}/values"));
        let page = site.get(&map, &cookie);
        assert!(page.body.contains("value=\"values\""), "{}", page.body);
        let saved = site.post(&map, &[("rev", &rev(&page)), ("then", "values")], &cookie);
        assert_eq!(saved.header("location"), values);
        let page = site.get(&values, &cookie);
        assert!(page.body.contains("probably Night"), "{}", page.body);
        assert!(page.body.contains("<option value=\"use:Night\" selected>"), "{}", page.body);
        let old = rev(&page);
        let form = [
            ("rev", old.as_str()), ("field", "teams"), ("then", "check"),
            ("v0", "Day"), ("a0", "skip"), ("v1", "Nihgt"), ("a1", "use:Night"),
        ];
        assert_eq!(site.post(&values, &form, &cookie).header("location"), format!("/imports/{id}/review"));
        site.work();
        let review = site.get(&format!("/imports/{id}/review?outcome=all"), &cookie);
        assert!(review.body.contains("Every row can be imported"), "{}", review.body);
        assert!(review.body.contains("Left out because of a value"), "{}", review.body);
        assert!(!review.body.contains("Say what unknown values mean"));
        assert_eq!(site.post(&values, &form, &cookie).status, 409);
    }

    fn review_leads_to_values_that_mean_nothing(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = uploaded(&site, &cookie);
        let page = site.get(&format!("/imports/{id}/map"), &cookie);
        site.post(&format!("/imports/{id}/map"), &[("rev", &rev(&page))], &cookie);
        site.work();
        let review = site.get(&format!("/imports/{id}/review"), &cookie);
        let link = format!("href=\"/imports/{id}/values?field=teams\"");
        assert!(review.body.contains(&link), "{}", review.body);
    }

    fn a_name_that_nothing_has_is_refused_and_kept_in_the_form(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = uploaded(&site, &cookie);
        let values = format!("/imports/{id}/values");
        let old = rev(&site.get(&values, &cookie));
        let form = [("rev", old.as_str()), ("field", "teams"), ("v0", "Day"), ("u0", "Dusk")];
        let refused = site.post(&values, &form, &cookie);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("there is no team \"Dusk\"") || refused.body.contains("there is no team &#34;Dusk&#34;"), "{}", refused.body);
        assert_eq!(rev(&site.get(&values, &cookie)), old);
    }
}
