//! Imports by the API before they run and after they ended: settings, columns, values, rows set right,
//! taking back, doing again and completing.

use axum::http::Method;
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_imports::Api,
    api_rules::send,
    site::Answer,
};

const FILE: &str = "User ID;Full;Email;Site\n1;Berg, Anna;anna@example.com;Berln\n2;Cole, Ben;ben@;Berlin\n3;Dahl, Cem;cem@example.com;Berlin\n";
const PLAIN: &str =
    "User ID,Name,Email\n1,Anna Berg,anna@example.com\n2,Ben Cole,ben@example.com\n";

fn path(of: &Value) -> String {
    format!("/imports/{}", of["id"].as_str().unwrap())
}

fn change(api: &Api, path: &str, body: &Value, version: &str) -> Answer {
    let path = format!("/api/v1{path}");
    send(
        &api.site,
        "PATCH",
        &path,
        &api.token,
        Some(body),
        &[("if-match", version)],
    )
}

fn done(answer: &Answer) -> Value {
    assert!(
        answer.status.is_success(),
        "{} {}",
        answer.status,
        answer.body
    );
    json(answer)
}

on_both! {
    fn a_draft_is_chosen_for_mapped_and_checked_from_outside(db: &TestDb) {
        let api = Api::new(db);
        let import = api.upload("&policy=wait&existing=keep&match_keys=email,external_id&pause_after=500", FILE);
        assert_eq!((&import["state"], &import["busy"]), (&"mapping".into(), &false.into()));
        let at = path(&import);
        let settings = api.get(&format!("{at}/settings"));
        let version = settings.header("etag");
        assert_eq!(version, api.get(&at).header("etag"));
        let settings = json(&settings);
        assert_eq!(settings["existing"], "keep");
        assert_eq!(settings["match_keys"], value!(["email", "external_id"]));
        assert_eq!(settings["pause_after"], 500);
        let wanted = value!({
            "existing": "overwrite", "pause_after": null, "defaults": {"department": "Security"},
            "options": {"groups": {"list": "replace"}}, "scope": null,
        });
        assert_problem(&change(&api, &format!("{at}/settings"), &wanted, "\"99\""), 412, "version_outdated");
        let changed = change(&api, &format!("{at}/settings"), &wanted, version);
        let settings = done(&changed);
        assert_eq!((&settings["existing"], &settings["pause_after"]), (&"overwrite".into(), &Value::Null));
        assert_eq!(settings["defaults"], value!({"department": "Security"}));
        assert_eq!(settings["options"]["groups"]["list"], "replace");
        assert_problem(&change(&api, &format!("{at}/settings"), &wanted, version), 412, "version_outdated");
        let odd = value!({"options": {"nonsense": {"list": "add"}}});
        let refused = change(&api, &format!("{at}/settings"), &odd, "*");
        assert_eq!(refused.status, 422, "{}", refused.body);
        let odd = value!({"scope": ["group:Nowhere"]});
        assert_problem(&change(&api, &format!("{at}/settings"), &odd, "*"), 422, "scope_unknown");

        let columns = value!({"columns": [
            {"header": "full", "field": "last_name", "split": {"separator": ", ", "field": "first_name"}},
            {"column": 3, "field": "groups"},
        ]});
        let mapped = done(&change(&api, &format!("{at}/columns"), &columns, "*"));
        let full = &mapped["items"][1];
        assert_eq!((&full["field"], &full["split"]["field"]), (&"last_name".into(), &"first_name".into()));
        assert_eq!(full["samples"][0], "Berg, Anna");
        let odd = value!({"columns": [{"header": "Nowhere", "field": "email"}]});
        assert_problem(&change(&api, &format!("{at}/columns"), &odd, "*"), 422, "invalid");
        let odd = value!({"columns": [{"column": 0, "field": "nonsense"}]});
        assert_eq!(json(&change(&api, &format!("{at}/columns"), &odd, "*"))["errors"][0]["pointer"], "/columns/0/field");

        let values = json(&api.get(&format!("{at}/values")));
        let groups = &values["items"].as_array().unwrap().iter().find(|one| one["field"] == "groups").unwrap()["values"];
        assert_eq!(groups.as_array().unwrap().len(), 2);
        let berlin = value!({"field": "groups", "values": [{"value": "berln", "then": "use", "use": "Berlin"}]});
        done(&change(&api, &format!("{at}/values"), &berlin, "*"));
        let unknown = value!({"field": "teams", "values": [{"value": "x", "then": "use", "use": "Nowhere"}]});
        let refused = change(&api, &format!("{at}/values"), &unknown, "*");
        assert_eq!(refused.status, 422, "{}", refused.body);
        let odd = value!({"field": "email", "values": []});
        assert_problem(&change(&api, &format!("{at}/values"), &odd, "*"), 422, "invalid");

        assert_eq!(api.post(&format!("{at}/check"), None).status, 202);
        api.site.work();
        let plan = json(&api.get(&format!("{at}/plan")));
        assert_eq!(plan["new_groups"], value!(["Berlin"]));
        assert_eq!((&plan["counts"]["new"], &plan["counts"]["failed"]), (&2.into(), &1.into()));
    }

    fn rows_are_set_right_tried_undone_and_picked(db: &TestDb) {
        let api = Api::new(db);
        let bad = PLAIN.replace("ben@example.com", "ben (at) example.com");
        let import = api.upload("", &bad);
        let at = path(&import);
        api.site.work();
        let edit = value!({
            "fix": {"do": "replace", "find": " (at) ", "with": "@"},
            "rows": {"of": "problem", "code": "email_invalid", "field": "email"},
        });
        let problems = json(&api.get(&format!("{at}/problems")));
        let mut edit = edit;
        edit["rows"]["code"] = problems["items"][0]["code"].clone();
        let tried = done(&api.post(&format!("{at}/edits/preview"), Some(&edit)));
        assert_eq!((&tried["cells"], &tried["good"]), (&1.into(), &1.into()), "{tried}");
        assert_eq!(tried["examples"][0]["after"], "ben@example.com");
        let made = done(&api.post(&format!("{at}/edits"), Some(&edit)));
        assert_eq!((&made["number"], &made["cells"]), (&1.into(), &1.into()));
        api.post(&format!("{at}/check"), None);
        api.site.work();
        assert_eq!(json(&api.get(&format!("{at}/plan")))["counts"]["new"], 2);
        done(&api.post(&format!("{at}/edits/1/undo"), None));
        assert_problem(&api.post(&format!("{at}/edits/7/undo"), None), 404, "not_found");
        assert_eq!(json(&api.get(&format!("{at}/edits")))["items"][0]["undone"], true);
        done(&api.post(&format!("{at}/edits/1/redo"), None));
        let cells = value!({"cells": [{"column": 1, "value": "Ben Cole-Hart"}]});
        let row = send(&api.site, "PATCH", &format!("/api/v1{at}/rows/3"), &api.token, Some(&cells), &[]);
        assert_eq!(done(&row)["edit"]["fix"]["cells"][0]["value"], "Ben Cole-Hart");
        for odd in [
            value!({"fix": {"do": "cells", "cells": []}}),
            value!({"fix": {"do": "replace"}}),
            value!({"fix": {"do": "replace", "find": "(", "how": "regex", "with": ""}}),
            value!({"fix": {"do": "skip"}, "rows": {"of": "numbers"}}),
        ] {
            let refused = api.post(&format!("{at}/edits"), Some(&odd));
            assert_eq!(refused.status, 422, "{odd} {}", refused.body);
        }
        done(&api.post(&format!("{at}/picks"), Some(&value!({"rows": {"of": "numbers", "rows": [3]}}))));
        api.post(&format!("{at}/check"), None);
        api.site.work();
        let counts = json(&api.get(&at))["counts"].clone();
        assert_eq!((&counts["new"], &counts["skipped"]), (&1.into(), &1.into()));
        let fixed = api.get(&format!("{at}/to-fix.csv"));
        assert_eq!(fixed.status, 200, "{}", fixed.body);
        let corrected = api.raw(Method::POST, &format!("{at}/corrected?name=fixed.csv"), "text/csv", &fixed.body, &[]);
        assert!(corrected.status == 200 || corrected.status == 422, "{}", corrected.body);
    }

    fn an_import_is_taken_back_done_again_and_completed(db: &TestDb) {
        let api = Api::new(db);
        let import = api.upload("&policy=auto", &PLAIN.replace("2,Ben", "2,"));
        let at = path(&import);
        api.site.work();
        if api.import(&import)["state"] == "planned" {
            api.post(&format!("{at}/start"), Some(&value!({"pause_after": 5000})));
            api.site.work();
        }
        assert_problem(&api.post(&format!("{at}/redo"), None), 409, "wrong_state");
        let preview = done(&api.get(&format!("{at}/undo")));
        assert_eq!((&preview["removed"], &preview["kept"]), (&2.into(), &value!([])), "{preview}");
        assert_eq!(api.post(&format!("{at}/undo"), None).status, 202);
        api.site.work();
        assert_eq!(done(&api.get(&format!("{at}/redo")))["created"], 2);
        let redone = api.post(&format!("{at}/redo"), None);
        assert_eq!((redone.status.as_u16(), &json(&redone)["state"]), (202, &"redoing".into()));
        api.site.work();
        assert_eq!(api.import(&import)["state"], "done");
        for file in ["errors", "results", "to-fix", "created", "changes", "departures"] {
            let book = api.site.call(Method::GET, &format!("/api/v1{at}/{file}.csv"), &api.token.secret);
            assert!(book.status == 200 || book.status == 409, "{file} {} {}", book.status, book.body);
        }
        assert!(api.get(&format!("{at}/created.csv")).body.contains("anna@example.com"));
        done(&api.post(&format!("{at}/save-mapping"), Some(&value!({"name": "HR"}))));
        done(&api.post(&format!("{at}/complete"), None));
        assert_problem(&api.post(&format!("{at}/complete"), None), 409, "wrong_state");
        assert_problem(&api.post(&format!("{at}/rest"), None), 409, "wrong_state");

        let next = api.upload("&policy=wait", &PLAIN.replace("Anna", "Anne"));
        let at = path(&next);
        done(&api.post(&format!("{at}/use-mapping"), Some(&value!({"name": "hr", "keep": true}))));
        assert_eq!(json(&api.get("/mappings"))["items"][0]["name"], "HR");
        let gone = api.site.call(Method::DELETE, "/api/v1/mappings/HR", &api.token.secret);
        assert_eq!(gone.status, 204);
        let gone = api.site.call(Method::DELETE, "/api/v1/mappings/HR", &api.token.secret);
        assert_problem(&gone, 404, "not_found");
        let fields = json(&api.get("/import-fields"));
        assert!(fields["items"].as_array().unwrap().iter().any(|field| field["field"] == "email"));
    }

    fn modules_get_their_seats_from_outside(db: &TestDb) {
        let api = Api::new(db);
        let set = |key: &str, seats: Value| {
            let path = format!("/api/v1/modules/{key}");
            send(&api.site, "PUT", &path, &api.token, Some(&value!({"seats": seats})), &[])
        };
        assert_eq!(done(&set("lone_working", value!(2)))["free"], 2);
        assert_eq!(done(&set("lone_working", value!(3.0)))["label"], "Lone Working");
        assert_problem(&set("No-Key", value!(1)), 404, "not_found");
        assert_problem(&set("events", value!(-1)), 422, "invalid");
        let person = value!({"first_name": "Ada", "last_name": "Lind", "email": "ada@example.com", "modules": ["lone_working"]});
        assert_eq!(api.post("/users", Some(&person)).status, 201);
        assert_problem(&set("lone_working", value!(0)), 409, "seats_in_use");
        assert_eq!(json(&api.get("/modules"))["items"][0]["used"], 1);
    }
}
