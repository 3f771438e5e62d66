//! The distinct values of list columns: what each means, and choosing what it shall mean.

use std::{collections::HashMap, fs, io};

use directory::{Action, Ctx, fields as own_fields, modules};
use kernel::{Code, ImportId};
use serde::{Deserialize, Serialize};
use tabular::Record;

use super::{Imports, row_source::is_kept, understand::catalogue_of, window::damaged};
use crate::{
    Import, Refusal, State,
    candidate::Links,
    check::{is_empty_word, names_in},
    edits::{EditRecord, Overlay},
    fields::{Catalogue, Field},
    files::{BlockReader, Folder},
    mapping::Mapping,
    references::References,
    results::each_cell,
    settings::UnknownGroup,
    values::{
        self, FieldTally, FieldValue, FieldValues, Meaning, Rules, Tally, ValueAction, takes_rules,
    },
};

/// Names of the account that are offered for one field.
const KNOWN: usize = 10_000;

impl Imports {
    /// The distinct values of every list column of an import that has not run, with what they mean.
    ///
    /// The file is read once for a mapping; what was counted is kept beside it.
    pub fn values(&self, ctx: &Ctx, id: ImportId) -> Result<Vec<FieldValues>, Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        if !import.state.is_draft() {
            return Err(Refusal::WrongState(import.state));
        }
        let account = self.vocabulary(ctx, &import)?;
        let rules = values::compile(
            &import.settings.values,
            &account.catalogue,
            &account.choices,
        )?;
        let tallies = self.tallies(ctx, &import, &account, &rules)?;
        Ok(tallies
            .into_iter()
            .map(|tally| account.describe(&import, tally, &rules))
            .collect())
    }

    /// Chooses what values of a field mean; none takes a rule away. The rows are to be checked again.
    pub fn set_values(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        field: &Field,
        changes: &[(String, Option<ValueAction>)],
    ) -> Result<Import, Refusal> {
        let mut import = self.draft(ctx, id, rev)?;
        let account = self.vocabulary(ctx, &import)?;
        for (_, action) in changes {
            if let Some(ValueAction::Use(name)) = action {
                account.require(field, name)?;
            }
        }
        let before = import.settings.values.clone();
        values::set(&mut import.settings, field, changes);
        values::compile(
            &import.settings.values,
            &account.catalogue,
            &account.choices,
        )?;
        if import.settings.values == before {
            return Ok(import);
        }
        import.plan = None;
        if import.state != State::ChooseFormat {
            import.state = State::Mapping;
        }
        import.changed_by(ctx, "values");
        self.save_change(ctx, &mut import)?;
        Ok(import)
    }

    /// For each of some fields, what its cells can say; nothing for fields of any text.
    pub fn known_values(
        &self,
        ctx: &Ctx,
        import: &Import,
        fields: &[Field],
    ) -> Result<Vec<Vec<String>>, Refusal> {
        ctx.require(Action::ViewImports)?;
        let account = self.vocabulary(ctx, import)?;
        Ok(fields.iter().map(|field| account.known(field)).collect())
    }

    fn vocabulary(&self, ctx: &Ctx, import: &Import) -> Result<Vocabulary, Refusal> {
        self.db.read_blocking(|tx| {
            let fields = own_fields::list(tx, ctx.account)?;
            let choices = fields
                .iter()
                .map(|field| (field.key.clone(), field.choices.clone()))
                .collect();
            Ok(Vocabulary {
                catalogue: catalogue_of(modules::list(tx, ctx.account)?, fields),
                choices,
                references: References::load(tx, ctx, import.settings.unknown_group)?,
            })
        })
    }

    /// The counted values, from the file they are kept in if they are still true.
    fn tallies(
        &self,
        ctx: &Ctx,
        import: &Import,
        account: &Vocabulary,
        rules: &HashMap<Field, Rules>,
    ) -> Result<Vec<FieldTally>, Refusal> {
        let wrong = || Refusal::WrongState(import.state);
        let mapping = import.mapping.as_ref().ok_or_else(wrong)?;
        let fields = list_fields(mapping, &account.catalogue);
        let folder = self.folder(import.id);
        let print = fingerprint(import, &fields, &self.edits(ctx, import.id)?);
        if let Some(kept) = Kept::read(&folder).filter(|kept| kept.print == print) {
            return Ok(kept.fields);
        }
        let mut counting = Counting {
            account,
            rules,
            at_commas: import
                .layout
                .as_ref()
                .and_then(|layout| layout.delimiter.as_deref())
                .is_none_or(|delimiter| delimiter == ","),
            tallies: fields
                .into_iter()
                .map(|(field, columns)| (Tally::new(field.clone()), field, columns))
                .collect(),
        };
        self.each_row(import, &folder, |record| counting.add(record))?;
        let kept = Kept {
            print,
            fields: counting
                .tallies
                .into_iter()
                .map(|(tally, ..)| tally.finish())
                .collect(),
        };
        kept.write(&folder)?;
        Ok(kept.fields)
    }

    /// Shows every row as it stands in the file, with what people changed of it.
    fn each_row(
        &self,
        import: &Import,
        folder: &Folder,
        mut look: impl FnMut(&Record),
    ) -> Result<(), Refusal> {
        let layout = import
            .layout
            .as_ref()
            .ok_or(Refusal::WrongState(import.state))?;
        let mut rows = if is_kept(folder, layout) {
            Rows::Kept(BlockReader::open(&folder.cells())?)
        } else {
            Rows::File(tabular::open(&folder.source(), layout, &self.limits)?.into())
        };
        let mut overlay = Overlay::open(&self.db, import)?;
        let mut record = Record::new();
        while rows.next(&mut record)? {
            if let Some(overlay) = &mut overlay
                && let Some(changes) = overlay.of(record.row())?
            {
                changes.amend_record(&mut record);
            }
            look(&record);
        }
        Ok(())
    }
}

