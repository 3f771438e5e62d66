//! The stable problem codes: what can be wrong with a row or a file, and what to do about it.
//!
//! A code never changes its meaning and is never reused: scripts, help pages and remembered
//! choices refer to it. Not here: one occurrence of a problem, see [`crate::Problem`].

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row or file cannot be imported as it is.
    MustFix,
    /// It can be imported, but somebody should look.
    Check,
    /// The value was brought into the standard form.
    Fixed,
}

impl Severity {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MustFix => "must_fix",
            Self::Check => "check",
            Self::Fixed => "fixed",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        [Self::MustFix, Self::Check, Self::Fixed]
            .into_iter()
            .find(|severity| severity.as_str() == text)
            .ok_or(UnknownCode)
    }
}

/// What a code is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One row of a file.
    Row,
    /// The file or the import as a whole.
    File,
}

/// The text is not a known code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a known code")]
pub struct UnknownCode;

macro_rules! codes {
    ($($scope:ident { $(
        $name:ident $text:literal $severity:ident $title:literal $advice:literal;
    )+ })+) => {
        /// A stable problem code.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Code {$($(
            #[doc = $title]
            $name,
        )+)+}

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// The stable name, in snake case.
            pub const fn as_str(self) -> &'static str {
                match self {$($(Self::$name => $text,)+)+}
            }

            /// What is wrong, in a few words.
            pub const fn title(self) -> &'static str {
                match self {$($(Self::$name => $title,)+)+}
            }

            /// What the operator can do, in a sentence or two.
            pub const fn advice(self) -> &'static str {
                match self {$($(Self::$name => $advice,)+)+}
            }

            /// How much it matters unless an import says otherwise.
            pub const fn severity(self) -> Severity {
                match self {$($(Self::$name => Severity::$severity,)+)+}
            }

            /// Whether it is about a row or the whole file.
            pub const fn scope(self) -> Scope {
                match self {$($(Self::$name => Scope::$scope,)+)+}
            }
        }

        impl FromStr for Code {
            type Err = UnknownCode;

            fn from_str(text: &str) -> Result<Self, UnknownCode> {
                match text {
                    $($($text => Ok(Self::$name),)+)+
                    _ => Err(UnknownCode),
                }
            }
        }
    };
}

