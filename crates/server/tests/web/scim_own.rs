//! The account's own fields, as identity providers see and set them.

use axum::http::Method;
use directory::fields::{self, FieldKind};
use serde_json::{Value, json};
use testkit::{TestDb, on_both};

use crate::scim::{ENTERPRISE, Provider, assert_refused, json_of};

const OWN: &str = "urn:ietf:params:scim:schemas:extension:muster:2.0:User";

/// A provider of an account with a field of every kind.
fn provider(db: &TestDb) -> Provider {
    let provider = Provider::new(db);
    let ctx = provider.site.ctx(&provider.account);
    for (label, kind, choices) in [
        ("Locker", FieldKind::Text, &[][..]),
        ("Height", FieldKind::Number, &[]),
        ("Born on", FieldKind::Date, &[]),
        ("First aider", FieldKind::Bool, &[]),
        ("Größe", FieldKind::Choice, &["S", "M"]),
    ] {
        let choices: Vec<String> = choices.iter().map(|one: &&str| (*one).to_owned()).collect();
        let made = provider
            .site
            .db
            .write_blocking(|tx| fields::create(tx, &ctx, label, kind, &choices));
        made.unwrap();
    }
    provider
}

/// What is stored of somebody's own fields.
fn stored(provider: &Provider, id: &str) -> Value {
    let id = id.parse().unwrap();
    let record = provider
        .site
        .db
        .read_blocking(|tx| directory::users::get(tx, provider.account.id, id));
    let custom = record.unwrap().user.custom;
    custom.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
}

fn ben(own: &Value) -> Value {
    json!({
        "userName": "ben@example.com", "name": {"givenName": "Ben", "familyName": "Cole"},
        OWN: own,
    })
}

