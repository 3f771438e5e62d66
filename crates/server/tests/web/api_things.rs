//! Devices, access, cards, activity, settings and exports by the API.

use axum::http::Method;
use serde_json::{Value, json as value};
use testkit::{TestDb, on_both};

use crate::{
    api::{assert_problem, json},
    api_rules::send,
    site::{Account, Answer, Site},
    tokens::{Made, made_by},
};

const ANY: &[(&str, &str)] = &[("if-match", "*")];

pub(crate) struct Api {
    pub(crate) site: Site,
    pub(crate) token: Made,
    pub(crate) person: String,
    pub(crate) account: Account,
}

impl Api {
    pub(crate) fn new(db: &TestDb) -> Self {
        let (site, account) = Site::with_account(db);
        let token = made_by(&site, &account, "Things");
        let person = site
            .person(&account, "Thandi Nkosi", "thandi@example.com")
            .to_string();
        Self {
            site,
            token,
            person,
            account,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.site
            .call(Method::GET, &format!("/api/v1{path}"), &self.token.secret)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = Some(body).filter(|body| !body.is_null());
        send(
            &self.site,
            method,
            &format!("/api/v1{path}"),
            &self.token,
            body.as_ref(),
            headers,
        )
    }
}

on_both! {
    fn devices_are_kept_and_access_is_given_changed_and_taken_away(db: &TestDb) {
        let api = Api::new(db);
        let made = api.send("POST", "/devices", value!({"name": "Main gate"}), &[]);
        assert_eq!(made.status, 201, "{}", made.body);
        assert_problem(&api.send("POST", "/devices", value!({"name": "main GATE"}), &[]), 409, "device_exists");
        let device = format!("/devices/{}", json(&made)["id"].as_str().unwrap());
        let changed = api.send("PATCH", &device, value!({"guest_minutes": 120}), &[("if-match", made.header("etag"))]);
        assert_eq!((&json(&changed)["name"], &json(&changed)["guest_minutes"]), (&"Main gate".into(), &120.into()));
        let grants = format!("{device}/grants");
        let give = value!({"users": [api.person], "access_type": "always", "notes": "Night shift"});
        assert_eq!(json(&api.send("POST", &grants, give.clone(), &[]))["given"], value!([api.person]));
        assert_eq!(json(&api.send("POST", &grants, give, &[]))["already"], value!([api.person]));
        let repeat = value!({"users": [api.person], "access_type": "repeat"});
        assert_problem(&api.send("POST", &grants, repeat, &[]), 422, "invalid");
        let one = format!("{grants}/{}", api.person);
        let read = api.get(&one);
        assert_eq!((&json(&read)["access_type"], &json(&read)["notes"]), (&"always".into(), &"Night shift".into()));
        let listed = json(&api.get(&grants))["items"].clone();
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["email"]), (1, &"thandi@example.com".into()));
        for (name, value) in json(&read).as_object().unwrap() {
            assert_eq!(&listed[0][name], value, "{name}");
        }
        let terms = value!({"access_type": "repeat", "schedule": "Mon-Fri 09:00-17:00"});
        assert_problem(&api.send("PATCH", &one, terms.clone(), &[("if-match", "\"99\"")]), 412, "version_outdated");
        let changed = api.send("PATCH", &one, terms, &[("if-match", read.header("etag"))]);
        assert_eq!(json(&changed)["access_type"], "repeat", "{}", changed.body);
        assert_eq!(api.send("DELETE", &one, Value::Null, &[]).status, 204);
        assert_problem(&api.get(&one), 404, "not_found");
        assert_eq!(json(&api.get(&format!("{grants}?standing=revoked")))["items"][0]["user"], api.person);
        assert_eq!(json(&api.get("/devices?q=main&fields=name"))["items"][0]["name"], "Main gate");
        assert_eq!(api.send("DELETE", &device, Value::Null, &[("if-match", "*")]).status, 204);
        assert_problem(&api.get(&device), 404, "not_found");
    }

    fn a_card_goes_through_its_states_and_never_shows_its_number(db: &TestDb) {
        let api = Api::new(db);
        let made = api.send("POST", "/cards", value!({"user": api.person, "type": "rf", "number": "98765432"}), &[]);
        assert_eq!(made.status, 201, "{}", made.body);
        let card = json(&made);
        assert_eq!((&card["state"], &card["name"]), (&"reserved".into(), &"Thandi Nkosi".into()));
        assert!(!made.body.contains("98765432"));
        let path = format!("/cards/{}", card["id"].as_str().unwrap());
        for (step, state) in [("issue", "active"), ("pause", "paused"), ("resume", "active"), ("revoke", "revoked")] {
            let turned = api.send("POST", &format!("{path}/{step}"), Value::Null, &[]);
            assert_eq!(json(&turned)["state"], state, "{}", turned.body);
        }
        assert_problem(&api.send("POST", &format!("{path}/pause"), Value::Null, &[]), 409, "card_state");
        assert_eq!(json(&api.get("/cards?state=revoked"))["items"], value!([json(&api.get(&path))]));
        for (words, found) in [("98765432", 1), ("thandi", 1), ("98765431", 0)] {
            let cards = json(&api.get(&format!("/cards?q={words}")));
            assert_eq!(cards["items"].as_array().unwrap().len(), found, "{words}: {cards}");
        }
        assert_problem(&api.send("POST", "/cards", value!({"user": api.person, "type": "rf"}), &[]), 422, "invalid");
    }

    fn what_programs_do_is_in_the_log_and_the_log_can_be_read(db: &TestDb) {
        let api = Api::new(db);
        for number in 0..3 {
            api.send("POST", "/groups", value!({"name": format!("Group {number}")}), &[]);
        }
        let page = json(&api.get("/activity?what=groups&who=token&limit=2"));
        let first = &page["items"][0];
        assert_eq!((&first["action"], &first["details"], &first["actor"]["name"]),
            (&"group.create".into(), &"Group 2".into(), &"Maria Keller (token Things)".into()));
        let next = page["next"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        let last = json(&api.get(&next));
        assert_eq!((&last["items"][0]["details"], &last["next"]), (&"Group 0".into(), &Value::Null));
    }

    fn settings_are_changed_with_their_version_and_within_their_bounds(db: &TestDb) {
        let api = Api::new(db);
        let read = api.get("/settings");
        assert_eq!(json(&read)["name"], "Harbour Facilities");
        let patch = value!({"time_zone": "Africa/Johannesburg", "import_lock": true, "keep_drafts_days": 40, "country": "ZA"});
        let changed = api.send("PATCH", "/settings", patch.clone(), &[("if-match", read.header("etag"))]);
        let now = json(&changed);
        assert_eq!((&now["time_zone"], &now["import_lock"], &now["keep_drafts_days"], &now["country"]),
            (&"Africa/Johannesburg".into(), &true.into(), &40.into(), &"ZA".into()));
        assert_problem(&api.send("PATCH", "/settings", patch, &[("if-match", read.header("etag"))]), 412, "version_outdated");
        let wrong = api.send("PATCH", "/settings", value!({"time_zone": "Nowhere/Land"}), &[("if-match", "*")]);
        assert_problem(&wrong, 422, "invalid");
        assert_eq!(json(&wrong)["errors"][0]["pointer"], "/time_zone");
    }

    fn settings_of_every_page_are_changed_together_or_not_at_all(db: &TestDb) {
        let api = Api::new(db);
        let patch = value!({
            "name": "Quay", "existing": "keep", "most_people": 7, "card_numbers": "hex", "card_type": "rf",
            "card_valid_days": 30, "photo_megabytes": 3, "photos_by_people": false, "document_megabytes": 20,
            "invitation_days": 10, "invitation_reminders": [2, 5], "password_chars": 14, "session_limit": 2,
            "two_factor_roles": ["admin", "owner"], "early_link": "https://x.example/app", "early_version": "2.10",
            "released_version": "2.9",
        });
        let changed = api.send("PATCH", "/settings", patch.clone(), ANY);
        assert_eq!(changed.status, 200, "{}", changed.body);
        let read = api.get("/settings");
        assert_eq!((json(&changed), changed.header("etag")), (json(&read), read.header("etag")));
        let now = json(&read);
        for (name, value) in patch.as_object().unwrap() {
            if name != "two_factor_roles" {
                assert_eq!(&now[name], value, "{name}");
            }
        }
        assert_eq!(now["two_factor_roles"], value!(["owner", "admin"]));
        let log = json(&api.get("/activity?what=settings"));
        let of = |action: &str| log["items"].as_array().unwrap().iter().filter(|one| one["action"] == action).count();
        for action in ["settings.cards", "photos.settings", "account.document_limit", "invitations.settings", "early_access.settings"] {
            assert_eq!(of(action), 1, "{action}");
        }

        let cleared = value!({"card_valid_days": null, "two_factor_roles": [], "early_link": null, "early_version": null});
        let now = json(&api.send("PATCH", "/settings", cleared, ANY));
        assert_eq!((&now["card_valid_days"], &now["two_factor_roles"], &now["early_link"]), (&Value::Null, &value!([]), &Value::Null));
        for (odd, pointer) in [
            (value!({"name": "Never", "invitation_reminders": [5, 2]}), "/invitation_reminders"),
            (value!({"name": "Never", "invitation_days": 3}), "/invitation_reminders"),
            (value!({"name": "Never", "early_version": "two"}), "/early_version"),
            (value!({"name": "Never", "early_link": "https://x.example"}), "/early_link"),
            (value!({"name": "Never", "password_chars": 7}), "/password_chars"),
            (value!({"name": "Never", "photo_megabytes": 11}), "/photo_megabytes"),
        ] {
            let refused = api.send("PATCH", "/settings", odd, ANY);
            assert_problem(&refused, 422, "invalid");
            assert_eq!(json(&refused)["errors"][0]["pointer"], pointer, "{}", refused.body);
        }
        assert_eq!(json(&api.get("/settings"))["name"], "Quay");
    }

    fn users_are_taken_out_as_files_with_the_filter_of_the_list(db: &TestDb) {
        let api = Api::new(db);
        let all = api.get("/exports/users.csv");
        assert_eq!((all.status.as_u16(), all.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(all.body.contains("thandi@example.com") && all.body.contains("maria@example.com"));
        assert!(!api.get("/exports/users.csv?role=owner").body.contains("thandi@"));
        assert!(api.get("/exports/users.xlsx").header("content-disposition").contains("people.xlsx"));
    }
}

on_both! {
    fn workflows_invitations_and_photos_have_their_operations(db: &TestDb) {
        let api = Api::new(db);
        let made = api.send("POST", "/workflows", value!({"name": "Onboarding"}), &[]);
        let path = format!("/workflows/{}", json(&made)["id"].as_str().unwrap());
        let part = format!("{path}/people/{}", api.person);
        assert_eq!(api.send("PUT", &part, Value::Null, &[]).status, 204);
        assert_eq!(api.send("PUT", &part, Value::Null, &[]).status, 204);
        assert_eq!(json(&api.get("/workflows"))["items"][0]["people"], 1);
        assert_problem(&api.send("PUT", &format!("{path}/groups/{}", api.person), Value::Null, &[]), 404, "not_found");
        let renamed = api.send("PATCH", &path, value!({"name": "Joining"}), &[("if-match", made.header("etag"))]);
        assert_eq!(json(&renamed)["name"], "Joining");
        assert_eq!(json(&api.get(&format!("/users?workflow={}", json(&made)["id"].as_str().unwrap())))["items"][0]["id"], api.person);
        assert_eq!(api.send("DELETE", &part, Value::Null, &[]).status, 204);

        let invite = format!("/users/{}/invite", api.person);
        assert_eq!(json(&api.send("POST", &invite, value!({"channel": "email"}), &[])), value!({"result": "sent"}));
        assert_problem(&api.send("POST", &invite, value!({"channel": "sms"}), &[]), 409, "no_address");
        let open = json(&api.get("/invitations?standing=waiting"));
        assert_eq!(open["items"][0]["recipient"], "thandi@example.com");
        let one = format!("/invitations/{}", open["items"][0]["id"].as_str().unwrap());
        assert_eq!(api.send("DELETE", &one, Value::Null, &[]).status, 204);
        assert_problem(&api.send("DELETE", &one, Value::Null, &[]), 404, "not_found");

        let photo = format!("/users/{}/photo", api.person);
        assert_problem(&api.get(&photo), 404, "not_found");
        assert_problem(&api.send("PUT", &photo, value!("no picture"), &[]), 422, "not_a_picture");
        assert_eq!(api.send("DELETE", &photo, Value::Null, &[]).status, 204, "as it was asked for");
        let cookie = api.site.sign_in("maria@example.com");
        assert_eq!(crate::photos::set(&api.site, &photo, crate::photos::png(90), &cookie).status, 303);
        let shown = api.get(&photo);
        // Its address stays the same when it is replaced.
        assert_eq!((shown.status.as_u16(), shown.header("cache-control")), (200, "no-store"));
    }
}
