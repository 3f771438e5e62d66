//! What identity providers speak to.

use axum::{
    http::Method,
    routing::{delete, get, patch, post, put},
};
use identity::tokens::Scope;

use super::{Access, Route};
use crate::scim;

/// What identity providers speak to.
#[rustfmt::skip]
pub(super) fn provisioning() -> Vec<Route> {
    use Access::Token;
    use Scope::{ScimRead, ScimWrite};
    table! {
        get  "/scim/v2/ServiceProviderConfig" Token(ScimRead) => scim::show_config;
        get  "/scim/v2/ResourceTypes" Token(ScimRead)  => scim::show_resource_types;
        get  "/scim/v2/ResourceTypes/{id}" Token(ScimRead) => scim::show_resource_type;
        get  "/scim/v2/Schemas"       Token(ScimRead)  => scim::show_schemas;
        get  "/scim/v2/Schemas/{id}"  Token(ScimRead)  => scim::show_schema;
        post "/scim/v2/.search"       Token(ScimRead)  => scim::search;
        get  "/scim/v2/Me"            Token(ScimRead)  => scim::show_me;
        get  "/scim/v2/Users"         Token(ScimRead)  => scim::list;
        post "/scim/v2/Users/.search" Token(ScimRead)  => scim::search;
        get  "/scim/v2/Users/{id}"    Token(ScimRead)  => scim::show;
        get  "/scim/v2/Groups"        Token(ScimRead)  => scim::list;
        post "/scim/v2/Groups/.search" Token(ScimRead) => scim::search;
        get  "/scim/v2/Groups/{id}"   Token(ScimRead)  => scim::show;
        post "/scim/v2/Bulk"          Token(ScimWrite) => scim::bulk;
        post "/scim/v2/Users"         Token(ScimWrite) => scim::write;
        put  "/scim/v2/Users/{id}"    Token(ScimWrite) => scim::write;
        patch "/scim/v2/Users/{id}"   Token(ScimWrite) => scim::write;
        delete "/scim/v2/Users/{id}"  Token(ScimWrite) => scim::write;
        post "/scim/v2/Groups"        Token(ScimWrite) => scim::write;
        put  "/scim/v2/Groups/{id}"   Token(ScimWrite) => scim::write;
        patch "/scim/v2/Groups/{id}"  Token(ScimWrite) => scim::write;
        delete "/scim/v2/Groups/{id}" Token(ScimWrite) => scim::write;
    }
}
