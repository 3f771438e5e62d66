//! The settings of an account: what they do, what is said before something goes, and the lock.

use std::time::Duration;

use directory::{
    fields::{self, FieldKind},
    users,
};
use kernel::Role;
use testkit::{TestDb, on_both};

use crate::{imports::signed_in, outbox, site::Site};

fn log(site: &Site) -> String {
    let entries = "select coalesce(string_agg(details, '|'), '') from activity where action = 'account.settings'";
    site.text(entries)
}

const DIRECTORY: [(&str, &str); 5] = [
    ("name", "Harbour & Sons"),
    ("country", "ZA"),
    ("time_zone", "Africa/Johannesburg"),
    ("language", "de"),
    ("name_order", "last_first"),
];

const IMPORTS: [(&str, &str); 8] = [
    ("keep_imports_months", "13"),
    ("keep_drafts_days", "30"),
    ("existing", "overwrite"),
    ("bad_rows", "skip"),
    ("unknown_group", "create"),
    ("most_percent", "2"),
    ("most_people", "25"),
    ("most_cards", "50"),
];

/// The same with other values.
fn with<'a>(
    fields: &[(&'a str, &'a str)],
    others: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut fields = fields.to_vec();
    fields.retain(|field| others.iter().all(|other| other.0 != field.0));
    fields.extend(others);
    fields
}

/// A field of the form whose answer this is.
fn hidden(body: &str, name: &str) -> String {
    let start = body
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap()
        .1;
    start.split_once('"').unwrap().0.to_owned()
}

