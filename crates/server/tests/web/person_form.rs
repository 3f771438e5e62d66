//! One person by hand: creating, changing, deactivating.

use directory::{fields, fields::FieldKind, groups, groups::GroupKind, modules, users};
use kernel::{Role, UserId};
use testkit::{TestDb, on_both};

use crate::site::{Account, Site};

/// The ids that the edit form was made with, as its hidden fields.
fn made_from(body: &str) -> Vec<(String, String)> {
    body.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|part| {
            let (name, rest) = part.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split('"').next()?.to_owned()))
        })
        .collect()
}

/// Fills the edit form as a browser would: what it was made from, and these instead.
fn edited(body: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = made_from(body);
    let values: Vec<_> = fields
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("was.")?.to_owned(), value.clone())))
        .filter(|(name, _)| changes.iter().all(|change| change.0 != name))
        .collect();
    fields.extend(values);
    fields.extend(
        changes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    fields
}

fn submit(
    site: &Site,
    path: &str,
    fields: &[(String, String)],
    cookie: &str,
) -> crate::site::Answer {
    let fields: Vec<_> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    site.post(path, &fields, cookie)
}

fn id_of(location: &str) -> UserId {
    location.strip_prefix("/users/").unwrap().parse().unwrap()
}

fn furnish(site: &Site, account: &Account) -> String {
    let ctx = site.ctx(account);
    site.db
        .write_blocking(|tx| {
            modules::set(tx, &ctx, "events", 1).unwrap();
            fields::create(tx, &ctx, "Locker", FieldKind::Number, &[]).unwrap();
            groups::create(tx, &ctx, GroupKind::Team, "Harbour").unwrap();
            Ok::<_, db::Error>(
                groups::create(tx, &ctx, GroupKind::Group, "Night; shift")
                    .unwrap()
                    .id
                    .to_string(),
            )
        })
        .unwrap()
}

