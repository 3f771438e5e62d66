//! The wizard from upload to results, as a browser without scripts goes through it.

use testkit::{TestDb, on_both};

use crate::site::{Answer, Site};

const PEOPLE: &str = "First name,Last name,E-mail,Department\n\
    Thandi,Nkosi,thandi@example.com,Field\n\
    Emilia,Wilson,emilia@example.com,Office\n\
    Nobody,Known,not an address,Office\n";

/// A draft that waits for its plan to be agreed to; returns its id.
pub(crate) fn draft(site: &Site, cookie: &str) -> String {
    let uploaded = site.upload("people.csv", PEOPLE.as_bytes(), &[], cookie);
    assert_eq!(uploaded.status, 303, "{}", uploaded.body);
    let id = uploaded
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let at = site.get(&format!("/imports/{id}"), cookie);
    if at.header("location").ends_with("/map") {
        let rev = rev(&site.get(&format!("/imports/{id}/map"), cookie));
        let mapped = site.post(&format!("/imports/{id}/map"), &[("rev", &rev)], cookie);
        assert_eq!(mapped.status, 303, "{}", mapped.body);
    }
    site.work();
    id
}

/// The revision in a page's form.
pub(crate) fn rev(page: &Answer) -> String {
    let after = page
        .body
        .split_once("name=\"rev\" value=\"")
        .expect("a form with a revision")
        .1;
    after.split('"').next().unwrap().to_owned()
}

pub(crate) fn get(site: &Site, cookie: &str, id: &str, step: &str) -> Answer {
    site.get(&format!("/imports/{id}/{step}"), cookie)
}

pub(crate) fn post(
    site: &Site,
    cookie: &str,
    id: &str,
    step: &str,
    fields: &[(&str, &str)],
) -> Answer {
    site.post(&format!("/imports/{id}/{step}"), fields, cookie)
}

pub(crate) fn started(site: &Site, cookie: &str) -> String {
    let id = draft(site, cookie);
    let rev = rev(&get(site, cookie, &id, "plan"));
    let answer = post(site, cookie, &id, "start", &[("rev", &rev)]);
    assert!(
        answer.header("location").ends_with("/run"),
        "{}",
        answer.body
    );
    id
}

pub(crate) fn signed_in(db: &TestDb) -> (Site, String) {
    let (site, _) = Site::with_account(db);
    let cookie = site.sign_in("maria@example.com");
    (site, cookie)
}