/// The rows of a file, read again without being kept: a page only looks.
enum Rows {
    Kept(BlockReader),
    File(Box<tabular::Reader>),
}

impl Rows {
    fn next(&mut self, record: &mut Record) -> Result<bool, Refusal> {
        match self {
            Self::File(reader) => Ok(reader.next(record)?),
            Self::Kept(cells) => {
                let Some((row, entry)) = cells.next()? else {
                    return Ok(false);
                };
                record.begin(row, row, 0);
                each_cell(entry, |cell| record.push(cell)).ok_or_else(damaged)
            }
        }
    }
}

/// The values of all list columns, being counted.
struct Counting<'a> {
    account: &'a Vocabulary,
    rules: &'a HashMap<Field, Rules>,
    at_commas: bool,
    tallies: Vec<(Tally, Field, Vec<usize>)>,
}

impl Counting<'_> {
    fn add(&mut self, record: &Record) {
        for (tally, field, columns) in &mut self.tallies {
            let rules = self.rules.get(field);
            for text in columns.iter().filter_map(|column| record.cell(*column)) {
                let text = tabular::restore(text.trim());
                if text.is_empty() || is_empty_word(text) {
                    continue;
                }
                let Some(kind) = Links::of(field) else {
                    tally.add(text);
                    continue;
                };
                let is_name = |part: &str| {
                    self.account.references.knows(kind, part)
                        || rules.is_some_and(|rules| rules.get(part).is_some())
                };
                for name in names_in(text, self.at_commas, is_name) {
                    tally.add(name);
                }
            }
        }
    }
}

/// What an account's values can be.
struct Vocabulary {
    catalogue: Catalogue,
    choices: HashMap<String, Vec<String>>,
    references: References,
}

impl Vocabulary {
    fn meaning(&self, import: &Import, field: &Field, value: &str) -> Meaning {
        let Some(kind) = Links::of(field) else {
            return values::word(field, &self.choices, value)
                .map_or(Meaning::Unknown, Meaning::Known);
        };
        match self.references.known(kind, value) {
            Some(name) => Meaning::Known(name.to_owned()),
            None if would_create(import, kind) => Meaning::New,
            None => Meaning::Unknown,
        }
    }

