//! The web shell from outside: requests to the whole router, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here is to fail the test"
)]

mod access;
mod accounts;
mod activity;
mod api;
mod api_drafts;
mod api_imports;
mod api_inviting;
mod api_messages;
mod api_own;
mod api_people;
mod api_person;
mod api_roles;
mod api_rules;
mod api_series;
mod api_things;
mod api_work;
mod bulk;
mod card_pages;
mod cards;
mod devices;
mod documents;
mod early;
mod editing;
mod forms;
mod groups;
mod headers;
mod help;
mod hooks;
mod imports;
mod interrupted;
mod inviting;
mod leaving;
mod managed;
mod mapping;
mod meanings;
mod meanwhile;
mod merging;
mod notified;
mod outbox;
mod own_data;
mod people;
mod person_form;
mod person_tabs;
mod photos;
mod portal;
mod reports;
mod roles;
mod safety;
mod scim;
mod scim_lists;
mod scim_own;
mod series;
mod settings;
mod signing_in;
mod site;
mod texts;
mod tokens;
mod two_factor;
mod webhooks;
mod wizard;
