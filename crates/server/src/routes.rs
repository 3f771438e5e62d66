//! The route table: every address of the server, and who may use it.
//!
//! It is the only place where routes are added; a test walks it as every kind of visitor.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, Uri},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, patch, post, put},
};
use directory::Action;
use identity::tokens::Scope;

use crate::{
    accounts, activity,
    api::{self, Speaks},
    app::App,
    assets, cards, devices, documents, early,
    failure::Failure,
    groups,
    guard::guard,
    health, help, home, hooks, imports, invitations, inviting, join, me, notifications, outbox,
    own_data, photos, protect, reports, reset, scim, second_step, set_up, settings, sign_in, users,
    workflows,
};

/// The largest form, pasted rows apart.
pub(crate) const FORM_LIMIT_BYTES: usize = 2 * 1024 * 1024;

/// Where files come in, whatever their size.
const UPLOADS: &[&str] = &[
    "/photos",
    "/users/{id}/photo",
    "/me/photo",
    "/imports/new",
    "/imports/{id}/corrected",
    "/invite/{id}/file",
    "/documents/new",
    "/me/documents/{id}/file",
];

/// Where a mail server brings whole mails.
const RETURNED_MAIL: &str = "/hooks/bounces";

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Everybody,
    /// Whoever is signed in, even while the account still asks them to set up two-factor sign-in.
    Arriving,
    /// Whoever is signed in.
    SignedIn,
    /// Whose role allows the action, at least for some people.
    May(Action),
    /// Whose role allows the action for everybody in the account.
    MayForAll(Action),
    /// A program whose token has the scope, and whose maker's role allows it.
    Token(Scope),
}

/// One line of the table.
#[derive(Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{id}` for what varies.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: MethodRouter<App>,
}

macro_rules! table {
    ($($method:ident $path:literal $access:expr => $handler:path;)+) => {
        vec![$(Route {
            method: table!(@ $method),
            path: $path,
            access: $access,
            handler: $method($handler),
        }),+]
    };
    (@ get) => { Method::GET };
    (@ post) => { Method::POST };
    (@ put) => { Method::PUT };
    (@ patch) => { Method::PATCH };
    (@ delete) => { Method::DELETE };
}