on_both! {
    fn the_overview_leads_to_every_page_of_settings(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let overview = site.get("/settings", &cookie).body;
        for page in ["directory", "fields", "imports", "privacy", "security", "cards", "photos"] {
            let path = format!("/settings/{page}");
            assert!(overview.contains(&format!("href=\"{path}\"")), "{path}");
            assert_eq!(site.get(&path, &cookie).status, 200, "{path}");
        }
    }

    fn what_the_account_is_called_and_where_it_is_can_be_changed(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let saved = site.post("/settings/directory", &DIRECTORY, &cookie);
        assert_eq!(saved.status, 303, "{}", saved.body);
        let log = log(&site);
        assert!(log.contains("Name: Harbour Facilities → Harbour & Sons"), "{log}");
        assert!(log.contains("Time zone: UTC → Africa/Johannesburg"), "{log}");
        assert!(log.contains("Country: none → ZA"), "{log}");
        // Saved again as it is, nothing is written.
        site.post("/settings/directory", &DIRECTORY, &cookie);
        assert_eq!(site.count("select count(*) from activity where action = 'account.settings'"), 1);
        for (field, value) in [("time_zone", "Atlantis"), ("name", " "), ("country", "XX"), ("name_order", "x")] {
            let wrong = site.post("/settings/directory", &with(&DIRECTORY, &[(field, value)]), &cookie);
            assert_eq!(wrong.status, 422, "{field}");
            assert!(wrong.body.contains("Nothing was changed"), "{field}");
        }
    }

    fn names_and_messages_follow_the_settings(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        site.person(&account, "Anna Zulu", "anna@example.com");
        site.person(&account, "Zoe Adams", "zoe@example.com");
        let place = |body: &str, name: &str| body.find(&format!(">{name}<"));
        let before = site.get("/users", &cookie).body;
        assert!(place(&before, "Anna Zulu") < place(&before, "Zoe Adams"), "{before}");
        site.post("/settings/directory", &DIRECTORY, &cookie);
        let after = site.get("/users", &cookie).body;
        let (adams, zulu) = (place(&after, "Adams, Zoe"), place(&after, "Zulu, Anna"));
        assert!(adams.is_some() && adams < zulu, "{after}");
        outbox::queued(&site, &account, "anna@example.com");
        assert_eq!(site.text("select language from messages"), "de");
    }

    fn what_would_be_lost_is_said_before_it_is_saved(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        outbox::queued(&site, &account, "anna@example.com");
        site.work();
        site.clock.advance(Duration::from_hours(20 * 24));
        let cookie = { drop(cookie); site.sign_in("maria@example.com") };
        let fields = [("keep_messages_days", "14"), ("keep_notifications_days", "365"), ("keep_deleted_days", "30")];
        let asked = site.post("/settings/privacy", &fields, &cookie);
        assert_eq!(asked.status, 422);
        assert!(asked.body.contains("1 message loses its text and address."), "{}", asked.body);
        assert!(log(&site).is_empty());
        let read = hidden(&asked.body, "read");
        let saved = site.post("/settings/privacy", &with(&fields, &[("read", &read)]), &cookie);
        assert_eq!(saved.status, 303, "{}", saved.body);
        assert!(log(&site).contains("365 → 14"), "{}", log(&site));
        for wrong in ["6", "3651", "x", ""] {
            let answer = site.post("/settings/privacy", &with(&fields, &[("keep_messages_days", wrong)]), &cookie);
            assert_eq!(answer.status, 422, "{wrong}");
        }
    }

    fn deleted_people_are_kept_for_as_long_as_an_owner_says(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let fields = |days| [("keep_messages_days", "365"), ("keep_notifications_days", "365"), ("keep_deleted_days", days)];
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let other = site.person(&account, "Ben Cole", "ben@example.com");
        let ctx = site.ctx(&account);
        let terms = directory::leaving::Terms { with_documents: false, take_out: false };
        site.db.write_blocking(|tx| directory::leaving::delete(tx, &ctx, person, None, terms)).unwrap();
        site.clock.advance(Duration::from_hours(40 * 24));
        let due = |site: &Site| {
            let (account, now) = (account.id, site.clock.now());
            site.db.read_blocking(|tx| directory::leaving::due(tx, account, now, 10)).unwrap().len()
        };
        assert_eq!(due(&site), 1);
        let admin = site.member(&account, Role::Admin);
        assert_eq!(site.post("/settings/privacy", &fields("90"), &admin).status, 303);
        assert_eq!(due(&site), 0);
        let list = site.get("/users/deleted", &admin).body;
        assert!(list.contains("51 days left") && list.contains("restored for 90 days"), "{list}");
        let page = site.get(&format!("/users/{other}/delete"), &admin).body;
        assert!(page.contains("For 90 days they can be restored"), "{page}");
        let choose = site.get(&format!("/users/bulk?pick={other}"), &admin).body;
        assert!(choose.contains("They can be restored for 90 days."), "{choose}");
        let read = "1 deleted person is erased for good, and cannot be restored any more.";
        let asked = site.post("/settings/privacy", &fields("35"), &admin);
        assert!(asked.status == 422 && asked.body.contains(read), "{}", asked.body);
        assert_eq!(site.post("/settings/privacy", &with(&fields("35"), &[("read", read)]), &admin).status, 403);
        let owner = site.sign_in("maria@example.com");
        assert_eq!(site.post("/settings/privacy", &with(&fields("35"), &[("read", read)]), &owner).status, 303);
        assert_eq!(due(&site), 1);
        for wrong in ["0", "366"] {
            assert_eq!(site.post("/settings/privacy", &fields(wrong), &owner).status, 422, "{wrong}");
        }
    }

    fn a_field_is_renamed_and_removed_when_nobody_has_a_value(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ctx = site.ctx(&account);
        for label in ["Locker", "Badge colour"] {
            site.db.write_blocking(|tx| fields::create(tx, &ctx, label, FieldKind::Text, &[])).unwrap();
        }
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        site.execute("update users set custom = '{\"locker\":\"12\"}' where first_name = 'Thandi'");
        let cookie = site.sign_in("maria@example.com");
        let page = site.get("/settings/fields", &cookie).body;
        assert!(page.contains("<a href=\"/users?field=locker\">1 person</a>") && page.contains("<td>Nobody</td>"), "{page}");
        let rename = |label| site.post("/settings/fields/rename", &[("key", "locker"), ("label", label)], &cookie);
        assert_eq!(rename("Cupboard").status, 303);
        let taken = rename("badge COLOUR");
        assert!(taken.status == 422 && taken.body.contains("There is already a field"), "{}", taken.body);
        assert_eq!(rename(" ").status, 422);
        // The key stays, and with it the value.
        let profile = site.get(&format!("/users/{person}"), &cookie).body;
        assert!(profile.contains("Cupboard") && profile.contains(">12<"), "{profile}");

        let remove = |key| site.post("/settings/fields/remove", &[("key", key)], &cookie);
        let in_use = remove("locker");
        assert!(in_use.status == 422 && in_use.body.contains("People have a value of Cupboard"), "{}", in_use.body);
        assert_eq!(remove("nonsense").status, 404);
        let clear = site.get("/users/bulk?all=yes&field=locker&do=set&set_field=custom.locker", &cookie).body;
        assert!(clear.contains("value=\"set\" checked") && clear.contains("value=\"custom.locker\" selected"), "{clear}");
        let made = site.post("/users/bulk", &[("all", "yes"), ("field", "locker"), ("do", "set"), ("set_field", "custom.locker"), ("set_value", "")], &cookie);
        site.post(&format!("{}/start", made.header("location")), &[("people", "1")], &cookie);
        site.jobs();
        assert_eq!(remove("locker").status, 303);
        let page = site.get("/settings/fields", &cookie).body;
        assert!(!page.contains("Cupboard") && page.contains("Badge colour"), "{page}");
        assert_eq!(site.count("select count(*) as n from activity where action in ('field.rename', 'field.remove')"), 2);
        // Taking the clearing back brings no value of a field that is gone.
        site.post(&format!("{}/undo", made.header("location")), &[], &cookie);
        site.jobs();
        assert_eq!(site.count("select count(*) as n from users where custom like '%locker%'"), 0);
        // Somebody who was deleted meanwhile still has one, and can be changed all the same.
        site.execute("update users set custom = '{\"locker\":\"9\"}' where first_name = 'Thandi'");
        let read = site.db.read_blocking(|tx| {
            let record = users::get(tx, account.id, person)?;
            users::read(tx, &ctx, &users::Typed::of(&record), Some(&record))
        });
        assert!(read.unwrap().is_ok());
        site.execute("update users set custom = null where first_name = 'Thandi'");
        site.db.write_blocking(|tx| fields::create(tx, &ctx, "Locker", FieldKind::Text, &[])).unwrap();
    }

    fn texts_of_old_messages_go_and_counts_stay(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let old = outbox::queued(&site, &account, "anna@example.com");
        site.work();
        site.clock.advance(Duration::from_hours(366 * 24));
        outbox::queued(&site, &account, "ben@example.com");
        let (ids, now) = (site.ids.clone(), site.clock.now());
        site.db.write_blocking(|tx| delivery::schedule_retention(tx, &ids, now)).unwrap();
        site.work();
        assert_eq!(site.count("select count(*) from messages"), 2);
        assert_eq!(site.count("select count(*) from messages where recipient = '' and parameters not like '%Thandi%'"), 1);
        assert_eq!(site.count("select count(*) from messages where recipient = 'ben@example.com' and parameters like '%Thandi%'"), 1);
        assert_eq!(site.count("select count(*) from jobs where kind = 'delivery.retention' and state = 'queued'"), 1);
        let cookie = site.sign_in("maria@example.com");
        let page = site.get(&format!("/outbox/{old}"), &cookie);
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Its text and address were removed"), "{}", page.body);
        assert!(!page.body.contains("anna@"), "{}", page.body);
        assert_eq!(site.get("/outbox", &cookie).status, 200);
    }

    fn notifications_that_were_read_go_and_others_stay(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let ctx = site.ctx(&account);
        for text in ["first", "second"] {
            site.db.write_blocking(|tx| directory::notifications::add(tx, &ctx, account.owner, "x", None, text)).unwrap();
            if text == "first" {
                site.execute("update notifications set read_at = created_at");
            }
        }
        site.clock.advance(Duration::from_hours(366 * 24));
        let (ids, now) = (site.ids.clone(), site.clock.now());
        site.db.write_blocking(|tx| directory::upkeep::schedule(tx, &ids, now)).unwrap();
        site.jobs();
        assert_eq!(site.text("select text from notifications"), "second");
    }

    fn limits_of_plans_are_bounded_and_logged(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let saved = site.post("/settings/imports", &with(&IMPORTS, &[("most_people", "100"), ("bad_rows", "stop")]), &cookie);
        assert_eq!(saved.status, 303, "{}", saved.body);
        assert!(log(&site).contains("People deactivated without asking: 25 → 100"), "{}", log(&site));
        let page = site.get("/settings/imports", &cookie).body;
        assert!(page.contains("<option value=\"stop\" selected>"), "{page}");
        let wrong = site.post("/settings/imports", &with(&IMPORTS, &[("most_percent", "101")]), &cookie);
        assert_eq!(wrong.status, 422);
    }

    fn a_locked_account_answers_with_the_import_that_locks_it(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let saved = site.post("/settings/imports", &with(&IMPORTS, &[("import_lock", "on")]), &cookie);
        assert_eq!(saved.status, 303, "{}", saved.body);
        let uploaded = site.upload("people.csv", b"Name,Email\nAnna Berg,anna@example.com\n", &[("preset", "general")], &cookie);
        let import = uploaded.header("location").to_owned();
        site.work();
        let rev = hidden(&site.get(&format!("{import}/plan"), &cookie).body, "rev");
        let started = site.post(&format!("{import}/start"), &[("rev", &rev)], &cookie);
        assert_eq!(started.status, 303, "{}", started.body);
        let card = [("user", &*person.to_string()), ("kind", "qr"), ("number", "77"), ("starts", ""), ("ends", "")].map(|(name, value)| (name, value.to_owned()));
        let card: Vec<(&str, &str)> = card.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let pick = person.to_string();
        let attempts: [(String, Vec<(&str, &str)>); 4] = [
            ("/users/new".to_owned(), vec![("first_name", "Ben"), ("last_name", "Late"), ("role", "user"), ("person_kind", "employee")]),
            ("/cards/new".to_owned(), card),
            (format!("/users/{person}/deactivate"), vec![]),
            ("/users/bulk".to_owned(), vec![("pick", &pick), ("do", "deactivate")]),
        ];
        for (path, fields) in &attempts {
            let refused = site.post(path, fields, &cookie);
            assert_eq!(refused.status, 409, "{path}: {}", refused.body);
            assert!(refused.body.contains("Locked while an import writes"), "{path}: {}", refused.body);
            assert!(refused.body.contains(&format!("href=\"{import}\"")) && refused.body.contains("Show import 1"), "{path}");
        }
        assert_eq!(site.get(&format!("/users/{person}"), &cookie).status, 200);
        site.work();
        for (path, fields) in &attempts {
            assert_ne!(site.post(path, fields, &cookie).status, 409, "{path}");
        }
        assert_eq!(site.count("select count(*) from users where status <> 'deactivated'"), 3);
    }

    fn a_field_of_the_accounts_own_is_added(db: &TestDb) {
        let (site, cookie) = signed_in(db);
        let fields = [("label", "Shirt size"), ("kind", "choice"), ("choices", "S\r\nM\r\n\r\nL")];
        assert_eq!(site.post("/settings/fields", &fields, &cookie).status, 303);
        let page = site.get("/settings/fields", &cookie).body;
        assert!(page.contains("custom.shirt_size") && page.contains("S, M, L"), "{page}");
        let again = site.post("/settings/fields", &fields, &cookie);
        assert_eq!(again.status, 422);
        assert!(again.body.contains("There is already a field"), "{}", again.body);
        assert!(site.get("/users/new", &cookie).body.contains("Shirt size"));
    }
}
