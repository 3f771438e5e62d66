//! SCIM as identity providers speak it: users, tokens, versions.

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

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const NOBODYS: &str = "01971f00-0000-7000-8000-000000000000";

/// A provider with a token that may do everything.
pub(crate) struct Provider {
    pub(crate) site: Site,
    pub(crate) account: Account,
    secret: String,
}

impl Provider {
    pub(crate) fn new(db: &TestDb) -> Self {
        Self::on(db, Settings::default())
    }

    pub(crate) fn on(db: &TestDb, settings: Settings) -> Self {
        let site = Site::empty(db, settings);
        let account = site.account("Harbour Facilities", "maria@example.com");
        let secret = made_by(&site, &account, "Provider").secret;
        Self {
            site,
            account,
            secret,
        }
    }

    pub(crate) fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Request<Body> {
        let request = request(method, &format!("/scim/v2{path}"), "")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.secret));
        let request = match body {
            Some(_) => request.header(header::CONTENT_TYPE, "application/scim+json; charset=utf-8"),
            None => request,
        };
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        request.body(body).unwrap()
    }

    pub(crate) fn send(&self, method: Method, path: &str, body: &Value) -> Answer {
        // Versions and newest members are told apart by time.
        self.site.clock.advance(std::time::Duration::from_millis(2));
        self.site.send(self.request(method, path, Some(body)))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.site.send(self.request(Method::GET, path, None))
    }

    pub(crate) fn delete(&self, path: &str) -> Answer {
        self.site.send(self.request(Method::DELETE, path, None))
    }

    /// Makes something, and says its id.
    pub(crate) fn made(&self, path: &str, body: &Value) -> String {
        let made = self.send(Method::POST, path, body);
        assert_eq!(made.status, 201, "{}", made.body);
        id(&json_of(&made)).to_owned()
    }

    pub(crate) fn user(&self, name: &str) -> String {
        self.made("/Users", &ada(name))
    }

    /// The user as it is shown.
    pub(crate) fn shown(&self, id: &str) -> Value {
        let answer = self.get(&format!("/Users/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
        json_of(&answer)
    }

    pub(crate) fn patch(&self, path: &str, operations: &Value) -> Answer {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        });
        self.send(Method::PATCH, path, &body)
    }

    /// The ids that a filter finds, in their order.
    pub(crate) fn found(&self, path: &str, query: &[(&str, &str)]) -> Vec<String> {
        let list = json_of(&self.list(path, query));
        let all = list.get("Resources").and_then(Value::as_array).unwrap();
        all.iter().map(|one| id(one).to_owned()).collect()
    }

    pub(crate) fn list(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        let query: Vec<_> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.get(&format!("{path}?{}", query.join("&")))
    }
}

pub(crate) fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

pub(crate) fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

pub(crate) fn ada(name: &str) -> Value {
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
pub(crate) fn assert_refused(answer: &Answer, status: u16, kind: &str, code: &str) {
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

}

fn ada_of(path: &str) -> Value {
    if path.contains("Groups") {
        json!({"displayName": "Taken over"})
    } else {
        ada("taken")
    }
}