on_both! {
    fn a_file_goes_from_upload_to_results(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let review = get(&site, &cookie, &id, "review");
        assert!(review.body.contains("1 row cannot be imported"), "{}", review.body);
        assert!(review.body.contains(" class=\"faulty\">"));
        let plan = get(&site, &cookie, &id, "plan");
        assert!(plan.body.contains("Start import of 2 people"), "{}", plan.body);
        assert_eq!(site.count("select count(*) from users"), 1);
        let rev = rev(&plan);
        assert!(post(&site, &cookie, &id, "start", &[("rev", &rev)]).header("location").ends_with("/run"));
        let run = get(&site, &cookie, &id, "run");
        assert!(run.body.contains("http-equiv=\"refresh\""), "{}", run.body);
        site.work();
        assert_eq!(site.count("select count(*) from users"), 3);
        assert!(get(&site, &cookie, &id, "run").header("location").ends_with("/results"));
        let results = get(&site, &cookie, &id, "results");
        assert!(results.body.contains("2 people imported, 1 row left."), "{}", results.body);
        let people = site.get(&format!("/users?import={id}"), &cookie);
        assert!(people.body.contains("Thandi Nkosi") && !people.body.contains("Maria Keller</a>"));
    }

    fn the_end_of_an_import_is_told_and_found_again(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = started(&site, &cookie);
        site.work();
        assert!(site.get("/users", &cookie).body.contains("Notifications, 1 unread"));
        let page = site.get("/notifications", &cookie).body;
        assert!(page.contains(&format!("href=\"/imports/{id}\"")), "{page}");
        assert_eq!(site.post("/notifications/read", &[], &cookie).status, 303);
        assert!(site.get("/users", &cookie).body.contains("Notifications, 0 unread"));
        assert!(site.get("/notifications", &cookie).body.contains(&format!("href=\"/imports/{id}\"")));
    }

    fn starting_twice_makes_one_run(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let rev = rev(&get(&site, &cookie, &id, "plan"));
        post(&site, &cookie, &id, "start", &[("rev", &rev)]);
        let again = post(&site, &cookie, &id, "start", &[("rev", &rev)]);
        assert_eq!((again.status.as_u16(), again.header("location")), (303, &*format!("/imports/{id}")));
        site.work();
        assert_eq!(site.count("select count(*) from users"), 3);
        assert_eq!(site.count("select count(*) from jobs where kind = 'import.apply'"), 1);
    }

    fn a_form_of_an_old_revision_changes_nothing(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let old = rev(&get(&site, &cookie, &id, "review"));
        let stop = [("rev", old.as_str()), ("bad_rows", "stop")];
        assert_eq!(post(&site, &cookie, &id, "review", &stop).status, 303);
        site.work();
        let skip = [("rev", old.as_str()), ("bad_rows", "skip")];
        let late = post(&site, &cookie, &id, "review", &skip);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("You changed this import"));
        assert!(late.body.contains(&format!("href=\"/imports/{id}\"")));
        let plan = get(&site, &cookie, &id, "plan").body;
        assert!(plan.contains("This cannot be started") && plan.contains("disabled"), "{plan}");
    }

    fn only_selected_rows_are_wanted_until_all_are_again(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let rev = rev(&get(&site, &cookie, &id, "review"));
        let ticks = [
            ("rev", rev.as_str()), ("wanted", "selection"), ("scope", "selection"), ("only", "3"),
        ];
        assert_eq!(post(&site, &cookie, &id, "picks", &ticks).status, 303);
        site.work();
        let plan = get(&site, &cookie, &id, "plan").body;
        assert!(plan.contains("Start import of 1 person"), "{plan}");
        assert!(plan.contains("3 rows = 1 new + 2 skipped"), "{plan}");
        let review = get(&site, &cookie, &id, "review");
        assert!(review.body.contains("Import these too"), "{}", review.body);
        let rev = crate::imports::rev(&review);
        let all = [("rev", rev.as_str()), ("wanted", "all"), ("scope", "selection")];
        assert_eq!(post(&site, &cookie, &id, "picks", &all).status, 303);
        site.work();
        let review = get(&site, &cookie, &id, "review");
        assert!(review.body.contains("Import only these"), "{}", review.body);
    }

    fn columns_can_be_chosen_by_hand(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let file = "Who,Where to write\nThandi Nkosi,thandi@example.com\n";
        let uploaded = site.upload("odd.csv", file.as_bytes(), &[], &cookie);
        let id = uploaded.header("location").rsplit('/').next().unwrap().to_owned();
        let map = get(&site, &cookie, &id, "map");
        assert_eq!(map.status, 200);
        let old = rev(&map);
        let twice = [("rev", old.as_str()), ("c0", "email"), ("c1", "email")];
        let refused = post(&site, &cookie, &id, "map", &twice);
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains("role=\"alert\""));
        let old = rev(&get(&site, &cookie, &id, "map"));
        let whole = [("rev", old.as_str()), ("c0", "full_name"), ("c1", "email"), ("key0", "email")];
        assert_eq!(post(&site, &cookie, &id, "map", &whole).status, 303);
        site.work();
        assert!(get(&site, &cookie, &id, "plan").body.contains("Start import of 1 person"));
    }

    fn pasted_rows_are_as_good_as_a_file(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let rows = "First name\tLast name\tE-mail\nThandi\tNkosi\tthandi@example.com\n";
        let uploaded = site.upload("", b"", &[("rows", rows)], &cookie);
        assert_eq!(uploaded.status, 303, "{}", uploaded.body);
        site.work();
        assert!(site.get("/imports", &cookie).body.contains("pasted rows"));
    }

    fn what_is_no_table_is_refused_and_not_kept(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
        for (name, content) in [("people.csv", &picture[..]), ("people.csv", b""), ("", b"")] {
            let refused = site.upload(name, content, &[("name", "kept words")], &cookie);
            assert_eq!(refused.status, 422, "{name}");
            assert!(refused.body.contains("role=\"alert\""), "{}", refused.body);
        }
        assert_eq!(site.count("select count(*) from imports"), 0);
        assert!(!site.has_files());
    }

    fn the_file_format_can_be_corrected(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let file = b"Vorname;Nachname;E-Mail\nJ\xfcrgen;M\xfcller;j@example.com\n";
        let uploaded = site.upload("leute.csv", file, &[], &cookie);
        let id = uploaded.header("location").rsplit('/').next().unwrap().to_owned();
        site.work();
        let format = get(&site, &cookie, &id, "format");
        assert!(format.body.contains("<td>Jürgen</td>"), "{}", format.body);
        let old = rev(&format);
        let wrong = [("rev", old.as_str()), ("encoding", "windows-1251"), ("then", "preview")];
        let answer = post(&site, &cookie, &id, "format", &wrong);
        assert!(answer.header("location").ends_with("/format"), "{}", answer.body);
        let again = get(&site, &cookie, &id, "format");
        assert!(again.body.contains("<td>Jьrgen</td>"), "{}", again.body);
        let old = rev(&again);
        let nonsense = [("rev", old.as_str()), ("header_row", "never"), ("then", "preview")];
        assert_eq!(post(&site, &cookie, &id, "format", &nonsense).status, 422);
    }

    fn an_import_is_taken_back_after_a_look(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = started(&site, &cookie);
        site.work();
        let undo = get(&site, &cookie, &id, "undo");
        assert!(undo.body.contains("2 new people removed"), "{}", undo.body);
        let rev = rev(&undo);
        assert!(post(&site, &cookie, &id, "undo", &[("rev", &rev)]).header("location").ends_with("/run"));
        site.work();
        assert_eq!(site.count("select count(*) from users"), 1);
        assert!(get(&site, &cookie, &id, "results").body.contains("taken back completely"));
    }

    fn completing_asks_first_and_then_removes_rows_and_files(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = started(&site, &cookie);
        site.work();
        let ask = get(&site, &cookie, &id, "complete");
        assert!(ask.body.contains("This cannot be taken back."));
        assert!(site.has_files());
        let rev = rev(&ask);
        assert_eq!(post(&site, &cookie, &id, "complete", &[("rev", &rev)]).status, 303);
        assert!(!site.has_files());
        let results = get(&site, &cookie, &id, "results").body;
        assert!(results.contains("This import is completed.") && !results.contains("/undo"));
        assert_eq!(get(&site, &cookie, &id, "download/results.csv").status, 409);
    }

    fn downloads_are_saved_and_never_shown(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = started(&site, &cookie);
        site.work();
        let errors = get(&site, &cookie, &id, "download/error_log.csv");
        assert_eq!(errors.header("content-type"), "text/csv; charset=utf-8");
        let name = "attachment; filename*=UTF-8''import-1-error_log.csv";
        assert_eq!(errors.header("content-disposition"), name);
        let lines: Vec<_> = errors.body.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "First name,Last name,E-mail,Department,error");
        assert!(lines[1].starts_with("Nobody,Known,not an address,Office,"), "{}", lines[1]);
        assert_eq!(lines.len(), 2);
        let workbook = get(&site, &cookie, &id, "download/error_log.xlsx");
        assert!(workbook.body.starts_with("PK"));
        for wrong in ["error_log.html", "../source", "results", "%2e%2e%2fsource"] {
            let answer = get(&site, &cookie, &id, &format!("download/{wrong}"));
            assert_eq!(answer.status, 404, "{wrong}");
        }
    }

    fn templates_follow_the_preset(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let blank = site.get("/imports/template?preset=team", &cookie);
        assert_eq!(blank.body.lines().count(), 1, "{}", blank.body);
        let filled = site.get("/imports/template?preset=team&filled=yes", &cookie);
        assert!(filled.body.lines().count() > 5);
        assert!(filled.header("content-disposition").ends_with("people-team.csv"));
    }

    fn markup_in_cells_and_file_names_is_only_text(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let file = "First name,Last name,E-mail,Groups,<script>x</script>\n\
            <img src=x onerror=alert(1)>,Nkosi,a@example.com,<b>Field</b>,1\n\
            Emilia,{{7*7}},\"<svg onload=alert(2)>\",Office,2\n";
        let name = "<img src=x onerror=alert(3)>.csv";
        let uploaded = site.upload(name, file.as_bytes(), &[], &cookie);
        let id = uploaded.header("location").rsplit('/').next().unwrap().to_owned();
        let old = rev(&get(&site, &cookie, &id, "map"));
        let answer = post(&site, &cookie, &id, "map", &[("rev", &old)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        site.work();
        let mut pages = vec![site.get("/imports", &cookie)];
        for step in ["format", "map", "review", "review?outcome=all", "plan"] {
            pages.push(get(&site, &cookie, &id, step));
        }
        let old = rev(&get(&site, &cookie, &id, "plan"));
        post(&site, &cookie, &id, "start", &[("rev", &old)]);
        pages.push(get(&site, &cookie, &id, "run"));
        site.work();
        pages.push(get(&site, &cookie, &id, "events"));
        pages.push(get(&site, &cookie, &id, "results"));
        pages.push(get(&site, &cookie, &id, "results?outcome=failed"));
        pages.push(site.get("/notifications", &cookie));
        pages.push(site.get("/users", &cookie));
        for page in &pages {
            assert!(page.status.is_success(), "{}: {}", page.status, page.body);
            for markup in ["<img", "<svg onload", "<script>", "<b>"] {
                assert!(!page.body.contains(markup), "{markup} in {}", page.body);
            }
            assert!(!page.body.contains(">49<"));
        }
        assert!(pages.iter().any(|page| page.body.contains("&#60;img src=x")));
    }

    fn another_account_finds_nothing_of_an_import(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        site.account("Elsewhere", "other@example.com");
        let other = site.sign_in("other@example.com");
        let id = started(&site, &cookie);
        site.work();
        let nobodys = "01971f00-0000-7000-8000-000000000000";
        let steps = [
            "format", "map", "review", "plan", "run", "events", "results", "undo", "complete",
            "download/results.csv",
        ];
        for step in steps {
            let theirs = get(&site, &other, &id, step);
            let unknown = get(&site, &other, nobodys, step);
            assert_eq!(theirs.status, 404, "{step}");
            assert_eq!(theirs.body, unknown.body, "{step}");
        }
        for step in ["undo", "complete", "start", "discard", "check"] {
            assert_eq!(post(&site, &other, &id, step, &[("rev", "1")]).status, 404, "{step}");
        }
        assert!(!site.get("/imports", &other).body.contains("people.csv"));
        assert!(site.get(&format!("/users?import={id}"), &other).body.contains("No one matches"));
    }

    fn discarding_a_draft_removes_its_file(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let rev = rev(&get(&site, &cookie, &id, "review"));
        assert_eq!(post(&site, &cookie, &id, "discard", &[("rev", &rev)]).header("location"), "/imports");
        assert!(!site.has_files());
        assert!(site.get("/imports?tab=finished", &cookie).body.contains("Discarded"));
        assert_eq!(site.get(&format!("/imports/{id}"), &cookie).status, 303);
    }

    fn an_import_that_has_not_ended_is_named_where_people_are(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let open = format!("<a href=\"/imports/{id}\">");
        assert!(site.get("/users", &cookie).body.contains(&open));
        let rev = rev(&get(&site, &cookie, &id, "plan"));
        post(&site, &cookie, &id, "start", &[("rev", &rev)]);
        site.work();
        assert!(!site.get("/users", &cookie).body.contains(&open));
    }

    fn the_same_file_again_says_so_and_changes_nobody(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let first = started(&site, &cookie);
        site.work();
        let again = draft(&site, &cookie);
        let review = get(&site, &cookie, &again, "review").body;
        assert!(review.contains("has the same content as"), "{review}");
        assert!(review.contains(&format!("href=\"/imports/{first}\"")));
        let plan = get(&site, &cookie, &again, "plan").body;
        assert!(plan.contains("3 rows = 2 unchanged + 1 not possible"), "{plan}");
        assert!(plan.contains("This cannot be started"), "{plan}");
    }

    fn a_person_knows_the_import_that_made_them(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = started(&site, &cookie);
        site.work();
        let people = site.get(&format!("/users?import={id}"), &cookie).body;
        let link = people.split_once("class=\"main\" href=\"").unwrap().1.split('"').next().unwrap();
        let page = site.get(link, &cookie).body;
        assert!(page.contains("Created by <a href="), "{page}");
        assert!(page.contains("import 1 (people.csv)</a>"), "{page}");
    }

    fn the_list_of_imports_has_tabs(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let id = draft(&site, &cookie);
        let holds = |tab: &str| site.get(&format!("/imports?tab={tab}"), &cookie).body.contains(&id);
        let shown: Vec<_> = ["all", "unfinished", "running", "finished"].map(holds).into();
        assert_eq!(shown, [true, true, false, false]);
    }

    fn a_complete_list_deactivates_whoever_is_missing(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let gone = site.person(&account, "Gone Person", "gone@example.com");
        let fields = [("mode", "match")];
        let refused = site.upload("people.csv", PEOPLE.as_bytes(), &fields, &cookie);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Say whom the file is a complete list of"));

        let fields = [("mode", "match"), ("scope", "all")];
        let uploaded = site.upload("people.csv", PEOPLE.as_bytes(), &fields, &cookie);
        let id = uploaded.header("location").rsplit('/').next().unwrap().to_owned();
        if site.get(&format!("/imports/{id}"), &cookie).header("location").ends_with("/map") {
            let map = get(&site, &cookie, &id, "map");
            assert!(map.body.contains("value=\"all\" checked"), "the choice is kept");
            let fields = [("rev", &*rev(&map)), ("mode", "match"), ("scope", "all")];
            assert_eq!(post(&site, &cookie, &id, "map", &fields).status, 303);
        }
        site.work();
        let plan = get(&site, &cookie, &id, "plan");
        assert!(plan.body.contains("1 of 2 people in the account would be deactivated."), "{}", plan.body);
        assert!(plan.body.contains("Start import of 2 people, deactivate 1"), "{}", plan.body);
        assert!(plan.body.contains("Type 1 to allow it"));
        let list = get(&site, &cookie, &id, "departures");
        assert!(list.body.contains("Gone Person") && list.body.contains("To be deactivated"));
        let rev = rev(&plan);
        assert_eq!(post(&site, &cookie, &id, "start", &[("rev", &rev)]).status, 422);
        post(&site, &cookie, &id, "start", &[("rev", &rev), ("confirmed", "1")]);
        site.work();
        let results = get(&site, &cookie, &id, "results");
        assert!(results.body.contains("1 person deactivated"), "{}", results.body);
        assert!(site.get(&format!("/users/{gone}"), &cookie).body.contains("Deactivated"));
        let file = get(&site, &cookie, &id, "download/deactivated_users.csv");
        assert!(file.body.contains("gone@example.com") && file.body.contains("deactivated"));
        let undo = get(&site, &cookie, &id, "undo");
        assert!(undo.body.contains("1 deactivated person active again"), "{}", undo.body);
    }
}