codes! {
    Row {
        NameMissing "name_missing" MustFix "Name is missing" "Enter a name, or skip the row.";
        EmailMissing "email_missing" MustFix "E-mail address is missing" "Enter an address, or skip the row.";
        EmailInvalid "email_invalid" MustFix "Not an e-mail address" "Correct it, or skip the row.";
        EmailDuplicateInFile "email_duplicate_in_file" MustFix "E-mail address is in the file more than once" "Keep one of the rows, or give each person an address of their own.";
        EmailExists "email_exists" MustFix "E-mail address belongs to somebody else" "Correct it, or match people by e-mail address.";
        EmailSuspect "email_suspect" Check "E-mail address may be misspelt" "Correct it if it is.";
        PhoneMissing "phone_missing" MustFix "Phone number is missing" "Enter a number with its country code, or skip the row.";
        PhoneInvalid "phone_invalid" MustFix "Not a phone number" "Write it with + and the country code, clear the cell, or skip the row.";
        PhoneDuplicateInFile "phone_duplicate_in_file" MustFix "Phone number is in the file more than once" "Keep one of the rows, or give each person a number of their own.";
        PhoneExists "phone_exists" MustFix "Phone number belongs to somebody else" "Correct it, or match people by phone number.";
        PhoneAdvised "phone_advised" Check "No phone number for lone working" "Add one, so that a responder can reach the person when the device is not answered.";
        RoleMissing "role_missing" MustFix "Role is missing" "Enter User, Manager, Administrator or Account Owner.";
        RoleUnknown "role_unknown" MustFix "Unknown role" "Use User, Manager, Administrator or Account Owner.";
        RoleNotAllowed "role_not_allowed" MustFix "You may not give this role" "Choose a lower role, or ask an owner to import the row.";
        BoolInvalid "bool_invalid" MustFix "Neither yes nor no" "Use True or False.";
        ModuleNotOwned "module_not_owned" MustFix "The account does not have this module" "Use False, or add the module to the account first.";
        LicenceExhausted "licence_exhausted" MustFix "No licence is left" "Free or buy licences, or use False for this row.";
        GroupUnknown "group_unknown" MustFix "Unknown group" "Create the group, let the import create it, or correct the name.";
        TeamUnknown "team_unknown" MustFix "Unknown team" "Create the team first, or correct the name.";
        UserIdInvalid "user_id_invalid" MustFix "Not a user ID" "Use up to 64 letters, digits, dots, hyphens and underscores.";
        UserIdDuplicate "user_id_duplicate" MustFix "User ID is used more than once" "Give each person a user ID of their own.";
        KeyMissing "key_missing" MustFix "Nothing to match the person by" "Fill in one of the columns that people are matched by.";
        KeyConflict "key_conflict" MustFix "The keys contradict each other" "Correct the value that belongs to somebody else, or remove one of the rows.";
        CardIdInvalid "card_id_invalid" MustFix "Not a card number" "Correct it, or choose whether card numbers are decimal or hexadecimal.";
        CardIdDuplicate "card_id_duplicate" MustFix "Card number is in the file more than once" "Give each person a card of their own.";
        CardIdInUse "card_id_in_use" MustFix "Card number is in use" "Correct the number, move the card to this person, or leave it with its holder.";
        CardMoved "card_moved" Check "The card is taken from its holder" "Leave it with its holder if that is not meant.";
        CardTypeUnknown "card_type_unknown" MustFix "Unknown card type" "Use mobile, rf or qr.";
        CardStateUnknown "card_state_unknown" MustFix "Unknown card state" "Use reserved, issued, active, paused, expired or revoked.";
        DateInvalid "date_invalid" MustFix "Not a date" "Write it as YYYY-MM-DD.";
        DateAmbiguous "date_ambiguous" MustFix "Day and month cannot be told apart" "Choose the order of day, month and year for the file.";
        DateOrder "date_order" MustFix "The end is before the start" "Correct one of the two dates.";
        DatePast "date_past" MustFix "The date is in the past" "Use a later date, or clear the cell.";
        DeviceUnknown "device_unknown" MustFix "Unknown device" "Correct the name, or add the device first.";
        DeviceNotAllowed "device_not_allowed" MustFix "You may not invite to this device" "Remove it from the row, or ask somebody who may.";
        AccessTypeMissing "access_type_missing" MustFix "Access type is missing" "Choose one for the import, or fill in the column.";
        AccessTypeUnknown "access_type_unknown" MustFix "Unknown access type" "Use Full, Tenant, Always, Repeat or Temporary.";
        AccessTypeNotAllowed "access_type_not_allowed" MustFix "You may not give this access type" "Choose another access type.";
        AccessEndMissing "access_end_missing" MustFix "Temporary access needs an end" "Enter when the access ends.";
        ScheduleMissing "schedule_missing" MustFix "Repeat access needs a schedule" "Enter one such as Mon-Fri 09:00-17:00.";
        ScheduleInvalid "schedule_invalid" MustFix "Not a schedule" "Write it as Mon-Fri 09:00-17:00; several are joined by a semicolon.";
        WorkflowUnknown "workflow_unknown" MustFix "Unknown workflow" "Correct the name, or create the workflow first.";
        PersonKindUnknown "person_kind_unknown" MustFix "Unknown kind of person" "Use employee, visitor or member.";
        StatusUnknown "status_unknown" MustFix "Unknown status" "Use invited, active or deactivated.";
        LanguageUnknown "language_unknown" MustFix "Unknown language" "Use a language code such as en or pt-BR.";
        ValueMissing "value_missing" MustFix "A required value is missing" "Fill it in, or skip the row.";
        ValueTooLong "value_too_long" MustFix "The text is too long" "Shorten it.";
        ValueDamaged "value_damaged" MustFix "The spreadsheet program has damaged this value" "Format the column as text and enter the value again.";
        BadCharacter "bad_character" MustFix "A character that is not allowed" "Remove the character.";
        InvisibleCharacters "invisible_characters" Check "Invisible characters" "Remove them, unless they belong to the name.";
        FormulaLike "formula_like" Check "Looks like a formula" "Make sure that this is the text you want; it is never run.";
        NumberInvalid "number_invalid" MustFix "Not a number" "Use digits only.";
        ChoiceUnknown "choice_unknown" MustFix "Not one of the choices" "Use one of the choices of this field.";
        UrlInvalid "url_invalid" MustFix "Not a web address" "Begin it with https:// or http://.";
        TooFewColumns "too_few_columns" MustFix "The row has too few columns" "Add the missing cells.";
        TooManyColumns "too_many_columns" MustFix "The row has too many columns" "Put quotes around values that contain the delimiter.";
        BrokenLine "broken_line" MustFix "The line cannot be read" "Correct it in the file.";
        UnclosedQuote "unclosed_quote" MustFix "A quote is never closed" "Close it, or double the quotes inside the value.";
        BadBytes "bad_bytes" MustFix "Characters that cannot be decoded" "Choose the right encoding, or correct the value.";
        RowDuplicateInFile "row_duplicate_in_file" Check "The same row is in the file more than once" "It is imported once.";
        ReactivatesUser "reactivates_user" Check "The person is deactivated and stays so" "Choose what becomes of former people if they are back.";
        WasDeleted "was_deleted" Check "Somebody with this key was deleted" "Restore them under Users, Deleted, and check again; otherwise a new person is added.";
        ChangedSincePlan "changed_since_plan" MustFix "The person was changed after the check" "Check the import again to see the difference.";
        OwnAccount "own_account" MustFix "This is you" "Change your own role, status or access by hand.";
        LastOwner "last_owner" MustFix "The account needs an owner" "Make somebody else an owner first.";
        NotFound "not_found" MustFix "No such person" "Correct the key, or let the import add people.";
        Exists "exists" MustFix "The person already exists" "Skip the row, or let the import update people.";
        ValueSkipped "value_skipped" Check "Left out because of a value" "Choose something else for the value if the row is wanted.";
        NotStandard "not_standard" MustFix "Not in the standard form" "Put in the suggestion, or have such values fixed for you.";
        FieldKept "field_kept" Check "A field is kept as it is" "Nothing to do: the person's page says which fields imports leave alone.";
        FixedSpaces "fixed_spaces" Fixed "Spaces removed" "Nothing to do.";
        FixedCase "fixed_case" Fixed "Upper and lower case adjusted" "Nothing to do.";
        FixedPhone "fixed_phone" Fixed "Phone number in international form" "Nothing to do.";
        FixedDate "fixed_date" Fixed "Date in standard form" "Nothing to do.";
        FixedValue "fixed_value" Fixed "Value in standard form" "Nothing to do.";
        FixedFormulaGuard "fixed_formula_guard" Fixed "Leading apostrophe removed" "Nothing to do.";
    }
    File {
        Empty "empty" MustFix "The file is empty" "Choose another file.";
        TooLarge "too_large" MustFix "The file is too large" "Split it, or compress it with gzip.";
        UnpacksTooLarge "unpacks_too_large" MustFix "The file unpacks to more than is allowed" "Split it, or upload it unpacked.";
        NotUtf8 "not_utf8" MustFix "The file is not in UTF-8" "Choose its encoding, or save it as UTF-8.";
        EncodingUnknown "encoding_unknown" MustFix "Unknown encoding" "Use a name such as utf-8, windows-1252 or shift_jis.";
        LooksLikeXlsx "looks_like_xlsx" MustFix "This is an Excel workbook, not a CSV file" "Save it as CSV, or upload it as a workbook.";
        EncryptedWorkbook "encrypted_workbook" MustFix "The workbook is protected by a password" "Remove the password and upload it again.";
        UnsupportedFormat "unsupported_format" MustFix "Not a table we can read" "Save it as CSV or XLSX.";
        SeveralTables "several_tables" MustFix "The file holds several tables" "Choose one of them.";
        SheetNotFound "sheet_not_found" MustFix "No such sheet" "Choose one of the sheets of the workbook.";
        NoDataRows "no_data_rows" MustFix "There are no people below the header" "Choose another file, or correct the header row.";
        RowsMayBeMissing "rows_may_be_missing" Check "The sheet is full, rows may be missing" "Export the data again as CSV.";
        ImportedBefore "imported_before" Check "The same file was imported before" "Go on only if you want to import it again.";
        HeaderRowOutOfRange "header_row_out_of_range" MustFix "The header row is past the end of the file" "Choose a smaller row number.";
        RequiredFieldUnmapped "required_field_unmapped" MustFix "A required field has no column" "Choose a column or a default value for it.";
        ColumnMappedTwice "column_mapped_twice" MustFix "Two columns go to the same field" "Keep one of them.";
        NothingMapped "nothing_mapped" MustFix "No column is imported" "Choose a field for at least one column.";
        FieldUnknown "field_unknown" MustFix "Unknown field" "Use one of the fields of the account.";
        OptionUnusable "option_unusable" MustFix "This cannot be chosen for the field" "Choose something else.";
        MappingUnknown "mapping_unknown" MustFix "No mapping of this name" "Choose one of the saved mappings.";
        AccountNotFound "account_not_found" MustFix "No such account" "Check the name of the account.";
        ImportRunning "import_running" MustFix "Another import is running" "Wait until it has ended.";
        Locked "locked" MustFix "Users and cards are locked by an import" "Wait until it has ended.";
        NotPermitted "not_permitted" MustFix "You may not do this" "Ask an owner of the account.";
        GuardTripped "guard_tripped" MustFix "The import would change more than usual" "Look at the plan and confirm it by its number.";
        PlanOutOfDate "plan_out_of_date" MustFix "The plan is out of date" "Check the import again.";
        PatternInvalid "pattern_invalid" MustFix "This cannot be searched for" "Correct the text to find, or the regular expression.";
        ColumnMissing "column_missing" MustFix "No column was chosen" "Say which columns are meant.";
        RowUnknown "row_unknown" MustFix "There is no such row" "Use the row number that the spreadsheet shows.";
        RowKeyMissing "row_key_missing" MustFix "The rows of the file have no keys" "Correct the file that was downloaded from this import, and keep all of its columns.";
        EditUnknown "edit_unknown" MustFix "There is no such change" "Look at the list of changes.";
        PausedForALook "paused_for_a_look" Check "The first rows are written" "Look at them, then go on; or stop, and undo them.";
        TooManyFailures "too_many_failures" MustFix "Too many rows could not be written" "Find out why, then go on; or stop, and undo what was written.";
        DiskFull "disk_full" MustFix "There is no room left on the disk" "Make room, then go on.";
        DatabaseUnavailable "database_unavailable" MustFix "The database could not be reached for minutes" "Go on when it can be reached again.";
        RowsNotGood "rows_not_good" MustFix "Some rows must be fixed, so nothing was imported" "Fix or skip these rows, or import only the good ones.";
    }
}

