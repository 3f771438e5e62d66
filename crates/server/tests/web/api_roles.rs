//! Roles of the account's own, and giving them, by the API.

use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_things::Api,
};

fn made(api: &Api, body: Value) -> (String, String) {
    let made = api.send("POST", "/roles", body, &[]);
    assert_eq!(made.status, 201, "{}", made.body);
    let id = json(&made)
        .pointer("/id")
        .and_then(Value::as_str)
        .unwrap()
        .to_owned();
    (id, made.header("etag").to_owned())
}

on_both! {
    fn a_role_is_made_changed_given_and_deleted(db: &TestDb) {
        let api = Api::new(db);
        let group = json(&api.send("POST", "/groups", value!({"name": "Harbour"}), &[]));
        let group = group["id"].as_str().unwrap();
        let (role, tag) = made(&api, value!({"name": "Site", "template": "site", "groups": [group]}));
        let path = format!("/roles/{role}");
        let shown = json(&api.get(&path));
        assert_eq!((&shown["groups"], &shown["workflows"], &shown["people"]), (&value!([group]), &Value::Null, &0.into()));
        assert!(shown["may"].as_array().unwrap().contains(&"documents.manage".into()), "{shown}");
        let narrowed = api.send("PATCH", &path, value!({"may": ["users.edit"], "groups": null}), &[("if-match", &tag)]);
        // What it cannot be done without is added.
        assert_eq!(json(&narrowed)["may"], value!(["users.view", "users.edit"]), "{}", narrowed.body);
        assert_eq!(json(&narrowed)["groups"], Value::Null);
        let outdated = api.send("PATCH", &path, value!({"name": "Other"}), &[("if-match", &tag)]);
        assert_problem(&outdated, 412, "version_outdated");

        let user = format!("/users/{}", api.person);
        let any = [("if-match", "*")];
        let give = |body: Value| api.send("PATCH", &user, body, &any);
        assert_problem(&give(value!({"admin_role": "Nowhere"})), 422, "invalid");
        assert_problem(&give(value!({"admin_role": "Site", "role": "user"})), 422, "invalid");
        let given = json(&give(value!({"admin_role": "site"})));
        assert_eq!((&given["role"], &given["admin_role"]), (&"admin".into(), &"Site".into()));
        assert_eq!(json(&give(value!({"title": "Lead"})))["admin_role"], "Site", "what is not named stays");
        assert_eq!(json(&api.get("/roles"))["items"][0]["people"], 1);
        let whole = json(&give(value!({"admin_role": null})));
        assert_eq!((&whole["role"], &whole["admin_role"]), (&"admin".into(), &Value::Null));
        assert_eq!(json(&give(value!({"admin_role": role})))["admin_role"], "Site");

        assert_problem(&api.send("DELETE", &path, Value::Null, &[]), 428, "version_missing");
        assert_problem(&api.send("DELETE", &path, Value::Null, &any), 409, "role_in_use");
        let odd = api.send("DELETE", &format!("{path}?instead=Nowhere"), Value::Null, &any);
        assert_problem(&odd, 409, "replacement_invalid");
        let gone = api.send("DELETE", &format!("{path}?instead=user"), Value::Null, &any);
        assert_eq!(gone.status, 204, "{}", gone.body);
        assert_eq!(json(&api.get(&user))["role"], "user");
        assert_problem(&api.get(&path), 404, "not_found");
    }

    fn what_a_role_cannot_be_is_told_by_field(db: &TestDb) {
        let api = Api::new(db);
        let wrong = |body: Value, pointer: &str| {
            let answer = api.send("POST", "/roles", body, &[]);
            assert_problem(&answer, 422, "invalid");
            assert_eq!(json(&answer)["errors"][0]["pointer"], pointer, "{}", answer.body);
        };
        wrong(value!({"name": "Owner", "may": ["users.view"]}), "/name");
        wrong(value!({"name": "Nothing"}), "/may");
        wrong(value!({"name": "Eraser", "may": ["users.erase"]}), "/may/0");
        wrong(value!({"name": "None", "may": ["users.view"], "groups": []}), "/groups");
        wrong(value!({"name": "Far", "may": ["users.view"], "workflows": [api.person]}), "/workflows");
        made(&api, value!({"name": "Site", "may": ["users.view"]}));
        assert_problem(&api.send("POST", "/roles", value!({"name": "SITE", "may": ["users.view"]}), &[]), 409, "role_exists");
    }

    fn only_owners_see_and_make_roles(db: &TestDb) {
        let api = Api::new(db);
        let (role, _) = made(&api, value!({"name": "Site", "may": ["users.view"]}));
        api.site.execute("update users set role = 'admin' where email = 'maria@example.com'");
        for path in ["/roles".to_owned(), format!("/roles/{role}")] {
            assert_problem(&api.get(&path), 403, "not_permitted");
        }
        let new = value!({"name": "Other", "may": ["users.view"]});
        assert_problem(&api.send("POST", "/roles", new, &[]), 403, "not_permitted");
        let any = [("if-match", "*")];
        assert_problem(&api.send("DELETE", &format!("/roles/{role}"), Value::Null, &any), 403, "not_permitted");
    }
}