/// Every page.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "one line for each route")]
fn pages() -> Vec<Route> {
    use Access::{Arriving, Everybody, May, MayForAll, SignedIn};
    use Action::{DeleteUsers, EditGroups, EditSettings, EditUsers, EraseUsers, ExportUsers, InviteUsers, ManageAccess, ManageCards, ManageDocuments, ManageRoles, ManageTokens, ManageWorkflows, RunImports, ViewActivity, ViewImports, ViewOutbox, ViewReports, ViewUsers};
    table! {
        get  "/livez"                 Everybody        => health::live;
        get  "/readyz"                Everybody        => health::ready;
        get  "/assets/{name}"         Everybody        => assets::get;
        get  "/setup"                 Everybody        => set_up::show;
        post "/setup"                 Everybody        => set_up::submit;
        get  "/sign-in"               Everybody        => sign_in::show;
        post "/sign-in"               Everybody        => sign_in::submit;
        get  "/sign-in/code"          Everybody        => second_step::show;
        post "/sign-in/code"          Everybody        => second_step::submit;
        post "/sign-out"              Everybody        => sign_in::sign_out;
        get  "/accounts"              Arriving         => accounts::list;
        post "/accounts/{id}/switch"  Arriving         => accounts::switch;
        get  "/reset"                 Everybody        => reset::show_ask;
        post "/reset"                 Everybody        => reset::ask;
        get  "/reset/sent"            Everybody        => reset::show_sent;
        get  "/reset/{token}"         Everybody        => reset::show_choose;
        post "/reset/{token}"         Everybody        => reset::choose;
        get  "/me"                    SignedIn         => me::show;
        post "/me/password"           SignedIn         => me::change_password;
        get  "/me/two-factor"         Arriving         => me::two_factor::show;
        post "/me/two-factor/begin"   Arriving         => me::two_factor::begin;
        post "/me/two-factor/confirm" Arriving         => me::two_factor::confirm;
        post "/me/two-factor/codes"   Arriving         => me::two_factor::renew;
        post "/me/two-factor/off"     Arriving         => me::two_factor::turn_off;
        get  "/me/devices"            SignedIn         => me::list_devices;
        post "/me/devices/end-others" SignedIn         => me::end_others;
        post "/me/devices/{id}/end"   SignedIn         => me::end_device;
        post "/hooks/bounces"         Everybody        => hooks::bounce;
        get  "/"                      SignedIn         => home::show;
        get  "/me/notifications"      SignedIn         => me::notifications::show;
        post "/me/notifications"      SignedIn         => me::notifications::choose;
        get  "/help"                  Arriving         => help::list;
        get  "/help/{guide}"          Arriving         => help::show;
        get  "/notifications"         SignedIn         => notifications::list;
        post "/notifications/read"    SignedIn         => notifications::mark_read;
        post "/notifications/{id}/read" SignedIn       => notifications::mark_one_read;
        get  "/users"                 May(ViewUsers)   => users::list;
        get  "/users/new"             May(EditUsers)   => users::show_new;
        post "/users/new"             May(EditUsers)   => users::create;
        get  "/users/export"          May(ExportUsers) => users::export;
        post "/users/views"           May(ViewUsers)   => users::keep_view;
        post "/users/views/{view}/remove" May(ViewUsers) => users::remove_view;
        get  "/users/actions"         May(EditUsers)   => users::list_bulk;
        get  "/users/bulk"            May(EditUsers)   => users::choose_bulk;
        post "/users/bulk"            May(EditUsers)   => users::make_bulk;
        post "/users/bulk/invite"     MayForAll(InviteUsers) => users::invite_bulk;
        get  "/users/bulk/{bulk}"     May(EditUsers)   => users::show_bulk;
        post "/users/bulk/{bulk}/start" May(EditUsers) => users::start_bulk;
        post "/users/bulk/{bulk}/undo"  May(EditUsers) => users::undo_bulk;
        post "/users/bulk/{bulk}/drop"  May(EditUsers) => users::drop_action;
        get  "/users/deleted"         May(DeleteUsers) => users::list_deleted;
        post "/users/deleted"         May(DeleteUsers) => users::restore_many;
        get  "/users/deleted/{id}"    May(DeleteUsers) => users::show_deleted;
        post "/users/deleted/{id}/restore" May(DeleteUsers) => users::restore;
        post "/users/deleted/{id}/erase" May(EraseUsers) => users::erase;
        get  "/users/{id}/delete"     May(DeleteUsers) => users::show_delete;
        post "/users/{id}/delete"     May(DeleteUsers) => users::delete;
        get  "/users/{id}"            May(ViewUsers)   => users::show;
        get  "/users/{id}/groups"     May(ViewUsers)   => users::show_groups;
        post "/users/{id}/groups"     May(EditGroups)  => users::join;
        post "/users/{id}/groups/remove" May(EditGroups) => users::leave;
        get  "/users/{id}/documents"  May(ManageDocuments) => users::show_documents;
        get  "/users/{id}/devices"    May(EditUsers)   => users::show_devices;
        get  "/users/{id}/cards"      May(ViewUsers)   => users::show_cards;
        get  "/users/{id}/access"     May(ViewUsers)   => users::show_access;
        get  "/users/{id}/activity"   May(ViewUsers)   => users::show_activity;
        get  "/users/{id}/activity/export" May(ViewUsers) => users::export_activity;
        get  "/users/{id}/privacy"    May(EditUsers)   => users::show_privacy;
        get  "/users/{id}/edit"       May(EditUsers)   => users::show_edit;
        post "/users/{id}/edit"       May(EditUsers)   => users::save;
        get  "/users/{id}/merge"      MayForAll(EditUsers)   => users::merge::show;
        post "/users/{id}/merge"      MayForAll(EditUsers)   => users::merge::submit;
        post "/users/{id}/deactivate" May(EditUsers)   => users::deactivate;
        post "/users/{id}/reactivate" May(EditUsers)   => users::reactivate;
        post "/users/{id}/keep"       May(EditUsers)   => users::keep;
        post "/users/{id}/reset-password" May(EditUsers) => users::reset_password;
        post "/users/{id}/reset-two-factor" May(EditUsers) => users::reset_two_factor;
        post "/users/{id}/devices"    May(EditUsers)   => users::set_limit;
        post "/users/{id}/devices/{session}/end" May(EditUsers) => users::end_device;
        get  "/early-access"          MayForAll(EditUsers)   => early::list;
        post "/early-access"          MayForAll(EditUsers)   => early::decide;
        post "/users/{id}/early-access" MayForAll(EditUsers) => early::decide_one;
        post "/me/early-access"       SignedIn         => early::ask;
        post "/me/data"               SignedIn         => own_data::ask;
        get  "/me/data/{id}"          SignedIn         => own_data::download_own;
        post "/users/{id}/data"       May(EditUsers)   => own_data::request;
        get  "/data/{token}"          Everybody        => own_data::show;
        post "/data/{token}"          Everybody        => own_data::download;
        get  "/users/{id}/photo"      May(ViewUsers)   => photos::show_one;
        post "/users/{id}/photo"      May(EditUsers)   => photos::set;
        post "/users/{id}/photo/remove" May(EditUsers) => photos::remove;
        get  "/me/photo"              SignedIn         => photos::own;
        post "/me/photo"              SignedIn         => photos::set_own;
        post "/me/photo/remove"       SignedIn         => photos::remove_own;
        get  "/photos"                MayForAll(EditUsers)   => photos::list;
        post "/photos"                MayForAll(EditUsers)   => photos::begin;
        get  "/photos/{id}"           MayForAll(EditUsers)   => photos::show;
        post "/photos/{id}/undo"      MayForAll(EditUsers)   => photos::undo;
        get  "/photos/{id}/{file}"    MayForAll(EditUsers)   => photos::download;
        get  "/settings/photos"       May(EditSettings) => settings::photos::show;
        post "/settings/photos"       May(EditSettings) => settings::photos::submit;
        get  "/settings/early-access" May(EditSettings) => settings::early::show;
        post "/settings/early-access" May(EditSettings) => settings::early::submit;
        get  "/devices"               May(ManageAccess) => devices::list;
        post "/devices"               May(EditGroups)  => devices::create;
        get  "/devices/{id}" May(ManageAccess) => devices::people;
        get  "/devices/{id}/users/{user}" May(ManageAccess) => devices::show_change;
        post "/devices/{id}/users/{user}" May(ManageAccess) => devices::change;
        get  "/devices/{id}/users/{user}/revoke" May(ManageAccess) => devices::show_revoke;
        post "/devices/{id}/users/{user}/revoke" May(ManageAccess) => devices::revoke;
        get  "/devices/{id}/settings" May(ManageAccess) => devices::show_settings;
        post "/devices/{id}/settings" May(ManageAccess) => devices::configure;
        get  "/devices/{id}/transfer" May(ManageAccess) => devices::show_transfer;
        post "/devices/{id}/transfer" May(ManageAccess) => devices::transfer;
        get  "/devices/{id}/delete" May(ManageAccess) => devices::show_remove;
        post "/devices/{id}/delete" May(ManageAccess) => devices::remove;
        get  "/me/access/{id}" SignedIn => devices::people;
        get  "/me/access/{id}/users/{user}" SignedIn => devices::show_change;
        post "/me/access/{id}/users/{user}" SignedIn => devices::change;
        get  "/me/access/{id}/users/{user}/revoke" SignedIn => devices::show_revoke;
        post "/me/access/{id}/users/{user}/revoke" SignedIn => devices::revoke;
        get  "/me/access/{id}/settings" SignedIn => devices::show_settings;
        post "/me/access/{id}/settings" SignedIn => devices::configure;
        get  "/me/access/{id}/transfer" SignedIn => devices::show_transfer;
        post "/me/access/{id}/transfer" SignedIn => devices::transfer;
        get  "/me/access/{id}/delete" SignedIn => devices::show_remove;
        post "/me/access/{id}/delete" SignedIn => devices::remove;
        get  "/groups"                May(EditGroups)  => groups::list;
        post "/groups"                May(EditGroups)  => groups::create;
        get  "/groups/{id}"           May(EditGroups)  => groups::show;
        post "/groups/{id}/rename"    May(EditGroups)  => groups::rename;
        post "/groups/{id}/delete"    May(EditGroups)  => groups::delete;
        post "/groups/{id}/members"   May(EditGroups)  => groups::add_member;
        post "/groups/{id}/members/{user}/remove" May(EditGroups) => groups::remove_member;
        post "/groups/{id}/members/{user}/lead" May(EditGroups) => groups::lead;
        get  "/outbox"                May(ViewOutbox)  => outbox::list;
        get  "/outbox/{id}"           May(ViewOutbox)  => outbox::show;
        get  "/outbox/{id}/html"      May(ViewOutbox)  => outbox::html;
        post "/outbox/{id}/withdraw"  MayForAll(EditUsers)   => outbox::withdraw;
        get  "/settings"              SignedIn => settings::show;
        get  "/settings/messages"     May(EditSettings) => settings::messages::list;
        get  "/settings/messages/{text}" May(EditSettings) => settings::messages::show;
        post "/settings/messages/{text}" May(EditSettings) => settings::messages::submit;
        post "/settings/messages/{text}/reset" May(EditSettings) => settings::messages::reset;
        post "/settings/messages/{text}/send" May(EditSettings) => settings::messages::send;
        get  "/settings/security"     May(EditSettings) => settings::security::show;
        post "/settings/security"     May(EditSettings) => settings::security::submit;
        post "/settings/security/two-factor" May(EditSettings) => settings::security::require;
        post "/users/{id}/invite"     May(InviteUsers) => invitations::invite;
        get  "/invitations"           MayForAll(InviteUsers) => invitations::list;
        post "/invitations/again"     MayForAll(InviteUsers) => invitations::again;
        post "/invitations/withdraw"  MayForAll(InviteUsers) => invitations::withdraw_many;
        post "/invitations/extend"    MayForAll(InviteUsers) => invitations::extend_many;
        post "/invitations/sheet"     MayForAll(InviteUsers) => invitations::sheet;
        get  "/invitations/new"       MayForAll(InviteUsers) => invitations::show_new;
        post "/invitations/new"       MayForAll(InviteUsers) => invitations::begin;
        get  "/invitations/waves/{id}"         MayForAll(InviteUsers) => invitations::show_wave;
        post "/invitations/waves/{id}/pause"   MayForAll(InviteUsers) => invitations::pause;
        post "/invitations/waves/{id}/resume"  MayForAll(InviteUsers) => invitations::resume;
        post "/invitations/waves/{id}/stop"    MayForAll(InviteUsers) => invitations::stop;
        post "/invitations/{id}/extend"        May(InviteUsers) => invitations::extend;
        post "/invitations/{id}/withdraw"      May(InviteUsers) => invitations::withdraw;
        get  "/invite"                SignedIn         => inviting::show_overview;
        post "/invite"                SignedIn         => inviting::begin;
        get  "/invite/{id}/access"    SignedIn         => inviting::show_access;
        post "/invite/{id}/access"    SignedIn         => inviting::choose_access;
        get  "/invite/{id}/device"    SignedIn         => inviting::show_device;
        post "/invite/{id}/device"    SignedIn         => inviting::choose_devices;
        get  "/invite/{id}/people"    SignedIn         => inviting::show_people;
        post "/invite/{id}/people"    SignedIn         => inviting::add_person;
        post "/invite/{id}/file"      SignedIn         => inviting::upload;
        post "/invite/{id}/paste"     SignedIn         => inviting::paste;
        post "/invite/{id}/paste/add" SignedIn         => inviting::add_pasted;
        post "/invite/{id}/remove"    SignedIn         => inviting::remove_cards;
        post "/invite/{id}/dismiss"   SignedIn         => inviting::dismiss;
        get  "/invite/{id}/skipped.csv" SignedIn       => inviting::skipped;
        get  "/invite/{id}/cards/{number}" SignedIn    => inviting::show_card;
        post "/invite/{id}/cards/{number}" SignedIn    => inviting::change_card;
        post "/invite/{id}/cards/{number}/link" SignedIn => inviting::hand_over;
        get  "/invite/{id}/check"     SignedIn         => inviting::show_check;
        post "/invite/{id}/send"      SignedIn         => inviting::send;
        get  "/invite/{id}/sent"      SignedIn         => inviting::show_sheet;
        get  "/invite/{id}/sent.csv"  SignedIn         => inviting::download;
        post "/invite/{id}/discard"   SignedIn         => inviting::discard;
        get  "/settings/invitations"  May(EditSettings) => invitations::show_settings;
        post "/settings/invitations"  May(EditSettings) => invitations::store_settings;
        get  "/cards"                 May(ManageCards) => cards::list;
        post "/cards/change"          May(ManageCards) => cards::change_ticked;
        get  "/cards/new"             May(ManageCards) => cards::show_new;
        post "/cards/new"             May(ManageCards) => cards::create;
        get  "/cards/issue"           MayForAll(ManageCards) => cards::show_issue;
        post "/cards/issue"           MayForAll(ManageCards) => cards::begin;
        get  "/cards/runs/{id}"       MayForAll(ManageCards) => cards::show_run;
        get  "/cards/runs/{id}/results.csv" MayForAll(ManageCards) => cards::results;
        get  "/cards/{id}"            May(ManageCards) => cards::show;
        post "/cards/{id}/show"       May(ManageCards) => cards::reveal;
        post "/cards/{id}/change"     May(ManageCards) => cards::change_one;
        post "/cards/{id}/replace"    May(ManageCards) => cards::replace;
        post "/cards/{id}/move"       May(ManageCards) => cards::move_card;
        get  "/settings/directory"    May(EditSettings) => settings::account::show_directory;
        post "/settings/directory"    May(EditSettings) => settings::account::submit_directory;
        get  "/settings/imports"      May(EditSettings) => settings::account::show_imports;
        post "/settings/imports"      May(EditSettings) => settings::account::submit_imports;
        get  "/settings/privacy"      May(EditSettings) => settings::account::show_privacy;
        post "/settings/privacy"      May(EditSettings) => settings::account::submit_privacy;
        get  "/settings/fields"       May(EditSettings) => settings::fields::show;
        post "/settings/fields"       May(EditSettings) => settings::fields::create;
        post "/settings/fields/rename" May(EditSettings) => settings::fields::rename;
        post "/settings/fields/remove" May(EditSettings) => settings::fields::remove;
        get  "/settings/cards"        May(EditSettings) => cards::show_settings;
        post "/settings/cards"        May(EditSettings) => cards::store_settings;
        post "/me/cards/{id}/activate" SignedIn        => cards::activate;
        get  "/join/{token}"          Everybody        => join::show;
        post "/join/{token}"          Everybody        => join::submit;
        post "/join/{token}/ask"      Everybody        => join::ask;
        get  "/imports"               May(ViewImports) => imports::list;
        get  "/imports/new"           May(RunImports)  => imports::show_new;
        post "/imports/new"           May(RunImports)  => imports::submit_new;
        get  "/imports/template"      May(ViewImports) => imports::template;
        get  "/imports/mappings"      May(ViewImports) => imports::list_mappings;
        post "/imports/mappings/remove" May(RunImports) => imports::remove_mapping;
        get  "/imports/series"        May(ViewImports) => imports::series::list;
        get  "/imports/series/new"    May(RunImports)  => imports::series::show_new;
        post "/imports/series/new"    May(RunImports)  => imports::series::add;
        get  "/imports/series/{id}"   May(ViewImports) => imports::series::show;
        get  "/imports/series/{id}/edit"   May(RunImports) => imports::series::show_change;
        post "/imports/series/{id}/edit"   May(RunImports) => imports::series::change;
        post "/imports/series/{id}/run"    May(RunImports) => imports::series::run;
        post "/imports/series/{id}/pause"  May(RunImports) => imports::series::pause;
        post "/imports/series/{id}/remove" May(RunImports) => imports::series::remove;
        get  "/imports/{id}"          May(ViewImports) => imports::current;
        get  "/imports/{id}/format"   May(ViewImports) => imports::show_format;
        post "/imports/{id}/format"   May(RunImports)  => imports::submit_format;
        get  "/imports/{id}/map"      May(ViewImports) => imports::show_map;
        post "/imports/{id}/map"      May(RunImports)  => imports::submit_map;
        get  "/imports/{id}/values"   May(ViewImports) => imports::show_values;
        post "/imports/{id}/values"   May(RunImports)  => imports::submit_values;
        post "/imports/{id}/check"    May(RunImports)  => imports::check;
        post "/imports/{id}/restore-deleted" May(DeleteUsers) => imports::restore_deleted;
        get  "/imports/{id}/review"   May(ViewImports) => imports::show_review;
        post "/imports/{id}/review"   May(RunImports)  => imports::set_policy;
        post "/imports/{id}/picks"    May(RunImports)  => imports::pick;
        post "/imports/{id}/standard-form" May(RunImports) => imports::set_standard_form;
        get  "/imports/{id}/rows/{row}" May(ViewImports) => imports::show_row;
        post "/imports/{id}/rows/{row}" May(RunImports) => imports::submit_row;
        post "/imports/{id}/edit"     May(RunImports)  => imports::submit_edit;
        get  "/imports/{id}/replace"  May(RunImports)  => imports::show_replace;
        get  "/imports/{id}/duplicates" May(ViewImports) => imports::show_duplicates;
        post "/imports/{id}/corrected" May(RunImports) => imports::submit_corrected;
        get  "/imports/{id}/changes"  May(ViewImports) => imports::show_changes;
        post "/imports/{id}/changes"  May(RunImports)  => imports::submit_changes;
        get  "/imports/{id}/plan"     May(ViewImports) => imports::show_plan;
        post "/imports/{id}/start"    May(RunImports)  => imports::start;
        get  "/imports/{id}/run"      May(ViewImports) => imports::show_run;
        get  "/imports/{id}/events"   May(ViewImports) => imports::follow;
        post "/imports/{id}/pause"    May(RunImports)  => imports::pause;
        post "/imports/{id}/resume"   May(RunImports)  => imports::resume;
        post "/imports/{id}/stop"     May(RunImports)  => imports::stop;
        get  "/imports/{id}/continue" May(ViewImports) => imports::show_next_steps;
        get  "/imports/{id}/results"  May(ViewImports) => imports::show_results;
        post "/imports/{id}/rest"     May(RunImports)  => imports::fix_rest;
        get  "/imports/{id}/download/{file}" May(ViewImports) => imports::download;
        get  "/imports/{id}/departures" May(ViewImports) => imports::show_departures;
        get  "/imports/{id}/undo"     May(RunImports)  => imports::show_undo;
        post "/imports/{id}/undo"     May(RunImports)  => imports::submit_undo;
        get  "/imports/{id}/undo/kept.csv" May(RunImports) => imports::download_kept;
        get  "/imports/{id}/redo"     May(RunImports)  => imports::show_redo;
        post "/imports/{id}/redo"     May(RunImports)  => imports::submit_redo;
        get  "/imports/{id}/complete" May(RunImports)  => imports::show_complete;
        post "/imports/{id}/complete" May(RunImports)  => imports::submit_complete;
        post "/imports/{id}/discard"  May(RunImports)  => imports::discard;
        get  "/settings/managed-configuration" May(EditSettings) => settings::managed::show;
        get  "/settings/managed-configuration/{file}" May(EditSettings) => settings::managed::download;
        get  "/users/{id}/managed-configuration/{file}" May(EditUsers) => settings::managed::download_of_user;
        get  "/workflows"             May(ManageWorkflows) => workflows::list;
        post "/workflows"             May(ManageWorkflows) => workflows::create;
        get  "/workflows/steps/{id}"  May(ManageWorkflows) => workflows::show_step;
        post "/workflows/steps/{id}"  May(ManageWorkflows) => workflows::change_step;
        post "/workflows/steps/{id}/move"          May(ManageWorkflows) => workflows::move_step;
        post "/workflows/steps/{id}/remove"        May(ManageWorkflows) => workflows::remove_step;
        post "/workflows/steps/{id}/people"        May(ManageWorkflows) => workflows::name_person;
        post "/workflows/steps/{id}/people/remove" May(ManageWorkflows) => workflows::unname_person;
        post "/workflows/steps/{id}/groups"        May(ManageWorkflows) => workflows::name_group;
        post "/workflows/steps/{id}/groups/remove" May(ManageWorkflows) => workflows::unname_group;
        get  "/workflows/{id}"        May(ManageWorkflows) => workflows::show;
        post "/workflows/{id}/rename" May(ManageWorkflows) => workflows::rename;
        post "/workflows/{id}/steps"  May(ManageWorkflows) => workflows::add_step;
        post "/workflows/{id}/people" May(ManageWorkflows) => workflows::add_person;
        post "/workflows/{id}/people/remove" May(ManageWorkflows) => workflows::remove_person;
        post "/workflows/{id}/groups" May(ManageWorkflows) => workflows::add_group;
        post "/workflows/{id}/groups/remove" May(ManageWorkflows) => workflows::remove_group;
        get  "/workflows/{id}/delete" May(ManageWorkflows) => workflows::show_delete;
        post "/workflows/{id}/delete" May(ManageWorkflows) => workflows::delete;
        get  "/users/{id}/workflows"  May(ViewUsers)   => workflows::show_of_user;
        post "/users/{id}/workflows"  May(ManageWorkflows) => workflows::join;
        post "/users/{id}/workflows/remove" May(ManageWorkflows) => workflows::leave;
        get  "/documents"             May(ManageDocuments) => documents::list;
        get  "/documents/new"         May(ManageDocuments) => documents::show_new;
        post "/documents/new"         May(ManageDocuments) => documents::submit_new;
        get  "/documents/download"    May(ManageDocuments) => documents::download_all;
        post "/documents/reassign"    May(ManageDocuments) => documents::reassign;
        get  "/documents/{id}"        May(ManageDocuments) => documents::show;
        get  "/documents/{id}/files/{number}" May(ManageDocuments) => documents::download;
        get  "/me/documents"          SignedIn         => me::documents::list;
        get  "/me/documents/{id}"     SignedIn         => me::documents::show;
        post "/me/documents/{id}"     SignedIn         => me::documents::act;
        post "/me/documents/{id}/file" SignedIn        => me::documents::edit;
        get  "/me/documents/{id}/files/{number}" SignedIn => me::documents::download;
        get  "/activity"              May(ViewActivity) => activity::list;
        get  "/activity/export"       May(ViewActivity) => activity::export;
        get  "/reports"               May(ViewReports) => reports::show;
        get  "/reports/users/{file}"  May(ViewReports) => reports::download;
        get  "/settings/documents"    May(EditSettings) => settings::documents::show;
        post "/settings/documents"    May(EditSettings) => settings::documents::submit;
        get  "/settings/modules"      May(EditSettings) => settings::modules::show;
        post "/settings/modules"      May(EditSettings) => settings::modules::set;
        get  "/settings/roles"        May(ManageRoles) => settings::roles::list;
        get  "/settings/roles/new"    May(ManageRoles) => settings::roles::show_new;
        post "/settings/roles/new"    May(ManageRoles) => settings::roles::add;
        get  "/settings/roles/{id}"   May(ManageRoles) => settings::roles::show_role;
        post "/settings/roles/{id}"   May(ManageRoles) => settings::roles::change;
        post "/settings/roles/{id}/duplicate" May(ManageRoles) => settings::roles::duplicate;
        get  "/settings/roles/{id}/delete" May(ManageRoles) => settings::roles::show_delete;
        post "/settings/roles/{id}/delete" May(ManageRoles) => settings::roles::delete;
        get  "/settings/tokens"       May(ManageTokens) => settings::list_tokens;
        post "/settings/tokens"       May(ManageTokens) => settings::create_token;
        post "/settings/tokens/{id}/revoke" May(ManageTokens) => settings::revoke_token;
        get  "/settings/webhooks"     May(ManageTokens) => settings::webhooks::list;
        post "/settings/webhooks"     May(ManageTokens) => settings::webhooks::create;
        get  "/settings/webhooks/{id}" May(ManageTokens) => settings::webhooks::show;
        post "/settings/webhooks/{id}" May(ManageTokens) => settings::webhooks::change;
        post "/settings/webhooks/{id}/rotate" May(ManageTokens) => settings::webhooks::rotate;
        post "/settings/webhooks/{id}/end-old-secret" May(ManageTokens) => settings::webhooks::end_old;
        post "/settings/webhooks/{id}/switch" May(ManageTokens) => settings::webhooks::switch;
        post "/settings/webhooks/{id}/test" May(ManageTokens) => settings::webhooks::test;
        post "/settings/webhooks/{id}/delete" May(ManageTokens) => settings::webhooks::delete;
        post "/settings/webhooks/{id}/deliveries/{event}/redeliver" May(ManageTokens) => settings::webhooks::redeliver;
        get  "/api"                   May(ManageTokens) => api::show_reference;
        get  "/api/v1/openapi.json"   Everybody        => api::serve_specification;
    }
}

