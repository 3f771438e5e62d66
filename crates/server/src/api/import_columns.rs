//! What the columns of an import's file are, what their values mean, and mappings with a name.

use import::{
    Imports, Refusal,
    fields::Catalogue,
    mapping::{ColumnSample, MappedColumn, Split, SplitAt},
    values::{FieldValue, FieldValues, Meaning, ValueAction},
};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    imports::{
        COUNT, EXAMPLE as IMPORT_EXAMPLE, IMPORT, found, refused, unfit, value as import_value,
    },
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};

/// Cells of a column that are shown.
const SAMPLES: usize = 5;
const CELL: Shape = Shape::Lines(1_000_000);
const KEY: Shape = Shape::Text(1, 200);
const SPLIT: Shape = Shape::Object(&[
    field("separator", Shape::Lines(20), ""),
    may(
        "at",
        Shape::OneOf(&["first", "last"]),
        "At which of several.",
    ),
    field("field", KEY, "What is after the separator."),
]);
const COLUMN: Shape = Shape::Named(
    "Column",
    &Shape::Object(&[
        field("column", COUNT, "Its place in the file, from 0."),
        field("header", CELL, ""),
        field(
            "field",
            Shape::Maybe(&KEY),
            "What it fills; null if it is not used.",
        ),
        field(
            "split",
            Shape::Maybe(&SPLIT),
            "How it fills a second field.",
        ),
        field(
            "confidence",
            Shape::OneOf(&["exact", "remembered", "likely", "check", "unused", "chosen"]),
            "How sure that is; `check`: a person should look.",
        ),
        field("reason", CELL, "Why."),
        field(
            "samples",
            Shape::List(&CELL, SAMPLES),
            "The first cells that are not blank.",
        ),
        field("filled", COUNT, "Rows whose cell is not blank."),
    ]),
);
const COLUMN_EXAMPLE: &str = r#"{"items":[{"column":0,"header":"User ID","field":"external_id","split":null,"confidence":"exact","reason":"the header is our name for it","samples":["1001"],"filled":712}],"next":null}"#;
const COLUMNS: Shape = Shape::Named(
    "ChooseColumns",
    &Shape::Object(&[field(
        "columns",
        Shape::List(
            &Shape::Object(&[
                may(
                    "column",
                    Shape::Integer(0, 100_000),
                    "Its place in the file, from 0.",
                ),
                may("header", Shape::Lines(1000), "Or its header."),
                field("field", Shape::Maybe(&KEY), "Null leaves it out."),
                may(
                    "split",
                    Shape::Maybe(&SPLIT),
                    "How it fills a second field.",
                ),
            ]),
            2000,
        ),
        "Columns that are not named stay as they are.",
    )]),
);
const MEANING: Shape = Shape::OneOf(&["known", "new", "unknown"]);
const THEN: Shape = Shape::OneOf(&["use", "create", "ignore", "skip_rows"]);
const VALUE: Shape = Shape::Object(&[
    field("value", CELL, "As the file writes it first."),
    field("rows", COUNT, "Rows that have it."),
    field("meaning", MEANING, "`new`: the import creates it."),
    field("name", Shape::Maybe(&CELL), "What the account calls it."),
    field("likely", Shape::Maybe(&CELL), "What it probably is."),
    field("then", Shape::Maybe(&THEN), "What was chosen for it."),
    field(
        "use",
        Shape::Maybe(&CELL),
        "What it stands for, with `use`.",
    ),
]);
const VALUES: Shape = Shape::Named(
    "FieldValues",
    &Shape::Object(&[
        field("field", KEY, ""),
        field("columns", Shape::List(&CELL, 100_000), ""),
        field(
            "looks_like_text",
            Shape::Bool,
            "Nearly every row has one of its own.",
        ),
        field(
            "more",
            Shape::Bool,
            "Whether there are more than are listed.",
        ),
        field("values", Shape::List(&VALUE, 100_000), ""),
    ]),
);
const VALUES_EXAMPLE: &str = r#"{"items":[{"field":"groups","columns":["Site"],"looks_like_text":false,"more":false,"values":[{"value":"Berln","rows":12,"meaning":"new","name":null,"likely":"Berlin","then":"use","use":"Berlin"}]}],"next":null}"#;
const CHOOSE_VALUES: Shape = Shape::Named(
    "ChooseValues",
    &Shape::Object(&[
        field("field", KEY, ""),
        field(
            "values",
            Shape::List(
                &Shape::Object(&[
                    field(
                        "value",
                        Shape::Lines(1000),
                        "As the file has it, in whatever case.",
                    ),
                    field(
                        "then",
                        Shape::Maybe(&THEN),
                        "`use` another one, `create` it (a group), `ignore` it, or `skip_rows` that have it; null: as without a choice.",
                    ),
                    may("use", Shape::Lines(1000), "What it stands for, with `use`."),
                ]),
                10_000,
            ),
            "",
        ),
    ]),
);
const FIELD: Shape = Shape::Named(
    "ImportField",
    &Shape::Object(&[
        field("field", KEY, "Its key."),
        field("label", Shape::Text(0, 400), ""),
        field("list", Shape::Bool, "Whether a cell holds several names."),
    ]),
);
const MAPPING: Shape = Shape::Named(
    "SavedMapping",
    &Shape::Object(&[
        field("name", Shape::Text(1, 100), ""),
        field(
            "headers",
            Shape::List(&CELL, 100_000),
            "Columns it knows a field for.",
        ),
        field("values", COUNT, "Values it knows the meaning of."),
        field("saved_by", Shape::Text(0, 400), ""),
        field("saved_at", Shape::Moment, ""),
    ]),
);
const MAPPING_NAME: Shape = Shape::Named(
    "MappingName",
    &Shape::Object(&[field("name", Shape::Text(1, 100), "")]),
);
const USE: Shape = Shape::Named(
    "UseMapping",
    &Shape::Object(&[
        field("name", Shape::Text(1, 100), ""),
        may(
            "keep",
            Shape::Bool,
            "What was chosen for the import goes before it.",
        ),
    ]),
);

