//! SCIM: lists, searches, groups, bulk requests, and what the server says about itself.

use axum::http::{Method, header};
use serde_json::{Value, json};
use testkit::{TestDb, on_both};

use crate::scim::{ENTERPRISE, NOBODYS, Provider, ada, assert_refused, id, json_of};

on_both! {
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