    /// Refuses a name that nothing has. A group may be another that the file names.
    fn require(&self, field: &Field, name: &str) -> Result<(), Refusal> {
        let Some(kind) = Links::of(field).filter(|kind| *kind != Links::Groups) else {
            return Ok(());
        };
        if self.references.knows(kind, name) {
            return Ok(());
        }
        let detail = format!("there is no {} {name:?}", kind.singular());
        Err(Refusal::new(Code::ChoiceUnknown, detail))
    }

    /// What the cells of a field can say: names of the account, in order, or a few words.
    fn known(&self, field: &Field) -> Vec<String> {
        let Some(kind) = Links::of(field) else {
            return values::words(field, &self.choices);
        };
        let names = self.references.names(kind).take(KNOWN);
        let mut known: Vec<String> = names.map(str::to_owned).collect();
        known.sort_unstable();
        known
    }

    fn describe(
        &self,
        import: &Import,
        tally: FieldTally,
        rules: &HashMap<Field, Rules>,
    ) -> FieldValues {
        let field = tally.field;
        let rules = rules.get(&field);
        let mut found: Vec<FieldValue> = tally
            .values
            .into_iter()
            .map(|(value, rows)| FieldValue {
                meaning: self.meaning(import, &field, &value),
                rule: rules.and_then(|rules| rules.get(&value)).cloned(),
                value,
                rows,
            })
            .collect();
        found.sort_by(|a, b| {
            (rank(&a.meaning), b.rows, &a.value).cmp(&(rank(&b.meaning), a.rows, &b.value))
        });
        FieldValues {
            columns: headers(import, &field),
            values: found,
            others: tally.others,
            looks_like_text: tally.looks_like_text && Links::of(&field).is_some(),
            known: self.known(&field),
            field,
        }
    }
}

fn would_create(import: &Import, kind: Links) -> bool {
    kind == Links::Groups && import.settings.unknown_group == UnknownGroup::Create
}

const fn rank(meaning: &Meaning) -> u8 {
    match meaning {
        Meaning::Unknown => 0,
        Meaning::New => 1,
        Meaning::Known(_) => 2,
    }
}

fn headers(import: &Import, field: &Field) -> Vec<String> {
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .filter(|column| column.field.as_ref() == Some(field))
        .map(|column| column.header.clone())
        .collect()
}

/// The fields with lists of values that columns fill, with these columns.
fn list_fields(mapping: &Mapping, catalogue: &Catalogue) -> Vec<(Field, Vec<usize>)> {
    let mut fields: Vec<(Field, Vec<usize>)> = Vec::new();
    for field in mapping
        .columns
        .iter()
        .filter_map(|column| column.field.as_ref())
    {
        if takes_rules(field, catalogue) && fields.iter().all(|(known, _)| known != field) {
            fields.push((field.clone(), mapping.columns_of(field)));
        }
    }
    fields
}

/// Counted values with what they were counted for.
#[derive(Serialize, Deserialize)]
struct Kept {
    print: String,
    fields: Vec<FieldTally>,
}

impl Kept {
    fn read(folder: &Folder) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.values()).ok()?).ok()
    }

    fn write(&self, folder: &Folder) -> io::Result<()> {
        // A reader beside us sees the old file or the new one.
        let beside = folder.values().with_extension("new");
        fs::write(&beside, serde_json::to_vec(self).unwrap_or_default())?;
        fs::rename(beside, folder.values())
    }
}

/// Changes with everything that the counts depend on.
fn fingerprint(import: &Import, fields: &[(Field, Vec<usize>)], edits: &[EditRecord]) -> String {
    let edits: Vec<_> = edits
        .iter()
        .map(|edit| (edit.number, edit.is_undone))
        .collect();
    let all = serde_json::to_vec(&(&import.layout, fields, edits)).unwrap_or_default();
    blake3::hash(&all).to_hex().to_string()
}
