//! What the server says about itself: what it can do, and which resources and schemas there are.

use serde_json::{Value, json};

use crate::{Schema, Shape};

/// No page of a list has more resources.
pub const MOST_RESULTS: usize = 500;
/// No bulk request has more operations.
pub const MOST_OPERATIONS: usize = 1000;
/// No request is larger.
pub const MOST_PAYLOAD_BYTES: usize = 1024 * 1024;

/// What is supported; `root` is the address below which everything stands.
pub fn service_provider_config(root: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {"supported": true, "maxOperations": MOST_OPERATIONS, "maxPayloadSize": MOST_PAYLOAD_BYTES},
        "filter": {"supported": true, "maxResults": MOST_RESULTS},
        "changePassword": {"supported": false},
        "sort": {"supported": true},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "API token",
            "description": "A token of the account, made under Settings, API tokens, with the scopes scim:read and scim:write",
            "primary": true,
        }],
        "meta": {"resourceType": "ServiceProviderConfig", "location": format!("{root}/ServiceProviderConfig")},
    })
}

/// What a kind of resource is.
pub fn resource_type(shape: &Shape, root: &str) -> Value {
    let extensions: Vec<_> = shape
        .extensions
        .iter()
        .map(|schema| json!({"schema": schema.id, "required": false}))
        .collect();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        "id": shape.name,
        "name": shape.name,
        "endpoint": shape.endpoint,
        "description": shape.description,
        "schema": shape.core.id,
        "schemaExtensions": extensions,
        "meta": {"resourceType": "ResourceType", "location": format!("{root}/ResourceTypes/{}", shape.name)},
    })
}

/// A schema, with its address.
pub fn schema_document(schema: &Schema, root: &str) -> Value {
    let mut document = schema.document();
    if let Some(parts) = document.as_object_mut() {
        let location = format!("{root}/Schemas/{}", schema.id);
        parts.insert(
            "meta".to_owned(),
            json!({"resourceType": "Schema", "location": location}),
        );
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{group, user};

    #[test]
    fn every_schema_is_told_with_all_its_attributes() {
        for schema in user(Vec::new()).schemas().chain(group().schemas()) {
            let document = schema_document(schema, "https://muster.example/scim/v2");
            let listed = document["attributes"].as_array().unwrap();
            assert_eq!(listed.len(), schema.attributes.len());
            for attribute in listed {
                assert_eq!(
                    attribute.get("subAttributes").is_some(),
                    attribute["type"] == "complex"
                );
            }
        }
        let kind = resource_type(&user(Vec::new()), "/scim/v2");
        assert_eq!(kind["schemaExtensions"][0]["required"], false);
        assert_eq!(service_provider_config("/x")["etag"]["supported"], true);
    }
}
