//! Setting rows right on the review page, as a browser without scripts does it.

use testkit::{TestDb, on_both};

use crate::{
    imports::{draft, get, post, rev, signed_in},
    site::{Answer, Site},
};

/// The action that a page of a preview carries.
fn action(page: &Answer) -> String {
    let after = page
        .body
        .split_once("name=\"edit\" value=\"")
        .expect("an action")
        .1;
    let value = after.split("\">").next().unwrap();
    value.replace("&#34;", "\"").replace("&quot;", "\"")
}

fn heading(site: &Site, cookie: &str, id: &str) -> String {
    let page = get(site, cookie, id, "review");
    let after = page
        .body
        .split_once("<h1 tabindex=\"-1\">")
        .expect("a heading")
        .1;
    after.split('<').next().unwrap().to_owned()
}

on_both! {
    fn values_are_replaced_after_a_look_and_put_back(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let review = get(&site, &cookie, &id, "review");
        assert!(review.body.contains("Fix this row"), "{}", review.body);
        let asked = [
            ("rev", rev(&review)),
            ("fix", "values".to_owned()),
            ("code", "email_invalid".to_owned()),
            ("field", "email".to_owned()),
            ("old", "not an address".to_owned()),
            ("new", "known@example.com".to_owned()),
        ];
        let asked: Vec<_> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let preview = post(&site, &cookie, &id, "edit", &asked);
        assert_eq!(preview.status, 200);
        assert!(preview.body.contains("<del>not an address</del>"), "{}", preview.body);
        assert!(preview.body.contains("the values of 1 could then be imported"));
        assert_eq!(heading(&site, &cookie, &id), "1 row cannot be imported");

        let confirmed = [("rev", rev(&preview)), ("edit", action(&preview))];
        let confirmed: Vec<_> = confirmed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let done = post(&site, &cookie, &id, "edit", &confirmed);
        assert_eq!(done.status, 303, "{}", done.body);
        assert!(done.header("location").ends_with("/review?changed=1"));
        site.work();
        assert_eq!(heading(&site, &cookie, &id), "Every row can be imported");
        let late = post(&site, &cookie, &id, "edit", &confirmed);
        assert_eq!(late.status, 409, "the page was of an older state");

        let changes = get(&site, &cookie, &id, "changes");
        assert!(changes.body.contains("1 change in 1 row"), "{}", changes.body);
        let undo = [("rev", rev(&changes)), ("number", "1".to_owned()), ("undone", "true".to_owned())];
        let undo: Vec<_> = undo.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(post(&site, &cookie, &id, "changes", &undo).status, 303);
        site.work();
        assert_eq!(heading(&site, &cookie, &id), "1 row cannot be imported");
    }

    fn a_row_is_corrected_by_hand_and_taken_back_from_where_it_was_opened(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let page = get(&site, &cookie, &id, "rows/4");
        assert!(page.body.contains("aria-invalid=\"true\""), "{}", page.body);
        let back = format!("/imports/{id}/review?outcome=all");
        let fields = [
            ("rev", rev(&page)),
            ("back", back.clone()),
            ("c2", "<b>bold</b>@example.com".to_owned()),
        ];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let saved = post(&site, &cookie, &id, "rows/4", &fields);
        assert_eq!(saved.header("location"), format!("{back}&changed=1"));
        site.work();
        let page = get(&site, &cookie, &id, "rows/4");
        assert!(!page.body.contains("<b>bold"), "cells are never markup");
        assert_eq!(get(&site, &cookie, &id, "rows/99").status, 404);

        let elsewhere = [("rev", rev(&page)), ("back", "https://evil.example/".to_owned()), ("do", "skip".to_owned())];
        let elsewhere: Vec<_> = elsewhere.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let skipped = post(&site, &cookie, &id, "rows/4", &elsewhere);
        assert_eq!(skipped.header("location"), format!("/imports/{id}/review?changed=2"));
        site.work();
        assert_eq!(heading(&site, &cookie, &id), "Every row can be imported");
    }

    fn what_cannot_be_searched_for_is_said(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let form = get(&site, &cookie, &id, "replace?code=email_invalid&field=email");
        assert!(form.body.contains("rows with “Email: Not an e-mail address”"), "{}", form.body);
        let asked = [("rev", rev(&form)), ("fix", "replace".to_owned()), ("how", "regex".to_owned()), ("find", "(".to_owned())];
        let asked: Vec<_> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let refused = post(&site, &cookie, &id, "edit", &asked);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("This cannot be searched for"), "{}", refused.body);
        assert!(!refused.body.contains("button primary"), "nothing to confirm");
    }

    fn corrected_rows_come_back_as_a_file(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let file = get(&site, &cookie, &id, "download/rows_to_fix.csv");
        assert!(file.header("content-disposition").contains("rows_to_fix.csv"));
        let corrected = file.body.replace("not an address", "known@example.com");
        let rev = rev(&get(&site, &cookie, &id, "review"));
        let taken = site.upload_to(
            &format!("/imports/{id}/corrected"),
            "rows.csv",
            corrected.as_bytes(),
            &[("rev", &rev)],
            &cookie,
        );
        assert_eq!(taken.status, 303, "{}", taken.body);
        let location = taken.header("location").to_owned();
        assert!(location.ends_with("/review?changed=1&found=1&unknown=0&repeated=0&columns=0"), "{location}");
        site.work();
        assert_eq!(heading(&site, &cookie, &id), "Every row can be imported");
    }

    fn actions_are_about_the_selected_rows_alone(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let review = get(&site, &cookie, &id, "review?outcome=all");
        assert!(review.body.contains("Select all 3 rows of the file"), "{}", review.body);
        let rev = rev(&review);
        let asked = |more: &[(&'static str, &'static str)]| {
            let mut fields = vec![("rev", rev.as_str()), ("scope", "selection"), ("outcome", "all")];
            fields.extend_from_slice(more);
            post(&site, &cookie, &id, "edit", &fields)
        };
        let nothing = asked(&[("fix", "skip")]);
        assert_eq!(nothing.status, 422);
        assert!(nothing.body.contains("No row is selected"), "{}", nothing.body);
        let two = asked(&[("fix", "skip"), ("only", "2"), ("only", "4")]);
        assert!(two.body.contains("Leave out 2 selected rows"), "{}", two.body);
        assert!(two.body.contains("Leave out or change 2 rows"), "{}", two.body);
        let set = asked(&[("fix", "set"), ("in", "0"), ("to", "Somebody"), ("only", "3")]);
        assert!(set.body.contains("<ins>Somebody</ins>") && set.body.contains("Change 1 value"), "{}", set.body);
        let every = asked(&[("fix", "skip"), ("of", "filter"), ("only", "2")]);
        assert!(every.body.contains("Leave out all rows"), "{}", every.body);
        let form = get(&site, &cookie, &id, "replace?scope=selection&only=2&only=3&code=email_invalid&field=email");
        assert!(form.body.contains("2 selected rows") && form.body.contains("rows with “Email"), "{}", form.body);
    }

    fn selected_rows_are_taken_away_as_a_file(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let file = get(&site, &cookie, &id, "download/rows.csv?scope=selection&only=4&only=2");
        assert!(file.header("content-disposition").contains("rows.csv"));
        assert_eq!(file.body.lines().count(), 3, "{}", file.body);
        assert!(file.body.contains("i1r2") && file.body.contains("i1r4"), "{}", file.body);
        let every = get(&site, &cookie, &id, "download/rows.csv?scope=selection&of=filter&outcome=failed");
        assert_eq!(every.body.lines().count(), 2, "{}", every.body);
        assert!(every.body.contains("not an address"), "{}", every.body);
        let none = get(&site, &cookie, &id, "download/rows.csv?scope=selection");
        assert_ne!(none.status, 200);
    }
}
