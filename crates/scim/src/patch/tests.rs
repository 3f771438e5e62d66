//! Requests of PATCH as providers write them, and what becomes of a user.

use serde_json::{Value, json};

use super::{apply, changes};
use crate::{ENTERPRISE, ErrorKind, Failure, user};

fn patched(operations: &Value) -> Result<Value, Failure> {
    let shape = user(Vec::new());
    let mut resource = json!({
        "userName": "ada", "active": true,
        "name": {"givenName": "Ada", "familyName": "Lovelace"},
        "emails": [{"value": "ada@example.com", "type": "work", "primary": true}],
    });
    let body = json!({"schemas": ["x"], "Operations": operations});
    for change in changes(&shape, &body)? {
        apply(&mut resource, &change)?;
    }
    Ok(resource)
}

fn part(operations: &Value, pointer: &str) -> Value {
    let resource = patched(operations).unwrap();
    resource.pointer(pointer).cloned().unwrap_or_default()
}

#[test]
fn operations_are_taken_as_providers_write_them() {
    let toggled = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    assert_eq!(part(&toggled, "/active"), json!(false));
    let toggled = json!([{"op": "replace", "value": {"active": false, "id": "x", "color": 1}}]);
    assert_eq!(part(&toggled, "/active"), json!(false));
    let keys = json!([{"op": "Add", "value": {
        "name.givenName": "Augusta",
        format!("{ENTERPRISE}:department"): "Engines",
        "urn:ietf:params:scim:schemas:core:2.0:User:title": "Countess",
    }}]);
    let resource = patched(&keys).unwrap();
    assert_eq!(
        resource["name"],
        json!({"givenName": "Augusta", "familyName": "Lovelace"})
    );
    assert_eq!(resource[ENTERPRISE], json!({"department": "Engines"}));
    assert_eq!(resource["title"], json!("Countess"));
    let manager = json!([{"op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "7"}]);
    assert_eq!(
        patched(&manager).unwrap()[ENTERPRISE],
        json!({"manager": {"value": "7"}})
    );
    let ignored = json!([{"op": "add", "path": "roles[primary eq \"True\"].value", "value": "x"}]);
    assert!(patched(&ignored).is_ok());
}

#[test]
fn an_entry_that_is_not_there_is_made_as_its_filter_describes_it() {
    let phone = json!([{"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+41 44 668 18 00"}]);
    let expected = json!([{"type": "mobile", "value": "+41 44 668 18 00"}]);
    assert_eq!(part(&phone, "/phoneNumbers"), expected);
    let email =
        json!([{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@b.ch"}]);
    let expected = json!([{"value": "a@b.ch", "type": "work", "primary": true}]);
    assert_eq!(part(&email, "/emails"), expected);
    let unclear =
        json!([{"op": "replace", "path": "emails[type ne \"work\"].value", "value": "a@b.ch"}]);
    assert_eq!(
        patched(&unclear).unwrap_err().kind,
        Some(ErrorKind::NoTarget)
    );
}

#[test]
fn lists_are_added_to_replaced_and_taken_from() {
    let home = json!({"value": "ada@home.example", "type": "home", "primary": true});
    let add = json!([{"op": "add", "path": "emails", "value": [home]}]);
    let expected = json!([{"value": "ada@example.com", "type": "work"}, home]);
    assert_eq!(part(&add, "/emails"), expected);
    let twice = json!([
        {"op": "add", "path": "emails", "value": [home]},
        {"op": "add", "path": "emails", "value": [home]},
        {"op": "remove", "path": "emails[type eq \"work\"]"},
    ]);
    assert_eq!(part(&twice, "/emails"), json!([home]));
    let by_value =
        json!([{"op": "Remove", "path": "emails", "value": [{"value": "ada@example.com"}]}]);
    assert_eq!(part(&by_value, "/emails"), Value::Null);
    let replace = json!([{"op": "replace", "path": "emails", "value": [home]}]);
    assert_eq!(part(&replace, "/emails"), json!([home]));
    let nothing = json!([{"op": "replace", "path": "emails", "value": []}]);
    assert_eq!(part(&nothing, "/emails"), Value::Null);
    let value = json!([{"op": "remove", "path": "emails[type eq \"work\"].value"}]);
    assert_eq!(part(&value, "/emails"), Value::Null);
}

#[test]
fn a_list_never_gets_a_second_primary_entry() {
    let described = json!([{
        "op": "add", "path": "emails[type eq \"home\" and primary eq true].value", "value": "ada@home.example",
    }]);
    let expected = json!([
        {"value": "ada@example.com", "type": "work"},
        {"value": "ada@home.example", "type": "home", "primary": true},
    ]);
    assert_eq!(part(&described, "/emails"), expected);
    let several = json!([
        {"op": "add", "path": "emails", "value": [{"value": "a@b.ch", "type": "home"}, {"value": "c@b.ch", "type": "home"}]},
        {"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true},
    ]);
    let expected = json!([
        {"value": "ada@example.com", "type": "work"},
        {"value": "a@b.ch", "type": "home", "primary": true},
        {"value": "c@b.ch", "type": "home"},
    ]);
    assert_eq!(part(&several, "/emails"), expected);
}

#[test]
fn parts_of_a_name_are_set_and_removed() {
    let both = json!([
        {"op": "remove", "path": "name.givenName"},
        {"op": "add", "path": "name", "value": {"middleName": "King"}},
    ]);
    assert_eq!(
        part(&both, "/name"),
        json!({"familyName": "Lovelace", "middleName": "King"})
    );
    assert_eq!(
        part(&json!([{"op": "remove", "path": "name"}]), "/name"),
        Value::Null
    );
}

#[test]
fn an_extension_is_merged_and_goes_as_a_whole() {
    let set =
        json!({"op": "add", "path": ENTERPRISE, "value": {"department": "A", "division": "B"}});
    let more = json!({"op": "replace", "value": {ENTERPRISE: {"department": "C"}}});
    let gone = json!({"op": "remove", "path": ENTERPRISE});
    let resource = patched(&json!([set, more])).unwrap();
    assert_eq!(
        resource[ENTERPRISE],
        json!({"department": "C", "division": "B"})
    );
    assert!(
        patched(&json!([set, gone]))
            .unwrap()
            .get(ENTERPRISE)
            .is_none()
    );
}

#[test]
fn what_cannot_be_done_is_refused_with_its_kind() {
    for (operation, kind) in [
        (
            json!({"op": "move", "path": "title"}),
            ErrorKind::InvalidSyntax,
        ),
        (json!({"op": "remove"}), ErrorKind::NoTarget),
        (
            json!({"op": "add", "path": "title"}),
            ErrorKind::InvalidValue,
        ),
        (json!({"op": "add", "value": "x"}), ErrorKind::InvalidValue),
        (
            json!({"op": "replace", "path": "id", "value": "x"}),
            ErrorKind::Mutability,
        ),
        (
            json!({"op": "add", "path": "groups", "value": [{"value": "x"}]}),
            ErrorKind::Mutability,
        ),
        (
            json!({"op": "add", "path": "color", "value": "x"}),
            ErrorKind::InvalidPath,
        ),
        (
            json!({"op": "add", "path": "emails[type eq", "value": "x"}),
            ErrorKind::InvalidPath,
        ),
        (
            json!({"op": "add", "path": "emails[type is 1].value", "value": "x"}),
            ErrorKind::InvalidPath,
        ),
        (
            json!({"op": "add", "path": "title[a pr]", "value": "x"}),
            ErrorKind::InvalidPath,
        ),
        (
            json!({"op": "add", "path": 1, "value": "x"}),
            ErrorKind::InvalidPath,
        ),
        (
            json!({"op": "replace", "path": "active", "value": "maybe"}),
            ErrorKind::InvalidValue,
        ),
    ] {
        let failure = patched(&json!([operation])).unwrap_err();
        assert_eq!(failure.kind, Some(kind), "{operation}");
    }
    assert!(patched(&json!([])).is_err());
    assert!(changes(&user(Vec::new()), &json!({})).is_err());
}
