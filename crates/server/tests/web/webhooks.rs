//! Webhooks by their pages and by the API.

use std::collections::BTreeSet;

use axum::http::Method;
use directory::{
    Action,
    roles::{self, NewRole, Scope},
};
use kernel::Role;
use serde_json::{Value, json as value};
use server::Settings;
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_rules::send,
    site::{Answer, Site},
    tokens::{Made, made_by},
};

/// An address in the world; nothing is sent to it here.
const URL: &str = "https://8.8.8.8/hook?key=sesame";

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split(after).next().unwrap()
}

fn next(page: &Answer) -> String {
    between(&page.body, "name=\"webhook\" value=\"", "\"").to_owned()
}

fn make(site: &Site, cookie: &str, fields: &[(&str, &str)]) -> (String, Answer) {
    let id = next(&site.get("/settings/webhooks", cookie));
    let mut all = vec![("webhook", id.as_str())];
    all.extend(fields);
    let answer = site.post("/settings/webhooks", &all, cookie);
    (id, answer)
}

on_both! {
    fn a_webhook_is_made_its_secret_shown_once_and_its_log_looked_at(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let (id, made) = make(&site, &cookie, &[("name", "Doors"), ("url", URL), ("hears", "some"), ("area", "added")]);
        assert_eq!(made.status, 200, "{}", made.body);
        assert_eq!(made.header("cache-control"), "no-store");
        let secret = between(&made.body, "value=\"whsec_", "\"").to_owned();
        assert_eq!(secret.len(), 44);
        let page = format!("/settings/webhooks/{id}");
        let again = site.post("/settings/webhooks", &[("webhook", &*id), ("name", "Doors"), ("url", URL), ("hears", "all")], &cookie);
        assert_eq!(again.status, 422);
        assert!(again.body.contains("made already") && !again.body.contains("whsec_"));
        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let test = site.post(&format!("{page}/test"), &[], &cookie);
        assert_eq!(test.status, 303);
        assert_eq!(test.header("location"), page);
        for path in ["/settings/webhooks", &page, "/activity"] {
            let body = site.get(path, &cookie).body;
            assert!(body.contains("Doors") && !body.contains(&secret), "{path}");
        }
        // Only the page of the webhook itself has the whole address.
        assert!(!site.get("/settings/webhooks", &cookie).body.contains("sesame"));
        assert!(!site.get("/activity", &cookie).body.contains("sesame"));
        let shown = site.get(&page, &cookie).body;
        assert!(shown.contains("user.create") && shown.contains("webhook.test") && !shown.contains("webhook.create"));
        assert!(site.get(&format!("{page}?state=delivered"), &cookie).body.contains("Nothing here"));

        let rotated = site.post(&format!("{page}/rotate"), &[], &cookie);
        let newer = between(&rotated.body, "value=\"whsec_", "\"");
        assert_ne!(newer, secret);
        assert!(site.get(&page, &cookie).body.contains("End the old secret now"));
        assert_eq!(site.post(&format!("{page}/end-old-secret"), &[], &cookie).status, 303);
        assert!(!site.get(&page, &cookie).body.contains("End the old secret now"));

        assert_eq!(site.post(&format!("{page}/switch"), &[("on", "no")], &cookie).status, 303);
        let refused = site.post(&format!("{page}/test"), &[], &cookie);
        assert_eq!(refused.status, 409);
        assert!(site.get(&page, &cookie).body.contains("Waits until switched on"));
        assert_eq!(site.post(&format!("{page}/switch"), &[("on", "yes")], &cookie).status, 303);
        let revision = between(&site.get(&page, &cookie).body, "name=\"revision\" value=\"", "\"").to_owned();
        let change = |name: &str, revision: &str| {
            let fields = [("revision", revision), ("name", name), ("url", URL), ("hears", "all")];
            site.post(&page, &fields, &cookie).status
        };
        assert_eq!(change("", &revision), 422);
        assert_eq!(change("Doors and gates", &revision), 303);
        assert_eq!(change("Gates", &revision), 409);
        assert_eq!(site.post(&format!("{page}/delete"), &[], &cookie).status, 303);
        assert_eq!(site.get(&page, &cookie).status, 404);
        assert_eq!(site.count("select count(*) as number from webhook_deliveries"), 0);
    }

    fn addresses_that_nothing_is_sent_to_are_refused_beside_the_form(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let cookie = site.sign_in("maria@example.com");
        let token = made_by(&site, &account, "Hooks");
        for url in ["https://127.0.0.1/", "https://2130706433/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/", "http://8.8.8.8/", "file:///etc/passwd", "https://u:p@8.8.8.8/"] {
            let (_, refused) = make(&site, &cookie, &[("name", "Doors"), ("url", url), ("hears", "all")]);
            assert_eq!(refused.status, 422, "{url}");
            assert!(refused.body.contains("No webhook was made"));
            let body = value!({"name": "Doors", "url": url});
            let refused = send(&site, "POST", "/api/v1/webhooks", &token, Some(&body), &[]);
            assert_problem(&refused, 422, "invalid");
            assert_eq!(json(&refused)["errors"][0]["pointer"], "/url");
        }
        assert_eq!(site.count("select count(*) as number from webhooks"), 0);
    }

    fn whoever_does_not_see_everything_has_no_webhooks(db: &TestDb) {
        let (site, account) = Site::with_account(db);
        let owner = site.sign_in("maria@example.com");
        let (id, _) = make(&site, &owner, &[("name", "Doors"), ("url", URL), ("hears", "all")]);
        let page = format!("/settings/webhooks/{id}");
        let user = site.member(&account, Role::User);
        for path in ["/settings/webhooks", &page] {
            assert_eq!(site.get(path, &user).status, 403);
        }
        let other = site.account("Quarry", "olga@example.com");
        let stranger = site.sign_in("olga@example.com");
        assert_eq!(site.get(&page, &stranger).status, 404);
        for path in ["", "/rotate", "/end-old-secret", "/test", "/delete"] {
            let answer = site.post(&format!("{page}{path}"), &[("name", "x"), ("url", URL), ("hears", "all")], &stranger);
            assert_eq!(answer.status, 404, "{path}");
        }
        let token = made_by(&site, &other, "Other");
        let seen = site.call(Method::GET, &format!("/api/v1/webhooks/{id}"), &token.secret);
        assert_problem(&seen, 404, "not_found");
        assert_eq!(site.get(&page, &owner).status, 200);
        assert!(site.get("/settings", &owner).body.contains(">Webhooks<"));

        // An administrator who may have tokens, and does not see the log.
        let tokens_only = NewRole {
            name: "Programs".to_owned(),
            actions: BTreeSet::from([Action::ManageTokens]),
            groups: Scope::All,
            workflows: Scope::All,
        };
        let ctx = site.ctx(&account);
        let role = site.db.write_blocking(|tx| roles::add(tx, &ctx, &tokens_only)).unwrap();
        site.execute("update users set role = 'admin'");
        crate::roles::give(&site, account.owner, role);
        assert_eq!(site.get("/settings/tokens", &owner).status, 200);
        assert!(!site.get("/settings", &owner).body.contains(">Webhooks<"));
        for path in ["/settings/webhooks", &page] {
            assert_eq!(site.get(path, &owner).status, 403);
            assert_eq!(site.post(path, &[("webhook", &*id), ("name", "x"), ("url", URL), ("hears", "all")], &owner).status, 403);
        }
    }

    fn programs_make_change_and_look_after_webhooks(db: &TestDb) {
        let settings = Settings { webhook_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() };
        let site = Site::empty(db, settings);
        let account = site.account("Harbour", "maria@example.com");
        let token = made_by(&site, &account, "Hooks");
        let ask = |method: &str, path: &str, body: Value, headers: &[(&str, &str)]| call(&site, &token, method, path, body, headers);
        let body = value!({"name": "Doors", "url": "http://127.0.0.1:9/hook", "areas": ["added"]});
        let made = ask("POST", "", body.clone(), &[]);
        assert_eq!(made.status, 201, "{}", made.body);
        let (id, secret) = (json(&made)["id"].as_str().unwrap().to_owned(), json(&made)["secret"].as_str().unwrap().to_owned());
        assert!(secret.starts_with("whsec_"));
        assert_problem(&ask("POST", "", body, &[]), 409, "webhook_exists");
        let one = format!("/{id}");
        let read = ask("GET", &one, Value::Null, &[]);
        assert!(!read.body.contains(&secret));
        assert_eq!(json(&read)["areas"], value!(["added"]));
        assert_eq!(json(&ask("GET", "", Value::Null, &[]))["items"], value!([json(&read)]));

        site.person(&account, "Thandi Nkosi", "thandi@example.com");
        let taken = ask("POST", &format!("{one}/test"), Value::Null, &[]);
        assert_eq!(taken.status, 202, "{}", taken.body);
        let sent = json(&ask("GET", &format!("{one}/deliveries?limit=1"), Value::Null, &[]));
        assert_eq!(sent["items"].as_array().unwrap().len(), 1);
        let rest = site.call(Method::GET, sent["next"].as_str().unwrap(), &token.secret);
        let rest = json(&rest);
        assert_eq!(rest["next"], Value::Null);
        let types: BTreeSet<_> = [&sent, &rest].map(|page| page["items"][0]["type"].as_str().unwrap().to_owned()).into();
        assert_eq!(types, BTreeSet::from(["user.create".to_owned(), "webhook.test".to_owned()]));
        let event = rest["items"][0]["id"].as_str().unwrap();
        assert_eq!(ask("POST", &format!("{one}/deliveries/{event}/redeliver"), Value::Null, &[]).status, 204);

        let rotated = json(&ask("POST", &format!("{one}/rotate"), Value::Null, &[]));
        assert_ne!(rotated["secret"], secret.as_str());
        assert_eq!(ask("DELETE", &format!("{one}/old-secret"), Value::Null, &[]).status, 204);
        let off = value!({"state": "off", "areas": null});
        assert_problem(&ask("PATCH", &one, off.clone(), &[("if-match", read.header("etag"))]), 412, "version_outdated");
        let changed = ask("PATCH", &one, off, &[("if-match", "*")]);
        assert_eq!((&json(&changed)["state"], &json(&changed)["areas"]), (&"off".into(), &Value::Null));
        assert_problem(&ask("POST", &format!("{one}/test"), Value::Null, &[]), 409, "webhook_switched_off");
        assert_eq!(ask("DELETE", &one, Value::Null, &[("if-match", changed.header("etag"))]).status, 204);
        assert_problem(&ask("GET", &one, Value::Null, &[]), 404, "not_found");
    }

    fn no_kept_answer_has_a_secret(db: &TestDb) {
        let settings = Settings { webhook_networks: vec!["127.0.0.0/8".parse().unwrap()], ..Settings::default() };
        let site = Site::empty(db, settings);
        let account = site.account("Harbour", "maria@example.com");
        let token = made_by(&site, &account, "Hooks");
        let body = value!({"name": "Lifts", "url": "http://127.0.0.1:9/lifts"});
        let once = |path: &str, body: &Value| {
            let key = format!("once {path}");
            call(&site, &token, "POST", path, body.clone(), &[("idempotency-key", &*key)])
        };
        let (made, again) = (once("", &body), once("", &body));
        assert_eq!((made.status.as_u16(), again.status.as_u16()), (201, 201), "{}", again.body);
        let rotate = format!("/{}/rotate", json(&made)["id"].as_str().unwrap());
        let rotated = [once(&rotate, &Value::Null), once(&rotate, &Value::Null)];
        for (first, second) in [(&made, &again), (&rotated[0], &rotated[1])] {
            let mut expected = json(first);
            assert!(expected["secret"].as_str().unwrap().starts_with("whsec_"));
            expected["secret"] = Value::Null;
            assert_eq!(json(second), expected);
            assert_eq!(second.header("idempotent-replayed"), "true");
        }
        assert_eq!(site.count("select count(*) as number from api_answers"), 2);
        assert_eq!(site.count("select count(*) as number from api_answers where body like '%whsec%'"), 0);
    }
}

fn call(
    site: &Site,
    token: &Made,
    method: &str,
    path: &str,
    body: Value,
    headers: &[(&str, &str)],
) -> Answer {
    let body = Some(body).filter(|body| !body.is_null());
    let path = format!("/api/v1/webhooks{path}");
    send(site, method, &path, token, body.as_ref(), headers)
}
