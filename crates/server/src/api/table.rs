//! Every operation of the API, its address, and the scope its token needs.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, StatusCode},
    response::IntoResponse as _,
    routing::MethodRouter,
};
use identity::tokens::Scope::{
    self, Access, ActivityRead, Cards, Devices, Documents, Exports, GroupsRead, GroupsWrite,
    ImportsRead, ImportsWrite, Invitations, Notifications, Outbox, Photos, Roles, SettingsRead,
    SettingsWrite, UsersRead, UsersWrite, Webhooks, Workflows,
};

use tower_http::catch_panic::CatchPanicLayer;

use super::{
    Problem, actions, activity, card_runs, cards, chosen, data_requests, deleted, deletion,
    devices, document_bundle, document_files, documents, drive, early, exports, fields, grants,
    groups, import_columns, import_edits, import_ends, import_report, import_rows, import_settings,
    imports, invitations, invites, kept, leaders, members, merge, modules, notifications,
    operation::Operation, outbox, photo_batches, photos, reports, roles, series, series_keep,
    settings, sign_in, steps, templates, texts, transfer, uploads, users, views, waves, webhooks,
    workflows,
};
use crate::{app::App, failure::Failure};

/// One operation at its address.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) scope: Scope,
    pub(crate) operation: &'static Operation,
}

macro_rules! table {
    ($($method:ident $path:literal $scope:ident => $operation:path;)+) => {
        vec![$(Entry {
            method: Method::$method,
            path: concat!("/api/v1", $path),
            scope: $scope,
            operation: &$operation,
        }),+]
    };
}

