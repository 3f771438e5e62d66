//! Pages: a template with the frame around it.

use askama::Template;
use axum::{
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
    },
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{Action, Actor, notifications};
use identity::accounts;
use kernel::AccountId;

use crate::{app::App, failure::Failure, format::Avatar, guard::Visitor, settings};

/// A page to be shown.
#[derive(Debug)]
pub(crate) struct Page<T>(pub(crate) T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        with_status(StatusCode::OK, &self.0)
    }
}

/// A page with another status than 200.
pub(crate) fn with_status(status: StatusCode, template: &impl Template) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    match template.render() {
        Ok(html) => (status, headers, html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The answer to a form: look there now.
pub(crate) fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response()
}

/// The parts of the product the sidebar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Users,
    Imports,
    Outbox,
    Invitations,
    Devices,
    Invite,
    Cards,
    Settings,
    Workflows,
    Documents,
    Activity,
    Reports,
    /// A person's own documents.
    OwnDocuments,
    /// A person's own pages.
    Me,
    Other,
}

/// What the frame around a page shows.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) section: Section,
    /// Who looks at it, with what they may do.
    pub(crate) actor: Actor,
    pub(crate) account: String,
    /// Other accounts they belong to: id and name.
    pub(crate) elsewhere: Vec<(AccountId, String)>,
    pub(crate) name: String,
    pub(crate) given: String,
    pub(crate) email: String,
    pub(crate) avatar: Avatar,
    pub(crate) unread: i64,
    /// Whether they may invite others, by their role or by access of their own.
    pub(crate) sees_invite: bool,
    /// Who else is on the same import, as sentences.
    pub(crate) others: Vec<String>,
    /// Without scripts, the page loads itself again after so many seconds.
    pub(crate) refresh_seconds: Option<u32>,
}

impl App {
    /// The frame for a visitor, when nothing else of the page is read from the database with it.
    pub(crate) async fn shell(
        &self,
        visitor: &Visitor,
        section: Section,
    ) -> Result<Shell, Failure> {
        let visitor = visitor.clone();
        let shell = self.db.read(move |tx| Shell::load(tx, &visitor, section));
        Ok(shell.await?)
    }
}

impl Shell {
    /// The frame for a visitor.
    pub(crate) fn load(tx: &mut Tx<'_>, visitor: &Visitor, section: Section) -> db::Result<Self> {
        let session = &visitor.session;
        Ok(Self {
            section,
            actor: visitor.ctx.actor.clone(),
            account: session.account_name.clone(),
            elsewhere: accounts::list(tx, session.identity)?
                .into_iter()
                .filter(|one| one.account != session.account)
                .map(|one| (one.account, one.name))
                .collect(),
            name: session.full_name(),
            given: session.first_name.clone(),
            email: session.email.clone().unwrap_or_default(),
            avatar: Avatar::of(&session.full_name()),
            unread: notifications::unread(tx, session.account, session.user)?,
            sees_invite: admit::may_invite(tx, &visitor.ctx)?,
            others: visitor.others.clone(),
            refresh_seconds: None,
        })
    }

    /// Whether whoever looks at it may do something, at least for some people.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.actor.may(action)
    }

    /// Whether they may do it for everybody in the account.
    pub(crate) fn may_for_all(&self, action: Action) -> bool {
        self.actor.may_for_all(action)
    }

    /// The number on the bell.
    pub(crate) fn unread_shown(&self) -> String {
        if self.unread > 99 {
            "99+".to_owned()
        } else {
            self.unread.to_string()
        }
    }

    pub(crate) fn sees_users(&self) -> bool {
        self.may(Action::ViewUsers)
    }

    pub(crate) fn sees_imports(&self) -> bool {
        self.may(Action::ViewImports)
    }

    pub(crate) fn sees_invitations(&self) -> bool {
        self.may_for_all(Action::InviteUsers)
    }

    pub(crate) fn sees_devices(&self) -> bool {
        self.may(Action::ManageAccess)
    }

    pub(crate) fn sees_outbox(&self) -> bool {
        self.may(Action::ViewOutbox)
    }

    pub(crate) fn sees_cards(&self) -> bool {
        self.may(Action::ManageCards)
    }

    pub(crate) fn in_cards(&self) -> bool {
        self.section == Section::Cards
    }

    pub(crate) fn sees_settings(&self) -> bool {
        settings::is_any_for(&self.actor)
    }

    pub(crate) fn in_users(&self) -> bool {
        self.section == Section::Users
    }

    pub(crate) fn in_imports(&self) -> bool {
        self.section == Section::Imports
    }

    pub(crate) fn in_outbox(&self) -> bool {
        self.section == Section::Outbox
    }

    pub(crate) fn in_invitations(&self) -> bool {
        self.section == Section::Invitations
    }

    pub(crate) fn in_devices(&self) -> bool {
        self.section == Section::Devices
    }

    pub(crate) fn in_invite(&self) -> bool {
        self.section == Section::Invite
    }

    pub(crate) fn sees_workflows(&self) -> bool {
        self.may(Action::ManageWorkflows)
    }

    pub(crate) fn sees_documents(&self) -> bool {
        self.may(Action::ManageDocuments)
    }

    pub(crate) fn in_workflows(&self) -> bool {
        self.section == Section::Workflows
    }

    pub(crate) fn in_documents(&self) -> bool {
        self.section == Section::Documents
    }

    pub(crate) fn sees_activity(&self) -> bool {
        self.may(Action::ViewActivity)
    }

    pub(crate) fn sees_reports(&self) -> bool {
        self.may(Action::ViewReports)
    }

    pub(crate) fn in_reports(&self) -> bool {
        self.section == Section::Reports
    }

    pub(crate) fn in_activity(&self) -> bool {
        self.section == Section::Activity
    }

    pub(crate) fn in_own_documents(&self) -> bool {
        self.section == Section::OwnDocuments
    }

    pub(crate) fn in_me(&self) -> bool {
        self.section == Section::Me
    }

    pub(crate) fn in_settings(&self) -> bool {
        self.section == Section::Settings
    }
}
