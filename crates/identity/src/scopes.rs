//! What tokens may be used for: one line for each scope.
//!
//! Not here: which request needs which scope, see `server`.

use std::str::FromStr;

use directory::Action;

macro_rules! scopes {
    ($($(#[$doc:meta])* $scope:ident $name:literal $about:literal $label:literal $action:ident;)+) => {
        /// What a token may be used for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Scope {
            $($(#[$doc])* $scope,)+
        }

        impl Scope {
            /// Every scope, those about the same things together.
            pub const ALL: &[Self] = &[$(Self::$scope),+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$scope => $name,)+
                }
            }

            /// What it is about.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$scope => $about,)+
                }
            }

            /// What it allows, in words.
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$scope => $label,)+
                }
            }

            /// What the maker of a token must be allowed for it.
            pub const fn action(self) -> Action {
                match self {
                    $(Self::$scope => Action::$action,)+
                }
            }
        }
    };
}

scopes! {
    /// See people.
    UsersRead "users:read" "Users" "See users and their details" ViewUsers;
    /// Create, change, delete and take back people.
    UsersWrite "users:write" "Users" "Create, change, deactivate and delete users" EditUsers;
    /// See groups, teams and modules.
    GroupsRead "groups:read" "Groups, teams and modules" "See groups and teams and who is in them" EditGroups;
    /// Create and change groups and teams, and who is in them.
    GroupsWrite "groups:write" "Groups, teams and modules" "Create and change groups and teams, and who is in them" EditGroups;
    /// See, create and change devices.
    Devices "devices" "Devices and access" "See, create, change and delete devices" ManageAccess;
    /// See, give, change and take away access to devices.
    Access "access" "Devices and access" "See, give and take away access to devices" ManageAccess;
    /// See, give and change cards.
    Cards "cards" "Cards" "See cards, make them, and pause or revoke them" ManageCards;
    /// See, set and remove photos.
    Photos "photos" "Photos" "See, set and remove the photos of users" EditUsers;
    /// See workflows, and say who takes part in them.
    Workflows "workflows" "Workflows" "See, create, change and delete workflows and their steps, and say who takes part" ManageWorkflows;
    /// See documents, and act on them.
    Documents "documents" "Documents" "See and assign documents of workflows, and act on those that wait for you" ManageDocuments;
    /// See and make invitations.
    Invitations "invitations" "Invitations" "See invitations, invite users, and take offers back" InviteUsers;
    /// See messages, and take back those that wait.
    Outbox "outbox" "Messages" "See the messages to users and what became of them, and take back those that wait" ViewOutbox;
    /// See imports and the runs of series.
    ImportsRead "imports:read" "Imports" "See imports, their problems and results" ViewImports;
    /// Upload and run imports, and hand files to series.
    ImportsWrite "imports:write" "Imports" "Upload, start, stop and undo imports, and hand files to series" RunImports;
    /// See people and groups by SCIM.
    ScimRead "scim:read" "Identity providers" "See people and groups as an identity provider (SCIM)" ViewUsers;
    /// Make, change and delete people and groups by SCIM.
    ScimWrite "scim:write" "Identity providers" "Make, change and delete people and groups as an identity provider (SCIM)" EditUsers;
    /// Take people out as files.
    Exports "exports" "Exports" "Take users out as a file" ExportUsers;
    /// See the activity log.
    ActivityRead "activity:read" "Activity" "See the activity log of the account" ViewActivity;
    /// See, make and change webhooks.
    Webhooks "webhooks" "Activity" "See, make, change and delete webhooks, which hear of everything" ManageTokens;
    /// See and settle what whoever made the token is told.
    Notifications "notifications" "Notifications" "See your own notifications, mark them as read, and choose which go out by e-mail" ViewUsers;
    /// See, make and change roles of the account's own.
    Roles "roles" "Settings" "See, make, change and delete the roles of administrators" ManageRoles;
    /// See what the account decided about itself.
    SettingsRead "settings:read" "Settings" "See the settings of the account" EditSettings;
    /// Change what the account decided about itself.
    SettingsWrite "settings:write" "Settings" "Change the settings of the account" EditSettings;
}

/// Not the name of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a scope")]
pub struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .iter()
            .copied()
            .find(|scope| scope.as_str() == text)
            .ok_or(UnknownScope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_known_by_its_name() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(*scope));
        }
        assert_eq!("imports".parse::<Scope>(), Err(UnknownScope));
    }
}
