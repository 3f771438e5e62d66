//! What is done with one user by the API: merging, erasing, kept fields, and how they sign in.

use kernel::Role;
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_things::Api,
    tokens::made_by,
};

on_both! {
    fn of_two_users_one_is_made(db: &TestDb) {
        let api = Api::new(db);
        let (other, cookie) = api.site.member_named(&api.account, Role::User, "T Nkosi", "t@example.com");
        api.site.execute("update users set title = 'Lead', department = 'Dock' where email_key = 't@example.com'");
        api.site.execute("update users set title = 'Clerk' where email_key = 'thandi@example.com'");
        let path = format!("/users/{}/merge/{other}", api.person);
        let looked = api.get(&path);
        assert_eq!(looked.status, 200, "{}", looked.body);
        let look = json(&looked);
        let fields = look["fields"].as_array().unwrap();
        let takes = |key: &str| fields.iter().find(|field| field["key"] == key).unwrap()["takes"].clone();
        assert_eq!((takes("title"), takes("department")), ("kept".into(), "other".into()));
        assert_eq!((&look["both_sign_in"], &look["other"]["name"]), (&false.into(), &"T Nkosi".into()));
        let body = value!({"from_other": ["title"]});
        assert_problem(&api.send("POST", &path, body.clone(), &[]), 428, "version_missing");
        assert_problem(&api.send("POST", &path, body.clone(), &[("if-match", "\"0\"")]), 412, "version_outdated");
        let unknown = api.send("POST", &path, value!({"from_other": ["shoe"]}), &[("if-match", "*")]);
        assert_problem(&unknown, 422, "invalid");
        let done = api.send("POST", &path, body.clone(), &[("if-match", looked.header("etag"))]);
        assert_eq!(done.status, 200, "{}", done.body);
        let user = json(&done);
        assert_eq!((&user["id"], &user["title"], &user["department"], &user["email"]),
            (&value!(api.person), &"Lead".into(), &"Dock".into(), &"thandi@example.com".into()));
        // Whoever signed in as the other one does so as who was kept.
        assert!(api.site.get("/me", &cookie).body.contains("Thandi Nkosi"));
        assert_problem(&api.send("POST", &path, body, &[("if-match", "*")]), 404, "not_found");
        assert_problem(&api.get(&format!("/users/{other}")), 404, "not_found");
    }

    fn what_cannot_be_merged_is_said_with_its_code(db: &TestDb) {
        let api = Api::new(db);
        let any = [("if-match", "*")];
        let merge = |kept: &str, other: &str, body: Value| api.send("POST", &format!("/users/{kept}/merge/{other}"), body, &any);
        assert_problem(&merge(&api.person, &api.person, value!({})), 409, "merge_same");
        assert_problem(&merge(&api.person, &api.account.owner.to_string(), value!({})), 409, "merge_yourself");
        let (one, _) = api.site.member_named(&api.account, Role::User, "One", "one@example.com");
        let (two, _) = api.site.member_named(&api.account, Role::User, "Two", "two@example.com");
        let (one, two) = (one.to_string(), two.to_string());
        assert_problem(&merge(&one, &two, value!({})), 409, "merge_sign_in");
        assert_eq!(merge(&one, &two, value!({"sign_in": "other"})).status, 200);
        let elsewhere = api.site.account("Elsewhere", "eve@example.com");
        let stranger = api.site.person(&elsewhere, "Eve Far", "far@example.com").to_string();
        assert_problem(&merge(&api.person, &stranger, value!({})), 404, "not_found");
        assert_problem(&merge(&stranger, &api.person, value!({})), 404, "not_found");
    }

    fn deleting_is_looked_at_first_and_erasing_needs_the_name(db: &TestDb) {
        let api = Api::new(db);
        let owner = json(&api.get(&format!("/users/{}/deletion", api.account.owner)));
        assert_eq!(owner["blocked_by"], value!(["yourself"]));
        let group = json(&api.send("POST", "/groups", value!({"name": "Night shift"}), &[]));
        let group = group["id"].as_str().unwrap();
        api.send("POST", &format!("/groups/{group}/members"), value!({"add": [api.person]}), &[]);
        let path = format!("/users/{}", api.person);
        let looked = api.get(&format!("{path}/deletion"));
        let look = json(&looked);
        assert_eq!((&look["ends"]["groups"], &look["blocked_by"]), (&1.into(), &value!([])), "{}", looked.body);
        let gone = api.send("DELETE", &path, Value::Null, &[("if-match", looked.header("etag"))]);
        assert_eq!(gone.status, 204, "{}", gone.body);
        assert_problem(&api.get(&format!("{path}/deletion")), 404, "not_found");

        let deleted = format!("/deleted-users/{}", api.person);
        let one = json(&api.get(&deleted));
        assert_eq!((&one["had"]["groups"], &one["can_restore"]), (&1.into(), &true.into()));
        let erase = |name: &str| api.send("POST", &format!("{deleted}/erase"), value!({"name": name}), &[]);
        assert_problem(&erase("Thandi"), 409, "not_confirmed");
        let begun = erase("thandi nkosi");
        assert_eq!((begun.status.as_u16(), begun.header("location")), (202, &*format!("/api/v1{deleted}")), "{}", begun.body);
        assert_eq!(json(&begun)["can_restore"], false);
        let back = api.send("POST", &format!("{deleted}/restore"), value!({}), &[]);
        assert_problem(&back, 404, "not_found");
        api.site.jobs();
        assert_problem(&api.get(&deleted), 404, "not_found");
        assert_eq!(api.site.count("select count(*) as n from users where first_name = 'Thandi'"), 0);
    }

    fn nobody_but_an_owner_erases(db: &TestDb) {
        let api = Api::new(db);
        api.send("DELETE", &format!("/users/{}", api.person), Value::Null, &[("if-match", "*")]);
        api.site.execute("update users set role = 'admin' where email = 'maria@example.com'");
        let path = format!("/deleted-users/{}/erase", api.person);
        assert_problem(&api.send("POST", &path, value!({"name": "Thandi Nkosi"}), &[]), 403, "not_permitted");
    }

    fn fields_are_kept_against_imports(db: &TestDb) {
        let api = Api::new(db);
        let path = format!("/users/{}/kept", api.person);
        let put = |fields: &[&str]| api.send("PUT", &path, value!({"fields": fields}), &[]);
        let kept = json(&put(&["title", "phone", "title"]));
        assert_eq!((&kept["kept"], &kept["version"]), (&value!(["phone", "title"]), &1.into()));
        let unknown = put(&["shoe"]);
        assert_problem(&unknown, 422, "invalid");
        assert_eq!(json(&unknown)["errors"][0]["pointer"], "/fields");
        assert_eq!(json(&put(&[]))["kept"], value!([]));
    }

    fn sign_ins_are_looked_after_without_anybody_seeing_a_link(db: &TestDb) {
        let api = Api::new(db);
        let at = |rest: &str| format!("/users/{}/{rest}", api.person);
        let none = json(&api.get(&at("sign-in")));
        assert_eq!((&none["signs_in"], &none["device_limit"]), (&false.into(), &Value::Null));
        assert_problem(&api.send("POST", &at("reset-password"), Value::Null, &[]), 409, "no_sign_in");
        let (user, cookie) = api.site.member_named(&api.account, Role::User, "Sam Able", "sam@example.com");
        let at = |rest: &str| format!("/users/{user}/{rest}");
        let limited = api.send("PATCH", &at("sign-in"), value!({"device_limit": 2}), &[]);
        assert_eq!((&json(&limited)["device_limit"], &json(&limited)["signs_in"]), (&2.into(), &true.into()), "{}", limited.body);
        assert_problem(&api.send("PATCH", &at("sign-in"), value!({"device_limit": 0}), &[]), 422, "invalid");
        assert_eq!(json(&api.send("PATCH", &at("sign-in"), value!({"device_limit": null}), &[]))["device_limit"], Value::Null);

        let sessions = json(&api.get(&at("sessions")));
        let session = sessions["items"][0]["id"].as_str().unwrap();
        let elsewhere = api.site.account("Elsewhere", "eve@example.com");
        let theirs = made_by(&api.site, &elsewhere, "Theirs");
        let end = at(&format!("sessions/{session}"));
        let foreign = crate::api_rules::send(&api.site, "DELETE", &format!("/api/v1{end}"), &theirs, None, &[]);
        assert_problem(&foreign, 404, "not_found");
        assert_eq!(api.site.get("/me", &cookie).status, 200);
        assert_eq!(api.send("DELETE", &end, Value::Null, &[]).status, 204);
        assert_eq!(api.site.get("/me", &cookie).status, 303);
        assert_problem(&api.send("DELETE", &end, Value::Null, &[]), 404, "not_found");

        for _ in 0..3 {
            let sent = api.send("POST", &at("reset-password"), Value::Null, &[]);
            assert_eq!((sent.status.as_u16(), &*sent.body), (204, ""));
        }
        assert_problem(&api.send("POST", &at("reset-password"), Value::Null, &[]), 409, "too_often");
        assert_eq!(api.site.count("select count(*) as n from messages where purpose = 'password_reset'"), 3);
        assert_problem(&api.send("POST", &at("reset-two-factor"), Value::Null, &[]), 409, "no_second_factor");
    }
}
