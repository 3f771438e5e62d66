//! SCIM as identity providers speak it.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use directory::{
    Action,
    roles::{self, NewRole},
};
use identity::tokens::Scope;
use kernel::Role;
use serde_json::{Value, json};
use server::Settings;
use testkit::{TestDb, on_both};

use crate::{
    roles::give,
    site::{Account, Answer, Site, encoded, request},
    tokens::{made_by, with_scopes},
};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const NOBODYS: &str = "01971f00-0000-7000-8000-000000000000";

/// A provider with a token that may do everything.
struct Provider {
    site: Site,
    account: Account,
    secret: String,
}

impl Provider {
    fn new(db: &TestDb) -> Self {
        Self::on(db, Settings::default())
    }

    fn on(db: &TestDb, settings: Settings) -> Self {
        let site = Site::empty(db, settings);
        let account = site.account("Harbour Facilities", "maria@example.com");
        let secret = made_by(&site, &account, "Provider").secret;
        Self {
            site,
            account,
            secret,
        }
    }

    fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Request<Body> {
        let request = request(method, &format!("/scim/v2{path}"), "")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.secret));
        let request = match body {
            Some(_) => request.header(header::CONTENT_TYPE, "application/scim+json; charset=utf-8"),
            None => request,
        };
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        request.body(body).unwrap()
    }

    fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        // Versions and newest members are told apart by time.
        self.site.clock.advance(std::time::Duration::from_millis(2));
        self.site.send(self.request(method, path, Some(body)))
    }

    fn get(&self, path: &str) -> Answer {
        self.site.send(self.request(Method::GET, path, None))
    }

    fn delete(&self, path: &str) -> Answer {
        self.site.send(self.request(Method::DELETE, path, None))
    }

    /// Makes something, and says its id.
    fn made(&self, path: &str, body: &Value) -> String {
        let made = self.send(Method::POST, path, body);
        assert_eq!(made.status, 201, "{}", made.body);
        id(&json_of(&made)).to_owned()
    }

    fn user(&self, name: &str) -> String {
        self.made("/Users", &ada(name))
    }

    /// The user as it is shown.
    fn shown(&self, id: &str) -> Value {
        let answer = self.get(&format!("/Users/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
        json_of(&answer)
    }

    fn patch(&self, path: &str, operations: &Value) -> Answer {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        });
        self.send(Method::PATCH, path, &body)
    }

    /// The ids that a filter finds, in their order.
    fn found(&self, path: &str, query: &[(&str, &str)]) -> Vec<String> {
        let list = json_of(&self.list(path, query));
        let all = list.get("Resources").and_then(Value::as_array).unwrap();
        all.iter().map(|one| id(one).to_owned()).collect()
    }

    fn list(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.get(&format!("{path}?{}", query.join("&")))
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

fn ada(name: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": format!("{name}@example.com"),
        "externalId": format!("ext-{name}"),
        "name": {"givenName": "Ada", "familyName": name, "formatted": format!("Dr. Ada {name}")},
        "displayName": format!("Ada {name}"),
        "emails": [{"value": format!("{name}@example.com"), "type": "work", "primary": true}],
        "active": true,
        "title": "Engineer",
        "nickName": "Adi",
        "password": "not kept",
        ENTERPRISE: {"employeeNumber": format!("E-{name}"), "department": "Engines", "costCenter": "42"},
    })
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, kind: &str, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/scim+json");
    let body = json_of(answer);
    assert_eq!(
        body.pointer("/schemas/0").unwrap(),
        "urn:ietf:params:scim:api:messages:2.0:Error"
    );
    assert_eq!(body.get("status").unwrap(), &status.to_string());
    assert_eq!(
        body.get("scimType").and_then(Value::as_str).unwrap_or(""),
        kind,
        "{body}"
    );
    let detail = body.get("detail").and_then(Value::as_str).unwrap();
    assert!(detail.ends_with(&format!("[{code}]")), "{detail}");
}

