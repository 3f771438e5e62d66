//! What can be typed after `muster users` and `muster security`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List people.
    List(List),
    /// Show one person, by id, e-mail address, phone number or external id.
    Show {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Add one person.
    Add {
        /// Values as FIELD=VALUE, such as `first_name=Thandi`, `groups=Night shift` or `custom.locker=12`.
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
        /// Invite them at once.
        #[arg(long, value_parser = ["email", "sms", "link"])]
        invite: Option<String>,
        /// Although somebody who was deleted, and can be restored, had the same address, number or id.
        #[arg(long)]
        anyway: bool,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Change one person; what is not named stays.
    Edit {
        /// Id, e-mail address, phone number or external id.
        key: String,
        /// Values as FIELD=VALUE; nothing after the = clears the field, lists are separated by semicolons.
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
        #[command(flatten)]
        account: Account,
    },
    /// End a person's access: they are signed out, and their seats become free.
    Deactivate {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
    },
    /// Take a deactivated person back.
    Reactivate {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
    },
    /// Make one person of two who are the same; it cannot be undone.
    Merge(MergeUsers),
    /// Delete people; for 30 days, or as many as the account says, they can be restored.
    Delete(DeleteUsers),
    /// List deleted people who can be restored.
    Deleted(List),
    /// Restore deleted people, with what they had.
    Restore(RestoreUsers),
    /// Erase a deleted person for good, before their days are over.
    Erase {
        /// Id, e-mail address, phone number or external id they had, or their name.
        key: String,
        /// Their full name, so that nobody is erased by mistake.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        account: Account,
    },
    /// Keep fields of a person as they are, whatever imports say.
    Keep(KeepFields),
    /// Let imports change fields of a person again.
    Unkeep(KeepFields),
    /// Send a person the link to choose a new password.
    ResetPassword {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
    },
    /// Send a person the link to everything that is kept about them.
    RequestData {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
    },
    /// Take the two-factor sign-in of a person away who lost their phone; they are told.
    ResetTwoFactor {
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        account: Account,
    },
    /// Print how many people there are.
    Count(Account),
    /// Write all people to a file that can be imported again.
    Export {
        #[command(flatten)]
        account: Account,
        /// Kind of file.
        #[arg(long, default_value = "csv", value_parser = ["csv", "xlsx", "json"])]
        format: String,
        /// File to write; standard output when not given.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Security {
    /// Passwords have at least so many characters, 8 to 64.
    #[arg(long, value_name = "N")]
    pub(crate) password_chars: Option<i64>,
    /// So many devices at once, 1 to 20.
    #[arg(long, value_name = "N")]
    pub(crate) devices: Option<i64>,
    /// Whose sign-in needs a second factor: roles with commas between, or none.
    #[arg(long, value_name = "ROLES", value_delimiter = ',',
          value_parser = ["owner", "admin", "manager", "user", "none"])]
    pub(crate) two_factor: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct MergeUsers {
    /// Who is kept: id, e-mail address, phone number or external id.
    pub(crate) keep: String,
    /// Who goes.
    pub(crate) other: String,
    /// Fields taken from who goes, by their keys; blanks are filled in any case.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    pub(crate) from_other: Vec<String>,
    /// Whose sign-in stays; needed when both sign in.
    #[arg(long, value_parser = ["kept", "other"])]
    pub(crate) sign_in: Option<String>,
    /// Whose card stays when both have one.
    #[arg(long, value_parser = ["kept", "other"], default_value = "kept")]
    pub(crate) card: String,
    /// Whose photo stays when both have one.
    #[arg(long, value_parser = ["kept", "other"], default_value = "kept")]
    pub(crate) photo: String,
    /// Only say what would be done.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct DeleteUsers {
    /// Ids, e-mail addresses, phone numbers or external ids.
    #[arg(required = true, value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Also with documents assigned to them, which are erased with them.
    #[arg(long)]
    pub(crate) with_documents: bool,
    /// Take them out of workflows.
    #[arg(long)]
    pub(crate) take_out: bool,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreUsers {
    /// Ids, e-mail addresses, phone numbers or external ids they had, or names.
    #[arg(required = true, value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// What does not come back, with commas between.
    #[arg(long, value_name = "PARTS", value_delimiter = ',',
          value_parser = ["groups", "workflows", "access", "cards"])]
    pub(crate) without: Vec<String>,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct KeepFields {
    /// Id, e-mail address, phone number or external id.
    pub(crate) key: String,
    /// Fields by their keys, such as title, or `custom.locker` for one of the account's own.
    #[arg(required = true, value_name = "FIELD")]
    pub(crate) fields: Vec<String>,
    #[command(flatten)]
    pub(crate) account: Account,
}
