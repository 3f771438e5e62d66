//! Actions on many users, steps of workflows, documents, the account's own fields and exports by the API.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
};
use identity::tokens::Scope;
use kernel::Role;
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_things::Api,
    site::{Answer, request},
};

const ANY: &[(&str, &str)] = &[("if-match", "*")];

fn done(answer: &Answer) -> Value {
    assert!(
        answer.status.is_success(),
        "{} {}",
        answer.status,
        answer.body
    );
    json(answer)
}

fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}

impl Api {
    fn bytes(&self, path: &str, body: &str, version: Option<&str>) -> Answer {
        let headers: Vec<_> = version.map(|tag| ("if-match", tag)).into_iter().collect();
        self.bytes_with(path, body, &headers)
    }

    fn bytes_with(&self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let mut asked = request(Method::POST, &format!("/api/v1{path}"), "")
            .header(
                header::AUTHORIZATION,
                format!("Bearer {}", self.token.secret),
            )
            .header(header::CONTENT_TYPE, "Application/Octet-Stream; x=1");
        for (name, value) in headers {
            asked = asked.header(*name, *value);
        }
        self.site
            .send(asked.body(Body::from(body.to_owned())).unwrap())
    }
}

on_both! {
    fn an_action_on_many_is_looked_at_started_and_taken_back(db: &TestDb) {
        let api = Api::new(db);
        let group = id(&done(&api.send("POST", "/groups", value!({"name": "Night", "kind": "group"}), &[])));
        let body = value!({"do": "add_to_group", "group": group, "matching": {"lacks": ["card"], "status": "invited"}});
        let made = api.send("POST", "/actions", body, &[]);
        assert_eq!(made.status, 202, "{}", made.body);
        let action = json(&made);
        assert_eq!((&action["state"], &action["busy"]), (&"ready".into(), &false.into()));
        let fitting = action["fitting"].as_i64().unwrap();
        assert_eq!(action["counts"]["fits"], fitting);
        let at = format!("/actions/{}", id(&action));
        assert_eq!(made.header("location"), format!("/api/v1{at}"));
        let wrong = api.send("POST", &format!("{at}/start"), value!({"confirmed": fitting + 1}), &[]);
        assert_problem(&wrong, 409, "not_now");
        assert_problem(&api.send("POST", &format!("{at}/undo"), Value::Null, &[]), 409, "not_now");
        let started = api.send("POST", &format!("{at}/start"), value!({"confirmed": fitting}), &[]);
        assert_eq!((started.status.as_u16(), &json(&started)["busy"]), (202, &true.into()), "{}", started.body);
        api.site.work();
        let members = format!("/groups/{group}/members?fields=name");
        assert_eq!(json(&api.get(&members))["items"].as_array().unwrap().len() as i64, fitting);
        let users = json(&api.get(&format!("{at}/users?outcome=done&limit=1")));
        assert_eq!(users["items"][0]["outcome"], "done");
        assert_eq!(json(&api.get("/actions"))["items"][0]["id"], id(&action));
        assert_eq!(api.send("POST", &format!("{at}/undo"), Value::Null, &[]).status, 202);
        api.site.work();
        assert_eq!(json(&api.get(&at))["state"], "undone");
        assert_eq!(json(&api.get(&members))["items"], value!([]));

        let other = done(&api.send("POST", "/actions", value!({"do": "deactivate", "users": [api.person]}), &[]));
        let at = format!("/actions/{}", id(&other));
        assert_eq!(api.send("DELETE", &at, Value::Null, &[]).status, 204);
        assert_problem(&api.send("DELETE", &at, Value::Null, &[]), 409, "not_now");
        for (odd, pointer) in [
            (value!({"do": "add_to_group", "users": [api.person]}), "/group"),
            (value!({"do": "deactivate"}), "/users"),
            (value!({"do": "deactivate", "users": [api.person], "matching": {}}), "/users"),
            (value!({"do": "set_field", "users": [api.person], "field": "nonsense", "value": "x"}), "/field"),
            (value!({"do": "give_seat", "users": [api.person], "module": "nonsense"}), "/module"),
        ] {
            let refused = api.send("POST", "/actions", odd, &[]);
            assert_problem(&refused, 422, "invalid");
            assert_eq!(json(&refused)["errors"][0]["pointer"], pointer, "{}", refused.body);
        }
    }

    fn a_token_without_workflows_changes_none_with_many_either(db: &TestDb) {
        let api = Api::new(db);
        let workflow = id(&done(&api.send("POST", "/workflows", value!({"name": "Onboarding"}), &[])));
        let narrow = crate::tokens::with_scopes(&api.site, &api.account, "Narrow", &[Scope::UsersWrite]);
        let body = value!({"do": "add_to_workflow", "workflow": workflow, "users": [api.person]});
        let asked = |path: &str, body: &Value| crate::api_rules::send(&api.site, "POST", &format!("/api/v1{path}"), &narrow, Some(body), &[]);
        assert_problem(&asked("/actions", &body), 403, "scope_missing");
        // Not by starting what another token prepared either.
        api.site.execute("update users set status = 'active'");
        let prepared = done(&api.send("POST", "/actions", body, &[]));
        let start = format!("/actions/{}/start", id(&prepared));
        assert_problem(&asked(&start, &value!({"confirmed": prepared["fitting"]})), 403, "scope_missing");
        let started = api.send("POST", &start, value!({"confirmed": prepared["fitting"]}), &[]);
        assert_eq!(started.status, 202, "{}", started.body);
    }

    fn a_workflow_gets_its_steps_and_a_document_goes_through_them(db: &TestDb) {
        let api = Api::new(db);
        let workflow = id(&done(&api.send("POST", "/workflows", value!({"name": "Onboarding"}), &[])));
        let at = format!("/workflows/{workflow}");
        let me = json(&api.get("/users?q=maria"))["items"][0]["id"].as_str().unwrap().to_owned();
        for who in [&me, &api.person] {
            assert_eq!(api.send("PUT", &format!("{at}/people/{who}"), Value::Null, &[]).status, 204);
        }
        let made = api.send("POST", &format!("{at}/steps"), value!({"kind": "approve", "name": "Sign"}), &[]);
        assert_eq!(made.status, 201, "{}", made.body);
        let step = format!("{at}/steps/{}", id(&json(&made)));
        assert_problem(&api.send("POST", &format!("{at}/steps"), value!({"kind": "fill", "name": "Again"}), &[]), 409, "workflow_refused");
        let changed = api.send("PATCH", &step, value!({"for_all": false}), &[("if-match", made.header("etag"))]);
        assert_eq!(done(&changed)["for_all"], false);
        assert_problem(&api.send("PATCH", &step, value!({"for_all": true}), &[("if-match", made.header("etag"))]), 412, "version_outdated");
        assert_eq!(api.send("PUT", &format!("{step}/people/{me}"), Value::Null, &[]).status, 204);
        let steps = json(&api.get(&format!("{at}/steps")));
        assert_eq!(steps["items"].as_array().unwrap().len(), 2);
        assert_eq!(steps["items"][1]["users"][0]["id"], me);
        assert_eq!(json(&api.get(&format!("{at}/people?q=tha")))["items"][0]["id"], api.person);
        let elsewhere = id(&done(&api.send("POST", "/workflows", value!({"name": "Other"}), &[])));
        let odd = step.replace(&workflow, &elsewhere);
        assert_problem(&api.get(&odd), 404, "not_found");

        api.site.execute("update users set status = 'active'");
        let target = format!("/documents?workflow={workflow}&assignee={me}&name=contract.txt&title=Contract");
        let key = [("idempotency-key", "contract")];
        let made = api.bytes_with(&target, "Please fill in.", &key);
        assert_eq!(made.status, 201, "{}", made.body);
        let again = api.bytes_with(&target, "Please fill in.", &key);
        assert_eq!((&again.body, again.header("idempotent-replayed")), (&made.body, "true"));
        assert_eq!(json(&api.get("/documents"))["items"].as_array().unwrap().len(), 1);
        assert_problem(&api.bytes_with(&target, "Another.", &key), 422, "idempotency_key_reused");
        let document = json(&made);
        let doc = format!("/documents/{}", id(&document));
        assert_eq!((&document["state"], &document["title"]), (&"inbox".into(), &"Contract".into()));
        assert_problem(&api.bytes(&target, "", None), 422, "file_refused");
        let nobody = target.replace(&format!("assignee={me}"), "assignee=01971f00-0000-7000-8000-000000000000");
        assert_problem(&api.bytes(&nobody, "x", None), 422, "user_not_found");
        assert_eq!(json(&api.get("/my-documents?list=inbox"))["items"][0]["id"], document["id"]);
        let version = api.get(&doc).header("etag").to_owned();
        let started = api.send("POST", &format!("{doc}/start"), value!({}), &[("if-match", &version)]);
        assert_eq!(done(&started)["state"], "draft");
        assert_problem(&api.send("POST", &format!("{doc}/start"), value!({}), &[("if-match", &version)]), 412, "version_outdated");
        assert_problem(&api.send("POST", &format!("{doc}/start"), value!({}), ANY), 409, "state_not_possible");
        let edited = api.bytes(&format!("{doc}/files?name=contract-2.txt"), "Filled in.", Some("*"));
        assert_eq!(done(&edited)["files"], 2);
        let file = api.get(&format!("{doc}/files/2"));
        assert_eq!((file.status.as_u16(), &*file.body), (200, "Filled in."));
        assert!(file.header("content-disposition").starts_with("attachment"));
        assert_problem(&api.get(&format!("{doc}/files/3")), 404, "not_found");
        api.site.clock.advance(Duration::from_secs(1));
        assert_eq!(done(&api.send("POST", &format!("{doc}/submit"), value!({"note": "Done."}), ANY))["state"], "submitted");
        assert_problem(&api.send("POST", &format!("{doc}/approve"), value!({}), ANY), 409, "own_work");
        assert_problem(&api.send("DELETE", &at, Value::Null, ANY), 409, "workflow_refused");
        assert_problem(&api.send("DELETE", &step, Value::Null, ANY), 409, "workflow_refused");
        let events = json(&api.get(&format!("{doc}/events")));
        assert_eq!((&events["items"][0]["act"], &events["items"][0]["note"]), (&"submit".into(), &"Done.".into()));
        let list = json(&api.get(&format!("/documents?workflow={workflow}&state=submitted&q=contr")));
        assert_eq!(list["items"][0]["id"], document["id"]);
        let now = json(&api.get(&doc))["version"].clone();
        let over = value!({"documents": [{"id": document["id"], "version": now}], "to": api.person, "note": "Yours."});
        assert_eq!(done(&api.send("POST", "/documents/reassign", over, &[])), value!({"reassigned": 1}));
        assert_eq!(json(&api.get(&doc))["assignee"], api.person);
        assert_eq!(api.send("DELETE", &format!("/workflows/{elsewhere}"), Value::Null, ANY).status, 204);
    }

    fn fields_of_the_account_are_kept_from_outside(db: &TestDb) {
        let api = Api::new(db);
        let made = api.send("POST", "/fields", value!({"label": "Locker", "kind": "choice", "choices": ["A", "B"]}), &[]);
        assert_eq!((made.status.as_u16(), &json(&made)["key"]), (201, &"locker".into()), "{}", made.body);
        assert_problem(&api.send("POST", "/fields", value!({"label": "locker", "kind": "text"}), &[]), 409, "field_exists");
        assert_problem(&api.send("POST", "/fields", value!({"label": "Size", "kind": "choice"}), &[]), 422, "invalid");
        assert_eq!(done(&api.send("PATCH", "/fields/locker", value!({"label": "Cupboard"}), &[]))["label"], "Cupboard");
        assert_eq!(json(&api.get("/fields"))["items"][0]["choices"], value!(["A", "B"]));
        let person = format!("/users/{}", api.person);
        done(&api.send("PATCH", &person, value!({"custom": {"locker": "A"}}), ANY));
        assert_problem(&api.send("DELETE", "/fields/locker", Value::Null, &[]), 409, "field_in_use");
        done(&api.send("PATCH", &person, value!({"custom": {"locker": null}}), ANY));
        assert_eq!(api.send("DELETE", "/fields/locker", Value::Null, &[]).status, 204);
        assert_problem(&api.send("PATCH", "/fields/locker", value!({"label": "x"}), &[]), 404, "not_found");
    }

    fn users_are_taken_out_by_a_job_and_kept_for_a_day_for_their_maker_alone(db: &TestDb) {
        let api = Api::new(db);
        let made = api.send("POST", "/exports", value!({"format": "csv", "matching": {"status": "invited"}}), &[]);
        assert_eq!(made.status, 202, "{}", made.body);
        let export = json(&made);
        assert_eq!((&export["state"], &export["file_url"]), (&"queued".into(), &Value::Null));
        let at = format!("/exports/{}", id(&export));
        assert_eq!(made.header("location"), format!("/api/v1{at}"));
        assert_problem(&api.get(&format!("{at}/file")), 409, "wrong_state");
        api.site.work();
        let ready = done(&api.get(&at));
        assert_eq!((&ready["state"], &ready["users"]), (&"ready".into(), &1.into()), "{ready}");
        let file = api.get(&format!("{at}/file"));
        assert!(file.body.contains("thandi@example.com") && !file.body.contains("maria@"), "{}", file.body);
        assert_eq!(file.body.len() as i64, ready["size"].as_i64().unwrap());
        let book = done(&api.send("POST", "/exports", value!({"format": "xlsx"}), &[]));
        api.site.work();
        let book = api.get(&format!("/exports/{}/file", id(&book)));
        assert!(book.header("content-disposition").contains("people.xlsx"));

        // Another owner of the account does not get it.
        let (other, _) = api.site.member_named(&api.account, Role::Owner, "Adam Ode", "adam@example.com");
        let theirs = crate::tokens::of_user(&api.site, &api.account, other, "Adam's");
        let path = format!("/api/v1{at}");
        let foreign = api.site.call(Method::GET, &path, &theirs.secret);
        assert_problem(&foreign, 404, "not_found");
        assert_problem(&api.site.call(Method::GET, &format!("{path}/file"), &theirs.secret), 404, "not_found");
        // Whoever may see less by now does not get what they saw.
        api.site.execute("update users set role = 'admin' where email_key = 'maria@example.com'");
        assert_problem(&api.get(&format!("{at}/file")), 404, "not_found");
        api.site.execute("update users set role = 'owner' where email_key = 'maria@example.com'");
        assert_eq!(api.get(&format!("{at}/file")).status, 200);
        api.site.clock.advance(Duration::from_hours(25));
        assert_problem(&api.get(&at), 404, "not_found");
        api.site.work();
        assert_eq!(api.site.count("select count(*) as number from exports"), 0);
    }

    fn an_export_is_not_written_for_whoever_left(db: &TestDb) {
        let api = Api::new(db);
        for _ in 0..20 {
            assert_eq!(api.send("POST", "/exports", value!({"format": "csv"}), &[]).status, 202);
        }
        assert_problem(&api.send("POST", "/exports", value!({"format": "csv"}), &[]), 409, "too_many_exports");
        api.site.execute("update users set status = 'deactivated' where email_key = 'maria@example.com'");
        api.site.work();
        assert_eq!(api.site.count("select count(*) as number from exports where state = 'failed'"), 20);
    }
}