pub(super) const LIST: Operation = Operation::new(
    "listColumns",
    "List the columns of an import",
    Work::Engine(list),
)
.words("All on one page. `ETag` is that of the import.")
.query(&[FIELDS])
.answers(Answered::One(&Shape::Page(&COLUMN)), COLUMN_EXAMPLE)
.refuses(&[409]);
pub(super) const CHOOSE: Operation =
    Operation::new("chooseColumns", "Say what columns are", Work::Engine(choose))
        .words("For drafts only; `checkImport` makes the plan anew. A field is named by its key or its label; `listImportFields` has them.")
        .body(Body::Json(&COLUMNS, r#"{"columns":[{"header":"Name","field":"last_name","split":{"separator":", ","field":"first_name"}},{"header":"Remarks","field":null}]}"#))
        .answers(Answered::One(&Shape::Page(&COLUMN)), COLUMN_EXAMPLE)
        .needs_version();
pub(super) const LIST_VALUES: Operation =
    Operation::new("listValues", "List the values of list columns", Work::Engine(list_values))
        .words("Groups, teams, roles and the like that the file names, and what they mean; for drafts only, all on one page.")
        .query(&[FIELDS])
        .answers(Answered::One(&Shape::Page(&VALUES)), VALUES_EXAMPLE)
        .refuses(&[409]);
pub(super) const CHOOSE_VALUE: Operation =
    Operation::new("chooseValues", "Say what values mean", Work::Engine(choose_values))
        .words("For all rows of a draft; `checkImport` makes the plan anew.")
        .body(Body::Json(&CHOOSE_VALUES, r#"{"field":"groups","values":[{"value":"Berln","then":"use","use":"Berlin"},{"value":"n/a","then":"ignore"}]}"#))
        .answers(Answered::One(&IMPORT), IMPORT_EXAMPLE)
        .needs_version();
pub(super) const LIST_FIELDS: Operation = Operation::new(
    "listImportFields",
    "List what columns can be",
    Work::Engine(list_fields),
)
.words("All on one page.")
.query(&[FIELDS])
.answers(
    Answered::One(&Shape::Page(&FIELD)),
    r#"{"items":[{"field":"external_id","label":"User ID","list":false}],"next":null}"#,
);
pub(super) const LIST_MAPPINGS: Operation =
    Operation::new("listMappings", "List saved mappings", Work::Engine(list_mappings))
        .words("Columns, options and values kept under a name, for later imports; all on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&MAPPING)),
            r#"{"items":[{"name":"HR export","headers":["Personnel no","Name"],"values":2,"saved_by":"Maria Keller","saved_at":"2026-11-22T09:30:00Z"}],"next":null}"#,
        );
pub(super) const REMOVE_MAPPING: Operation = Operation::new(
    "removeMapping",
    "Remove a saved mapping",
    Work::Engine(remove_mapping),
)
.words("Imports that used it are as they are.");
pub(super) const SAVE_MAPPING: Operation = Operation::new(
    "saveMapping",
    "Save an import's mapping",
    Work::Engine(save_mapping),
)
.words("Another mapping of that name is replaced.")
.body(Body::Json(&MAPPING_NAME, r#"{"name":"HR export"}"#))
.answers(Answered::One(&IMPORT), IMPORT_EXAMPLE);
pub(super) const USE_MAPPING: Operation = Operation::new(
    "useMapping",
    "Use a saved mapping",
    Work::Engine(use_mapping),
)
.words("For drafts only; `checkImport` makes the plan anew.")
.body(Body::Json(&USE, r#"{"name":"HR export","keep":true}"#))
.answers(Answered::One(&IMPORT), IMPORT_EXAMPLE);

fn list(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    columns(imports, ask, &import)
}

fn columns(imports: &Imports, ask: &Ask, import: &import::Import) -> Result<Reply, Problem> {
    let preview = imports
        .preview(&ask.ctx, import, 0)
        .map_err(|refusal| refused(import.id, refusal))?;
    let mapped = import.mapping.iter().flat_map(|mapping| &mapping.columns);
    let items = mapped.map(|column| {
        let mut samples = preview.columns.iter();
        one(column, samples.find(|sample| sample.index == column.column))
    });
    Ok(Reply::page(ask, items.collect(), None).tagged(&tag(import.rev)))
}

fn one(column: &MappedColumn, sample: Option<&ColumnSample>) -> Value {
    let samples = sample.iter().flat_map(|sample| &sample.samples);
    let samples: Vec<&String> = samples.take(SAMPLES).collect();
    let split = column.split.as_ref().map(
        |split| json!({"separator": split.separator, "at": split.at, "field": split.field.key()}),
    );
    json!({
        "column": column.column, "header": column.header,
        "field": column.field.as_ref().map(import::fields::Field::key), "split": split,
        "confidence": column.confidence, "reason": column.reason, "samples": samples,
        "filled": sample.map_or(0, |sample| sample.filled),
    })
}

type Chosen = (usize, Option<import::fields::Field>, Option<Split>);

fn choose(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    ask.expect(&tag(import.rev))?;
    let catalogue = imports.catalogue(&ask.ctx)?;
    let wanted = ask.body.get("columns").and_then(Value::as_array);
    let mut chosen: Vec<Chosen> = Vec::new();
    for (place, wanted) in wanted.into_iter().flatten().enumerate() {
        let at = format!("/columns/{place}");
        let one = chosen_column(&import, &catalogue, wanted, &at);
        chosen.push(one.map_err(|wrong| Problem::invalid(vec![wrong]))?);
    }
    let mapped = imports.map_or_split(&ask.ctx, import.id, Some(import.rev), &chosen);
    let import = mapped.map_err(|refusal| unfit(import.id, refusal))?;
    columns(imports, ask, &import)
}

fn chosen_column(
    import: &import::Import,
    catalogue: &Catalogue,
    wanted: &Value,
    at: &str,
) -> Result<Chosen, Wrong> {
    let mut columns = import.mapping.iter().flat_map(|mapping| &mapping.columns);
    let header = wanted.get("header").and_then(Value::as_str);
    let number = wanted.get("column").and_then(Value::as_u64);
    let column = match (number, header) {
        (Some(number), _) => columns.find(|column| column.column as u64 == number),
        (None, Some(header)) => {
            columns.find(|column| column.header.trim().eq_ignore_ascii_case(header.trim()))
        }
        (None, None) => return Err(Wrong::new(at, "Name the column, or its header.")),
    };
    let column = column.ok_or_else(|| Wrong::new(at, "The file has no such column."))?;
    let find = |value: &Value, at: String| {
        let found = catalogue.find(value.as_str().unwrap_or_default());
        found.ok_or_else(|| Wrong::new(at, "There is no such field."))
    };
    let field = wanted.get("field").filter(|field| !field.is_null());
    let field = field.map(|field| find(field, format!("{at}/field")));
    let split = wanted.get("split").filter(|split| !split.is_null());
    let split = split.map(|split| {
        let text = |name: &str| split.get(name).and_then(Value::as_str).unwrap_or_default();
        Ok(Split {
            separator: text("separator").to_owned(),
            at: if text("at") == "last" {
                SplitAt::Last
            } else {
                SplitAt::First
            },
            field: find(&json!(text("field")), format!("{at}/split/field"))?,
        })
    });
    Ok((column.column, field.transpose()?, split.transpose()?))
}

fn list_values(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let fields = imports
        .values(&ask.ctx, import.id)
        .map_err(|refusal| refused(import.id, refusal))?;
    let items = fields.iter().map(|values| {
        let all: Vec<Value> = values
            .values
            .iter()
            .map(|one| meaning(values, one))
            .collect();
        json!({
            "field": values.field.key(), "columns": values.columns,
            "looks_like_text": values.looks_like_text, "more": values.others > 0, "values": all,
        })
    });
    Ok(Reply::page(ask, items.collect(), None).tagged(&tag(import.rev)))
}

fn meaning(values: &FieldValues, value: &FieldValue) -> Value {
    let (meaning, name) = match &value.meaning {
        Meaning::Known(name) => ("known", Some(name)),
        Meaning::New => ("new", None),
        Meaning::Unknown => ("unknown", None),
    };
    let (then, stands_for) = match &value.rule {
        Some(ValueAction::Use(name)) => (Some("use"), Some(name)),
        Some(ValueAction::Create) => (Some("create"), None),
        Some(ValueAction::Ignore) => (Some("ignore"), None),
        Some(ValueAction::SkipRows) => (Some("skip_rows"), None),
        None => (None, None),
    };
    json!({
        "value": value.value, "rows": value.rows, "meaning": meaning, "name": name,
        "likely": values.proposal(value), "then": then, "use": stands_for,
    })
}

fn choose_values(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    ask.expect(&tag(import.rev))?;
    let catalogue = imports.catalogue(&ask.ctx)?;
    let field = catalogue.find(ask.text("field").unwrap_or_default());
    let field = field.filter(|field| import::values::takes_rules(field, &catalogue));
    let field = field.ok_or_else(|| {
        let words = "There is no such field, or its cells hold no names.";
        Problem::invalid(vec![Wrong::new("/field", words)])
    })?;
    let wanted = ask.body.get("values").and_then(Value::as_array);
    let changes: Vec<(String, Option<ValueAction>)> = wanted
        .into_iter()
        .flatten()
        .map(|value| {
            let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
            let then = match text("then") {
                "use" => Some(ValueAction::Use(text("use").to_owned())),
                "create" => Some(ValueAction::Create),
                "ignore" => Some(ValueAction::Ignore),
                "skip_rows" => Some(ValueAction::SkipRows),
                _ => None,
            };
            (text("value").to_owned(), then)
        })
        .collect();
    let import = imports
        .set_values(&ask.ctx, import.id, Some(import.rev), &field, &changes)
        .map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(import_value(&import)).tagged(&tag(import.rev)))
}

fn list_fields(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    ask.ctx
        .require(directory::Action::ViewImports)
        .map_err(Refusal::from)?;
    let catalogue = imports.catalogue(&ask.ctx)?;
    let items = catalogue.fields().into_iter().map(|field| {
        json!({
            "field": field.key(), "label": catalogue.label(&field), "list": field.is_list(),
        })
    });
    Ok(Reply::page(ask, items.collect(), None))
}

fn list_mappings(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let items = imports.shared_mappings(&ask.ctx)?.into_iter().map(|named| {
        let columns = named.mapping.columns.iter();
        let headers: Vec<&String> = columns
            .filter(|column| column.field.is_some())
            .map(|column| &column.header)
            .collect();
        json!({
            "name": named.name, "headers": headers, "values": named.mapping.values.len(),
            "saved_by": named.saved_by, "saved_at": named.saved_at,
        })
    });
    Ok(Reply::page(ask, items.collect(), None))
}

fn remove_mapping(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let removed = imports.remove_mapping(&ask.ctx, ask.place("mapping"));
    removed.map_err(unknown_mapping)?;
    Ok(Reply::nothing())
}

/// A mapping that is not there is simply not found.
fn unknown_mapping(refusal: Refusal) -> Problem {
    if refusal.code() == kernel::Code::MappingUnknown.as_str() {
        Problem::not_found()
    } else {
        refusal.into()
    }
}

fn save_mapping(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let name = ask.text("name").unwrap_or_default();
    imports
        .save_mapping(&ask.ctx, import.id, name)
        .map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(import_value(&import)))
}

fn use_mapping(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let name = ask.text("name").unwrap_or_default();
    let keep = ask.body.get("keep") == Some(&Value::Bool(true));
    let used = imports.use_mapping(&ask.ctx, import.id, None, name, keep);
    let (import, _) = used.map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(import_value(&import)).tagged(&tag(import.rev)))
}
