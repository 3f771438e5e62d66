//! Kept lists, one's own notifications, photos of many, and handing a device over, by the API.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
};
use directory::notifications;
use kernel::Role;
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_things::Api,
    photos::{png, zipped},
    site::{Answer, request},
};

fn upload(api: &Api, query: &str, zip: &[u8], headers: &[(&str, &str)]) -> Answer {
    let path = format!("/api/v1/photo-batches{query}");
    let mut asked = request(Method::POST, &path, "")
        .header(
            header::AUTHORIZATION,
            format!("Bearer {}", api.token.secret),
        )
        .header(header::CONTENT_TYPE, "application/octet-stream");
    for (name, value) in headers {
        asked = asked.header(*name, *value);
    }
    api.site.send(asked.body(Body::from(zip.to_vec())).unwrap())
}

on_both! {
    fn lists_are_kept_replaced_and_removed(db: &TestDb) {
        let api = Api::new(db);
        let keep = |query: &str, shared: bool| {
            let body = value!({"name": "No card", "query": query, "shared": shared});
            api.send("POST", "/views", body, &[])
        };
        let first = json(&keep("status=active&lacks=card&odd=1", false));
        assert_eq!((&first["query"], &first["own"]), (&"status=active&lacks=card".into(), &true.into()));
        let second = json(&keep("status=invited", true));
        assert_eq!((&second["shared"], &second["human_url"]), (&true.into(), &"/users?status=invited".into()));
        let all = json(&api.get("/views"));
        assert_eq!(all["items"], value!([second]), "one's own of the same name is replaced");
        let long = api.send("POST", "/views", value!({"name": "x".repeat(101), "query": ""}), &[]);
        assert_problem(&long, 422, "invalid");
        let one = format!("/views/{}", second["id"].as_str().unwrap());
        assert_eq!(api.send("DELETE", &one, Value::Null, &[]).status, 204);
        assert_problem(&api.send("DELETE", &one, Value::Null, &[]), 404, "not_found");
    }

    fn notifications_are_those_of_the_tokens_maker(db: &TestDb) {
        let api = Api::new(db);
        let ctx = api.site.ctx(&api.account);
        let (other, _) = api.site.member_named(&api.account, Role::Admin, "Ada Admin", "ada@example.com");
        let leave = |user, text: &str| {
            api.site.clock.advance(Duration::from_millis(2));
            api.site.db.write_blocking(|tx| notifications::add(tx, &ctx, user, "import.finished", None, text)).unwrap();
        };
        for text in ["one", "two", "three"] {
            leave(api.account.owner, text);
        }
        leave(other, "not hers");
        let page = json(&api.get("/notifications?limit=2"));
        let texts: Vec<&str> = page["items"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["three", "two"]);
        let next = page["next"].as_str().unwrap().strip_prefix("/api/v1").unwrap();
        assert_eq!(json(&api.get(next))["items"][0]["text"], "one");
        let read = format!("/notifications/{}/read", page["items"][0]["id"].as_str().unwrap());
        assert_eq!(api.send("POST", &read, Value::Null, &[]).status, 204);
        assert_problem(&api.send("POST", &read, Value::Null, &[]), 404, "not_found");
        assert_eq!(json(&api.send("POST", "/notifications/read", Value::Null, &[])), value!({"marked": 2}));
        assert_eq!(api.site.count("select count(*) as n from notifications where read_at is null"), 1);

        let choices = json(&api.get("/notification-choices"));
        assert_eq!((&choices["imports_ended"], &choices["documents"]), (&false.into(), &true.into()));
        let chosen = json(&api.send("PATCH", "/notification-choices", value!({"imports_ended": true}), &[]));
        assert_eq!((&chosen["imports_ended"], &chosen["documents"]), (&true.into(), &true.into()));
        assert_eq!(api.site.count("select count(*) as n from notification_choices"), 1);
    }

    fn photos_of_many_come_in_a_zip_and_can_be_taken_back(db: &TestDb) {
        let api = Api::new(db);
        let zip = zipped(&[("thandi@example.com.png", png(90)), ("nobody@example.com.png", png(10)), ("notes.png", b"no".to_vec())]);
        assert_problem(&upload(&api, "", b"", &[]), 422, "file_missing");
        let key = [("idempotency-key", "badges")];
        let begun = upload(&api, "?recognise=email&name=badges.zip", &zip, &key);
        assert_eq!(begun.status, 202, "{}", begun.body);
        let again = upload(&api, "?recognise=email&name=badges.zip", &zip, &key);
        assert_eq!((&again.body, again.header("idempotent-replayed")), (&begun.body, "true"));
        assert_problem(&upload(&api, "?recognise=id", &zip, &key), 422, "idempotency_key_reused");
        let path = begun.header("location").strip_prefix("/api/v1").unwrap().to_owned();
        api.site.jobs();
        let batch = json(&api.get(&path));
        assert_eq!((&batch["state"], &batch["name"], &batch["stored"], &batch["refused"]),
            (&"done".into(), &"badges.zip".into(), &1.into(), &2.into()), "{batch}");
        let stored = json(&api.get(&format!("{path}/files?outcome=stored")));
        assert_eq!((&stored["items"][0]["user"], &stored["items"][0]["name"]), (&value!(api.person), &"thandi@example.com.png".into()));
        assert_eq!(json(&api.get("/photo-batches"))["items"].as_array().unwrap().len(), 1);
        let photo = format!("/users/{}/photo", api.person);
        assert_eq!(api.get(&photo).status, 200);
        let undo = format!("{path}/undo");
        let undone = api.send("POST", &undo, Value::Null, &[]);
        assert_eq!((undone.status.as_u16(), &json(&undone)["state"]), (202, &"undoing".into()), "{}", undone.body);
        api.site.jobs();
        let undone = json(&api.get(&path));
        assert_eq!((&undone["state"], &undone["undone"]), (&"undone".into(), &value!({"restored": 0, "removed": 1, "kept": 0})));
        assert_problem(&api.get(&photo), 404, "not_found");
        assert_problem(&api.send("POST", &undo, Value::Null, &[]), 409, "photo_refused");
    }

    fn a_device_is_handed_over_by_exactly_an_address(db: &TestDb) {
        let api = Api::new(db);
        let device = json(&api.send("POST", "/devices", value!({"name": "Main gate"}), &[]));
        let path = format!("/devices/{}", device["id"].as_str().unwrap());
        let (new, _) = api.site.member_named(&api.account, Role::User, "Sam Able", "sam@example.com");
        let send = |what: &str, to: &str| api.send("POST", &format!("{path}/{what}"), value!({"to": to}), &[]);
        assert_problem(&send("recipient", "thandi@example.com"), 409, "recipient_unknown");
        assert_problem(&send("recipient", "sam"), 409, "recipient_unknown");
        assert_eq!(json(&send("recipient", "SAM@example.com")), value!({"id": new, "name": "Sam Able"}));
        let grants = format!("{path}/grants/{new}");
        assert_problem(&api.get(&grants), 404, "not_found");
        assert_eq!(json(&send("transfer", "sam@example.com"))["id"], value!(new));
        assert_eq!(json(&api.get(&grants))["access_type"], "owner");
        assert_problem(&send("transfer", "sam@example.com"), 409, "is_owner");
    }
}