on_both! {
    fn own_fields_are_an_extension_with_stable_names(db: &TestDb) {
        let provider = provider(db);
        let schema = json_of(&provider.get(&format!("/Schemas/{OWN}")));
        let told: Vec<_> = schema["attributes"].as_array().unwrap().iter().map(|one| {
            (one["name"].as_str().unwrap(), one["type"].as_str().unwrap(), one["description"].as_str().unwrap())
        }).collect();
        assert_eq!(told, [
            ("locker", "string", "Locker"), ("height", "decimal", "Height"), ("born_on", "dateTime", "Born on"),
            ("first_aider", "boolean", "First aider"), ("gr-f6-sse", "string", "Größe"),
        ]);
        assert_eq!(schema["attributes"][4]["canonicalValues"], json!(["S", "M"]));
        assert!(provider.get("/Schemas").body.contains(OWN));
        let kind = json_of(&provider.get("/ResourceTypes/User"));
        assert_eq!(kind["schemaExtensions"], json!([{"schema": ENTERPRISE, "required": false}, {"schema": OWN, "required": false}]));
        let group = json_of(&provider.get("/ResourceTypes/Group"));
        assert_eq!(group["schemaExtensions"], json!([]));
        // Another label changes no name.
        provider.site.db.write_blocking(|tx| fields::rename(tx, &provider.site.ctx(&provider.account), "locker", "Cupboard")).unwrap();
        let schema = json_of(&provider.get(&format!("/Schemas/{OWN}")));
        assert_eq!((&schema["attributes"][0]["name"], &schema["attributes"][0]["description"]), (&json!("locker"), &json!("Cupboard")));
    }

    fn own_fields_are_made_replaced_and_changed(db: &TestDb) {
        let provider = provider(db);
        let own = json!({
            "LOCKER": " 17 B", "height": "1.80", "born_on": "1990-02-03T10:00:00+02:00", "first_aider": "True",
            "gr-f6-sse": "m", "color": "red",
        });
        let id = provider.made("/Users", &ben(&own));
        let kept = json!({"locker": "17 B", "height": "1.8", "born_on": "1990-02-03", "first_aider": "true", "grösse": "M"});
        assert_eq!(stored(&provider, &id), kept);
        let shown = provider.shown(&id);
        assert!(shown["schemas"].as_array().unwrap().contains(&json!(OWN)));
        let words = json!({"locker": " 17 B", "height": 1.8, "born_on": "1990-02-03T10:00:00+02:00", "first_aider": true, "gr-f6-sse": "m"});
        assert_eq!(shown[OWN], words);

        let path = format!("/Users/{id}");
        let changed = provider.patch(&path, &json!([
            {"op": "Replace", "path": format!("{OWN}:locker"), "value": "18"},
            {"op": "Add", "value": {format!("{OWN}:height"): 2}},
            {"op": "Replace", "path": OWN, "value": {"first_aider": false}},
            {"op": "Remove", "path": format!("{OWN}:born_on")},
        ]));
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_eq!(stored(&provider, &id), json!({"locker": "18", "height": "2", "first_aider": "false", "grösse": "M"}));
        assert_eq!(json_of(&changed)[OWN], json!({"locker": "18", "height": 2, "first_aider": false, "gr-f6-sse": "m"}));

        // What was said is cleared by a PUT without it; the other way of Entra, with null.
        let put = provider.send(Method::PUT, &path, &ben(&json!({"locker": "19", "height": null})));
        assert_eq!(put.status, 200, "{}", put.body);
        assert_eq!(stored(&provider, &id), json!({"locker": "19"}));
        for (wrong, code) in [
            (json!({"height": "tall"}), "invalidValue"),
            (json!({"first_aider": "perhaps"}), "invalidValue"),
            (json!({"born_on": "soon"}), "invalid_value"),
            (json!({"gr-f6-sse": "XL"}), "invalid_value"),
        ] {
            let refused = provider.send(Method::PUT, &path, &ben(&wrong));
            assert_refused(&refused, 400, "invalidValue", code);
        }
        let unknown = json!([{"op": "add", "path": format!("{OWN}:color"), "value": "red"}]);
        assert_refused(&provider.patch(&path, &unknown), 400, "invalidPath", "invalidPath");
    }

    fn what_people_entered_by_hand_is_shown_and_stays(db: &TestDb) {
        let provider = provider(db);
        let id = provider.user("ada");
        let user = id.parse().unwrap();
        let ctx = &provider.site.ctx(&provider.account);
        provider.site.db.write_blocking(|tx| {
            let record = directory::users::get(tx, ctx.account, user)?;
            let mut typed = directory::users::Typed::of(&record);
            for (key, value) in [("height", "007"), ("born_on", "1990-02-03"), ("first_aider", "no"), ("grösse", "S")] {
                typed.set(format!("custom.{key}"), value);
            }
            let draft = directory::users::read(tx, ctx, &typed, Some(&record))?.unwrap();
            directory::users::save(tx, ctx, user, record.user.version, &draft).map(drop)
        }).unwrap();
        let entered = stored(&provider, &id);
        assert_eq!(entered["height"], "007");
        let shown = provider.shown(&id);
        assert_eq!(shown[OWN], json!({"height": 7, "born_on": "1990-02-03T00:00:00Z", "first_aider": false, "gr-f6-sse": "S"}));
        // Sent back as it was read, and then by somebody who knows nothing of it.
        for body in [shown.clone(), crate::scim::ada("ada")] {
            let put = provider.send(Method::PUT, &format!("/Users/{id}"), &body);
            assert_eq!(put.status, 200, "{}", put.body);
            if body == shown {
                assert_eq!(stored(&provider, &id), entered);
            }
        }
    }

    fn own_fields_filter_sort_and_are_chosen(db: &TestDb) {
        let provider = provider(db);
        let person = |name: &str, own: Value| {
            let body = json!({"userName": name, "displayName": name, OWN: own});
            provider.made("/Users", &body)
        };
        let tall = person("tall", json!({"height": 10, "born_on": "1990-02-03", "locker": "b"}));
        let small = person("small", json!({"height": 9.5, "born_on": "2000-01-01", "first_aider": true}));
        let found = |filter: &str| provider.found("/Users", &[("filter", filter)]);
        for (filter, expected) in [
            (format!("{OWN}:height gt 9.9"), &tall),
            (format!("{OWN}:born_on ge \"2000-01-01\""), &small),
            (format!("{OWN}:first_aider eq true"), &small),
            (format!("{OWN}:locker pr"), &tall),
            (format!("{OWN}:LOCKER sw \"B\""), &tall),
        ] {
            assert_eq!(found(&filter), [expected.as_str()], "{filter}");
        }
        assert_eq!(found(&format!("{OWN} pr")).len(), 2);
        let by_height = format!("{OWN}:height");
        let sorted = provider.found("/Users", &[("filter", &format!("{OWN} pr")), ("sortBy", &by_height)]);
        assert_eq!(sorted, [small.as_str(), &tall]);
        let unknown = provider.list("/Users", &[("filter", &format!("{OWN}:color pr"))]);
        assert_refused(&unknown, 400, "invalidFilter", "invalidFilter");
        let only = provider.get(&format!("/Users/{tall}?attributes={by_height}"));
        assert_eq!(json_of(&only)[OWN], json!({"height": 10}));
        assert!(json_of(&only).get("userName").is_none());
        let without = provider.get(&format!("/Users/{tall}?excludedAttributes={by_height},{OWN}:locker"));
        assert_eq!(json_of(&without)[OWN], json!({"born_on": "1990-02-03"}));
        let bare = provider.get(&format!("/Users/{tall}?excludedAttributes={OWN}"));
        assert!(json_of(&bare).get(OWN).is_none());
    }
}
