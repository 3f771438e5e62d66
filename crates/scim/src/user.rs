//! The schemas of a user: what of RFC 7643 is held here.

use crate::{Attribute, Schema, Shape};

/// The URN of the core schema.
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The URN of the Enterprise extension.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The URN of the fields an account added itself.
pub const OWN: &str = "urn:ietf:params:scim:schemas:extension:muster:2.0:User";

/// Attributes of RFC 7643 that clients may send and that are passed over.
const PASSED_OVER: &[&str] = &[
    "password",
    "ims",
    "photos",
    "entitlements",
    "roles",
    "x509Certificates",
];

/// Users, with further extensions behind the Enterprise one.
pub fn user(extensions: Vec<Schema>) -> Shape {
    let mut all = vec![enterprise()];
    all.extend(extensions);
    Shape {
        name: "User",
        endpoint: "/Users",
        description: "A person of the account",
        core: core(),
        extensions: all,
        passed_over: PASSED_OVER,
    }
}

/// The extension with the fields an account added itself.
pub fn own_fields(attributes: Vec<Attribute>) -> Schema {
    Schema {
        id: OWN.to_owned(),
        name: "OwnFields".to_owned(),
        description: "The fields this account added to its people".to_owned(),
        attributes,
    }
}

fn core() -> Schema {
    let text = Attribute::text;
    Schema {
        id: CORE.to_owned(),
        name: "User".to_owned(),
        description: "A person of the account".to_owned(),
        attributes: vec![
            Attribute {
                is_unique: true,
                ..text("userName", "The provider's own name for the person; the e-mail address for those no provider brought").required()
            },
            name(),
            text("displayName", "The name to show"),
            text("nickName", "Kept for the provider"),
            Attribute::reference("profileUrl", "Kept for the provider", &["external"]),
            text("title", "The job title"),
            text("userType", "Kept for the provider; the kind of person is not changed by it"),
            text("preferredLanguage", "The language of messages to the person, such as en-GB"),
            text("locale", "Kept for the provider"),
            text("timezone", "Kept for the provider"),
            Attribute::yes_or_no("active", "Whether the person belongs to the account now; false deactivates them and ends their sessions").required(),
            Attribute::complex("emails", "The primary or first one, one of work before others, is the person's e-mail address", plural(text("value", "The address"), &["work", "home", "other"])).multiple(),
            Attribute::complex("phoneNumbers", "The primary or first one, one of mobile before others, is the person's phone number", plural(text("value", "The number"), &["mobile", "work", "home", "fax", "pager", "other"])).multiple(),
            addresses(),
            groups(),
        ],
    }
}

fn name() -> Attribute {
    let text = Attribute::text;
    let subs = vec![
        text("formatted", "The whole name, as the provider says it"),
        text("familyName", "The last name"),
        text("givenName", "The first name"),
        text("middleName", "Kept for the provider"),
        text("honorificPrefix", "Kept for the provider"),
        text("honorificSuffix", "Kept for the provider"),
    ];
    Attribute::complex("name", "The person's name", subs)
}

/// What every entry of a list of addresses or numbers has.
fn plural(value: Attribute, kinds: &[&str]) -> Vec<Attribute> {
    vec![
        value,
        Attribute::text("display", "Kept for the provider"),
        Attribute::text("type", "What it is for").one_of(kinds),
        Attribute::yes_or_no("primary", "Whether it is the one to use"),
    ]
}

fn addresses() -> Attribute {
    let text = Attribute::text;
    let subs = vec![
        text("formatted", "The whole address"),
        text("streetAddress", "Street and number"),
        text("locality", "Town"),
        text("region", "State or region"),
        text("postalCode", "Postal code"),
        text("country", "Country"),
        text("type", "What it is for").one_of(&["work", "home", "other"]),
        Attribute::yes_or_no("primary", "Whether it is the one to use"),
    ];
    Attribute::complex("addresses", "Kept for the provider", subs).multiple()
}

fn groups() -> Attribute {
    let subs = vec![
        Attribute::text("value", "The id of the group").exact(),
        Attribute::reference("$ref", "The group", &["Group"]),
        Attribute::text("display", "Its name"),
        Attribute::text("type", "Always direct").one_of(&["direct"]),
    ];
    Attribute::complex(
        "groups",
        "The groups and teams the person is in; changed through /Groups",
        subs,
    )
    .multiple()
    .read_only()
}

fn enterprise() -> Schema {
    let text = Attribute::text;
    let manager = vec![
        text("value", "The id of the manager").exact(),
        Attribute::reference("$ref", "The manager", &["User"]),
    ];
    Schema {
        id: ENTERPRISE.to_owned(),
        name: "EnterpriseUser".to_owned(),
        description: "What employers say about their people".to_owned(),
        attributes: vec![
            text(
                "employeeNumber",
                "The user ID: the organisation's own number or name for the person",
            ),
            text("costCenter", "Kept for the provider"),
            text("organization", "Kept for the provider"),
            text("division", "Kept for the provider"),
            text("department", "The department"),
            Attribute::complex("manager", "Kept for the provider", manager),
        ],
    }
}
