//! Options of columns and meanings of values, as a browser without scripts chooses them.

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

const JOINED: &str = "Who,E-mail,Street,No\n\
    \"Nkosi, Thandi\",thandi@example.com,Long St,12\n";

on_both! {
    fn columns_are_split_and_joined_by_their_options(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let uploaded = site.upload("people.csv", JOINED.as_bytes(), &[], &cookie);
        let id = uploaded.header("location").rsplit('/').next().unwrap().to_owned();
        let map = format!("/imports/{id}/map");
        let fields = [("c0", "last_name"), ("c1", "email"), ("c2", "notes"), ("c3", "notes")];
        let save = |more: &[(&str, &str)]| {
            let rev = rev(&site.get(&map, &cookie));
            let form: Vec<_> = [("rev", rev.as_str()), ("then", "stay")]
                .into_iter()
                .chain(fields)
                .chain(more.iter().copied())
                .collect();
            site.post(&map, &form, &cookie)
        };
        assert_eq!(save(&[]).status, 422);
        let unsplit = [("j2", "space"), ("s0", "comma"), ("t0", "first")];
        let refused = save(&unsplit);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("choose the field for the rest"), "{}", refused.body);
        let options = [
            ("j2", "space"), ("j3", ""), ("e2", "ours"), ("b2", "leave"), ("e3", ""),
            ("s0", "comma"), ("t0", "first"), ("g0", "first_name"),
        ];
        let saved = save(&options);
        assert_eq!(saved.header("location"), map, "{}", saved.body);
        let page = site.get(&map, &cookie).body;
        assert_eq!(page.matches("</span>: changed</summary>").count(), 3, "{page}");
        for (name, value) in [("g0", "first_name"), ("j2", "space"), ("e2", "ours"), ("s0", "comma")] {
            let select = page.split(&format!("name=\"{name}\"")).nth(1).unwrap();
            let select = select.split("</select>").next().unwrap();
            assert!(select.contains(&format!("value=\"{value}\" selected")), "{name}: {select}");
        }
        let plain = rev(&site.get(&map, &cookie));
        site.post(&map, &[("rev", &plain)], &cookie);
        site.work();
        let plan = rev(&site.get(&format!("/imports/{id}/plan"), &cookie));
        site.post(&format!("/imports/{id}/start"), &[("rev", &plan)], &cookie);
        site.work();
        let written = "select count(*) from users where first_name = 'Thandi' and notes = 'Long St 12'";
        assert_eq!(site.count(written), 1);
    }

    fn a_mapping_is_saved_used_and_removed(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let first = uploaded(&site, &cookie);
        let map = format!("/imports/{first}/map");
        let old = rev(&site.get(&map, &cookie));
        let form = [
            ("rev", old.as_str()), ("then", "save-as"), ("mapping_name", "HR & co"),
            ("c0", "full_name"), ("c1", "email"), ("c2", "groups"),
        ];
        let saved = site.post(&map, &form, &cookie);
        assert_eq!(saved.header("location"), format!("{map}?saved=HR%20%26%20co"), "{}", saved.body);
        assert!(site.get(saved.header("location"), &cookie).body.contains("Saved as “HR &#38; co”."));
        let later = "Full name,Teams,Shoe\nBen Okafor,Night,44\n";
        let answer = site.upload("later.csv", later.as_bytes(), &[], &cookie);
        let id = answer.header("location").rsplit('/').next().unwrap().to_owned();
        site.work();
        let map = format!("/imports/{id}/map");
        let old = rev(&site.get(&map, &cookie));
        let used = site.post(&map, &[("rev", &old), ("then", "use"), ("mapping", "HR & co")], &cookie);
        assert_eq!(used.header("location"), format!("{map}?used=HR%20%26%20co"), "{}", used.body);
        let page = site.get(used.header("location"), &cookie).body;
        assert!(page.contains("The file does not have: E-mail. The mapping does not know: Shoe."), "{page}");
        let select = page.split("name=\"c1\"").nth(1).unwrap().split("</select>").next().unwrap();
        assert!(select.contains("value=\"groups\" selected"), "{select}");
        let stale = site.post(&map, &[("rev", &old), ("then", "use"), ("mapping", "HR & co")], &cookie);
        assert_eq!(stale.status, 409);
        let list = site.get("/imports/mappings", &cookie).body;
        assert!(list.contains("HR &#38; co") && list.contains("Full name, E-mail, Teams"), "{list}");
        let removed = site.post("/imports/mappings/remove", &[("name", "HR & co")], &cookie);
        assert_eq!(removed.status, 303);
        assert!(site.get("/imports/mappings", &cookie).body.contains("No saved mappings"));
    }

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
