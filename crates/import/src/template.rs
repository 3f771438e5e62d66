//! The account's own templates, empty and filled (S3.4, S3.19, S4.8).

use std::io::{self, Write};

use directory::{Action, Ctx};
use tabular::{CsvFormat, CsvWriter, XlsxWriter};

use crate::{
    Imports, Refusal,
    fields::{Catalogue, Field},
    settings::Preset,
};

/// Made-up people: first name, last name, user name, phone.
const PEOPLE: [(&str, &str, &str, &str); 9] = [
    ("Emilia", "Wilson", "e.wilson", "+447400123451"),
    ("Thandi", "Nkosi", "t.nkosi", "+27821234567"),
    ("Jonas", "Weber", "j.weber", "+4915112345678"),
    ("Amélie", "Laurent", "a.laurent", "+33612345678"),
    ("Mateo", "García", "m.garcia", "+34612345678"),
    ("Aiko", "Tanaka", "a.tanaka", "+819012345678"),
    ("Łukasz", "Nowak", "l.nowak", "+48512345678"),
    ("Grace", "Odhiambo", "g.odhiambo", "+254712345678"),
    ("Noah", "Smith", "n.smith", "+12025550147"),
];

/// Writes the template of a preset; filled with nine made-up people if asked to.
pub fn template(
    preset: Preset,
    catalogue: &Catalogue,
    filled: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let format = CsvFormat {
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut writer = CsvWriter::new(out, format);
    for row in rows(preset, catalogue, filled) {
        writer.write_row(row.iter().map(String::as_str))?;
    }
    writer.finish().map(|_| ())
}

impl Imports {
    /// Writes the account's template of a preset, as CSV or as a workbook.
    pub fn template(
        &self,
        ctx: &Ctx,
        preset: Preset,
        filled: bool,
        as_workbook: bool,
        mut out: &mut (dyn Write + Send),
    ) -> Result<(), Refusal> {
        ctx.require(Action::ViewImports)?;
        let catalogue = self.catalogue(ctx)?;
        if !as_workbook {
            return Ok(template(preset, &catalogue, filled, &mut out)?);
        }
        let failed = |error| Refusal::Io(io::Error::other(error));
        let mut rows = rows(preset, &catalogue, filled).into_iter();
        let header = rows.next().unwrap_or_default();
        let header = header.iter().map(String::as_str);
        let mut writer = XlsxWriter::new("People", header).map_err(failed)?;
        for row in rows {
            let cells = row.iter().map(String::as_str);
            writer.write_row(cells).map_err(failed)?;
        }
        writer.finish(out).map_err(failed)
    }
}

/// The header, and the made-up people below it.
fn rows(preset: Preset, catalogue: &Catalogue, filled: bool) -> Vec<Vec<String>> {
    let fields = columns(preset, catalogue);
    let header = fields.iter();
    let header = header.map(|field| catalogue.label(field).into_owned());
    let people = PEOPLE.iter().enumerate().filter(|_| filled);
    let people = people.map(|(number, person)| {
        let cells = fields.iter();
        cells
            .map(|field| example(preset, field, number, person))
            .collect()
    });
    std::iter::once(header.collect()).chain(people).collect()
}

fn columns(preset: Preset, catalogue: &Catalogue) -> Vec<Field> {
    let modules = || {
        catalogue
            .modules
            .iter()
            .map(|(key, _)| Field::Module(key.clone()))
    };
    let custom = || {
        catalogue
            .custom
            .iter()
            .map(|(key, _, _)| Field::Custom(key.clone()))
    };
    match preset {
        Preset::Invite => vec![Field::FullName, Field::Phone, Field::Notes],
        Preset::Team => vec![Field::FullName, Field::Email, Field::Groups],
        Preset::Roles => {
            let mut fields = vec![
                Field::FirstName,
                Field::LastName,
                Field::Email,
                Field::Phone,
                Field::Role,
                Field::Teams,
            ];
            fields.extend(modules());
            fields
        }
        Preset::Cards => {
            let mut fields = vec![
                Field::ExternalId,
                Field::FullName,
                Field::Groups,
                Field::Title,
                Field::Department,
                Field::Email,
                Field::Phone,
                Field::PersonKind,
                Field::CardId,
                Field::CardType,
                Field::CardStart,
                Field::CardEnd,
            ];
            fields.extend(custom());
            fields
        }
        Preset::General => catalogue
            .fields()
            .into_iter()
            .filter(|field| *field != Field::FullName)
            .collect(),
    }
}

fn example(
    preset: Preset,
    field: &Field,
    number: usize,
    (first, last, user, phone): &(&str, &str, &str, &str),
) -> String {
    let odd = number % 2 == 1;
    match field {
        Field::ExternalId => (1001 + number).to_string(),
        Field::FullName => format!("{first} {last}"),
        Field::FirstName => (*first).to_owned(),
        Field::LastName => (*last).to_owned(),
        Field::Email => format!("{user}@example.com"),
        Field::Phone => (*phone).to_owned(),
        Field::Notes if preset == Preset::Invite => format!("Unit {}B", number + 1),
        Field::Groups if preset != Preset::General => {
            (if odd { "Office" } else { "Field;Office" }).to_owned()
        }
        Field::Teams if preset == Preset::Roles => {
            (if odd { "Bulk extra" } else { "bulk users" }).to_owned()
        }
        Field::Role => {
            let role = match number {
                0 => "Account Owner",
                1 => "Manager",
                _ => "User",
            };
            (if preset == Preset::Roles {
                role
            } else {
                "User"
            })
            .to_owned()
        }
        Field::Module(_) if preset == Preset::Roles => {
            (if odd { "False" } else { "True" }).to_owned()
        }
        Field::PersonKind => "employee".to_owned(),
        Field::Title => "Supervisor".to_owned(),
        Field::Department => "Facilities".to_owned(),
        Field::Language => "en".to_owned(),
        Field::CardId if preset == Preset::Cards => (3_735_928_559_u64 + number as u64).to_string(),
        Field::CardType if preset == Preset::Cards => "mobile".to_owned(),
        Field::CardStart if preset == Preset::Cards => "2026-01-01".to_owned(),
        Field::CardEnd if preset == Preset::Cards => "2030-12-31".to_owned(),
        // Doors, workflows and dates are left to those who have them.
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(preset: Preset, filled: bool) -> String {
        let catalogue = Catalogue {
            modules: vec![("lone_working".to_owned(), "Lone Working".to_owned())],
            custom: Vec::new(),
        };
        let mut out = Vec::new();
        template(preset, &catalogue, filled, &mut out).unwrap();
        String::from_utf8(out)
            .unwrap()
            .trim_start_matches('\u{feff}')
            .to_owned()
    }

    #[test]
    fn follows_the_modules_of_the_account() {
        assert_eq!(
            written(Preset::Roles, false),
            "First name,Last name,Email,Phone,Role,Teams,Lone Working\r\n"
        );
    }

    #[test]
    fn the_filled_one_has_nine_people_whose_phones_are_not_guarded() {
        let text = written(Preset::Roles, true);
        assert_eq!(text.lines().count(), 10);
        assert!(
            text.contains("+27821234567") && !text.contains("'+"),
            "{text}"
        );
    }
}