/// Every operation.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "one line for each operation")]
pub(crate) fn entries() -> Vec<Entry> {
    table! {
        GET    "/users"                     UsersRead    => users::LIST;
        POST   "/users"                     UsersWrite   => users::CREATE;
        GET    "/users/{id}"                UsersRead    => users::SHOW;
        PATCH  "/users/{id}"                UsersWrite   => users::CHANGE;
        DELETE "/users/{id}"                UsersWrite   => users::DELETE;
        POST   "/users/{id}/deactivate"     UsersWrite   => users::DEACTIVATE;
        POST   "/users/{id}/reactivate"     UsersWrite   => users::REACTIVATE;
        GET    "/users/{id}/deletion"       UsersWrite   => deletion::SHOW;
        GET    "/users/{id}/merge/{other}"  UsersWrite   => merge::LOOK;
        POST   "/users/{id}/merge/{other}"  UsersWrite   => merge::MERGE_USERS;
        PUT    "/users/{id}/kept"           UsersWrite   => kept::KEEP;
        GET    "/users/{id}/sign-in"        UsersWrite   => sign_in::SHOW;
        PATCH  "/users/{id}/sign-in"        UsersWrite   => sign_in::CHANGE;
        GET    "/users/{id}/sessions"       UsersWrite   => sign_in::LIST;
        DELETE "/users/{id}/sessions/{session}" UsersWrite => sign_in::END;
        POST   "/users/{id}/reset-password" UsersWrite   => sign_in::RESET_PASSWORD;
        POST   "/users/{id}/reset-two-factor" UsersWrite => sign_in::RESET_TWO_FACTOR;
        GET    "/users/{id}/data-request"   UsersWrite   => data_requests::SHOW;
        POST   "/users/{id}/data-request"   UsersWrite   => data_requests::ASK;
        GET    "/users/{id}/photo"          Photos       => photos::SHOW;
        PUT    "/users/{id}/photo"          Photos       => photos::SET;
        DELETE "/users/{id}/photo"          Photos       => photos::REMOVE;
        POST   "/users/{id}/invite"         Invitations  => invitations::INVITE;
        GET    "/invitations"               Invitations  => invitations::LIST;
        POST   "/invitations"               Invitations  => waves::BEGIN;
        POST   "/invitations/preview"       Invitations  => waves::LOOK;
        POST   "/invitations/withdraw"      Invitations  => waves::WITHDRAW;
        POST   "/invitations/extend"        Invitations  => waves::EXTEND;
        DELETE "/invitations/{id}"          Invitations  => invitations::WITHDRAW;
        POST   "/invitations/{id}/extend"   Invitations  => invitations::EXTEND;
        GET    "/invitation-counts"         Invitations  => invitations::COUNTS;
        GET    "/invitation-waves"          Invitations  => waves::LIST;
        GET    "/invitation-waves/{id}"     Invitations  => waves::SHOW;
        POST   "/invitation-waves/{id}/pause" Invitations => waves::PAUSE;
        POST   "/invitation-waves/{id}/resume" Invitations => waves::RESUME;
        POST   "/invitation-waves/{id}/stop" Invitations => waves::STOP;
        GET    "/photo-batches"             Photos       => photo_batches::LIST;
        POST   "/photo-batches"             Photos       => photo_batches::BEGIN;
        GET    "/photo-batches/{id}"        Photos       => photo_batches::SHOW;
        GET    "/photo-batches/{id}/files"  Photos       => photo_batches::FILES;
        POST   "/photo-batches/{id}/undo"   Photos       => photo_batches::UNDO;
        GET    "/views"                     UsersRead    => views::LIST;
        POST   "/views"                     UsersWrite   => views::KEEP;
        DELETE "/views/{id}"                UsersWrite   => views::REMOVE;
        GET    "/notifications"             Notifications => notifications::LIST;
        POST   "/notifications/read"        Notifications => notifications::READ_ALL;
        POST   "/notifications/{id}/read"   Notifications => notifications::READ;
        GET    "/notification-choices"      Notifications => notifications::CHOICES_SHOW;
        PATCH  "/notification-choices"      Notifications => notifications::CHOOSE;
        GET    "/workflows"                 Workflows    => workflows::LIST;
        POST   "/workflows"                 Workflows    => workflows::CREATE;
        GET    "/workflows/{id}"            Workflows    => workflows::SHOW;
        PATCH  "/workflows/{id}"            Workflows    => workflows::RENAME;
        PUT    "/workflows/{id}/people/{member}" Workflows => workflows::ADD_USER;
        DELETE "/workflows/{id}/people/{member}" Workflows => workflows::REMOVE_USER;
        PUT    "/workflows/{id}/groups/{member}" Workflows => workflows::ADD_GROUP;
        DELETE "/workflows/{id}/groups/{member}" Workflows => workflows::REMOVE_GROUP;
        DELETE "/workflows/{id}"            Workflows    => steps::DELETE_WORKFLOW;
        GET    "/workflows/{id}/people"     Workflows    => steps::PEOPLE;
        GET    "/workflows/{id}/groups"     Workflows    => steps::GROUPS;
        GET    "/workflows/{id}/steps"      Workflows    => steps::LIST;
        POST   "/workflows/{id}/steps"      Workflows    => steps::ADD;
        GET    "/workflows/{id}/steps/{step}" Workflows  => steps::SHOW;
        PATCH  "/workflows/{id}/steps/{step}" Workflows  => steps::CHANGE;
        DELETE "/workflows/{id}/steps/{step}" Workflows  => steps::REMOVE;
        POST   "/workflows/{id}/steps/{step}/move" Workflows => steps::MOVE_STEP;
        PUT    "/workflows/{id}/steps/{step}/people/{member}" Workflows => steps::NAME_USER;
        DELETE "/workflows/{id}/steps/{step}/people/{member}" Workflows => steps::UNNAME_USER;
        PUT    "/workflows/{id}/steps/{step}/groups/{member}" Workflows => steps::NAME_GROUP;
        DELETE "/workflows/{id}/steps/{step}/groups/{member}" Workflows => steps::UNNAME_GROUP;
        GET    "/documents"                 Documents    => documents::LIST;
        POST   "/documents"                 Documents    => document_files::UPLOAD;
        POST   "/documents/reassign"        Documents    => documents::REASSIGN;
        GET    "/my-documents"              Documents    => documents::LIST_MINE;
        GET    "/documents.zip"             Documents    => document_bundle::BUNDLE;
        GET    "/documents/{id}"            Documents    => documents::SHOW;
        GET    "/documents/{id}/events"     Documents    => documents::EVENTS;
        GET    "/documents/{id}/files"      Documents    => document_files::FILES;
        POST   "/documents/{id}/files"      Documents    => document_files::ADD_FILE;
        GET    "/documents/{id}/files/{number}" Documents => document_files::GET_FILE;
        POST   "/documents/{id}/start"      Documents    => documents::START;
        POST   "/documents/{id}/submit"     Documents    => documents::SUBMIT;
        POST   "/documents/{id}/review"     Documents    => documents::REVIEW;
        POST   "/documents/{id}/approve"    Documents    => documents::APPROVE;
        POST   "/documents/{id}/return"     Documents    => documents::RETURN;
        GET    "/actions"                   UsersWrite   => actions::LIST;
        POST   "/actions"                   UsersWrite   => actions::MAKE;
        GET    "/actions/{id}"              UsersWrite   => actions::SHOW;
        DELETE "/actions/{id}"              UsersWrite   => actions::DROP;
        GET    "/actions/{id}/users"        UsersWrite   => actions::USERS;
        POST   "/actions/{id}/start"        UsersWrite   => actions::START;
        POST   "/actions/{id}/undo"         UsersWrite   => actions::UNDO;
        GET    "/fields"                    UsersRead    => fields::LIST;
        POST   "/fields"                    SettingsWrite => fields::CREATE;
        PATCH  "/fields/{key}"              SettingsWrite => fields::RENAME;
        DELETE "/fields/{key}"              SettingsWrite => fields::REMOVE;
        GET    "/deleted-users"             UsersRead    => deleted::LIST;
        GET    "/deleted-users/{id}"        UsersRead    => deleted::SHOW;
        POST   "/deleted-users/{id}/erase"  UsersWrite   => deleted::ERASE;
        POST   "/deleted-users/{id}/restore" UsersWrite  => deleted::RESTORE;
        GET    "/groups"                    GroupsRead   => groups::LIST;
        POST   "/groups"                    GroupsWrite  => groups::CREATE;
        GET    "/groups/{id}"               GroupsRead   => groups::SHOW;
        PATCH  "/groups/{id}"               GroupsWrite  => groups::CHANGE;
        DELETE "/groups/{id}"               GroupsWrite  => groups::DELETE;
        GET    "/groups/{id}/members"       GroupsRead   => members::LIST;
        POST   "/groups/{id}/members"       GroupsWrite  => members::CHANGE;
        GET    "/groups/{id}/leaders"       GroupsRead   => leaders::LIST;
        PUT    "/groups/{id}/leaders/{member}" GroupsWrite => leaders::ADD;
        DELETE "/groups/{id}/leaders/{member}" GroupsWrite => leaders::REMOVE;
        GET    "/modules"                   GroupsRead   => modules::LIST;
        PUT    "/modules/{key}"             SettingsWrite => modules::SET;
        GET    "/devices"                   Devices      => devices::LIST;
        POST   "/devices"                   Devices      => devices::CREATE;
        GET    "/devices/{id}"              Devices      => devices::SHOW;
        PATCH  "/devices/{id}"              Devices      => devices::CHANGE;
        DELETE "/devices/{id}"              Devices      => devices::DELETE;
        POST   "/devices/{id}/recipient"    Access       => transfer::LOOK;
        POST   "/devices/{id}/transfer"     Access       => transfer::HAND_OVER;
        GET    "/devices/{id}/grants"       Access       => grants::LIST;
        POST   "/devices/{id}/grants"       Access       => grants::GIVE;
        GET    "/devices/{id}/grants/{user}" Access      => grants::SHOW;
        PATCH  "/devices/{id}/grants/{user}" Access      => grants::CHANGE;
        DELETE "/devices/{id}/grants/{user}" Access      => grants::REVOKE;
        POST   "/invites"                   Access       => invites::SEND;
        GET    "/invites/{id}"              Access       => invites::SHOW;
        GET    "/invites/{id}/people"       Access       => invites::PEOPLE;
        GET    "/cards"                     Cards        => cards::LIST;
        POST   "/cards"                     Cards        => cards::CREATE;
        GET    "/cards/{id}"                Cards        => cards::SHOW;
        POST   "/cards/{id}/replace"        Cards        => card_runs::REPLACE;
        POST   "/cards/{id}/move"           Cards        => card_runs::MOVE;
        GET    "/card-runs"                 Cards        => card_runs::LIST;
        POST   "/card-runs"                 Cards        => card_runs::BEGIN;
        POST   "/card-runs/preview"         Cards        => card_runs::PREVIEW;
        GET    "/card-runs/{id}"            Cards        => card_runs::SHOW;
        GET    "/card-runs/{id}/results.csv" Cards       => card_runs::RESULTS;
        POST   "/cards/{id}/issue"          Cards        => cards::ISSUE;
        POST   "/cards/{id}/pause"          Cards        => cards::PAUSE;
        POST   "/cards/{id}/resume"         Cards        => cards::RESUME;
        POST   "/cards/{id}/revoke"         Cards        => cards::REVOKE;
        GET    "/imports"                   ImportsRead  => imports::LIST;
        POST   "/imports"                   ImportsWrite => uploads::IMPORT_FILE;
        GET    "/imports/{id}"              ImportsRead  => imports::SHOW;
        DELETE "/imports/{id}"              ImportsWrite => imports::DISCARD;
        POST   "/imports/{id}/check"        ImportsWrite => imports::CHECK;
        GET    "/imports/{id}/plan"         ImportsRead  => import_rows::SHOW_PLAN;
        GET    "/imports/{id}/problems"     ImportsRead  => import_rows::LIST_PROBLEMS;
        POST   "/imports/{id}/start"        ImportsWrite => imports::START;
        POST   "/imports/{id}/pause"        ImportsWrite => imports::PAUSE;
        POST   "/imports/{id}/resume"       ImportsWrite => imports::RESUME;
        POST   "/imports/{id}/stop"         ImportsWrite => imports::STOP;
        POST   "/imports/{id}/undo"         ImportsWrite => imports::UNDO;
        GET    "/imports/{id}/undo"         ImportsRead  => import_ends::SHOW_UNDO;
        GET    "/imports/{id}/redo"         ImportsRead  => import_ends::SHOW_REDO;
        POST   "/imports/{id}/redo"         ImportsWrite => import_ends::REDO_IMPORT;
        POST   "/imports/{id}/complete"     ImportsWrite => import_ends::COMPLETE;
        POST   "/imports/{id}/rest"         ImportsWrite => import_edits::REST;
        POST   "/imports/{id}/restore-deleted" ImportsWrite => import_ends::RESTORE;
        GET    "/imports/{id}/departures"   ImportsRead  => import_ends::DEPARTURES;
        GET    "/imports/{id}/settings"     ImportsRead  => import_settings::SHOW;
        PATCH  "/imports/{id}/settings"     ImportsWrite => import_settings::CHANGE;
        GET    "/imports/{id}/columns"      ImportsRead  => import_columns::LIST;
        PATCH  "/imports/{id}/columns"      ImportsWrite => import_columns::CHOOSE;
        GET    "/imports/{id}/values"       ImportsRead  => import_columns::LIST_VALUES;
        PATCH  "/imports/{id}/values"       ImportsWrite => import_columns::CHOOSE_VALUE;
        POST   "/imports/{id}/save-mapping" ImportsWrite => import_columns::SAVE_MAPPING;
        POST   "/imports/{id}/use-mapping"  ImportsWrite => import_columns::USE_MAPPING;
        GET    "/imports/{id}/edits"        ImportsRead  => import_edits::LIST;
        POST   "/imports/{id}/edits"        ImportsWrite => import_edits::MAKE;
        POST   "/imports/{id}/edits/preview" ImportsWrite => import_edits::TRY;
        POST   "/imports/{id}/edits/{number}/undo" ImportsWrite => import_edits::UNDO;
        POST   "/imports/{id}/edits/{number}/redo" ImportsWrite => import_edits::REDO;
        POST   "/imports/{id}/corrected"    ImportsWrite => import_edits::CORRECT;
        POST   "/imports/{id}/picks"        ImportsWrite => import_edits::PICK;
        GET    "/imports/{id}/rows"         ImportsRead  => import_rows::LIST_ROWS;
        PATCH  "/imports/{id}/rows/{row}"   ImportsWrite => import_edits::CHANGE_ROW;
        GET    "/imports/{id}/report"       ImportsRead  => import_report::SHOW;
        POST   "/imports/{id}/invite"       Invitations  => import_report::INVITE;
        GET    "/imports/{id}/errors.csv"   ImportsRead  => import_rows::GET_ERRORS;
        GET    "/imports/{id}/errors.xlsx"  ImportsRead  => import_rows::GET_ERROR_BOOK;
        GET    "/imports/{id}/results.csv"  ImportsRead  => import_rows::GET_RESULTS;
        GET    "/imports/{id}/results.xlsx" ImportsRead  => import_rows::GET_RESULT_BOOK;
        GET    "/imports/{id}/to-fix.csv"   ImportsRead  => import_rows::GET_TO_FIX;
        GET    "/imports/{id}/to-fix.xlsx"  ImportsRead  => import_rows::GET_TO_FIX_BOOK;
        GET    "/imports/{id}/created.csv"  ImportsRead  => import_rows::GET_CREATED;
        GET    "/imports/{id}/created.xlsx" ImportsRead  => import_rows::GET_CREATED_BOOK;
        GET    "/imports/{id}/departures.csv" ImportsRead => import_rows::GET_DEPARTURES;
        GET    "/imports/{id}/departures.xlsx" ImportsRead => import_rows::GET_DEPARTURE_BOOK;
        GET    "/imports/{id}/changes.csv"  ImportsRead  => import_rows::GET_CHANGES;
        GET    "/imports/{id}/changes.xlsx" ImportsRead  => import_rows::GET_CHANGE_BOOK;
        GET    "/import-fields"             ImportsRead  => import_columns::LIST_FIELDS;
        GET    "/import-template.csv"       ImportsRead  => templates::CSV_FILE;
        GET    "/import-template.xlsx"      ImportsRead  => templates::BOOK;
        GET    "/mappings"                  ImportsRead  => import_columns::LIST_MAPPINGS;
        DELETE "/mappings/{mapping}"        ImportsWrite => import_columns::REMOVE_MAPPING;
        POST   "/uploads"                   ImportsWrite => uploads::BEGIN;
        GET    "/uploads/{id}"              ImportsWrite => uploads::SHOW;
        PATCH  "/uploads/{id}"              ImportsWrite => uploads::APPEND;
        DELETE "/uploads/{id}"              ImportsWrite => uploads::DROP;
        POST   "/uploads/{id}/import"       ImportsWrite => chosen::IMPORT_UPLOAD;
        GET    "/exports/users.csv"         Exports      => exports::USERS_CSV;
        GET    "/exports/users.xlsx"        Exports      => exports::USERS_XLSX;
        GET    "/exports/users.json"        Exports      => exports::USERS_JSON;
        GET    "/exports/user"              Exports      => exports::USER;
        POST   "/exports"                   Exports      => exports::BEGIN;
        GET    "/exports/{id}"              Exports      => exports::SHOW;
        GET    "/exports/{id}/file"         Exports      => exports::FILE;
        GET    "/early-access"              UsersRead    => early::LIST;
        POST   "/early-access"              UsersWrite   => early::DECIDE;
        GET    "/activity"                  ActivityRead => activity::LIST;
        GET    "/activity.csv"              ActivityRead => activity::CSV_FILE;
        GET    "/activity.json"             ActivityRead => activity::JSON_FILE;
        GET    "/reports/users"             Exports      => reports::SHOW;
        GET    "/reports/users.csv"         Exports      => reports::CSV_FILE;
        GET    "/reports/users.xlsx"        Exports      => reports::BOOK;
        GET    "/outbox"                    Outbox       => outbox::LIST;
        GET    "/outbox-state"              Outbox       => outbox::STATE;
        GET    "/outbox/{id}"               Outbox       => outbox::SHOW;
        POST   "/outbox/{id}/withdraw"      Outbox       => outbox::WITHDRAW;
        GET    "/message-texts"             SettingsRead => texts::LIST;
        GET    "/message-texts/{text}"      SettingsRead => texts::SHOW;
        PATCH  "/message-texts/{text}"      SettingsWrite => texts::CHANGE;
        DELETE "/message-texts/{text}"      SettingsWrite => texts::RESET;
        POST   "/message-texts/{text}/preview" SettingsRead => texts::PREVIEW;
        POST   "/message-texts/{text}/send" SettingsWrite => texts::SEND;
        GET    "/webhooks"                  Webhooks     => webhooks::LIST;
        POST   "/webhooks"                  Webhooks     => webhooks::CREATE;
        GET    "/webhooks/{id}"             Webhooks     => webhooks::SHOW;
        PATCH  "/webhooks/{id}"             Webhooks     => webhooks::CHANGE;
        DELETE "/webhooks/{id}"             Webhooks     => webhooks::DELETE;
        POST   "/webhooks/{id}/rotate"      Webhooks     => webhooks::ROTATE;
        DELETE "/webhooks/{id}/old-secret"  Webhooks     => webhooks::END_OLD;
        POST   "/webhooks/{id}/test"        Webhooks     => webhooks::TEST;
        GET    "/webhooks/{id}/deliveries"  Webhooks     => webhooks::DELIVERIES;
        POST   "/webhooks/{id}/deliveries/{event}/redeliver" Webhooks => webhooks::REDELIVER;
        GET    "/roles"                     Roles        => roles::LIST;
        POST   "/roles"                     Roles        => roles::CREATE;
        GET    "/roles/{id}"                Roles        => roles::SHOW;
        PATCH  "/roles/{id}"                Roles        => roles::CHANGE;
        DELETE "/roles/{id}"                Roles        => roles::DELETE;
        GET    "/settings"                  SettingsRead => settings::SHOW;
        PATCH  "/settings"                  SettingsWrite => settings::CHANGE;
        GET    "/series"                    ImportsRead  => series_keep::LIST;
        POST   "/series"                    ImportsWrite => series_keep::CREATE;
        GET    "/series/{series}"           ImportsRead  => series_keep::SHOW;
        PATCH  "/series/{series}"           ImportsWrite => series_keep::CHANGE;
        DELETE "/series/{series}"           ImportsWrite => series_keep::REMOVE;
        POST   "/series/{series}/pause"     ImportsWrite => series_keep::PAUSE;
        POST   "/series/{series}/resume"    ImportsWrite => series_keep::RESUME;
        POST   "/series/{series}/run"       ImportsWrite => series_keep::RUN_NOW;
        POST   "/series/{series}/files"     ImportsWrite => series::PUSH;
        GET    "/series/{series}/runs"      ImportsRead  => series_keep::RUNS;
        GET    "/series/{series}/runs/{run}" ImportsRead => series::SHOW_RUN;
    }
}

/// Adds the operations to the routes: those of an address together, with a problem for every other method.
pub(crate) fn mount(mut router: Router<App>) -> Router<App> {
    let mut paths: BTreeMap<&'static str, MethodRouter<App>> = BTreeMap::new();
    for entry in entries() {
        let mut handler = drive::handler(entry.clone());
        if entry.operation.takes_files() {
            // These measure what comes themselves.
            handler = handler.layer(DefaultBodyLimit::disable());
        }
        let others = paths.remove(entry.path).unwrap_or_default();
        paths.insert(entry.path, others.merge(handler));
    }
    for (path, handler) in paths {
        let handler = handler
            .route_layer(CatchPanicLayer::custom(|_| {
                Problem::from(Failure::Internal).into_response()
            }))
            .fallback(async || {
                let detail = "This address does not take that method.";
                Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
            });
        router = router.route(path, handler);
    }
    router
}