/// What identity providers speak to.
#[rustfmt::skip]
fn provisioning() -> Vec<Route> {
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

/// Every route: pages, SCIM, and operations of the API with the scopes of their tokens.
pub fn routes() -> Vec<Route> {
    let operations = api::entries().into_iter().map(|entry| Route {
        method: entry.method.clone(),
        path: entry.path,
        access: Access::Token(entry.scope),
        handler: MethodRouter::new(),
    });
    pages()
        .into_iter()
        .chain(operations)
        .chain(provisioning())
        .collect()
}

/// The whole server as one service.
pub fn router(app: &App) -> Router {
    let mut router = Router::new();
    let mut answering = BTreeSet::new();
    for route in pages().into_iter().chain(provisioning()) {
        let mut handler = route.handler;
        if route.path.starts_with("/imports/{id}/") {
            handler = handler.route_layer(from_fn_with_state(app.clone(), imports::attend));
        }
        handler = match route.access {
            Access::Token(scope) => {
                let speaks = Speaks::at(route.path);
                let guarded = api::guarded(handler, app, scope, speaks);
                // An address has one answer to other methods, whatever it takes itself.
                if answering.insert(route.path) {
                    guarded.fallback(async move || api::without_method(speaks))
                } else {
                    guarded
                }
            }
            access => handler.route_layer(from_fn_with_state((app.clone(), access), guard)),
        };
        if UPLOADS.contains(&route.path) {
            // These measure what comes themselves, and answer with a page.
            handler = handler.layer(DefaultBodyLimit::disable());
        } else if route.path == RETURNED_MAIL {
            handler = handler.layer(DefaultBodyLimit::max(delivery::bounces::LONGEST));
        } else if Speaks::at(route.path) == Speaks::Scim {
            handler = handler.layer(DefaultBodyLimit::max(::scim::MOST_PAYLOAD_BYTES));
        }
        router = router.route(route.path, handler);
    }
    let router = api::mount(router)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .with_state(app.clone());
    protect::layered(router, app)
}

/// A page for people, a problem for programs.
async fn not_found(uri: Uri) -> Response {
    if ["/api/", "/scim/"]
        .iter()
        .any(|root| uri.path().starts_with(root))
    {
        Speaks::at(uri.path()).answer(&api::Problem::not_found())
    } else {
        Failure::NotFound.into_response()
    }
}
