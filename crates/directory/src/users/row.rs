//! The stored form of a person. Not here: the rules for values, which `kernel`'s types hold.

use db::{Bulk, Cells, FromRow, Row};
use kernel::{AccountId, AdminRoleId, IdentityId, ImportId, Timestamp, UserId, fold, full_name};

/// A person as stored. Texts are in the canonical form that `kernel`'s types make of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// The account.
    pub account: AccountId,
    /// The person's id.
    pub id: UserId,
    /// The identity that signs in as this person, once the invitation is accepted.
    pub identity: Option<IdentityId>,
    /// The organisation's own number or name for the person.
    pub external_id: Option<String>,
    /// First name, or the only one.
    pub first_name: String,
    /// Last name; blank for people with one name.
    pub last_name: String,
    /// E-mail address as written.
    pub email: Option<String>,
    /// E-mail address for comparing.
    pub email_key: Option<String>,
    /// Phone number in E.164 form.
    pub phone: Option<String>,
    /// Notes, never shown to the person.
    pub notes: Option<String>,
    /// Role, as [`kernel::Role`] prints it.
    pub role: String,
    /// Status, as [`kernel::UserStatus`] prints it.
    pub status: String,
    /// Kind, as [`kernel::PersonKind`] prints it.
    pub person_kind: String,
    /// Job title.
    pub title: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Language, BCP 47.
    pub language: Option<String>,
    /// The account's own fields as a JSON object of texts; none when all are blank.
    pub custom: Option<String>,
    /// Counts the changes; an import overwrites only the version its plan saw.
    pub version: i64,
    /// The import that created or last changed the person.
    pub import: Option<ImportId>,
    /// When the person was created.
    pub created_at: Timestamp,
    /// When the person was last changed.
    pub updated_at: Timestamp,
    /// The role of the account's own that leaves an administrator less; without meaning for any other role.
    pub admin_role: Option<AdminRoleId>,
}

impl UserRow {
    /// First and last name in one.
    pub fn full_name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }
}

/// The keys by which people are sorted and searched: of the full and of the last name.
pub fn name_keys(first: &str, last: &str) -> (String, String) {
    (
        fold(&full_name(first, last)).into_owned(),
        fold(last).into_owned(),
    )
}

impl Bulk for UserRow {
    const TABLE: &'static str = "users";
    const COLUMNS: &'static [&'static str] = &[
        "account_id",
        "id",
        "identity_id",
        "external_id",
        "external_id_key",
        "first_name",
        "last_name",
        "name_key",
        "last_name_key",
        "email",
        "email_key",
        "phone",
        "notes",
        "role",
        "status",
        "person_kind",
        "title",
        "department",
        "language",
        "custom",
        "version",
        "import_id",
        "created_at",
        "updated_at",
        "admin_role_id",
    ];

    fn write(&self, row: &mut Cells<'_, '_>) {
        let (name_key, last_name_key) = name_keys(&self.first_name, &self.last_name);
        row.put(&self.account)
            .put(&self.id)
            .put(&self.identity)
            .put(&self.external_id)
            .put(&external_id_key(self.external_id.as_deref()))
            .put(&self.first_name)
            .put(&self.last_name)
            .put(&name_key)
            .put(&last_name_key)
            .put(&self.email)
            .put(&self.email_key)
            .put(&self.phone)
            .put(&self.notes)
            .put(&self.role)
            .put(&self.status)
            .put(&self.person_kind)
            .put(&self.title)
            .put(&self.department)
            .put(&self.language)
            .put(&self.custom)
            .put(&self.version)
            .put(&self.import)
            .put(&self.created_at)
            .put(&self.updated_at)
            .put(&self.admin_role);
    }
}

/// External ids are compared without regard to ASCII case.
pub(crate) fn external_id_key(external_id: Option<&str>) -> Option<String> {
    external_id.map(str::to_ascii_lowercase)
}

impl FromRow for UserRow {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            account: row.get(0)?,
            id: row.get(1)?,
            identity: row.get(2)?,
            external_id: row.get(3)?,
            first_name: row.get(4)?,
            last_name: row.get(5)?,
            email: row.get(6)?,
            email_key: row.get(7)?,
            phone: row.get(8)?,
            notes: row.get(9)?,
            role: row.get(10)?,
            status: row.get(11)?,
            person_kind: row.get(12)?,
            title: row.get(13)?,
            department: row.get(14)?,
            language: row.get(15)?,
            custom: row.get(16)?,
            version: row.get(17)?,
            import: row.get(18)?,
            created_at: row.get(19)?,
            updated_at: row.get(20)?,
            admin_role: row.get(21)?,
        })
    }
}