impl Code {
    /// Whether the line could not be cut into cells as it should, which a person can accept.
    pub const fn is_of_line(self) -> bool {
        matches!(
            self,
            Self::TooFewColumns
                | Self::TooManyColumns
                | Self::BrokenLine
                | Self::UnclosedQuote
                | Self::BadBytes
        )
    }

    /// Whether an earlier row of the file has the same key, or is the same.
    pub const fn is_of_earlier_row(self) -> bool {
        matches!(
            self,
            Self::EmailDuplicateInFile
                | Self::PhoneDuplicateInFile
                | Self::CardIdDuplicate
                | Self::UserIdDuplicate
                | Self::RowDuplicateInFile
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        Self::from(code.as_str())
    }
}

impl TryFrom<String> for Code {
    type Error = UnknownCode;

    fn try_from(text: String) -> Result<Self, UnknownCode> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn every_code_reads_back() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert!(
                code.as_str()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
            );
            assert!(code.advice().ends_with('.') && !code.title().ends_with('.'));
        }
        assert_eq!("email".parse::<Code>(), Err(UnknownCode));
        assert_eq!("check".parse(), Ok(Severity::Check));
    }

    #[test]
    fn the_table_is_stable() {
        let mut table = String::new();
        for code in Code::ALL {
            writeln!(table, "{code} [{}] {}", code.severity(), code.title()).unwrap();
        }
        insta::assert_snapshot!(table);
    }
}
