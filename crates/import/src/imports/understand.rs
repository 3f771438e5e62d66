//! Finding out how a file is built and what its columns are, from a sample of its rows.

use directory::{Ctx, fields as own_fields, modules};
use kernel::{Code, DateOrder, date_fits};
use tabular::{HeaderChoice, Layout, Limits, Quote, ReadOptions, Record, SheetChoice};

use super::Imports;
use crate::{
    Import, Refusal, State,
    check::is_empty_word,
    fields::{Catalogue, Field, Kind},
    mapping::{ColumnSample, Mapping, Overrides, RememberedMapping, header_signature, suggest},
    options,
    settings::FileChoices,
    store,
};

/// Rows that are looked at.
const SAMPLE_ROWS: u64 = 1_000;
/// Values kept of each column.
const SAMPLES: usize = 200;

/// A look at a file: its columns and first rows.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What each column looks like.
    pub columns: Vec<ColumnSample>,
    /// The first rows with their numbers.
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Imports {
    /// Finds format and mapping with what was chosen, and sets the state that follows.
    pub(crate) fn look(&self, ctx: &Ctx, import: &mut Import) -> Result<(), Refusal> {
        let options = read_options(&import.settings.file, &self.limits)?;
        let source = self.folder(import.id).source();
        let layout = tabular::detect(&source, &options)?;
        let preview = self.sample(&source, &layout, 0)?;
        let catalogue = self.catalogue(ctx)?;
        let headers: Vec<&str> = preview
            .columns
            .iter()
            .map(|column| column.header.as_str())
            .collect();
        let remembered = self.recall(ctx, &headers)?;
        options::name_by_key(&mut import.settings, &catalogue);
        if let Some(remembered) = &remembered {
            options::recall_joins(&mut import.settings, &remembered.joins, &catalogue);
        }
        let settings = &import.settings;
        let overrides = Overrides::parse(&settings.map, &settings.ignore, &catalogue)
            .and_then(|overrides| {
                let joined = options::joined(settings, &catalogue);
                overrides.with(&settings.splits, joined, &catalogue)
            })
            .map_err(|error| mapping_refusal(&error))?;
        let mapping = suggest(
            &preview.columns,
            &catalogue,
            import.settings.preset,
            remembered.as_ref(),
            &overrides,
        )
        .map_err(|error| mapping_refusal(&error))?;
        if import.settings.date_order.is_none() {
            import.settings.date_order = date_order(&preview.columns, &mapping, &catalogue);
        }
        import.state = if layout.certain {
            State::Mapping
        } else {
            State::ChooseFormat
        };
        import.layout = Some(layout);
        import.mapping = Some(mapping);
        import.plan = None;
        import.reason = None;
        Ok(())
    }

    /// The columns and first rows of an import's file.
    pub fn preview(&self, ctx: &Ctx, import: &Import, rows: usize) -> Result<Preview, Refusal> {
        ctx.require(directory::Action::ViewImports)?;
        let layout = import
            .layout
            .as_ref()
            .ok_or(Refusal::WrongState(import.state))?;
        self.sample(&self.folder(import.id).source(), layout, rows)
    }

    /// What the account's columns can be.
    pub fn catalogue(&self, ctx: &Ctx) -> Result<Catalogue, Refusal> {
        self.db.read_blocking(|tx| {
            let modules = modules::list(tx, ctx.account)?;
            let fields = own_fields::list(tx, ctx.account)?;
            Ok(catalogue_of(modules, fields))
        })
    }

    fn sample(
        &self,
        source: &std::path::Path,
        layout: &Layout,
        keep: usize,
    ) -> Result<Preview, Refusal> {
        let mut reader = tabular::open(source, layout, &self.limits)?;
        let mut columns: Vec<ColumnSample> = (0..reader.columns())
            .map(|index| ColumnSample {
                index,
                header: reader
                    .header()
                    .and_then(|header| header.cell(index))
                    .unwrap_or_default()
                    .to_owned(),
                samples: Vec::new(),
                rows: 0,
                filled: 0,
            })
            .collect();
        let mut rows = Vec::new();
        let mut record = Record::new();
        let mut seen = 0;
        while seen < SAMPLE_ROWS && reader.next(&mut record)? {
            seen += 1;
            for (column, cell) in columns.iter_mut().zip(record.iter()) {
                if !cell.trim().is_empty() {
                    column.filled += 1;
                    // The word that clears a value says nothing of what the column holds.
                    if column.samples.len() < SAMPLES && !is_empty_word(cell) {
                        column.samples.push(cell.to_owned());
                    }
                }
            }
            if rows.len() < keep {
                rows.push((record.row(), record.iter().map(str::to_owned).collect()));
            }
        }
        if seen == 0 {
            return Err(Refusal::new(Code::NoDataRows, ""));
        }
        for column in &mut columns {
            column.rows = seen;
        }
        Ok(Preview { columns, rows })
    }

    fn recall(&self, ctx: &Ctx, headers: &[&str]) -> Result<Option<RememberedMapping>, Refusal> {
        let signature = header_signature(headers);
        let text = self
            .db
            .read_blocking(|tx| store::recall_mapping(tx, ctx.account, &signature))?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

pub(crate) fn catalogue_of(
    modules: Vec<modules::Module>,
    fields: Vec<own_fields::CustomField>,
) -> Catalogue {
    Catalogue {
        modules: modules
            .into_iter()
            .map(|module| (module.key, module.label))
            .collect(),
        custom: fields
            .into_iter()
            .map(|field| {
                let kind = match field.kind {
                    own_fields::FieldKind::Text => Kind::Text,
                    own_fields::FieldKind::Number => Kind::Number,
                    own_fields::FieldKind::Date => Kind::Date,
                    own_fields::FieldKind::Bool => Kind::Bool,
                    own_fields::FieldKind::Choice => Kind::Enum,
                };
                (field.key, field.label, kind)
            })
            .collect(),
    }
}

pub(crate) fn mapping_refusal(error: &crate::mapping::MappingError) -> Refusal {
    Refusal::File {
        code: error.code().to_owned(),
        message: format!("failed to {error}"),
    }
}

/// The order of day and month, when the sample contradicts all but one.
fn date_order(
    columns: &[ColumnSample],
    mapping: &Mapping,
    catalogue: &Catalogue,
) -> Option<DateOrder> {
    let is_date = |field: &Field| matches!(catalogue.kind(field), Kind::Date | Kind::DateTime);
    let dates = columns.iter().filter(|column| {
        mapping.columns.iter().any(|mapped| {
            mapped.column == column.index && mapped.field.as_ref().is_some_and(is_date)
        })
    });
    let (mut day_first, mut month_first) = (false, false);
    for fits in dates
        .flat_map(|column| &column.samples)
        .map(|sample| date_fits(sample))
    {
        day_first |= fits.dmy.is_some() && fits.mdy.is_none() && fits.ymd.is_none();
        month_first |= fits.mdy.is_some() && fits.dmy.is_none() && fits.ymd.is_none();
    }
    match (day_first, month_first) {
        (true, false) => Some(DateOrder::Dmy),
        (false, true) => Some(DateOrder::Mdy),
        (true, true) | (false, false) => None,
    }
}

/// The reader's options for what was chosen in words.
pub fn read_options(choices: &FileChoices, limits: &Limits) -> Result<ReadOptions, Refusal> {
    let unknown = |what: &str, value: &str| {
        Refusal::new(
            Code::UnsupportedFormat,
            format!("{value:?} is not a {what}"),
        )
    };
    let header_row = match choices.header_row.as_deref() {
        None | Some("") => HeaderChoice::Detect,
        Some("none") => HeaderChoice::None,
        Some(row) => match row.parse() {
            Ok(row) if row > 0 => HeaderChoice::Row(row),
            _ => return Err(unknown("row number", row)),
        },
    };
    let quote = match choices.quote.as_deref() {
        None | Some("") => None,
        Some("none") => Some(Quote::None),
        Some(text) => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(quote), None) => Some(Quote::Char(quote)),
                _ => return Err(unknown("quote character", text)),
            }
        }
    };
    let sheet = choices
        .sheet
        .as_deref()
        .filter(|sheet| !sheet.is_empty())
        .map(|sheet| {
            sheet
                .parse()
                .map_or_else(|_| SheetChoice::Name(sheet.to_owned()), SheetChoice::Number)
        });
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    Ok(ReadOptions {
        encoding: some(&choices.encoding),
        delimiter: some(&choices.delimiter).map(|delimiter| delimiter.replace("\\t", "\t")),
        quote,
        header_row,
        sheet,
        limits: limits.clone(),
    })
}
