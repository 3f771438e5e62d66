//! The outbox, texts of messages, files of the log and of reports, early access and leaders by the API.

use kernel::Role;
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_things::Api,
};

const ANY: &[(&str, &str)] = &[("if-match", "*")];
const TEXT: &str = "/message-texts/invitation.sms.en";

on_both! {
    fn messages_are_looked_at_and_taken_back_from_outside(db: &TestDb) {
        let api = Api::new(db);
        let id = crate::outbox::queued(&api.site, &api.account, "thandi@example.com").to_string();
        let sms = crate::outbox::queued(&api.site, &api.account, "+27820000001").to_string();
        let all = json(&api.get("/outbox?fields=recipient"));
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        assert_eq!(json(&api.get("/outbox?to=%2B2782"))["items"][0]["id"], sms);
        assert_eq!(json(&api.get("/outbox?state=sent"))["items"], value!([]));
        assert_eq!(json(&api.get("/outbox?purpose=invitation&to=thandi"))["items"][0]["id"], id);
        let at = format!("/outbox/{id}");
        let one = json(&api.get(&at));
        assert_eq!((&one["state"], &one["channel"]), (&"queued".into(), &"email".into()));
        // A link by which one becomes the recipient is for the recipient, also where an owner asks.
        let text = one["content"]["text"].as_str().unwrap();
        assert!(text.contains("Thandi") && text.contains("[link]") && !text.contains("/join/"), "{text}");
        assert!(one["content"]["html"].as_str().unwrap().contains("Thandi"));
        assert_eq!(json(&api.get(&format!("/outbox/{sms}")))["content"]["html"], Value::Null);
        let state = json(&api.get("/outbox-state"));
        assert_eq!((&state["counts"]["queued"], &state["channels"][0]["configured"]), (&2.into(), &false.into()), "{state}");

        let back = api.send("POST", &format!("{at}/withdraw"), Value::Null, &[]);
        assert_eq!(json(&back)["state"], "withdrawn", "{}", back.body);
        assert_eq!(api.send("POST", &format!("{at}/withdraw"), Value::Null, &[]).status, 200);
        api.site.work();
        let late = api.send("POST", &format!("/outbox/{sms}/withdraw"), Value::Null, &[]);
        assert_problem(&late, 409, "too_late");
        assert_eq!(json(&api.get("/activity?what=messages"))["items"].as_array().unwrap().len(), 1);
    }

    fn texts_of_messages_are_changed_tried_and_given_up(db: &TestDb) {
        let api = Api::new(db);
        let all = json(&api.get("/message-texts"));
        assert!(all["items"].as_array().unwrap().len() >= 64, "{all}");
        let read = api.get(TEXT);
        assert_eq!((&json(&read)["own"], &json(&read)["subject"]), (&false.into(), &"".into()));
        let version = [("if-match", read.header("etag"))];
        let body = value!({"content": "{account}: come in, {first_name}: {link}"});
        let seen = json(&api.send("POST", &format!("{TEXT}/preview"), body.clone(), &[]));
        assert_eq!(seen["text"], "Harbour Facilities: come in, Maria: https://people.test/");
        assert_eq!(json(&api.get(TEXT))["own"], false);
        for (odd, pointer) in [
            (value!({"content": " "}), "/content"),
            (value!({"content": "{nonsense} {link}"}), "/content"),
            (value!({"content": "no place"}), "/content"),
        ] {
            let refused = api.send("PATCH", TEXT, odd, ANY);
            assert_problem(&refused, 422, "invalid");
            assert_eq!(json(&refused)["errors"][0]["pointer"], pointer);
        }
        let changed = api.send("PATCH", TEXT, body.clone(), &version);
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_eq!((&json(&changed)["own"], &json(&changed)["content"]), (&true.into(), &body["content"]));
        assert_problem(&api.send("PATCH", TEXT, body, &version), 412, "version_outdated");
        assert_problem(&api.send("DELETE", TEXT, Value::Null, &version), 412, "version_outdated");
        assert_eq!(api.send("DELETE", TEXT, Value::Null, &[("if-match", changed.header("etag"))]).status, 204);
        assert_eq!(api.get(TEXT).header("etag"), read.header("etag"));

        assert_problem(&api.send("POST", &format!("{TEXT}/send"), Value::Null, &[]), 422, "no_address");
        let sent = api.send("POST", "/message-texts/invitation.email.de/send", Value::Null, &[]);
        assert_eq!(sent.status, 202, "{}", sent.body);
        let message = json(&api.get(sent.header("location").strip_prefix("/api/v1").unwrap()));
        assert_eq!((&message["recipient"], &message["language"]), (&"maria@example.com".into(), &"de".into()));
        assert_problem(&api.get("/message-texts/invitation.email.xx"), 404, "not_found");
    }

    fn the_log_is_taken_out_with_the_filter_of_its_list(db: &TestDb) {
        let api = Api::new(db);
        for name in ["Night", "=1+1"] {
            api.site.clock.advance(std::time::Duration::from_secs(1));
            api.send("POST", "/groups", value!({"name": name}), &[]);
        }
        let file = api.get("/activity.csv?what=groups");
        assert_eq!((file.status.as_u16(), file.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert_eq!(file.body.lines().count(), 3, "{}", file.body);
        assert!(file.body.contains("Night") && file.body.contains("'=1+1"), "{}", file.body);
        let listed = json(&api.get("/activity?what=groups"));
        let taken: Value = serde_json::from_str(&api.get("/activity.json?what=groups").body).unwrap();
        assert_eq!(taken, listed["items"]);
        let newest = listed["items"][0]["id"].as_str().unwrap();
        let older = json(&api.get(&format!("/activity?what=groups&before={newest}")));
        assert_eq!(older["items"].as_array().unwrap().as_slice(), &listed["items"].as_array().unwrap()[1..]);
        let about = json(&api.get(&format!("/activity?concerning={}", api.person)));
        assert_eq!(about["items"].as_array().unwrap().len(), 1, "{about}");
        api.send("POST", &format!("/users/{}/deactivate", api.person), Value::Null, ANY);
        let about = json(&api.get(&format!("/activity?concerning={}", api.person)));
        assert_eq!(about["items"][0]["action"], "user.deactivate");
    }

    fn reports_are_tables_and_files(db: &TestDb) {
        let api = Api::new(db);
        let report = json(&api.get("/reports/users"));
        let parts: Vec<&Value> = report["parts"].as_array().unwrap().iter().map(|part| &part["part"]).collect();
        assert_eq!(parts, ["sign_ins", "weeks", "people", "people_weeks", "invitations", "versions"]);
        assert_eq!((&report["sign_ins"]["long_ago"], &report["released"]), (&0.into(), &Value::Null), "{report}");
        assert_eq!(report["weeks"].as_array().unwrap().len(), 12, "{report}");
        let table = &report["parts"][0];
        let file = api.get("/reports/users.csv?part=sign_ins");
        assert_eq!(file.body.lines().count(), 1 + table["rows"].as_array().unwrap().len());
        let first = table["rows"][0][0].as_str().unwrap();
        assert!(file.body.contains(first), "{}", file.body);
        let book = api.get("/reports/users.xlsx?part=weeks");
        assert!(book.header("content-disposition").contains("weeks.xlsx"));
        assert_problem(&api.get("/reports/users.csv"), 400, "parameter_missing");
        assert_problem(&api.get("/documents.zip?q=none"), 409, "nothing_to_pack");
    }

    fn early_access_is_decided_from_outside(db: &TestDb) {
        let api = Api::new(db);
        let decide = |what: &str| api.send("POST", "/early-access", value!({"do": what, "users": [api.person, api.person]}), &[]);
        assert_problem(&decide("approve"), 409, "early_access");
        let settings = value!({"early_link": "https://x.example/app", "early_version": "2.10"});
        assert_eq!(api.send("PATCH", "/settings", settings, ANY).status, 200);
        assert_eq!(json(&decide("approve"))["done"], 1);
        assert_eq!(json(&decide("refuse")), value!({"done": 0, "without_email": 0, "left": 1}));
        let list = json(&api.get("/early-access?state=approved"));
        assert_eq!((&list["items"][0]["user"], &list["items"][0]["version"]), (&api.person.as_str().into(), &"2.10".into()));
        assert_eq!(json(&decide("end"))["done"], 1);
        assert_eq!(json(&api.get("/early-access?state=approved"))["items"], value!([]));
        assert_problem(&api.get("/early-access"), 400, "parameter_missing");
    }

    fn a_team_is_led_by_whoever_is_a_manager_and_in_it(db: &TestDb) {
        let api = Api::new(db);
        let made = json(&api.send("POST", "/groups", value!({"name": "Gate", "kind": "team"}), &[]));
        let at = format!("/groups/{}", made["id"].as_str().unwrap());
        let (manager, _) = api.site.member_named(&api.account, Role::Manager, "Adam Ode", "adam@example.com");
        let leader = format!("{at}/leaders/{manager}");
        assert_problem(&api.send("PUT", &leader, Value::Null, &[]), 409, "user_not_found");
        let members = value!({"add": [manager, api.person]});
        assert_eq!(api.send("POST", &format!("{at}/members"), members, &[]).status, 200);
        assert_eq!(api.send("PUT", &leader, Value::Null, &[]).status, 204);
        assert_eq!(json(&api.get(&format!("{at}/leaders")))["items"], value!([{"id": manager}]));
        let other = format!("{at}/leaders/{}", api.person);
        assert_problem(&api.send("PUT", &other, Value::Null, &[]), 409, "not_a_manager");
        assert_eq!(api.send("DELETE", &leader, Value::Null, &[]).status, 204);
        assert_eq!(json(&api.get(&format!("{at}/leaders")))["items"], value!([]));
    }

    fn cards_are_issued_to_many_replaced_and_moved(db: &TestDb) {
        let api = Api::new(db);
        let new = value!({"user": api.person, "type": "rf", "number": "4711"});
        let card = json(&api.send("POST", "/cards", new, &[]));
        assert_eq!(card["state"], "reserved", "{card}");
        let preview = json(&api.send("POST", "/card-runs/preview", value!({}), &[]));
        assert_eq!(preview, value!({"issued": 1, "holding": 0, "no_number": 0, "not_active": 0, "over": 0}));
        let twice = value!({"users": [api.person, api.person]});
        assert_eq!(json(&api.send("POST", "/card-runs/preview", twice, &[])), preview);
        let odd = value!({"users": [api.person], "import": api.person});
        assert_problem(&api.send("POST", "/card-runs", odd, &[]), 422, "invalid");
        let begun = api.send("POST", "/card-runs", value!({"users": [api.person]}), &[]);
        assert_eq!(begun.status, 202, "{}", begun.body);
        api.site.work();
        let at = begun.header("location").strip_prefix("/api/v1").unwrap().to_owned();
        let run = json(&api.get(&at));
        assert_eq!((&run["state"], &run["busy"], &run["counts"]["issued"]), (&"done".into(), &false.into(), &1.into()), "{run}");
        assert_eq!(json(&api.get("/card-runs"))["items"][0]["id"], run["id"]);
        let file = api.get(&format!("{at}/results.csv"));
        assert!(file.body.contains("4711"), "{}", file.body);

        let old = format!("/cards/{}", card["id"].as_str().unwrap());
        assert_eq!(json(&api.get(&old))["state"], "active");
        assert_problem(&api.send("POST", &format!("{old}/replace"), value!({"number": "4711"}), &[]), 409, "card_id_in_use");
        let other = api.send("POST", &format!("{old}/replace"), value!({"number": "4712"}), &[]);
        assert_eq!(other.status, 201, "{}", other.body);
        assert_eq!(json(&api.get(&old))["state"], "revoked");
        let now = format!("/cards/{}", json(&other)["id"].as_str().unwrap());
        let me = json(&api.get("/users?q=maria"))["items"][0]["id"].clone();
        let moved = api.send("POST", &format!("{now}/move"), value!({"user": me}), &[]);
        assert_eq!(json(&moved)["user"], me, "{}", moved.body);
        assert_problem(&api.send("POST", &format!("{old}/move"), value!({"user": me}), &[]), 409, "card_state");
    }
}
