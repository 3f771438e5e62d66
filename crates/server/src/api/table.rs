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
    self, Access, ActivityRead, Cards, Devices, Exports, GroupsRead, GroupsWrite, ImportsRead,
    ImportsWrite, Invitations, Photos, SettingsRead, SettingsWrite, UsersRead, UsersWrite,
    Workflows,
};

use tower_http::catch_panic::CatchPanicLayer;

use super::{
    Problem, activity, cards, deleted, devices, drive, exports, grants, groups, import_rows,
    imports, invitations, members, modules, operation::Operation, photos, series, settings,
    uploads, users, workflows,
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
pub(crate) fn entries() -> Vec<Entry> {
    table! {
        GET    "/users"                     UsersRead    => users::LIST;
        POST   "/users"                     UsersWrite   => users::CREATE;
        GET    "/users/{id}"                UsersRead    => users::SHOW;
        PATCH  "/users/{id}"                UsersWrite   => users::CHANGE;
        DELETE "/users/{id}"                UsersWrite   => users::DELETE;
        POST   "/users/{id}/deactivate"     UsersWrite   => users::DEACTIVATE;
        POST   "/users/{id}/reactivate"     UsersWrite   => users::REACTIVATE;
        GET    "/users/{id}/photo"          Photos       => photos::SHOW;
        PUT    "/users/{id}/photo"          Photos       => photos::SET;
        DELETE "/users/{id}/photo"          Photos       => photos::REMOVE;
        POST   "/users/{id}/invite"         Invitations  => invitations::INVITE;
        GET    "/invitations"               Invitations  => invitations::LIST;
        DELETE "/invitations/{id}"          Invitations  => invitations::WITHDRAW;
        GET    "/workflows"                 Workflows    => workflows::LIST;
        POST   "/workflows"                 Workflows    => workflows::CREATE;
        GET    "/workflows/{id}"            Workflows    => workflows::SHOW;
        PATCH  "/workflows/{id}"            Workflows    => workflows::RENAME;
        PUT    "/workflows/{id}/people/{member}" Workflows => workflows::ADD_USER;
        DELETE "/workflows/{id}/people/{member}" Workflows => workflows::REMOVE_USER;
        PUT    "/workflows/{id}/groups/{member}" Workflows => workflows::ADD_GROUP;
        DELETE "/workflows/{id}/groups/{member}" Workflows => workflows::REMOVE_GROUP;
        GET    "/deleted-users"             UsersRead    => deleted::LIST;
        POST   "/deleted-users/{id}/restore" UsersWrite  => deleted::RESTORE;
        GET    "/groups"                    GroupsRead   => groups::LIST;
        POST   "/groups"                    GroupsWrite  => groups::CREATE;
        GET    "/groups/{id}"               GroupsRead   => groups::SHOW;
        PATCH  "/groups/{id}"               GroupsWrite  => groups::CHANGE;
        DELETE "/groups/{id}"               GroupsWrite  => groups::DELETE;
        GET    "/groups/{id}/members"       GroupsRead   => members::LIST;
        POST   "/groups/{id}/members"       GroupsWrite  => members::CHANGE;
        GET    "/modules"                   GroupsRead   => modules::LIST;
        GET    "/devices"                   Devices      => devices::LIST;
        POST   "/devices"                   Devices      => devices::CREATE;
        GET    "/devices/{id}"              Devices      => devices::SHOW;
        PATCH  "/devices/{id}"              Devices      => devices::CHANGE;
        DELETE "/devices/{id}"              Devices      => devices::DELETE;
        GET    "/devices/{id}/grants"       Access       => grants::LIST;
        POST   "/devices/{id}/grants"       Access       => grants::GIVE;
        GET    "/devices/{id}/grants/{user}" Access      => grants::SHOW;
        PATCH  "/devices/{id}/grants/{user}" Access      => grants::CHANGE;
        DELETE "/devices/{id}/grants/{user}" Access      => grants::REVOKE;
        GET    "/cards"                     Cards        => cards::LIST;
        POST   "/cards"                     Cards        => cards::CREATE;
        GET    "/cards/{id}"                Cards        => cards::SHOW;
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
        GET    "/imports/{id}/rows"         ImportsRead  => import_rows::LIST_ROWS;
        GET    "/imports/{id}/errors.csv"   ImportsRead  => import_rows::GET_ERRORS;
        GET    "/imports/{id}/results.csv"  ImportsRead  => import_rows::GET_RESULTS;
        POST   "/uploads"                   ImportsWrite => uploads::BEGIN;
        GET    "/uploads/{id}"              ImportsWrite => uploads::SHOW;
        PATCH  "/uploads/{id}"              ImportsWrite => uploads::APPEND;
        DELETE "/uploads/{id}"              ImportsWrite => uploads::DROP;
        GET    "/exports/users.csv"         Exports      => exports::USERS_CSV;
        GET    "/exports/users.xlsx"        Exports      => exports::USERS_XLSX;
        GET    "/activity"                  ActivityRead => activity::LIST;
        GET    "/settings"                  SettingsRead => settings::SHOW;
        PATCH  "/settings"                  SettingsWrite => settings::CHANGE;
        POST   "/series/{series}/files"     ImportsWrite => series::PUSH;
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
