//! Reading a list of people without making an import of it: name, phone, e-mail and notes of each row, by the same
//! rules and in the same words as an import that starts with the invite preset.

use std::io::Read;

use directory::Ctx;
use kernel::{Code, Email, Fault, ImportId, Problem, Severity};
use tabular::Record;

use super::{Imports, NewImport, receive::blank};
use crate::{
    Import, Preset, Refusal, Settings,
    candidate::{Candidate, Scalar},
    check::{RowChecker, Verdict},
    fields::Field,
    files::Folder,
    mapping::Mapping,
};

/// What a list is read for; other columns are left alone.
const FIELDS: [Field; 6] = [
    Field::FullName,
    Field::FirstName,
    Field::LastName,
    Field::Phone,
    Field::Email,
    Field::Notes,
];

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Row number as a spreadsheet shows it.
    pub row: u64,
    /// First and last name; as written if it is no name.
    pub name: String,
    /// Phone number, E.164; as written if it is none.
    pub phone: Option<String>,
    /// E-mail address; as written if it is none.
    pub email: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// The first thing that must be fixed.
    pub problem: Option<Problem>,
}

/// A list, and how it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleList {
    /// Every row below the header.
    pub rows: Vec<ListRow>,
    /// Row of the header, if there was one.
    pub header_row: Option<u64>,
}

impl Imports {
    /// Reads a list of at most `most` people; nothing of it is kept.
    ///
    /// The rows are given to whoever may invite, who need not be one who may run imports.
    pub fn read_list(
        &self,
        ctx: &Ctx,
        file_name: &str,
        source: &mut dyn Read,
        most: usize,
    ) -> Result<PeopleList, Refusal> {
        let id: ImportId = ctx.new_id();
        let folder = self.folder(id);
        let new = NewImport {
            file_name: file_name.to_owned(),
            name: None,
            settings: Settings::of(Preset::Invite),
        };
        let read = self.read_list_in(&folder, blank(ctx, id, new), ctx, source, most);
        folder.remove()?;
        read
    }

    fn read_list_in(
        &self,
        folder: &Folder,
        mut import: Import,
        ctx: &Ctx,
        source: &mut dyn Read,
        most: usize,
    ) -> Result<PeopleList, Refusal> {
        self.take(folder, source)?;
        match self.look(ctx, &mut import) {
            // One line alone may look like a header.
            Err(Refusal::File { code, .. }) if code == Code::NoDataRows.as_str() => {
                import.settings.file.header_row = Some("none".to_owned());
                self.look(ctx, &mut import)?;
            }
            other => other?,
        }
        if is_headed_by_a_person(&import) {
            import.settings.file.header_row = Some("none".to_owned());
            self.look(ctx, &mut import)?;
        }
        // A person without a phone number may have an e-mail address, which the preset does not ask for.
        import.settings.preset = Preset::General;
        let mapping = import.mapping.get_or_insert_default();
        keep_only_people(mapping)?;
        let reading = Reading::of(mapping);
        let mut checker = self.checker(ctx, &import)?;
        let layout = import
            .layout
            .as_ref()
            .ok_or(Refusal::WrongState(import.state))?;
        let mut reader = tabular::open(&folder.source(), layout, &self.limits)?;
        let mut list = PeopleList {
            rows: Vec::new(),
            header_row: layout.header_row,
        };
        let mut record = Record::new();
        while reader.next(&mut record)? {
            if list.rows.len() >= most {
                return Err(Refusal::new(
                    Code::TooLarge,
                    format!("more than {most} people are for an import"),
                ));
            }
            list.rows.push(reading.row(&mut checker, &record));
        }
        Ok(list)
    }
}

/// Whether what looks like a header, or stands above one, is somebody: no name of a column holds a number or an address.
fn is_headed_by_a_person(import: &Import) -> bool {
    const DIGITS: usize = 7;
    let reaches = |text: &str| {
        text.chars().filter(char::is_ascii_digit).count() >= DIGITS || Email::parse(text).is_ok()
    };
    let columns = import.mapping.iter().flat_map(|mapping| &mapping.columns);
    let above = import.layout.iter().flat_map(|layout| &layout.preamble);
    columns
        .map(|column| &column.header)
        .chain(above)
        .any(|text| reaches(text))
}

/// Leaves out columns that are not about who a person is and how they are reached.
fn keep_only_people(mapping: &mut Mapping) -> Result<(), Refusal> {
    let others: Vec<usize> = mapping
        .columns
        .iter()
        .filter(|column| {
            column
                .field
                .as_ref()
                .is_some_and(|field| !FIELDS.contains(field))
        })
        .map(|column| column.column)
        .collect();
    for column in others {
        mapping.choose(column, None, None);
    }
    let missing = |field: &str| {
        let detail = format!("no column holds the {field}");
        Err(Refusal::new(Code::RequiredFieldUnmapped, detail))
    };
    let has = |field: &Field| mapping.has(field);
    if !has(&Field::FullName) && !has(&Field::FirstName) && !has(&Field::LastName) {
        return missing("names");
    }
    if !has(&Field::Phone) && !has(&Field::Email) {
        return missing("phone numbers");
    }
    Ok(())
}

/// Where the cells of a list are.
struct Reading {
    names: Vec<usize>,
    phone: Vec<usize>,
    email: Vec<usize>,
}

impl Reading {
    fn of(mapping: &Mapping) -> Self {
        let names = [Field::FullName, Field::FirstName, Field::LastName];
        Self {
            names: names
                .iter()
                .flat_map(|field| mapping.columns_of(field))
                .collect(),
            phone: mapping.columns_of(&Field::Phone),
            email: mapping.columns_of(&Field::Email),
        }
    }

    fn row(&self, checker: &mut RowChecker, record: &Record) -> ListRow {
        let mut candidate = Candidate::default();
        let mut problems = Vec::new();
        let verdict = checker.check(record, &mut candidate, &mut problems);
        let text = |scalar: &Scalar| {
            let place = checker.shape.place(scalar)?;
            candidate.cell(place).value().map(str::to_owned)
        };
        let parts = [text(&Scalar::FirstName), text(&Scalar::LastName)];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let (phone, email) = (text(&Scalar::Phone), text(&Scalar::Email));
        let name = name.trim().to_owned();
        let is_reachable = phone.is_some() || email.is_some();
        let problem = first_fault(problems).or_else(|| missing(&name, verdict, is_reachable));
        ListRow {
            row: record.row(),
            name: if name.is_empty() {
                written(record, &self.names).unwrap_or_default()
            } else {
                name
            },
            phone: phone.or_else(|| written(record, &self.phone)),
            email: email.or_else(|| written(record, &self.email)),
            notes: text(&Scalar::Notes),
            problem,
        }
    }
}

/// Cells that are not there are blank: notes are often left out.
fn first_fault(problems: Vec<Problem>) -> Option<Problem> {
    problems.into_iter().find(|problem| {
        problem.severity == Severity::MustFix && problem.code != Code::TooFewColumns
    })
}

fn missing(name: &str, verdict: Verdict, is_reachable: bool) -> Option<Problem> {
    let told = |code| Some(Fault::new(code, "").into_problem(None, None, ""));
    if name.is_empty() && !verdict.name_told {
        told(Code::NameMissing)
    } else if !is_reachable {
        told(Code::PhoneMissing)
    } else {
        None
    }
}

fn written(record: &Record, columns: &[usize]) -> Option<String> {
    let cells = columns.iter().filter_map(|column| record.cell(*column));
    let text = cells.collect::<Vec<_>>().join(" ").trim().to_owned();
    (!text.is_empty()).then_some(text)
}
