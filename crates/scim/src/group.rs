//! The schema of a group.

use crate::{Attribute, Schema, Shape};

/// Groups and teams.
pub fn group() -> Shape {
    let members = vec![
        Attribute::text("value", "The id of the person")
            .exact()
            .immutable(),
        Attribute::reference("$ref", "The person", &["User"]).immutable(),
        Attribute::text("type", "Always User")
            .one_of(&["User"])
            .immutable(),
    ];
    Shape {
        name: "Group",
        endpoint: "/Groups",
        description: "A group or team of people",
        core: Schema {
            id: "urn:ietf:params:scim:schemas:core:2.0:Group".to_owned(),
            name: "Group".to_owned(),
            description: "A group or team of people".to_owned(),
            attributes: vec![
                Attribute {
                    is_unique: true,
                    ..Attribute::text("displayName", "Its name").required()
                },
                Attribute::complex("members", "Who is in it; only people can be", members)
                    .multiple(),
            ],
        },
        extensions: Vec::new(),
        passed_over: &[],
    }
}
