//! What holds for every operation of the API: tokens, scopes, accounts, bodies, keys and rates.

use axum::{
    body::Body,
    http::{Method, header},
};
use identity::tokens::Scope;
use serde_json::Value;
use server::Settings;
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    site::{Answer, Site, request},
    tokens::{Made, made_by, with_scopes},
};

const NOBODYS: &str = "01971f00-0000-7000-8000-000000000000";

/// A request of a program with a body of JSON.
pub(crate) fn send(
    site: &Site,
    method: &str,
    path: &str,
    token: &Made,
    body: Option<&Value>,
    headers: &[(&str, &str)],
) -> Answer {
    let mut asked = request(Method::from_bytes(method.as_bytes()).unwrap(), path, "")
        .header(header::AUTHORIZATION, format!("Bearer {}", token.secret));
    if body.is_some() {
        asked = asked.header(header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    site.send(asked.body(body).unwrap())
}

/// Every operation of the specification: method, address, example of a body, and its scope.
fn operations(site: &Site) -> Vec<(String, String, Option<Value>, Scope)> {
    let document = json(&site.get("/api/v1/openapi.json", ""));
    let mut all = Vec::new();
    for (path, methods) in document
        .get("paths")
        .and_then(|paths| paths.as_object())
        .unwrap()
    {
        for (method, operation) in methods.as_object().unwrap() {
            let example = operation.pointer("/requestBody/content/application~1json/example");
            let words = operation["description"].as_str().unwrap();
            let scope = words.rsplit('`').nth(1).unwrap();
            all.push((
                method.to_uppercase(),
                path.clone(),
                example.cloned(),
                scope.parse().unwrap(),
            ));
        }
    }
    all
}

fn filled(path: &str, id: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { id } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

on_both! {
    fn every_operation_wants_its_scope_and_knows_its_own_account_only(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let person = site.person(&account, "Thandi Nkosi", "thandi@example.com").to_string();
        let elsewhere = site.account("Elsewhere", "other@example.com");
        let (ours, theirs) = (made_by(&site, &account, "Ours"), made_by(&site, &elsewhere, "Theirs"));
        let all = operations(&site);
        let is_ours = |route: &&server::Route| {
            matches!(route.access, server::Access::Token(_)) && route.path.starts_with("/api/")
        };
        assert_eq!(all.len(), server::routes().iter().filter(is_ours).count());
        for (number, (method, path, example, scope)) in all.iter().enumerate() {
            let called = filled(path, &person);
            let any = [("if-match", "*")];
            let missing = send(&site, method, &called, &Made { id: ours.id, secret: "no".to_owned() }, example.as_ref(), &any);
            assert_problem(&missing, 401, "token_invalid");
            let others: Vec<Scope> = Scope::ALL.iter().copied().filter(|other| other != scope).collect();
            let narrow = with_scopes(&site, &account, &format!("Narrow {number}"), &others);
            let refused = send(&site, method, &called, &narrow, example.as_ref(), &any);
            assert_problem(&refused, 403, "scope_missing");
            crate::tokens::revoked(&site, &account, narrow.id);
            if path.contains('{') {
                let foreign = send(&site, method, &called, &theirs, example.as_ref(), &any);
                let nobodys = send(&site, method, &filled(path, NOBODYS), &theirs, example.as_ref(), &any);
                assert_eq!((foreign.status, &foreign.body), (nobodys.status, &nobodys.body), "{method} {path}");
                assert_problem(&foreign, 404, "not_found");
            }
        }
        site.execute("update users set role = 'manager' where email_key = 'maria@example.com'");
        for (method, path, example, _) in &all {
            let refused = send(&site, method, &filled(path, &person), &ours, example.as_ref(), &[]);
            assert_problem(&refused, 401, "token_invalid");
        }
    }

    fn what_is_sent_is_held_to_its_shape(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let token = made_by(&site, &account, "Shapes");
        let raw = |path: &str, kind: &str, body: &str| {
            let asked = request(Method::POST, path, "")
                .header(header::AUTHORIZATION, format!("Bearer {}", token.secret))
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body.to_owned()));
            site.send(asked.unwrap())
        };
        assert_problem(&raw("/api/v1/users", "text/plain", "{}"), 415, "content_type_unsupported");
        let broken = raw("/api/v1/users", "application/json", "{\n \"a\": }");
        assert_problem(&broken, 400, "json_invalid");
        assert!(broken.body.contains("line 2, column 7"), "{}", broken.body);
        let long = format!("{{\"first_name\": \"{}\"}}", "x".repeat(1 << 20));
        assert_problem(&raw("/api/v1/users", "application/json", &long), 413, "too_large");
        let odd = raw("/api/v1/users", "application/json; charset=utf-8", r#"{"first_name": 1, "is_admin": true}"#);
        assert_problem(&odd, 422, "invalid");
        let errors = json(&odd)["errors"].clone();
        assert_eq!((&errors[0]["pointer"], &errors[1]["pointer"]), (&"/first_name".into(), &"/is_admin".into()));
        for (query, code) in [
            ("limit=501", "parameter_invalid"), ("limit=x", "parameter_invalid"), ("role=king", "parameter_invalid"),
            ("fields=id,secret", "parameter_invalid"), ("page=2", "parameter_unknown"),
            ("limit=1&limit=2", "parameter_repeated"), ("q=a%00b", "parameter_invalid"),
        ] {
            assert_problem(&site.call(Method::GET, &format!("/api/v1/users?{query}"), &token.secret), 400, code);
        }
        assert_problem(&site.call(Method::GET, "/api/v1/users?cursor=00", &token.secret), 409, "cursor_invalid");
        let wrong = site.call(Method::PUT, "/api/v1/users", &token.secret);
        assert_problem(&wrong, 405, "method_not_allowed");
        assert!(wrong.header("allow").contains("POST"), "{}", wrong.header("allow"));
        assert_problem(&site.call(Method::GET, "/api/v1/nothing", &token.secret), 404, "not_found");
        assert_problem(&site.call(Method::GET, "/api/v1/users/%FF", &token.secret), 404, "not_found");
    }

    fn the_same_request_again_is_done_once_and_answered_alike(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let token = made_by(&site, &account, "Keys");
        let body = serde_json::json!({"name": "Night shift"});
        let once = |key: &str, body: &Value| send(&site, "POST", "/api/v1/groups", &token, Some(body), &[("idempotency-key", key)]);
        let first = once("a", &body);
        assert_eq!((first.status.as_u16(), first.header("idempotent-replayed")), (201, ""), "{}", first.body);
        let again = once("a", &body);
        assert_eq!((again.status, &again.body, again.header("idempotent-replayed")), (first.status, &first.body, "true"));
        assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), first.header("etag")));
        assert_eq!(site.count("select count(*) as number from groups"), 1);
        assert_problem(&once("a", &serde_json::json!({"name": "Other"})), 422, "idempotency_key_reused");
        // A refusal is answered again as it was, also when it would not be one any more.
        assert_problem(&once("b", &body), 409, "group_exists");
        site.execute("delete from groups");
        assert_problem(&once("b", &body), 409, "group_exists");
        assert_eq!(once("c", &body).status, 201);
        assert_problem(&once("", &body), 400, "idempotency_key_invalid");
        let tomorrow = std::time::Duration::from_hours(25);
        site.clock.advance(tomorrow);
        assert_problem(&once("a", &body), 409, "group_exists");
    }

    fn of_two_requests_at_once_one_is_done_and_both_get_its_answer(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let token = made_by(&site, &account, "Keys");
        let asked = || request(Method::POST, "/api/v1/groups", "")
            .header(header::AUTHORIZATION, format!("Bearer {}", token.secret))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "one")
            .body(Body::from(r#"{"name":"Night shift"}"#)).unwrap();
        let [one, other] = site.send_both([asked(), asked()]);
        assert_eq!((one.status.as_u16(), &one.body), (201, &other.body));
        assert_eq!(other.status, 201);
    }

    fn a_token_that_asks_too_often_waits(db: &TestDb) {
        let site = Site::empty(db, Settings { token_requests_a_minute: 2, ..Settings::default() });
        let account = site.account("Harbour Facilities", "maria@example.com");
        let (busy, quiet) = (made_by(&site, &account, "Busy"), made_by(&site, &account, "Quiet"));
        let ask = |token: &Made| site.call(Method::GET, "/api/v1/modules", &token.secret);
        assert_eq!(ask(&busy).header("ratelimit"), "\"token\";r=1;t=60");
        assert_eq!(ask(&busy).header("ratelimit-policy"), "\"token\";q=2;w=60");
        let over = ask(&busy);
        assert_problem(&over, 429, "too_many_requests");
        assert_eq!(over.header("retry-after"), "60");
        assert_eq!(ask(&quiet).status, 200);
        site.clock.advance(std::time::Duration::from_mins(1));
        assert_eq!(ask(&busy).status, 200);
    }

    fn the_requests_of_a_token_are_counted_by_all_nodes_together(db: &TestDb) {
        let settings = || Settings { token_requests_a_minute: 45, ..Settings::default() };
        let nodes = [Site::empty(db, settings()), Site::empty(db, settings())];
        let account = nodes[0].account("Harbour Facilities", "maria@example.com");
        let token = made_by(&nodes[0], &account, "Busy");
        let answered = (0..60)
            .filter(|number| {
                let node = &nodes[number % 2];
                node.call(Method::GET, "/api/v1/modules", &token.secret).status == 200
            })
            .count();
        assert_eq!(answered, 45);
    }

    fn the_reference_needs_no_scripts_and_names_every_operation(db: &TestDb) {
        let (site, _) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let page = site.get("/api", &cookie).body;
        for (method, path, _, scope) in operations(&site) {
            assert!(page.contains(&format!("<code>{method} {path}</code>")), "{method} {path}");
            assert!(page.contains(scope.as_str()));
        }
        assert!(site.get("/settings/tokens", &cookie).body.contains("href=\"/api\""));
    }
}
