//! Inviting many, access for people who are new, and having a user's own data sent to them, by the API.

use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_things::Api,
    wizard::settle,
};

const NOBODYS: &str = "01971f00-0000-7000-8000-000000000000";

on_both! {
    fn many_are_invited_followed_and_taken_back(db: &TestDb) {
        let api = Api::new(db);
        let other = api.site.person(&api.account, "Sam Able", "sam@example.com").to_string();
        let named = value!({"users": [api.person, api.person, other, NOBODYS]});
        let preview = json(&api.send("POST", "/invitations/preview", named.clone(), &[]));
        assert_eq!((&preview["by_email"], &preview["unreachable"]), (&2.into(), &0.into()), "{preview}");
        let begun = api.send("POST", "/invitations", named, &[("idempotency-key", "wave")]);
        assert_eq!(begun.status, 202, "{}", begun.body);
        let path = json(&begun)["status_url"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        assert_eq!(begun.header("location"), format!("/api/v1{path}"));
        api.site.jobs();
        let wave = json(&api.get(&path));
        assert_eq!((&wave["state"], &wave["invited"], &wave["busy"]), (&"done".into(), &2.into(), &false.into()), "{wave}");
        assert_eq!(json(&api.get("/invitation-waves?fields=invited"))["items"][0]["invited"], 2);
        assert_problem(&api.send("POST", &format!("{path}/pause"), Value::Null, &[]), 409, "not_open");
        assert_eq!(json(&api.get("/invitation-counts"))["counts"]["waiting"], 2);
        let again = json(&api.send("POST", "/invitations/preview", value!({"everybody": true}), &[]));
        assert_eq!(again["already"], 2, "{again}");
        let again = json(&api.send("POST", "/invitations/preview", value!({"standing": "waiting", "again": true}), &[]));
        assert_eq!(again["by_email"], 2, "{again}");

        let users = value!({"users": [api.person, other], "days": 30});
        assert_eq!(json(&api.send("POST", "/invitations/extend", users, &[])), value!({"invitations": 2}));
        let one = json(&api.get("/invitations"))["items"][0]["id"].as_str().unwrap().to_owned();
        let longer = |days: i64| api.send("POST", &format!("/invitations/{one}/extend"), value!({"days": days}), &[]);
        assert_eq!(longer(90).status, 204);
        assert_problem(&longer(91), 422, "invalid");
        let back = value!({"users": [api.person]});
        assert_eq!(json(&api.send("POST", "/invitations/withdraw", back.clone(), &[]))["invitations"], 1);
        assert_eq!(json(&api.send("POST", "/invitations/withdraw", back, &[]))["invitations"], 0);
    }

    fn a_wave_is_halted_and_needs_to_be_told_whom_it_is_for(db: &TestDb) {
        let api = Api::new(db);
        let begin = |body: Value| api.send("POST", "/invitations", body, &[]);
        for odd in [value!({}), value!({"everybody": false}), value!({"everybody": true, "users": []})] {
            assert_problem(&begin(odd), 422, "invalid");
        }
        let late = begin(value!({"everybody": true, "send_at": "2020-01-01T00:00:00Z"}));
        assert_problem(&late, 422, "invalid");
        assert_eq!(json(&late)["errors"][0]["pointer"], "/send_at");
        let begun = json(&begin(value!({"everybody": true, "channel": "email", "days": 7})));
        let path = format!("/invitation-waves/{}", begun["id"].as_str().unwrap());
        let order = |what: &str| api.send("POST", &format!("{path}/{what}"), Value::Null, &[]);
        assert_eq!(json(&order("pause"))["state"], "paused");
        api.site.jobs();
        assert_eq!(json(&api.get(&path))["invited"], 0);
        assert_problem(&order("pause"), 409, "not_open");
        assert_eq!(json(&order("resume"))["state"], "running");
        assert_eq!(json(&order("stop"))["state"], "stopped");
        api.site.jobs();
        assert_eq!(api.site.count("select count(*) as n from invitations"), 0);
    }

    fn a_users_own_data_goes_to_them_alone(db: &TestDb) {
        let api = Api::new(db);
        let path = format!("/users/{}/data-request", api.person);
        assert_eq!(json(&api.get(&path))["state"], "none");
        let asked = api.send("POST", &path, Value::Null, &[]);
        assert_eq!((asked.status.as_u16(), &json(&asked)["state"]), (202, &"queued".into()), "{}", asked.body);
        assert_problem(&api.send("POST", &path, Value::Null, &[]), 409, "too_often");
        api.site.jobs();
        let ready = api.get(&path);
        assert_eq!((&json(&ready)["state"], &json(&ready)["asked_by"]), (&"ready".into(), &"Maria Keller (token Things)".into()));
        assert!(!ready.body.contains("http"), "{}", ready.body);
        let to = "select recipient from messages where purpose = 'own_data'";
        assert_eq!(api.site.text(to), "thandi@example.com");
    }

    fn people_get_access_to_devices_and_who_is_new_is_invited(db: &TestDb) {
        let api = Api::new(db);
        let device = json(&api.send("POST", "/devices", value!({"name": "Main gate"}), &[]));
        let device = device["id"].as_str().unwrap();
        let send = |people: Value| {
            let body = value!({"devices": [device], "access_type": "always", "people": people});
            api.send("POST", "/invites", body, &[])
        };
        let odd = send(value!([{"name": "Ada Able", "email": "ada@example.com"}, {"name": "Bo", "email": "no address"}]));
        assert_problem(&odd, 422, "invalid");
        assert_eq!(json(&odd)["errors"][0]["pointer"], "/people/1/email", "{}", odd.body);
        assert_eq!(json(&send(value!([])))["errors"][0]["pointer"], "/people");
        let sent = send(value!([{"name": "Ada Able", "email": "ada@example.com"}, {"name": "Thandi Nkosi", "email": "thandi@example.com"}]));
        assert_eq!(sent.status, 202, "{}", sent.body);
        let path = sent.header("location").strip_prefix("/api/v1").unwrap().to_owned();
        assert_eq!((&json(&sent)["state"], &json(&sent)["counts"]["waiting"]), (&"giving".into(), &2.into()));
        settle(&api.site);
        let done = json(&api.get(&path));
        assert_eq!((&done["state"], &done["counts"]["pending"], &done["counts"]["failed"]), (&"done".into(), &2.into(), &0.into()), "{done}");
        let people = json(&api.get(&format!("{path}/people?fields=name,standing")));
        assert_eq!(people["items"][0], value!({"name": "Ada Able", "standing": "pending"}));
        let ada = json(&api.get("/users?key=ada@example.com"));
        let grant = api.get(&format!("/devices/{device}/grants/{}", ada["items"][0]["id"].as_str().unwrap()));
        assert_eq!(json(&grant)["access_type"], "always", "{}", grant.body);
        // One that was begun on the page is not taken over.
        let cookie = api.site.sign_in("maria@example.com");
        assert_eq!(api.site.post("/invite", &[], &cookie).status, 303);
        let waits = send(value!([{"name": "Cy Able", "email": "cy@example.com"}]));
        assert_problem(&waits, 409, "draft_open");
    }
}