on_both! {
    fn creates_a_person_with_all_that_was_chosen_and_invites_them(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let group = furnish(&site, &account);
        let cookie = site.sign_in("maria@example.com");
        let form = site.get("/users/new", &cookie);
        assert!(form.body.contains("Night; shift") && form.body.contains("1 of 1 seats free"));
        let answer = site.post("/users/new", &[
            ("first_name", " Thandi "), ("last_name", "Nkosi"), ("email", "Thandi@Example.com"),
            ("phone", "+27 82 123 4567"), ("external_id", "E-7"), ("role", "manager"), ("person_kind", "member"),
            ("title", "Lead"), ("department", "Sales"), ("language", "en"), ("notes", "two\nlines"),
            ("custom.locker", "12"), ("groups", &group), ("teams", "harbour"), ("modules", "events"),
            ("invite", "email"),
        ], &cookie);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let id = id_of(answer.header("location"));
        let record = site.db.read_blocking(|tx| users::get(tx, account.id, id)).unwrap();
        let user = &record.user;
        assert_eq!((user.full_name(), user.phone.as_deref()), ("Thandi Nkosi".to_owned(), Some("+27821234567")));
        assert_eq!((user.role.as_str(), user.person_kind.as_str(), user.version), ("manager", "member", 1));
        assert_eq!(user.custom.as_deref(), Some("{\"locker\":\"12\"}"));
        assert_eq!(record.groups.len(), 2);
        assert_eq!(record.modules, ["events"]);
        site.work();
        assert_eq!(site.count("select count(*) as n from invitations where state = 'open'"), 1);
    }

    fn tells_all_that_is_wrong_at_once_and_who_has_the_value(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        furnish(&site, &account);
        let holder = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let answer = site.post("/users/new", &[
            ("email", "THANDI@example.com"), ("phone", "12"), ("external_id", "a b"), ("role", "king"),
            ("custom.locker", "twelve"), ("teams", "Nowhere"), ("modules", "ghosts"), ("invite", "sms"),
        ], &cookie);
        assert_eq!(answer.status, 422);
        for part in [
            "8 things to correct", "Name is missing", &format!("somebody else has this e-mail address. <a href=\"/users/{holder}\">Thandi Nkosi</a>").replace("somebody", "Somebody"),
            "It contains a space".to_lowercase().as_str(), "Unknown role", "Not a number",
            "There is no team", "does not own ghosts", "role=\"alert\"", "href=\"#f-custom-locker\"", "value=\"twelve\"",
        ] {
            assert!(answer.body.contains(part), "{part}\n{}", answer.body);
        }
        assert_eq!(site.count("select count(*) as n from users"), 2);
    }

    fn refuses_a_seat_when_none_is_left_and_says_how_many_there_are(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        furnish(&site, &account);
        let cookie = site.sign_in("maria@example.com");
        let new = |name: &str| site.post("/users/new", &[("first_name", name), ("modules", "events")], &cookie);
        assert_eq!(new("Anna").status, 303);
        let refused = new("Berta");
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("None of the 1 seats of Events is free"), "{}", refused.body);
    }

    fn nobody_gives_or_touches_what_is_above_their_role(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let admin = site.member(&account, Role::Admin);
        let refused = site.post("/users/new", &[("first_name", "X"), ("role", "owner")], &admin);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("You cannot give the role owner"));
        let owner = format!("/users/{}", account.owner);
        let form = site.get(&format!("{owner}/edit"), &admin);
        let answer = submit(&site, &format!("{owner}/edit"), &edited(&form.body, &[("email", "mine@example.com")]), &admin);
        assert_eq!(answer.status, 409);
        assert_eq!(site.post(&format!("{owner}/deactivate"), &[], &admin).status, 409);
        assert_eq!(site.text("select email as t from users where role = 'owner'"), "maria@example.com");
    }

    fn the_last_owner_stays_one_and_nobody_deactivates_themselves(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let path = format!("/users/{}", account.owner);
        let form = site.get(&format!("{path}/edit"), &cookie);
        let answer = submit(&site, &format!("{path}/edit"), &edited(&form.body, &[("role", "admin")]), &cookie);
        assert_eq!(answer.status, 409);
        assert!(answer.body.contains("needs an owner"));
        assert_eq!(site.post(&format!("{path}/deactivate"), &[], &cookie).status, 409);
    }

    fn two_changes_at_once_are_shown_three_ways_and_chosen_field_by_field(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        furnish(&site, &account);
        let id = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let path = format!("/users/{id}/edit");
        let form = site.get(&path, &cookie).body;
        let theirs = edited(&form, &[("title", "Lead"), ("department", "Sales"), ("notes", "hers")]);
        assert_eq!(submit(&site, &path, &theirs, &cookie).status, 303);
        let mine = edited(&form, &[("title", "Head"), ("phone", "+27821234567"), ("department", "Ports")]);
        let conflict = submit(&site, &path, &mine, &cookie);
        assert_eq!(conflict.status, 409);
        for part in ["Lead", "Head", "Sales", "Ports", "hers", "+27821234567"] {
            assert!(conflict.body.contains(part), "{part}");
        }
        let mut chosen: Vec<_> = made_from(&conflict.body);
        chosen.push(("pick.title".to_owned(), "mine".to_owned()));
        chosen.push(("pick.department".to_owned(), "theirs".to_owned()));
        let saved = submit(&site, &path, &chosen, &cookie);
        assert_eq!(saved.status, 303, "{}", saved.body);
        let user = site.db.read_blocking(|tx| users::get(tx, account.id, id)).unwrap().user;
        assert_eq!(user.title.as_deref(), Some("Head"));
        assert_eq!(user.department.as_deref(), Some("Sales"));
        assert_eq!(user.notes.as_deref(), Some("hers"));
        assert_eq!(user.phone.as_deref(), Some("+27821234567"));
        let page = site.get(&format!("/users/{id}/activity"), &cookie).body;
        assert!(page.contains("Phone: none → +27821234567; Title: Lead → Head"), "{page}");
    }

    fn deactivating_signs_out_and_frees_seats_until_they_are_taken_back(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        furnish(&site, &account);
        let user = site.member(&account, Role::User);
        let cookie = site.sign_in("maria@example.com");
        let id: UserId = site.db.read_blocking(|tx| users::search(tx, &site.ctx(&account), "user@", &users::UserFilter::default())).unwrap()[0].user.id;
        let path = format!("/users/{id}/edit");
        let form = site.get(&path, &cookie).body;
        assert_eq!(submit(&site, &path, &edited(&form, &[("modules", "events")]), &cookie).status, 303);
        assert_eq!(site.get("/me", &user).status, 200);
        assert_eq!(site.post(&format!("/users/{id}/deactivate"), &[], &cookie).status, 303);
        assert_eq!(site.get("/me", &user).status, 303);
        assert_eq!(site.count("select count(*) as n from module_seats"), 0);
        assert_eq!(site.post(&format!("/users/{id}/deactivate"), &[], &cookie).status, 409);
        assert_eq!(site.post(&format!("/users/{id}/reactivate"), &[], &cookie).status, 303);
        site.sign_in("user@example.com");
        let page = site.get(&format!("/users/{id}/activity"), &cookie).body;
        assert!(page.contains("deactivated ") && page.contains(">Modules: − Events<"), "{page}");
    }

    fn what_is_changed_by_hand_can_be_kept_against_imports(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let id = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let cookie = site.sign_in("maria@example.com");
        let path = format!("/users/{id}/edit");
        let form = site.get(&path, &cookie).body;
        let answer = submit(&site, &path, &edited(&form, &[("title", "Lead"), ("keep", "yes")]), &cookie);
        assert_eq!(answer.status, 303);
        let record = site.db.read_blocking(|tx| users::get(tx, account.id, id)).unwrap();
        assert_eq!(record.kept, ["title"]);
    }

    fn somebody_of_another_account_is_not_there(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let id = site.person(&account, "Thandi Nkosi", "thandi@example.com");
        site.account("Other", "other@example.com");
        let cookie = site.sign_in("other@example.com");
        assert_eq!(site.get(&format!("/users/{id}/edit"), &cookie).status, 404);
        for (path, fields) in [("edit", vec![("version", "1"), ("first_name", "X")]), ("deactivate", vec![]), ("reactivate", vec![])] {
            assert_eq!(site.post(&format!("/users/{id}/{path}"), &fields, &cookie).status, 404, "{path}");
        }
    }
}
