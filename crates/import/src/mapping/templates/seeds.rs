//! The products our source documents describe.

use super::Template;
use crate::settings::Preset;

const NAMES: &str = "Thandi Nkosi|Johan van der Merwe|Emilia Wilson";
const EMAILS: &str = "thandi@example.com|johan@example.com|e.wilson@example.com";
const PHONES: &str = "+27821234567|+27831234567|+447700900123";
const FIRST: &str = "Thandi|Johan|Emilia";
const LAST: &str = "Nkosi|van der Merwe|Wilson";

pub(super) static ALL: &[Template] = &[
    Template {
        product: "Fluss, published columns",
        preset: Preset::Invite,
        columns: &[
            ("name", NAMES, "full_name"),
            ("phone", PHONES, "phone"),
            ("notes", "Unit 12B||Gate only", "notes"),
        ],
    },
    Template {
        product: "Fluss, earlier published columns",
        preset: Preset::Invite,
        columns: &[
            ("Name", NAMES, "full_name"),
            ("Mobile", PHONES, "phone"),
            ("Notes", "||", "notes"),
        ],
    },
    Template {
        product: "Fluss, published order without a header",
        preset: Preset::Invite,
        columns: &[
            ("", NAMES, "full_name"),
            ("", PHONES, "phone"),
            ("", "Unit 12B||Gate only", "notes"),
        ],
    },
    Template {
        product: "Fluss list without a header, imported generally",
        preset: Preset::General,
        columns: &[
            ("", NAMES, "full_name"),
            ("", PHONES, "phone"),
            ("", "Unit 12B||Gate only", "notes"),
        ],
    },
    Template {
        product: "Fluix, published columns",
        preset: Preset::Team,
        columns: &[
            ("User Name", NAMES, "full_name"),
            ("Email", EMAILS, "email"),
            ("Group Name", "Field|Office|Field", "groups"),
        ],
    },
    Template {
        product: "Fluix, newer published columns",
        preset: Preset::Team,
        columns: &[
            ("Full Name", NAMES, "full_name"),
            ("Email", EMAILS, "email"),
            ("Groups", "Field;Office|Office|", "groups"),
        ],
    },
    Template {
        product: "Vatix, published columns",
        preset: Preset::Roles,
        columns: &[
            ("First Name", FIRST, "first_name"),
            ("Last Name", LAST, "last_name"),
            ("Email Address", EMAILS, "email"),
            ("Role", "User|Manager|Account Owner", "role"),
            ("Lone Working", "True|False|True", "module_lone_working"),
            ("Events", "True|True|False", "module_events"),
            ("Audits", "False|False|False", "module_audits"),
            ("Phone Number", PHONES, "phone"),
            ("Teams", "Bulk users|Bulk extra|", "teams"),
        ],
    },
    Template {
        product: "Airfob Portal list",
        preset: Preset::Cards,
        columns: &[
            ("User ID", "1004|1005|1006", "external_id"),
            ("Name", NAMES, "full_name"),
            ("User Group", "Staff|Staff|Guests", "groups"),
            ("Email", EMAILS, "email"),
            ("Mobile Number", PHONES, "phone"),
            ("Card ID", "3735928559|3735928560|3735928561", "card_id"),
            (
                "Start Date",
                "2025-01-01|2025-01-01|2025-02-01",
                "card_start",
            ),
            (
                "Expiry Date",
                "2025-12-31|2025-12-31|2025-12-31",
                "card_end",
            ),
            ("User Type", "Employee|Employee|Visitor", "person_kind"),
        ],
    },
    Template {
        product: "BioStar Air",
        preset: Preset::Cards,
        columns: &[
            ("User Key", "1004|1005|1006", "external_id"),
            ("Name", NAMES, "full_name"),
            ("Group IDs", "1|1|2", ""),
            ("Title", "Guard|Manager|Engineer", "title"),
            ("Department", "Facilities|Facilities|IT", "department"),
            ("Email", EMAILS, "email"),
            ("Mobile", PHONES, "phone"),
            ("Access Level IDs", "1|1|1,2", ""),
            (
                "Start Date",
                "2025-01-01T00:00:00.000Z|2025-01-01T00:00:00.000Z|",
                "card_start",
            ),
            ("Expiry Date", "2025-12-31T00:00:00.000Z||", "card_end"),
            ("Employee ID", "E-77|E-78|E-79", ""),
        ],
    },
    Template {
        product: "our own results",
        preset: Preset::General,
        columns: &[
            ("Full name", NAMES, "full_name"),
            ("E-Mail", EMAILS, "email"),
            ("outcome", "created|failed|updated", ""),
            (
                "user_id",
                "0197f0a2-7a10-7c11-8a6a-2b7f4f1d9c01||0197f0a2-7a10-7c11-8a6a-2b7f4f1d9c02",
                "",
            ),
            ("error", "|phone_invalid|", ""),
        ],
    },
    Template {
        product: "our own export, published",
        preset: Preset::General,
        columns: &[
            ("User ID", "1004|1005|1006", "external_id"),
            ("Full name", NAMES, ""),
            ("First name", FIRST, "first_name"),
            ("Last name", LAST, "last_name"),
            ("Email", EMAILS, "email"),
            ("Phone", PHONES, "phone"),
            ("Notes", "a|b|", "notes"),
            ("Groups", "Field;Office||", "groups"),
            ("Teams", "North||", "teams"),
            ("Role", "User|Manager|Account Owner", "role"),
            ("Lone Working", "true|false|false", "module_lone_working"),
            ("Events", "true|false|false", "module_events"),
            ("Audits", "true|false|false", "module_audits"),
            ("Card ID", "3735928559||", "card_id"),
            ("Card type", "mobile||", "card_type"),
            ("Card start", "2025-01-01||", "card_start"),
            ("Card end", "2025-12-31||", "card_end"),
            ("Kind", "employee|visitor|employee", "person_kind"),
            ("Title", "Guard||", "title"),
            ("Department", "Facilities||", "department"),
            ("Language", "en|de|en", "language"),
            ("Workflows", "Site inspection||", "workflows"),
            ("Locker", "A12||B3", "custom.locker"),
            ("status", "active|active|deactivated", ""),
            (
                "created_at",
                "2025-01-01T00:00:00Z|2025-01-01T00:00:00Z|2025-01-01T00:00:00Z",
                "",
            ),
        ],
    },
];