on_both! {
    fn a_user_is_made_shown_as_it_was_said_and_becomes_a_person(db: &TestDb) {
        let provider = Provider::new(db);
        let sent = ada("lovelace");
        let made = provider.send(Method::POST, "/Users", &sent);
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.header("content-type"), "application/scim+json");
        let user = json_of(&made);
        assert_eq!(made.header("location"), user["meta"]["location"]);
        assert_eq!(made.header("etag"), user["meta"]["version"]);
        for part in ["userName", "externalId", "name", "displayName", "emails", "active", "title", "nickName", ENTERPRISE] {
            assert_eq!(user[part], sent[part], "{part}");
        }
        assert!(user.get("password").is_none());
        assert_eq!(provider.shown(id(&user)), user);
        let is_kept = "select count(*) as number from users where first_name = 'Ada' and last_name = 'lovelace' \
             and email = 'lovelace@example.com' and external_id = 'E-lovelace' and department = 'Engines' \
             and title = 'Engineer' and status = 'invited' and role = 'user'";
        assert_eq!(provider.site.count(is_kept), 1);
        assert_eq!(provider.site.count("select count(*) as number from messages"), 0);
        let log = "select count(*) as number from activity where action = 'user.create' and actor_name = 'Maria Keller (token Provider)'";
        assert_eq!(provider.site.count(log), 1);
    }

    fn keys_that_are_taken_and_values_that_are_none_are_refused(db: &TestDb) {
        let provider = Provider::new(db);
        provider.user("lovelace");
        let with = |change: Value| {
            let mut user = ada("byron");
            user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            provider.send(Method::POST, "/Users", &user)
        };
        let uniqueness = [
            (json!({"userName": "LOVELACE@example.com"}), "user_name_taken"),
            (json!({"emails": [{"value": "Lovelace@Example.com"}]}), "email_taken"),
            (json!({ENTERPRISE: {"employeeNumber": "e-lovelace"}}), "external_id_taken"),
            // The owner, whom no provider brought, is known by her address.
            (json!({"userName": "maria@example.com"}), "user_name_taken"),
        ];
        for (change, code) in uniqueness {
            assert_refused(&with(change), 409, "uniqueness", code);
        }
        assert_refused(&with(json!({"emails": [{"value": "no address"}]})), 400, "invalidValue", "invalid_value");
        assert_refused(&with(json!({"userName": null})), 400, "invalidValue", "user_name_missing");
        assert_refused(&with(json!({"active": "perhaps"})), 400, "invalidValue", "invalidValue");
        let answer = provider.site.send(provider.request(Method::POST, "/Users", Some(&json!([1]))));
        assert_refused(&answer, 400, "invalidSyntax", "invalidSyntax");
        assert_eq!(provider.site.count("select count(*) as number from users where first_name = 'Ada'"), 1);
    }

    fn a_provider_probes_links_and_changes_somebody_who_was_there_before(db: &TestDb) {
        let provider = Provider::new(db);
        let probe = provider.list("/Users", &[("filter", r#"userName eq "nobody@example.com""#)]);
        assert_eq!(probe.status, 200);
        assert_eq!(json_of(&probe)["totalResults"], 0);
        assert_eq!(json_of(&probe)["Resources"], json!([]));
        let thandi = provider.site.person(&provider.account, "Thandi Nkosi", "thandi@example.com").to_string();
        let found = provider.found("/Users", &[("filter", r#"userName eq "THANDI@example.com""#)]);
        assert_eq!(found, std::slice::from_ref(&thandi));
        let path = format!("/Users/{thandi}");
        let changed = provider.patch(&path, &json!([
            {"op": "Add", "path": "externalId", "value": "obj-1"},
            {"op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+41 44 668 18 00"},
            {"op": "Replace", "path": "name.familyName", "value": "Mbeki"},
            {"op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "Gates"},
        ]));
        assert_eq!(changed.status, 200, "{}", changed.body);
        let user = json_of(&changed);
        assert_eq!(user["name"]["formatted"], "Thandi Mbeki");
        assert_eq!(user["displayName"], "Thandi Mbeki");
        assert_eq!(user["phoneNumbers"], json!([{"type": "work", "value": "+41 44 668 18 00"}]));
        assert_eq!(user["emails"][0]["value"], "thandi@example.com");
        assert_eq!(provider.found("/Users", &[("filter", r#"externalId eq "obj-1""#)]), [thandi]);
        let stored = "select count(*) as number from users where phone = '+41446681800' and last_name = 'Mbeki' and department = 'Gates'";
        assert_eq!(provider.site.count(stored), 1);
    }

    fn what_a_provider_never_said_survives_its_put(db: &TestDb) {
        let provider = Provider::new(db);
        let ada = provider.user("lovelace");
        let path = format!("/Users/{ada}");
        provider.site.execute("update users set phone = '+41446681800', version = version + 1 where first_name = 'Ada'");
        let put = json!({"userName": "countess@example.com", "name": {"givenName": "Augusta", "familyName": "King"}, "active": true});
        let answer = provider.send(Method::PUT, &path, &put);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let user = json_of(&answer);
        assert_eq!((&user["userName"], &user["name"]["givenName"]), (&json!("countess@example.com"), &json!("Augusta")));
        // It had said the title, and says it no longer; the phone is somebody else's word.
        assert!(user.get("title").is_none() && user.get("emails").is_none() && user.get("externalId").is_none());
        assert_eq!(user["phoneNumbers"][0]["value"], "+41446681800");
        assert_eq!(provider.found("/Users", &[("filter", r#"userName eq "lovelace@example.com""#)]), [] as [String; 0]);
        assert_eq!(provider.found("/Users", &[("filter", r#"userName eq "Countess@example.com""#)]), [ada]);
    }

    fn deactivating_ends_sessions_and_is_taken_back(db: &TestDb) {
        let provider = Provider::new(db);
        let (person, cookie) = provider.site.member_named(&provider.account, Role::Admin, "Ben Admin", "ben@example.com");
        assert_eq!(provider.site.get("/users", &cookie).status, 200);
        let path = format!("/Users/{person}");
        let answer = provider.patch(&path, &json!([{"op": "Replace", "path": "active", "value": "False"}]));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(json_of(&answer)["active"], false);
        assert_eq!(provider.site.get("/users", &cookie).status, 303);
        assert_eq!(provider.site.count("select count(*) as number from sessions"), 0);
        assert_eq!(provider.found("/Users", &[("filter", "active eq False")]), [person.to_string()]);
        let answer = provider.patch(&path, &json!([{"op": "replace", "value": {"active": true}}]));
        assert_eq!(json_of(&answer)["active"], true);
        let log = "select count(*) as number from activity where action in ('user.deactivate', 'user.reactivate')";
        assert_eq!(provider.site.count(log), 2);
    }

    fn a_token_does_nothing_its_maker_could_not_do(db: &TestDb) {
        let provider = Provider::new(db);
        let owner = format!("/Users/{}", provider.account.owner);
        let off = json!([{"op": "replace", "path": "active", "value": false}]);
        assert_refused(&provider.patch(&owner, &off), 403, "", "yourself");
        assert_refused(&provider.delete(&owner), 403, "", "yourself");
        let (admin, _) = provider.site.member_named(&provider.account, Role::Admin, "Ben Admin", "ben@example.com");
        provider.site.execute("update api_tokens set user_id = (select id from users where email = 'ben@example.com')");
        let as_admin = provider.patch(&owner, &off);
        assert_refused(&as_admin, 403, "", "role_above_yours");
        assert_refused(&provider.delete(&owner), 403, "", "account_owner");
        let me = json_of(&provider.get("/Me"));
        assert_eq!(me["id"], admin.to_string());
        assert!(me["meta"]["location"].as_str().unwrap().ends_with(&format!("/scim/v2/Users/{admin}")));
        assert_refused(&provider.send(Method::PATCH, "/Me", &json!({})), 405, "", "method_not_allowed");
        provider.site.execute("update users set role = 'user' where email = 'ben@example.com'");
        assert_refused(&provider.get("/Users"), 401, "", "token_invalid");
    }

    fn a_token_whose_maker_takes_nobody_back_makes_people_all_the_same(db: &TestDb) {
        let provider = Provider::new(db);
        let gone = provider.user("lovelace");
        assert_eq!(provider.delete(&format!("/Users/{gone}")).status, 204);
        let clerk = NewRole {
            name: "Clerk".to_owned(),
            actions: BTreeSet::from([Action::ManageTokens, Action::ViewUsers, Action::EditUsers]),
            groups: roles::Scope::All,
            workflows: roles::Scope::All,
        };
        let ctx = provider.site.ctx(&provider.account);
        let clerk = provider.site.db.write_blocking(|tx| roles::add(tx, &ctx, &clerk)).unwrap();
        provider.site.execute("update users set role = 'admin' where role = 'owner'");
        give(&provider.site, provider.account.owner, clerk);
        // Neither the deleted person's id at the provider nor their keys stand in the way.
        let anew = provider.user("lovelace");
        assert_ne!(anew, gone);
        assert_eq!(provider.shown(&anew)["externalId"], "ext-lovelace");
        assert_eq!(provider.site.count("select count(*) as number from activity where action = 'user.restore'"), 0);
    }

    fn a_provider_that_asks_too_often_waits(db: &TestDb) {
        let few = Settings { token_requests_a_minute: 2, ..Settings::default() };
        let provider = Provider::on(db, few);
        assert_eq!(provider.get("/Users").status, 200);
        assert_eq!(provider.get("/Users").status, 200);
        let over = provider.get("/Users");
        assert_refused(&over, 429, "", "too_many_requests");
        assert_eq!(over.header("retry-after"), "60");
    }

    fn scopes_accounts_and_the_rest_of_the_api_are_kept_apart(db: &TestDb) {
        let provider = Provider::new(db);
        let ada = provider.user("lovelace");
        let group = provider.made("/Groups", &json!({"displayName": "Night shift"}));
        let other = provider.site.account("Elsewhere", "other@example.com");
        let secret = made_by(&provider.site, &other, "Other").secret;
        let theirs = Provider { secret, ..provider };
        for path in [format!("/Users/{ada}"), format!("/Groups/{group}")] {
            let answers = [theirs.get(&path), theirs.delete(&path), theirs.send(Method::PUT, &path, &ada_of(&path)), theirs.patch(&path, &json!([{"op": "remove", "path": "externalId"}]))];
            for answer in answers {
                assert_refused(&answer, 404, "", "not_found");
            }
        }
        let member = json!([{"op": "add", "path": "members", "value": [{"value": ada}]}]);
        let own = theirs.made("/Groups", &json!({"displayName": "Night shift"}));
        assert_refused(&theirs.patch(&format!("/Groups/{own}"), &member), 400, "invalidValue", "user_not_found");
        for filter in [r#"userName eq "lovelace@example.com""#, r#"externalId eq "ext-lovelace""#, r#"nickName eq "adi""#, &format!(r#"id eq "{ada}""#), &format!(r#"groups.value eq "{group}""#)] {
            assert_eq!(theirs.found("/Users", &[("filter", filter)]), [] as [String; 0], "{filter}");
        }
        let read = Provider { secret: with_scopes(&theirs.site, &other, "Reader", &[Scope::ScimRead]).secret, ..theirs };
        assert_eq!(read.get("/Users").status, 200);
        assert_refused(&read.send(Method::POST, "/Users", &ada_of("x")), 403, "", "scope_missing");
        let imports = Provider { secret: with_scopes(&read.site, &other, "Imports", &[Scope::ImportsRead, Scope::ImportsWrite]).secret, ..read };
        assert_refused(&imports.get("/Users"), 403, "", "scope_missing");
        let nobody = imports.site.get("/scim/v2/Users", "");
        assert_refused(&nobody, 401, "", "token_missing");
        assert!(nobody.header("www-authenticate").starts_with("Bearer"));
    }

    fn versions_keep_two_writers_apart(db: &TestDb) {
        let provider = Provider::new(db);
        let ada = provider.user("lovelace");
        let path = format!("/Users/{ada}");
        let with = |method: Method, name: header::HeaderName, version: &str, body: Option<&Value>| {
            let mut request = provider.request(method, &path, body);
            request.headers_mut().insert(name, version.parse().unwrap());
            provider.site.send(request)
        };
        let first = provider.get(&path).header("etag").to_owned();
        assert_eq!(with(Method::GET, header::IF_NONE_MATCH, &first, None).status, 304);
        let patch = json!({"Operations": [{"op": "add", "path": "nickName", "value": "Countess"}]});
        let changed = with(Method::PATCH, header::IF_MATCH, &first, Some(&patch));
        assert_eq!(changed.status, 200, "{}", changed.body);
        // What only the provider knows counts, too.
        assert_ne!(changed.header("etag"), first);
        assert_refused(&with(Method::PATCH, header::IF_MATCH, &first, Some(&patch)), 412, "", "version_changed");
        assert_refused(&with(Method::DELETE, header::IF_MATCH, &first, None), 412, "", "version_changed");
        assert_eq!(with(Method::GET, header::IF_NONE_MATCH, &first, None).status, 200);
        let same = with(Method::PATCH, header::IF_MATCH, "*", Some(&patch));
        assert_eq!(same.header("etag"), changed.header("etag"));

        let group = provider.made("/Groups", &json!({"displayName": "Night shift"}));
        let path = format!("/Groups/{group}");
        let first = provider.get(&path).header("etag").to_owned();
        let member = json!([{"op": "add", "path": "members", "value": [{"value": ada}]}]);
        let changed = provider.patch(&path, &member);
        assert_eq!(changed.status, 204, "{}", changed.body);
        assert_ne!(provider.get(&path).header("etag"), first);
        assert_eq!(provider.get(&path).header("etag"), changed.header("etag"));
    }

    fn lists_are_filtered_sorted_and_paged(db: &TestDb) {
        let provider = Provider::new(db);
        let names = ["echo", "alpha", "delta", "bravo", "charlie"];
        let ids: Vec<_> = names.iter().map(|name| provider.user(name)).collect();
        let id_of = |name: &str| ids[names.iter().position(|one| *one == name).unwrap()].clone();
        let title = format!("/Users/{}", id_of("delta"));
        provider.patch(&title, &json!([{"op": "replace", "path": "title", "value": "Ärztin"}]));
        for (filter, expected) in [
            (r#"title eq "ärztin""#, vec!["delta"]),
            (r#"name.familyName sw "c" or name.familyName ew "o""#, vec!["charlie", "bravo", "echo"]),
            (r#"userName co "@example" and not (title eq "engineer") and externalId pr"#, vec!["delta"]),
            (r#"emails[type eq "work" and value sw "alp"]"#, vec!["alpha"]),
            (&format!(r#"{ENTERPRISE}:employeeNumber eq "e-BRAVO""#), vec!["bravo"]),
            (r#"userName eq "alpha@example.com" or externalId eq "ext-echo""#, vec!["alpha", "echo"]),
            (r#"userName eq "alpha@example.com" and active eq false"#, vec![]),
            (r#"userName eq "x' or 1=1""#, vec![]),
            (&format!(r#"id eq "{}""#, id_of("delta")), vec!["delta"]),
            (r#"id eq "no-id""#, vec![]),
            (r#"meta.created gt "2000-01-01T00:00:00Z" and nickName eq "ADI" and title ne "Engineer""#, vec!["delta"]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(id_of).collect();
            assert_eq!(provider.found("/Users", &[("filter", filter)]), expected, "{filter}");
        }
        let sorted = |query: &[(&str, &str)]| {
            let mut all = vec![("filter", "externalId pr"), ("attributes", "userName")];
            all.extend(query);
            provider.found("/Users", &all)
        };
        let by_name = ["alpha", "bravo", "charlie", "delta", "echo"].map(id_of);
        assert_eq!(sorted(&[("sortBy", "userName")]), by_name);
        assert_eq!(sorted(&[("sortBy", "name.familyName"), ("startIndex", "2"), ("count", "2")]), by_name[1..3]);
        assert_eq!(sorted(&[("sortBy", "userName"), ("sortOrder", "descending"), ("count", "1")]), by_name[4..]);
        // Each is on one page, newest first.
        let mut paged = Vec::new();
        for start in ["1", "3", "5", "7"] {
            let list = provider.list("/Users", &[("startIndex", start), ("count", "2")]);
            let list = json_of(&list);
            assert_eq!(list["totalResults"], 6);
            assert_eq!(list["startIndex"].to_string(), start);
            paged.extend(list["Resources"].as_array().unwrap().iter().map(|one| id(one).to_owned()));
        }
        let newest: Vec<_> = ids.iter().rev().cloned().chain([provider.account.owner.to_string()]).collect();
        assert_eq!(paged, newest);
        let none = json_of(&provider.list("/Users", &[("count", "0")]));
        assert_eq!((&none["totalResults"], &none["itemsPerPage"]), (&json!(6), &json!(0)));
        for query in [("filter", "userName is 1"), ("filter", "color pr"), ("filter", "emails[color pr]")] {
            assert_refused(&provider.list("/Users", &[query]), 400, "invalidFilter", "invalidFilter");
        }
        assert_refused(&provider.list("/Users", &[("sortBy", "color")]), 400, "invalidPath", "invalidPath");
        assert_refused(&provider.list("/Users", &[("count", "x")]), 400, "invalidValue", "invalidValue");
    }

    fn searches_and_attributes_show_what_was_asked_for(db: &TestDb) {
        let provider = Provider::new(db);
        let ada = provider.user("lovelace");
        let group = provider.made("/Groups", &json!({"displayName": "Engines", "externalId": "g-1", "members": [{"value": ada}]}));
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "displayName pr and externalId pr", "attributes": ["displayName"], "count": 10,
        });
        let both = json_of(&provider.send(Method::POST, "/.search", &body));
        assert_eq!(both["totalResults"], 2);
        let shown = both["Resources"].as_array().unwrap();
        // Newest first, as everywhere.
        assert_eq!((id(&shown[0]), id(&shown[1])), (&*group, &*ada));
        assert!(shown.iter().all(|one| one.get("meta").is_none() && one.get("schemas").is_some()));
        let second = json!({"filter": "externalId pr", "startIndex": 2, "count": 5});
        let second = json_of(&provider.send(Method::POST, "/.search", &second));
        assert_eq!((&second["totalResults"], id(&second["Resources"][0])), (&json!(2), &*ada));
        let users = json_of(&provider.send(Method::POST, "/Users/.search", &json!({"filter": format!(r#"groups.value eq "{group}""#)})));
        assert_eq!(id(&users["Resources"][0]), ada);
        assert_eq!(users["Resources"][0]["groups"][0]["display"], "Engines");
        let groups = json_of(&provider.send(Method::POST, "/Groups/.search", &json!({"filter": format!(r#"members[value eq "{ada}"]"#), "excludedAttributes": ["members"]})));
        assert_eq!(id(&groups["Resources"][0]), group);
        assert!(groups["Resources"][0].get("members").is_none());
        let one = json_of(&provider.get(&format!("/Users/{ada}?attributes=emails.value,{ENTERPRISE}:department")));
        assert_eq!(one, json!({"schemas": one["schemas"], "id": ada, "emails": [{"value": "lovelace@example.com"}], ENTERPRISE: {"department": "Engines"}}));
        assert!(provider.get(&format!("/Groups/{group}?excludedAttributes=members")).body.contains("Engines"));
    }

    fn groups_are_made_renamed_filled_and_emptied_as_providers_do(db: &TestDb) {
        let provider = Provider::new(db);
        let people: Vec<_> = ["a1", "b2", "c3"].iter().map(|name| provider.user(name)).collect();
        let group = provider.made("/Groups", &json!({"displayName": "Engines", "externalId": "g-1"}));
        let path = format!("/Groups/{group}");
        let members = || -> Vec<String> {
            let shown = json_of(&provider.get(&path));
            let members = shown.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
            members.iter().map(|one| one["value"].as_str().unwrap().to_owned()).collect()
        };
        let all: Vec<_> = people.iter().map(|id| json!({"value": id})).collect();
        let added = provider.patch(&path, &json!([{"op": "Add", "path": "members", "value": all}]));
        assert_eq!(added.status, 204, "{}", added.body);
        assert_eq!(members(), people);
        let again = provider.patch(&path, &json!([{"op": "add", "value": {"members": [{"value": people[0]}]}}]));
        assert_eq!(again.status, 204);
        let one = json!([{"op": "Remove", "path": format!(r#"members[value eq "{}"]"#, people[1])}]);
        assert_eq!(provider.patch(&path, &one).status, 204);
        assert_eq!(members(), [people[0].clone(), people[2].clone()]);
        // Some providers send whom they remove.
        let sent = json!([{"op": "Remove", "path": "members", "value": [{"value": people[2]}]}]);
        assert_eq!(provider.patch(&path, &sent).status, 204);
        assert_eq!(members(), [people[0].clone()]);
        let replace = json!([{"op": "replace", "path": "members", "value": [{"value": people[1]}]}, {"op": "Replace", "value": {"displayName": "Motors", "id": group}}]);
        assert_eq!(provider.patch(&path, &replace).status, 204);
        assert_eq!(members(), [people[1].clone()]);
        let put = json!({"displayName": "Engines", "members": [{"value": people[2], "display": "x"}]});
        let shown = json_of(&provider.send(Method::PUT, &path, &put));
        assert_eq!((&shown["displayName"], shown.get("externalId")), (&json!("Engines"), None));
        assert_eq!(shown["members"], json!([{"value": people[2], "type": "User", "$ref": format!("https://people.test/scim/v2/Users/{}", people[2])}]));
        assert_eq!(json_of(&provider.send(Method::PUT, &path, &json!({"displayName": "Motors"})))["members"][0]["value"], people[2]);
        assert_eq!(provider.patch(&path, &json!([{"op": "remove", "path": "members"}])).status, 204);
        assert_eq!(members(), [] as [String; 0]);
        // A filter finds who came by the operations before, and not who went by them.
        let both = json!([
            {"op": "add", "path": "members", "value": all},
            {"op": "remove", "path": r#"members[type eq "User"]"#},
            {"op": "add", "path": "members", "value": [{"value": people[0]}]},
        ]);
        assert_eq!(provider.patch(&path, &both).status, 204);
        assert_eq!(members(), [people[0].clone()]);
        assert_eq!(provider.patch(&path, &json!([{"op": "remove", "path": r#"members[type eq "User"]"#}])).status, 204);
        assert_eq!(members(), [] as [String; 0]);

        let same = provider.send(Method::POST, "/Groups", &json!({"displayName": "MOTORS"}));
        assert_refused(&same, 409, "uniqueness", "group_exists");
        let nobody = json!([{"op": "add", "path": "members", "value": [{"value": people[0]}, {"value": NOBODYS}]}]);
        assert_refused(&provider.patch(&path, &nobody), 400, "invalidValue", "user_not_found");
        let nested = json!({"displayName": "Nested", "members": [{"value": group, "type": "Group"}]});
        assert_refused(&provider.send(Method::POST, "/Groups", &nested), 400, "invalidValue", "user_not_found");
        assert_eq!(members(), [] as [String; 0]);
        assert_eq!(provider.site.count("select count(*) as number from groups"), 1);
        assert_eq!(provider.found("/Groups", &[("filter", r#"displayName eq "motors""#)]), [group]);
        assert_eq!(provider.delete(&path).status, 204);
        assert_eq!(provider.get(&path).status, 404);
        assert_eq!(provider.shown(&people[0]).get("groups"), None);
    }

    fn a_deleted_user_is_gone_and_comes_back_under_the_same_id_of_the_provider(db: &TestDb) {
        let provider = Provider::new(db);
        let ada_id = provider.user("lovelace");
        let path = format!("/Users/{ada_id}");
        assert_eq!(provider.delete(&path).status, 204);
        assert_refused(&provider.get(&path), 404, "", "not_found");
        assert_refused(&provider.delete(&path), 404, "", "not_found");
        assert_eq!(provider.found("/Users", &[("filter", r#"userName eq "lovelace@example.com""#)]), [] as [String; 0]);
        // Somebody with the same address may be somebody else.
        let mut stranger = ada("lovelace");
        stranger["externalId"] = json!("ext-other");
        assert_refused(&provider.send(Method::POST, "/Users", &stranger), 409, "uniqueness", "user_deleted_before");
        let back = provider.send(Method::POST, "/Users", &ada("lovelace"));
        assert_eq!(back.status, 201, "{}", back.body);
        assert_eq!(id(&json_of(&back)), ada_id);
        assert_eq!(provider.found("/Users", &[("filter", r#"userName eq "lovelace@example.com""#)]), [ada_id]);
        assert_eq!(provider.site.count("select count(*) as number from activity where action = 'user.restore'"), 1);
    }

    fn somebody_who_is_needed_is_not_deleted_but_can_be_deactivated(db: &TestDb) {
        let provider = Provider::new(db);
        let ada = provider.user("lovelace");
        let made = crate::documents::made(&provider.site, &provider.account, &[ada.parse().unwrap()]);
        let path = format!("/Users/{ada}");
        assert_refused(&provider.delete(&path), 409, "", "in_workflows");
        let off = provider.patch(&path, &json!([{"op": "replace", "value": {"active": false}}]));
        assert_eq!(off.status, 200, "{} {}", off.body, made.document);
    }

    fn a_bulk_request_makes_people_and_their_group_in_any_order(db: &TestDb) {
        let provider = Provider::new(db);
        let post = |bulk_id: &str, path: &str, data: Value| json!({"method": "POST", "bulkId": bulk_id, "path": path, "data": data});
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "failOnErrors": 3,
            "Operations": [
                post("g", "/Groups", json!({"displayName": "Engines", "members": [{"value": "bulkId:u"}]})),
                post("u", "/Users", ada("lovelace")),
                {"method": "PATCH", "path": "/Users/bulkId:u", "data": {"Operations": [{"op": "add", "path": "nickName", "value": "C"}]}},
                post("again", "/Users", ada("lovelace")),
                {"method": "DELETE", "path": format!("/Users/{NOBODYS}")},
                {"method": "PUT", "path": "/Users/bulkId:u", "version": "W/\"99\"", "data": ada("lovelace")},
                post("never", "/Users", ada("byron")),
            ],
        });
        let answer = provider.send(Method::POST, "/Bulk", &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = json_of(&answer);
        let told = told["Operations"].as_array().unwrap();
        let statuses: Vec<_> = told.iter().map(|one| one["status"].as_str().unwrap()).collect();
        // After three errors the rest is left undone.
        assert_eq!(statuses.len(), 6, "{told:?}");
        assert_eq!(statuses, ["201", "201", "200", "409", "404", "412"], "{told:?}");
        assert_eq!(told[3]["response"]["scimType"], "uniqueness");
        let group = told[0]["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let shown = json_of(&provider.get(&format!("/Groups/{group}")));
        assert!(told[1]["location"].as_str().unwrap().ends_with(shown["members"][0]["value"].as_str().unwrap()));
        assert_eq!(provider.site.count("select count(*) as number from users where last_name = 'byron'"), 0);

        let many: Vec<_> = (0..1001).map(|n| post(&n.to_string(), "/Users", json!({}))).collect();
        assert_refused(&provider.send(Method::POST, "/Bulk", &json!({"Operations": many})), 413, "", "too_large");
        let large = json!({"Operations": [post("x", "/Users", json!({"nickName": "x".repeat(1024 * 1024)}))]});
        assert_refused(&provider.send(Method::POST, "/Bulk", &large), 413, "", "too_large");
    }

    fn hundreds_come_into_a_group_and_leave_it_by_one_request(db: &TestDb) {
        let provider = Provider::new(db);
        let users: Vec<_> = (0..300).map(|n| json!({"method": "POST", "bulkId": format!("u{n}"), "path": "/Users", "data": {"userName": format!("user{n}")}})).collect();
        let made = json_of(&provider.send(Method::POST, "/Bulk", &json!({"Operations": users})));
        let ids: Vec<_> = made["Operations"].as_array().unwrap().iter().map(|one| json!({"value": one["location"].as_str().unwrap().rsplit('/').next().unwrap()})).collect();
        assert_eq!(ids.len(), 300);
        let group = provider.made("/Groups", &json!({"displayName": "All"}));
        let path = format!("/Groups/{group}");
        assert_eq!(provider.patch(&path, &json!([{"op": "add", "path": "members", "value": ids}])).status, 204);
        assert_eq!(provider.site.count("select count(*) as number from group_members"), 300);
        assert_eq!(json_of(&provider.get(&path))["members"].as_array().unwrap().len(), 300);
        let some: Vec<_> = ids[..200].iter().map(|one| json!({"op": "remove", "path": format!("members[value eq {}]", one["value"])})).collect();
        assert_eq!(provider.patch(&path, &json!(some)).status, 204);
        assert_eq!(provider.site.count("select count(*) as number from group_members"), 100);
        assert_eq!(provider.site.count("select count(*) as number from activity where action = 'group.members'"), 2);
    }

    fn the_server_tells_what_it_can_do_and_nothing_more(db: &TestDb) {
        let provider = Provider::new(db);
        let config = json_of(&provider.get("/ServiceProviderConfig"));
        assert_eq!(config["bulk"], json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 1_048_576}));
        assert_eq!(config["changePassword"]["supported"], false);
        let kinds = json_of(&provider.get("/ResourceTypes"));
        assert_eq!(kinds["totalResults"], 2);
        assert_eq!(json_of(&provider.get("/ResourceTypes/User"))["schemaExtensions"][0]["schema"], ENTERPRISE);
        assert_eq!(json_of(&provider.get("/Schemas"))["totalResults"], 3);
        assert_eq!(json_of(&provider.get(&format!("/Schemas/{ENTERPRISE}")))["name"], "EnterpriseUser");
        assert_refused(&provider.get("/Schemas/none"), 404, "", "not_found");
        assert_refused(&provider.list("/Schemas", &[("filter", "id pr")]), 403, "", "filter_refused");
        assert_refused(&provider.get("/Nothing"), 404, "", "not_found");
        assert_refused(&provider.send(Method::POST, "/Schemas", &json!({})), 405, "", "method_not_allowed");
        let mut request = provider.request(Method::POST, "/Users", Some(&json!({})));
        request.headers_mut().insert(header::CONTENT_TYPE, "text/csv".parse().unwrap());
        assert_refused(&provider.site.send(request), 415, "", "content_type_unsupported");
    }
}

fn ada_of(path: &str) -> Value {
    if path.contains("Groups") {
        json!({"displayName": "Taken over"})
    } else {
        ada("taken")
    }
}
