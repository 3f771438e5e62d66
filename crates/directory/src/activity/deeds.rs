//! The one table of actions: for each code its area, its words, and what it is about.
//!
//! The words go on after the actor's name: "Maria | added Thandi Nkosi". `{}` is the person it is about. What an
//! entry's details say follows after a colon.

/// A part of the product, by which the log is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// People added.
    Added,
    /// People changed.
    Changed,
    /// People deleted, restored and erased.
    Deleted,
    /// Groups, teams and who leads them.
    Groups,
    /// Access to devices.
    Access,
    /// Devices.
    Devices,
    /// Cards.
    Cards,
    /// Invitations.
    Invitations,
    /// Imports, series and mappings.
    Imports,
    /// Signing in and out, passwords, second factors.
    SignIn,
    /// Workflows.
    Workflows,
    /// Documents.
    Documents,
    /// Requests for own data and early access.
    Requests,
    /// Messages.
    Messages,
    /// Settings of the account.
    Settings,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 15] = [
        Self::Added,
        Self::Changed,
        Self::Deleted,
        Self::Groups,
        Self::Access,
        Self::Devices,
        Self::Cards,
        Self::Invitations,
        Self::Imports,
        Self::SignIn,
        Self::Workflows,
        Self::Documents,
        Self::Requests,
        Self::Messages,
        Self::Settings,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
            Self::Groups => "groups",
            Self::Access => "access",
            Self::Devices => "devices",
            Self::Cards => "cards",
            Self::Invitations => "invitations",
            Self::Imports => "imports",
            Self::SignIn => "sign_in",
            Self::Workflows => "workflows",
            Self::Documents => "documents",
            Self::Requests => "requests",
            Self::Messages => "messages",
            Self::Settings => "settings",
        }
    }

    /// The area with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.as_str() == name)
    }

    /// In words, for a filter.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Added => "People added",
            Self::Changed => "People changed",
            Self::Deleted => "People deleted",
            Self::Groups => "Groups and teams",
            Self::Access => "Access",
            Self::Devices => "Devices",
            Self::Cards => "Cards",
            Self::Invitations => "Invitations",
            Self::Imports => "Imports",
            Self::SignIn => "Signing in",
            Self::Workflows => "Workflows",
            Self::Documents => "Documents",
            Self::Requests => "Own data and early access",
            Self::Messages => "Messages",
            Self::Settings => "Settings",
        }
    }
}

/// What the id in an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Nothing that has a page.
    Nothing,
    /// A person; several, if there is no id.
    Person,
    /// A person, or a device if several people were meant.
    PersonOrDevice,
    /// A person, or a workflow if a group was meant.
    PersonOrWorkflow,
    /// A document, or a person if several documents were meant.
    DocumentOrPerson,
    /// A group or team.
    Group,
    /// A device.
    Device,
    /// A workflow.
    Workflow,
    /// A document.
    Document,
    /// An import.
    Import,
    /// A recurring import.
    Series,
    /// Many invitations at once.
    Wave,
    /// Cards issued to many at once.
    CardRun,
    /// Photos of many at once.
    Photos,
    /// An action on many people.
    Bulk,
    /// What somebody sent in the Invite wizard.
    Draft,
    /// A message.
    Message,
}

/// One action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Its code, such as `user.create`.
    pub code: &'static str,
    /// The part of the product.
    pub area: Area,
    /// What it is about.
    pub about: About,
    /// What follows the actor's name.
    pub words: &'static str,
}

/// The action with this code.
pub fn deed(code: &str) -> Option<&'static Deed> {
    DEEDS.iter().find(|deed| deed.code == code)
}

macro_rules! deeds {
    ($($code:literal $area:ident $about:ident $words:literal;)+) => {
        &[$(Deed { code: $code, area: Area::$area, about: About::$about, words: $words }),+]
    };
}

