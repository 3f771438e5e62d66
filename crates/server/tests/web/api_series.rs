//! Series of imports themselves, and templates of files, by the API.

use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_things::Api,
};

const ANY: &[(&str, &str)] = &[("if-match", "*")];

fn new(api: &Api, name: &str) -> Value {
    let body = value!({
        "name": name, "settings": {"mode": "match", "scope": ["series"]},
        "brakes": {"removed_people": 100},
    });
    let made = api.send("POST", "/series", body, &[]);
    assert_eq!(made.status, 201, "{}", made.body);
    json(&made)
}

fn push(api: &Api, series: &str, content: &str) -> Value {
    let asked = crate::site::request(
        axum::http::Method::POST,
        &format!("/api/v1/series/{series}/files?name=staff.csv"),
        "",
    )
    .header("authorization", format!("Bearer {}", api.token.secret))
    .header("content-type", "text/csv")
    .body(axum::body::Body::from(content.to_owned()))
    .unwrap();
    let pushed = api.site.send(asked);
    assert_eq!(pushed.status, 202, "{}", pushed.body);
    api.site.work();
    json(&pushed)
}

on_both! {
    fn a_series_is_kept_from_outside(db: &TestDb) {
        let api = Api::new(db);
        let made = new(&api, "Staff");
        assert_eq!((&made["schedule"], &made["pattern"], &made["paused"]), (&"push".into(), &"*".into(), &false.into()));
        assert_eq!((&made["settings"]["mode"], &made["settings"]["scope"]), (&"match".into(), &value!(["series"])));
        assert_eq!(made["brakes"], value!({"removed_percent": 2, "removed_people": 100, "changed_percent": 25, "failed_percent": 5}));
        assert_eq!(made["saved_by"], "Maria Keller (token Things)");
        let at = format!("/series/{}", made["id"].as_str().unwrap());
        let read = api.get(&at);
        assert_eq!(json(&api.get("/series/Staff"))["id"], made["id"]);
        assert_eq!(json(&api.get("/series?fields=name"))["items"], value!([{"id": made["id"], "name": "Staff"}]));

        let version = [("if-match", read.header("etag"))];
        let changed = api.send("PATCH", &at, value!({"name": "People", "brakes": {"failed_percent": 9}}), &version);
        let now = json(&changed);
        assert_eq!((&now["name"], &now["brakes"]["failed_percent"], &now["brakes"]["removed_people"]),
            (&"People".into(), &9.into(), &100.into()), "{now}");
        assert_eq!(now["settings"], made["settings"]);
        assert_problem(&api.send("PATCH", &at, value!({"name": "x"}), &version), 412, "version_outdated");

        assert_eq!(json(&api.send("POST", &format!("{at}/pause"), Value::Null, &[]))["paused"], true);
        assert_eq!(json(&api.send("POST", &format!("{at}/resume"), Value::Null, &[]))["paused"], false);
        assert_problem(&api.send("POST", &format!("{at}/run"), Value::Null, &[]), 422, "no_folder");
        assert_problem(&api.send("DELETE", &at, Value::Null, &version), 412, "version_outdated");
        assert_eq!(api.send("DELETE", &at, Value::Null, ANY).status, 204);
        assert_problem(&api.get(&at), 404, "not_found");
    }

    fn what_a_series_cannot_be_is_said_where_it_stands(db: &TestDb) {
        let api = Api::new(db);
        new(&api, "Staff");
        assert_problem(&api.send("POST", "/series", value!({"name": "Staff"}), &[]), 409, "series_exists");
        for (body, code) in [
            (value!({"name": "A", "schedule": "soon"}), "invalid"),
            (value!({"name": "A", "like": "01971f00-0000-7000-8000-000000000000"}), "invalid"),
            (value!({"name": "A", "schedule": "new-file"}), "no_folder"),
            (value!({"name": "A", "folder": "../etc", "schedule": "new-file"}), "folder_not_allowed"),
            (value!({"name": "A", "settings": {"mode": "match"}}), "scope_missing"),
            (value!({"name": "A", "settings": {"scope": ["group:Nowhere"]}}), "scope_unknown"),
            (value!({"name": "A", "rights": "all"}), "invalid"),
        ] {
            assert_problem(&api.send("POST", "/series", body, &[]), 422, code);
        }
    }

    fn a_series_does_as_an_import_did_and_its_runs_are_listed_by_pages(db: &TestDb) {
        let api = Api::new(db);
        let first = new(&api, "Staff");
        let id = first["id"].as_str().unwrap();
        let mut pushed = Vec::new();
        for number in 0..3 {
            api.site.clock.advance(std::time::Duration::from_mins(1));
            let content = format!("User ID,Name,Email\n1,Zola Nkosi,zola{number}@example.com\n");
            pushed.push(push(&api, id, &content));
        }
        let page = json(&api.get(&format!("/series/{id}/runs?limit=2")));
        let runs = page["items"].as_array().unwrap();
        assert_eq!(runs.len(), 2);
        assert_eq!((&runs[0]["run"], &runs[1]["run"]), (&pushed[2]["run"], &pushed[1]["run"]));
        assert_eq!((&runs[0]["import"]["id"], &runs[0]["state"]), (&pushed[2]["import"], &"started".into()), "{page}");
        let next = page["next"].as_str().unwrap().strip_prefix("/api/v1").unwrap();
        let last = json(&api.get(next));
        assert_eq!((&last["items"][0]["run"], &last["next"]), (&pushed[0]["run"], &Value::Null));

        let like = value!({"name": "Other", "like": pushed[0]["import"], "settings": {"mode": "add"}});
        let made = json(&api.send("POST", "/series", like, &[]));
        assert_eq!((&made["settings"]["mode"], &made["settings"]["scope"]), (&"add".into(), &value!(["series"])), "{made}");
        let none = json(&api.get(&format!("/series/{}/runs", made["id"].as_str().unwrap())));
        assert_eq!(none["items"], value!([]));
    }

    fn templates_are_those_of_the_account(db: &TestDb) {
        let api = Api::new(db);
        api.send("POST", "/fields", value!({"label": "Locker", "kind": "text"}), &[]);
        let plain = api.get("/import-template.csv");
        assert_eq!((plain.status.as_u16(), plain.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(plain.body.contains("Locker") && plain.body.lines().count() == 1, "{}", plain.body);
        let team = api.get("/import-template.csv?preset=team&filled=true");
        assert_eq!(team.body.lines().count(), 10);
        assert!(team.body.contains("Thandi Nkosi,t.nkosi@example.com") && !team.body.contains("Locker"));
        assert!(team.header("content-disposition").contains("people-team.csv"));
        let book = api.get("/import-template.xlsx?filled=true");
        assert_eq!(book.status, 200);
        assert!(book.header("content-disposition").contains("people-general.xlsx"));
        assert_problem(&api.get("/import-template.csv?preset=odd"), 400, "parameter_invalid");
    }
}
