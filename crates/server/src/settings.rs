//! What administrators set up for the account.

mod tokens;

pub(crate) use tokens::{create as create_token, list as list_tokens, revoke as revoke_token};
