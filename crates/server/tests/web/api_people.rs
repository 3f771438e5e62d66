//! Users and groups by the API.

use axum::http::Method;
use kernel::Role;
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_rules::send,
    site::{Account, Answer, Site},
    tokens::{Made, made_by},
};

struct Api {
    site: Site,
    account: Account,
    token: Made,
}

impl Api {
    fn new(db: &TestDb) -> Self {
        let (site, account) = Site::with_account(db);
        let token = made_by(&site, &account, "People");
        Self {
            site,
            account,
            token,
        }
    }

    fn get(&self, path: &str) -> Answer {
        self.site
            .call(Method::GET, &format!("/api/v1{path}"), &self.token.secret)
    }

    fn send(&self, method: &str, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        let path = format!("/api/v1{path}");
        let body = Some(body).filter(|body| !body.is_null());
        send(
            &self.site,
            method,
            &path,
            &self.token,
            body.as_ref(),
            headers,
        )
    }

    fn made(&self, first: &str, email: &str) -> Value {
        let body = value!({"first_name": first, "last_name": "Nkosi", "email": email});
        let made = self.send("POST", "/users", body, &[]);
        assert_eq!(made.status, 201, "{}", made.body);
        json(&made)
    }
}

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

on_both! {
    fn a_user_is_created_read_changed_and_deactivated(db: &TestDb) {
        let api = Api::new(db);
        api.send("POST", "/groups", value!({"name": "Night shift"}), &[]);
        let made = api.send("POST", "/users", value!({
            "first_name": "Thandi", "last_name": "Nkosi", "email": "Thandi@example.com", "phone": "+27 82 123 4567",
            "groups": ["night SHIFT"], "notes": "two\nlines",
        }), &[]);
        assert_eq!(made.status, 201, "{}", made.body);
        let user = json(&made);
        assert_eq!(made.header("location"), format!("/api/v1/users/{}", id(&user)));
        assert_eq!((&user["status"], &user["phone"], &user["groups"][0]["name"]),
            (&"invited".into(), &"+27821234567".into(), &"Night shift".into()));
        let path = format!("/users/{}", id(&user));
        let read = api.get(&path);
        assert_eq!((json(&read), read.header("etag")), (user.clone(), made.header("etag")));

        let patch = value!({"title": "Guard", "notes": null, "groups": []});
        assert_problem(&api.send("PATCH", &path, patch.clone(), &[]), 428, "version_missing");
        let changed = api.send("PATCH", &path, patch.clone(), &[("if-match", made.header("etag"))]);
        assert_eq!(changed.status, 200, "{}", changed.body);
        let now = json(&changed);
        assert_eq!((&now["title"], &now["notes"], &now["groups"], &now["email"]),
            (&"Guard".into(), &Value::Null, &value!([]), &"Thandi@example.com".into()));
        assert_problem(&api.send("PATCH", &path, patch.clone(), &[("if-match", "1")]), 400, "version_invalid");
        let outdated = api.send("PATCH", &path, patch, &[("if-match", made.header("etag"))]);
        assert_problem(&outdated, 412, "version_outdated");

        let off = api.send("POST", &format!("{path}/deactivate"), Value::Null, &[]);
        assert_eq!(json(&off)["status"], "deactivated", "{}", off.body);
        assert_problem(&api.send("POST", &format!("{path}/deactivate"), Value::Null, &[]), 409, "unfit");
        let on = api.send("POST", &format!("{path}/reactivate"), Value::Null, &[]);
        assert_eq!(json(&on)["status"], "invited");
        let own = format!("/users/{}/deactivate", api.account.owner);
        assert_problem(&api.send("POST", &own, Value::Null, &[]), 409, "yourself");
    }

    fn what_is_wrong_with_a_user_is_told_by_field(db: &TestDb) {
        let api = Api::new(db);
        api.made("Thandi", "thandi@example.com");
        let wrong = api.send("POST", "/users", value!({
            "first_name": "Ada", "email": "no address", "groups": ["Nowhere"], "custom": {"locker": "1"},
        }), &[]);
        assert_problem(&wrong, 422, "invalid");
        let errors = json(&wrong)["errors"].clone();
        let pointers: Vec<_> = errors.as_array().unwrap().iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect();
        assert_eq!(pointers, ["/email", "/custom/locker", "/groups"]);
        let taken = api.send("POST", "/users", value!({"first_name": "Ada", "email": "THANDI@example.com"}), &[]);
        assert_problem(&taken, 409, "already_taken");
        assert_eq!(json(&taken)["errors"][0]["pointer"], "/email");
        assert_eq!(api.site.count("select count(*) as number from users"), 2);
    }

    fn a_list_has_pages_filters_orders_and_only_the_fields_asked_for(db: &TestDb) {
        let api = Api::new(db);
        for number in 0..5 {
            api.made(&format!("P{number}"), &format!("p{number}@example.com"));
        }
        let mut next = Some("/users?limit=2&sort=name_down&fields=name".to_owned());
        let (mut names, mut pages) = (Vec::new(), 0);
        while let Some(path) = next {
            let page = api.get(&path);
            assert_eq!(page.status, 200, "{}", page.body);
            let page = (json(&page), page.header("link").to_owned());
            for item in page.0["items"].as_array().unwrap() {
                assert_eq!(item.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "name"]);
                names.push(item["name"].as_str().unwrap().to_owned());
            }
            pages += 1;
            next = page.0["next"].as_str().map(|next| next.strip_prefix("/api/v1").unwrap().to_owned());
            assert_eq!(page.1.is_empty(), next.is_none());
        }
        assert_eq!((pages, names.join(",")), (3, "P4 Nkosi,P3 Nkosi,P2 Nkosi,P1 Nkosi,P0 Nkosi,Maria Keller".to_owned()));
        let found = json(&api.get("/users?role=owner"));
        assert_eq!((found["items"].as_array().unwrap().len(), &found["items"][0]["name"]), (1, &"Maria Keller".into()));
        assert_eq!(json(&api.get("/users?q=p3@"))["items"][0]["name"], "P3 Nkosi");
        assert_problem(&api.get("/users?key=p3@example.com&status=active"), 422, "parameter_invalid");
        assert_eq!(json(&api.get("/users?key=p3@example.com&fields=name"))["items"][0]["name"], "P3 Nkosi");
        // A cursor holds for the list it was made for.
        let page = json(&api.get("/users?limit=1"));
        let cursor = page["next"].as_str().unwrap().rsplit("cursor=").next().unwrap().to_owned();
        assert_problem(&api.get(&format!("/users?limit=1&role=user&cursor={cursor}")), 409, "cursor_invalid");
    }

    fn deleting_has_its_three_cases_and_can_be_taken_back(db: &TestDb) {
        let api = Api::new(db);
        let user = api.made("Thandi", "thandi@example.com");
        let path = format!("/users/{}", id(&user));
        let delete = |path: &str| api.send("DELETE", path, Value::Null, &[("if-match", "*")]);
        let made = crate::documents::made(&api.site, &api.account, &[id(&user).parse().unwrap()]);
        assert!(!made.document.to_string().is_empty());
        assert_problem(&delete(&format!("/users/{}", api.account.owner)), 409, "yourself");
        let refused = delete(&path);
        let code = json(&refused)["code"].as_str().unwrap().to_owned();
        assert!(["in_workflows", "open_documents"].contains(&&*code), "{code}");
        let gone = delete(&format!("{path}?take_out=true&with_documents=true"));
        assert_eq!((gone.status.as_u16(), &*gone.body), (204, ""));
        assert_problem(&api.get(&path), 404, "not_found");
        assert_problem(&delete(&path), 404, "not_found");
        let again = api.send("POST", "/users", value!({"first_name": "Thandi", "email": "thandi@example.com"}), &[]);
        assert_problem(&again, 409, "deleted_user_matches");
        let deleted = json(&api.get("/deleted-users?fields=name,days_left"));
        assert_eq!((&deleted["items"][0]["name"], &deleted["items"][0]["days_left"]), (&"Thandi Nkosi".into(), &30.into()));
        let back = api.send("POST", &format!("/deleted-users/{}/restore", id(&user)), value!({}), &[]);
        assert_eq!((back.status.as_u16(), &json(&back)["email"]), (200, &"thandi@example.com".into()), "{}", back.body);
        assert_eq!(api.get(&path).status, 200);
    }

    fn a_list_of_the_deleted_does_not_begin_anew_when_its_anchor_is_back(db: &TestDb) {
        let api = Api::new(db);
        let mut people = Vec::new();
        for number in 0..51 {
            let user = api.made(&format!("P{number}"), &format!("p{number}@example.com"));
            let path = format!("/users/{}", id(&user));
            assert_eq!(api.send("DELETE", &path, Value::Null, &[("if-match", "*")]).status, 204);
            api.site.clock.advance(std::time::Duration::from_millis(2));
            people.push(id(&user).to_owned());
        }
        let first = json(&api.get("/deleted-users"));
        let next = first["next"].as_str().unwrap().strip_prefix("/api/v1").unwrap();
        assert_eq!(json(&api.get(next))["items"].as_array().unwrap().len(), 1);
        let anchor = format!("/deleted-users/{}/restore", people[1]);
        assert_eq!(api.send("POST", &anchor, value!({}), &[]).status, 200);
        assert_problem(&api.get(next), 409, "cursor_gone");
    }

    fn a_weak_tag_of_a_proxy_is_as_good_and_a_role_above_the_makers_is_refused(db: &TestDb) {
        let api = Api::new(db);
        let user = api.made("Thandi", "thandi@example.com");
        let path = format!("/users/{}", id(&user));
        let patch = value!({"title": "Guard"});
        let weak = [("if-match", "W/\"7\", W/\"1\"")];
        let changed = api.send("PATCH", &path, patch.clone(), &weak);
        assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""), "{}", changed.body);
        assert_problem(&api.send("PATCH", &path, patch.clone(), &weak), 412, "version_outdated");
        api.site.member_named(&api.account, Role::Owner, "Olga Owner", "olga@example.com");
        api.site.execute("update users set role = 'admin' where email = 'maria@example.com'");
        let olga = json(&api.get("/users?q=olga@example.com"));
        let olga = format!("/users/{}", id(&olga["items"][0]));
        assert_problem(&api.send("PATCH", &olga, patch, &[("if-match", "*")]), 403, "role_above_yours");
    }

    fn groups_are_looked_after_and_many_people_put_in_and_out_at_once(db: &TestDb) {
        let api = Api::new(db);
        let people: Vec<Value> = (0..3).map(|n| api.made(&format!("P{n}"), &format!("p{n}@example.com"))).collect();
        let made = api.send("POST", "/groups", value!({"name": "Night shift", "kind": "team"}), &[]);
        let group = json(&made);
        let path = format!("/groups/{}", id(&group));
        assert_eq!(json(&api.get("/groups?kind=team"))["items"][0], group);
        assert_eq!(json(&api.get("/groups"))["items"], value!([]));
        let members = format!("{path}/members");
        let add = value!({"add": people.iter().map(id).collect::<Vec<_>>()});
        let changed = api.send("POST", &members, add.clone(), &[]);
        assert_eq!(json(&changed), value!({"added": 3, "removed": 0, "members": 3}));
        assert_eq!(json(&api.send("POST", &members, add, &[]))["added"], 0);
        assert_eq!(json(&api.get(&format!("{members}?fields=name")))["items"].as_array().unwrap().len(), 3);
        assert_eq!(api.site.count("select count(*) as number from activity where action = 'group.members'"), 1);
        let swap = value!({"remove": [id(&people[0]), id(&people[1])], "add": ["01971f00-0000-7000-8000-000000000000"]});
        let unknown = api.send("POST", &members, swap, &[]);
        assert_problem(&unknown, 422, "invalid");
        assert_eq!(json(&unknown)["errors"][0]["pointer"], "/add/0");
        assert_eq!(api.site.count("select count(*) as number from group_members"), 3);
        let out = value!({"remove": [id(&people[0]), id(&people[1])]});
        assert_eq!(json(&api.send("POST", &members, out, &[])), value!({"added": 0, "removed": 2, "members": 1}));

        let renamed = api.send("PATCH", &path, value!({"name": "Late shift"}), &[("if-match", "*")]);
        assert_eq!(json(&renamed)["name"], "Late shift");
        // The group has other people than when its tag was read.
        assert_problem(&api.send("DELETE", &path, Value::Null, &[("if-match", made.header("etag"))]), 412, "version_outdated");
        assert_eq!(api.send("DELETE", &path, Value::Null, &[("if-match", renamed.header("etag"))]).status, 204);
        assert_problem(&api.get(&path), 404, "not_found");
        assert_eq!(api.get(&format!("/users/{}", id(&people[2]))).status, 200);
    }
}