/// Every action that is ever recorded.
pub(super) const DEEDS: &[Deed] = deeds! {
    "user.create"            Added       Person           "added {}";
    "user.update"            Changed     Person           "changed {}";
    "user.deactivate"        Changed     Person           "deactivated {}";
    "user.reactivate"        Changed     Person           "took {} back";
    "user.keep"              Changed     Person           "set which fields of {} imports leave alone";
    "user.provider_names"    Changed     Person           "set what an identity provider calls {}";
    "user.photo"             Changed     Person           "set the photo of {}";
    "user.photo_remove"      Changed     Person           "removed the photo of {}";
    "user.merge"             Changed     Person           "made {} of two people";
    "users.bulk"             Changed     Bulk             "acted on many people";
    "users.export"           Changed     Nothing          "had people taken out as a file";
    "users.bulk_undo"        Changed     Bulk             "undid an action on many people";
    "photos.begin"           Changed     Photos           "uploaded photos of many people";
    "photos.import"          Changed     Photos           "stored photos of many people";
    "photos.undo"            Changed     Photos           "took photos of many people back";
    "user.delete"            Deleted     Person           "deleted {}";
    "user.restore"           Deleted     Person           "restored {}";
    "users.restore"          Deleted     Nothing          "restored several people";
    "user.erase"             Deleted     Person           "had {} erased for good";
    "users.erase"            Deleted     Nothing          "erased people for good";
    "user.lead"              Groups      Person           "made {} lead a team";
    "user.lead_end"          Groups      Person           "ended that {} leads a team";
    "group.create"           Groups      Group            "made a group or team";
    "group.rename"           Groups      Group            "renamed a group or team";
    "group.delete"           Groups      Nothing          "deleted a group or team";
    "group.members"          Groups      Group            "changed who is in a group or team";
    "group.provider_id"      Groups      Group            "set an identity provider's id of a group or team";
    "access.give"            Access      PersonOrDevice   "gave access to {}";
    "access.change"          Access      Person           "changed the access of {}";
    "access.revoke"          Access      Person           "took access from {}";
    "device.create"          Devices     Device           "added a device";
    "device.change"          Devices     Device           "changed a device";
    "device.transfer"        Devices     Device           "handed a device over";
    "device.remove"          Devices     Nothing          "deleted a device";
    "card.add"               Cards       Person           "added a card for {}";
    "card.issue"             Cards       Person           "issued the card of {}";
    "card.activate"          Cards       Person           "activated the card of {}";
    "card.pause"             Cards       Person           "paused the card of {}";
    "card.resume"            Cards       Person           "resumed the card of {}";
    "card.revoke"            Cards       Person           "revoked the card of {}";
    "card.replace"           Cards       Person           "replaced the card of {}";
    "card.move"              Cards       Person           "moved a card of {}";
    "card.show"              Cards       Person           "looked at the card number of {}";
    "cards.issue"            Cards       CardRun          "issued cards to many people";
    "cards.report"           Cards       CardRun          "took the results of issuing cards, with their numbers";
    "user.invite"            Invitations Person           "invited {}";
    "user.connect"           Invitations Person           "connected {}";
    "invitation.accept"      Invitations Person           "accepted the invitation";
    "invitation.ask"         Invitations Person           "asked for a new invitation";
    "invitation.withdraw"    Invitations Person           "withdrew the invitation of {}";
    "invitation.extend"      Invitations Person           "let the invitation of {} work longer";
    "invitations.begin"      Invitations Wave             "began to invite many people";
    "invitations.wave"       Invitations Wave             "changed how invitations go out";
    "invitations.end"        Invitations Wave             "invited many people";
    "invitations.withdraw"   Invitations Nothing          "withdrew invitations";
    "invitations.extend"     Invitations Nothing          "let invitations work longer";
    "invitations.sheet"      Invitations Nothing          "made links to hand over";
    "invite.send"            Invitations Draft            "sent invitations with access";
    "invite.sent"            Invitations Draft            "gave access with invitations";
    "invite.failed"          Invitations Draft            "could not give access with invitations";
    "import.start"           Imports     Import           "started an import";
    "import.apply"           Imports     Import           "imported people";
    "import.paused"          Imports     Import           "has an import that is paused";
    "import.held"            Imports     Import           "held an import for review";
    "import.stop"            Imports     Import           "stopped an import";
    "import.undo"            Imports     Import           "began to undo an import";
    "import.undone"          Imports     Import           "undid an import";
    "import.redo"            Imports     Import           "began to redo an import";
    "import.redone"          Imports     Import           "redid an import";
    "import.complete"        Imports     Import           "completed an import";
    "import.expire"          Imports     Import           "discarded an import";
    "mapping.save"           Imports     Import           "saved a mapping";
    "mapping.remove"         Imports     Nothing          "removed a mapping";
    "series.add"             Imports     Series           "added a recurring import";
    "series.change"          Imports     Series           "changed a recurring import";
    "series.pause"           Imports     Series           "paused or resumed a recurring import";
    "series.remove"          Imports     Nothing          "removed a recurring import";
    "user.sign_in"           SignIn      Person           "signed in";
    "user.password"          SignIn      Person           "chose a new password";
    "user.password_request"  SignIn      Person           "sent {} a link for a new password";
    "user.two_factor"        SignIn      Person           "changed their two-factor sign-in";
    "user.two_factor_reset"  SignIn      Person           "reset the two-factor sign-in of {}";
    "user.sign_out"          SignIn      Person           "signed {} out of a device";
    "user.devices"           SignIn      Person           "set on how many devices {} signs in";
    "workflow.create"        Workflows   Workflow         "made a workflow";
    "workflow.rename"        Workflows   Workflow         "renamed a workflow";
    "workflow.delete"        Workflows   Nothing          "deleted a workflow";
    "workflow.join"          Workflows   PersonOrWorkflow "let {} take part in a workflow";
    "workflow.leave"         Workflows   PersonOrWorkflow "took {} out of a workflow";
    "workflow.step_add"      Workflows   Workflow         "added a step to a workflow";
    "workflow.step_change"   Workflows   Workflow         "changed a step of a workflow";
    "workflow.step_move"     Workflows   Workflow         "moved a step of a workflow";
    "workflow.step_remove"   Workflows   Workflow         "removed a step of a workflow";
    "workflow.step_allow"    Workflows   Workflow         "let somebody do a step";
    "workflow.step_refuse"   Workflows   Workflow         "ended that somebody does a step";
    "document.upload"        Documents   Document         "uploaded a document";
    "document.start"         Documents   Document         "began a document";
    "document.edit"          Documents   Document         "edited a document";
    "document.submit"        Documents   Document         "submitted a document";
    "document.review"        Documents   Document         "reviewed a document";
    "document.approve"       Documents   Document         "approved a document";
    "document.return"        Documents   Document         "returned a document";
    "document.reassign"      Documents   DocumentOrPerson "reassigned documents";
    "user.data_ask"          Requests    Person           "asked for their own data";
    "user.data_request"      Requests    Person           "requested the data of {}";
    "user.data_open"         Requests    Person           "took their own data";
    "early_access.ask"       Requests    Person           "asked for early access";
    "early_access.leave"     Requests    Person           "gave early access up";
    "early_access.approve"   Requests    Person           "gave {} early access";
    "early_access.refuse"    Requests    Person           "refused {} early access";
    "early_access.end"       Requests    Person           "ended the early access of {}";
    "early_access.expire"    Requests    Nothing          "let early access expire";
    "message.withdrawn"      Messages    Message          "withdrew a message";
    "account.create"         Settings    Nothing          "made the account";
    "account.settings"       Settings    Nothing          "changed the settings of the account";
    "account.security"       Settings    Nothing          "changed the rules for signing in";
    "account.keep_imports"   Settings    Nothing          "set how long imports are kept";
    "account.document_limit" Settings    Nothing          "set how large documents may be";
    "settings.cards"         Settings    Nothing          "changed the settings of cards";
    "photos.settings"        Settings    Nothing          "changed the settings of photos";
    "invitations.settings"   Settings    Nothing          "changed the settings of invitations";
    "early_access.settings"  Settings    Nothing          "changed the settings of early access";
    "field.create"           Settings    Nothing          "added a field";
    "field.rename"           Settings    Nothing          "renamed a field";
    "field.remove"           Settings    Nothing          "removed a field";
    "module.set"             Settings    Nothing          "set the seats of a module";
    "role.create"            Settings    Nothing          "made a role";
    "role.change"            Settings    Nothing          "changed a role";
    "role.delete"            Settings    Nothing          "deleted a role";
    "token.create"           Settings    Nothing          "made a token";
    "token.revoke"           Settings    Nothing          "revoked a token";
    "webhook.create"         Settings    Nothing          "made a webhook";
    "webhook.change"         Settings    Nothing          "changed a webhook";
    "webhook.rotate"         Settings    Nothing          "gave a webhook a new secret";
    "webhook.end_old"        Settings    Nothing          "ended the old secret of a webhook";
    "webhook.switch"         Settings    Nothing          "switched a webhook on or off";
    "webhook.failed"         Settings    Nothing          "switched a webhook off that could not be reached";
    "webhook.redeliver"      Settings    Nothing          "had an event sent to a webhook again";
    "webhook.delete"         Settings    Nothing          "deleted a webhook";
    "text.changed"           Settings    Nothing          "changed the text of a message";
    "text.reset"             Settings    Nothing          "put the text of a message back";
};

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// What looks like an action in the files that record actions, and is something else: kinds of notifications and
    /// of jobs, names of files and of texts.
    const SOMETHING_ELSE: &[&str] = &[
        "admit.send",
        "cards.issued",
        "document.completed",
        "document.returned",
        "document.waiting",
        "documents.assigned",
        "early_access.approved",
        "early_access.ended",
        "early_access.expired",
        "early_access.refused",
        "early_access.requested",
        "import.check",
        "import.check_and_start",
        "import.finished",
        "import.retention",
        "invitations.done",
        "invitations.held",
        "invite.wave",
        "photos.batch",
        "photos.done",
        "series.failed",
        "series.run",
    ];

    /// Every text like `user.create` in the files that record actions.
    fn said_in_files(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                said_in_files(&path, found);
                continue;
            }
            let is_test = path.ends_with("tests.rs");
            if is_test || path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let is_table = path.ends_with("activity/deeds.rs");
            let records = ["activity::record(", "standing(tx", "record(tx, ctx, \""];
            if is_table || !records.iter().any(|call| text.contains(call)) {
                continue;
            }
            for said in text.split('"').skip(1).step_by(2) {
                let mut parts = said.split('.');
                // Shorter ones are columns of statements.
                let is_word = |part: Option<&str>| {
                    part.is_some_and(|part| {
                        part.len() > 2 && part.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                    })
                };
                if is_word(parts.next()) && is_word(parts.next()) && parts.next().is_none() {
                    found.insert(said.to_owned());
                }
            }
        }
    }

    #[test]
    fn every_action_that_is_recorded_anywhere_is_in_the_table() {
        let mut said = BTreeSet::new();
        said_in_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut said);
        assert!(said.contains("user.create") && said.contains("import.apply"));
        let missing: Vec<_> = said
            .iter()
            .filter(|code| deed(code).is_none() && !SOMETHING_ELSE.contains(&code.as_str()))
            .collect();
        assert_eq!(missing, Vec::<&String>::new(), "add them to the table");
    }

    #[test]
    fn every_action_of_the_table_is_there_once_and_recorded_somewhere() {
        let mut said = BTreeSet::new();
        said_in_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut said);
        let steps = crate::cards::Step::ALL.map(|step| format!("card.{}", step.as_str()));
        said.extend(steps);
        let mut codes = BTreeSet::new();
        for deed in DEEDS {
            assert!(codes.insert(deed.code), "{} twice", deed.code);
            assert!(said.contains(deed.code), "nothing records {}", deed.code);
        }
    }
}
