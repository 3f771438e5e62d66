//! What requests may hold and what answers do: the tables that requests are held to, and that the
//! specification is written from.
//!
//! One text says both, so that nothing is documented that is not so. Not here: what only the
//! directory knows, such as whose address it is already.

use std::collections::BTreeMap;

use kernel::UserId;
use serde_json::{Map, Number, Value, json};

/// No more is told about one request.
const MOST_FAULTS: usize = 50;
/// One line, as texts are everywhere: nothing that cannot be seen.
const LINE: &str = "^[^\\u0000-\\u001f\\u007f]*$";
const LINES: &str = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$";

/// The shape of a value.
#[derive(Debug)]
pub(crate) enum Shape {
    /// One line of so many characters.
    Text(usize, usize),
    /// Up to so many characters in several lines.
    Lines(usize),
    /// A number from, to.
    Integer(i64, i64),
    /// Yes or no.
    Bool,
    /// The id of something.
    Id,
    /// A moment, as of RFC 3339.
    Moment,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Up to so many.
    List(&'static Shape, usize),
    /// Fields with names.
    Object(&'static [Field]),
    /// Fields whose names the account chose.
    Map(&'static Shape),
    /// Or null.
    Maybe(&'static Shape),
    /// A shape that others use by its name.
    Named(&'static str, &'static Shape),
    /// The names of the fields of what is answered; see [`Shape::names`].
    Fields,
    /// A page of a list.
    Page(&'static Shape),
    /// Any JSON.
    Any,
}

/// A field of an object, or a parameter.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
    pub(crate) words: &'static str,
}

/// A field that is always there.
pub(super) const fn field(name: &'static str, shape: Shape, words: &'static str) -> Field {
    Field {
        name,
        shape,
        is_required: true,
        words,
    }
}

/// A field that may be missing.
pub(super) const fn may(name: &'static str, shape: Shape, words: &'static str) -> Field {
    Field {
        name,
        shape,
        is_required: false,
        words,
    }
}

/// What is wrong with a value, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// A JSON pointer.
    pub(crate) pointer: String,
    pub(crate) detail: String,
}

impl Wrong {
    pub(super) fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}

impl Shape {
    /// All that is wrong with a value.
    pub(crate) fn check(&self, value: &Value) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        self.look(value, "", &mut wrong);
        wrong
    }

    fn look(&self, value: &Value, at: &str, wrong: &mut Vec<Wrong>) {
        if wrong.len() >= MOST_FAULTS {
            return;
        }
        let mut say = |detail: String| wrong.push(Wrong::new(at, detail));
        match (self, value) {
            (Self::Maybe(_), Value::Null) | (Self::Bool, Value::Bool(_)) | (Self::Any, _) => {}
            (Self::Maybe(shape) | Self::Named(_, shape), value) => shape.look(value, at, wrong),
            (Self::Integer(..), Value::Number(number)) => {
                let is_fit =
                    whole(number).is_some_and(|whole| self.fits(&whole.to_string()).is_ok());
                if !is_fit {
                    say(self.words());
                }
            }
            (
                Self::Text(..) | Self::Lines(_) | Self::Id | Self::Moment | Self::OneOf(_),
                Value::String(text),
            ) => {
                if let Err(detail) = self.fits(text) {
                    say(detail);
                }
            }
            (Self::List(_, most), Value::Array(all)) if all.len() > *most => {
                say(format!(
                    "There are {} entries; {most} are taken.",
                    all.len()
                ));
            }
            (Self::List(shape, _), Value::Array(all)) => {
                for (place, value) in all.iter().enumerate() {
                    shape.look(value, &format!("{at}/{place}"), wrong);
                }
            }
            (Self::Object(fields), Value::Object(object)) => look_at(fields, object, at, wrong),
            (Self::Map(shape), Value::Object(object)) => {
                for (name, value) in object {
                    shape.look(value, &below(at, name), wrong);
                }
            }
            (Self::Page(shape), Value::Object(page)) => {
                let items = page.get("items").and_then(Value::as_array);
                for (place, value) in items.into_iter().flatten().enumerate() {
                    shape.look(value, &format!("{at}/items/{place}"), wrong);
                }
            }
            _ => say(self.words()),
        }
    }

    /// Whether a text is one of these values, as in an address.
    pub(crate) fn fits(&self, text: &str) -> Result<(), String> {
        let is_fit = match self {
            Self::Text(least, most) => {
                (*least..=*most).contains(&text.chars().count())
                    && !text.chars().any(|c| c.is_ascii_control())
            }
            Self::Lines(most) => {
                let is_odd = |c: char| c.is_ascii_control() && !matches!(c, '\n' | '\r' | '\t');
                text.chars().count() <= *most && !text.chars().any(is_odd)
            }
            Self::Integer(least, most) => text
                .parse::<i64>()
                .is_ok_and(|number| (*least..=*most).contains(&number)),
            Self::Bool => matches!(text, "true" | "false"),
            Self::Id => text.len() == 36 && text.parse::<UserId>().is_ok(),
            Self::Moment => text.parse::<kernel::Timestamp>().is_ok(),
            Self::OneOf(all) => all.contains(&text),
            Self::List(shape, most) => {
                text.split(',').count() <= *most
                    && text.split(',').all(|entry| shape.fits(entry).is_ok())
            }
            Self::Maybe(shape) | Self::Named(_, shape) => return shape.fits(text),
            Self::Fields => true,
            Self::Object(_) | Self::Map(_) | Self::Page(_) | Self::Any => false,
        };
        if is_fit { Ok(()) } else { Err(self.words()) }
    }

    /// What is expected, in words.
    fn words(&self) -> String {
        match self {
            Self::Text(least, most) => {
                format!("This must be one line of {least} to {most} characters.")
            }
            Self::Lines(most) => format!("This must be a text of up to {most} characters."),
            Self::Integer(least, most) => {
                format!("This must be a whole number from {least} to {most}.")
            }
            Self::Bool => "This must be true or false.".to_owned(),
            Self::Id => "This must be an id.".to_owned(),
            Self::Moment => "This must be a moment, such as 2026-11-22T09:30:00Z.".to_owned(),
            Self::OneOf(all) => format!("This must be one of: {}.", all.join(", ")),
            Self::List(shape, most) => {
                format!("This must be a list of up to {most}. {}", shape.words())
            }
            Self::Object(_) | Self::Map(_) | Self::Page(_) => "This must be an object.".to_owned(),
            Self::Maybe(shape) | Self::Named(_, shape) => shape.words(),
            Self::Fields => "This must be names of fields.".to_owned(),
            Self::Any => "This must be JSON.".to_owned(),
        }
    }

    /// The names of the fields of an object, or of those on a page.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        match self {
            Self::Object(fields) => fields.iter().map(|field| field.name).collect(),
            Self::Named(_, shape) | Self::Page(shape) | Self::Maybe(shape) => shape.names(),
            _ => Vec::new(),
        }
    }

    /// The same as JSON Schema; those with names are gathered.
    pub(crate) fn schema(&self, named: &mut BTreeMap<&'static str, Value>) -> Value {
        match self {
            Self::Text(least, most) => {
                json!({"type": "string", "minLength": least, "maxLength": most, "pattern": LINE})
            }
            Self::Lines(most) => json!({"type": "string", "maxLength": most, "pattern": LINES}),
            Self::Integer(least, most) => {
                json!({"type": "integer", "minimum": least, "maximum": most})
            }
            Self::Bool => json!({"type": "boolean"}),
            Self::Id => json!({"type": "string", "format": "uuid"}),
            Self::Moment => json!({"type": "string", "format": "date-time"}),
            Self::OneOf(all) => json!({"type": "string", "enum": all}),
            Self::List(shape, most) => {
                json!({"type": "array", "maxItems": most, "items": shape.schema(named)})
            }
            Self::Object(fields) => object(fields, named),
            Self::Map(shape) => {
                json!({"type": "object", "additionalProperties": shape.schema(named)})
            }
            Self::Maybe(shape) => json!({"anyOf": [shape.schema(named), {"type": "null"}]}),
            Self::Named(name, shape) => {
                if !named.contains_key(name) {
                    named.insert(name, Value::Null);
                    let schema = shape.schema(named);
                    named.insert(name, schema);
                }
                json!({"$ref": format!("#/components/schemas/{name}")})
            }
            Self::Fields => json!({"type": "array", "items": {"type": "string"}}),
            Self::Any => json!({}),
            Self::Page(shape) => json!({
                "type": "object",
                "required": ["items", "next"],
                "properties": {
                    "items": {"type": "array", "maxItems": 500, "items": shape.schema(named)},
                    "next": {
                        "anyOf": [{"type": "string"}, {"type": "null"}],
                        "description": "The address of the next page; null on the last one.",
                    },
                },
            }),
        }
    }
}

fn look_at(
    fields: &'static [Field],
    object: &Map<String, Value>,
    at: &str,
    wrong: &mut Vec<Wrong>,
) {
    for field in fields {
        match object.get(field.name) {
            Some(value) => field.shape.look(value, &below(at, field.name), wrong),
            None if field.is_required => {
                wrong.push(Wrong::new(below(at, field.name), "This is missing."));
            }
            None => {}
        }
    }
    for name in object.keys() {
        if fields.iter().all(|field| field.name != name) && wrong.len() < MOST_FAULTS {
            wrong.push(Wrong::new(below(at, name), "There is no such field here."));
        }
    }
}

/// The pointer to what is one below.
fn below(at: &str, name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn object(fields: &'static [Field], named: &mut BTreeMap<&'static str, Value>) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = field.shape.schema(named);
        if let (false, Some(schema)) = (field.words.is_empty(), schema.as_object_mut()) {
            schema.insert("description".to_owned(), json!(field.words));
        }
        properties.insert(field.name.to_owned(), schema);
    }
    let required: Vec<_> = fields
        .iter()
        .filter(|field| field.is_required)
        .map(|field| field.name)
        .collect();
    json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    })
}

/// A number of JSON as a whole one, if it is: also 300.0, as JSON Schema has it.
pub(super) fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
        format!("{float:.0}").parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: Shape = Shape::Object(&[
        field("name", Shape::Text(1, 5), "The name."),
        may("age", Shape::Integer(0, 150), ""),
        may("tags", Shape::List(&Shape::OneOf(&["a", "b"]), 2), ""),
        may("note", Shape::Maybe(&Shape::Lines(10)), ""),
    ]);

    fn pointers(value: &Value) -> Vec<String> {
        PERSON
            .check(value)
            .into_iter()
            .map(|wrong| wrong.pointer)
            .collect()
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert!(
            pointers(&json!({"name": "Ada", "age": 3.0, "tags": ["a"], "note": null})).is_empty()
        );
        assert_eq!(pointers(&json!({"nme": "Ada"})), ["/name", "/nme"]);
        assert_eq!(
            pointers(&json!({"name": "Ada\n", "age": 1.5, "tags": ["a", "c"], "a/b~": 1})),
            ["/name", "/age", "/tags/1", "/a~1b~0"]
        );
        assert_eq!(
            pointers(&json!({"name": "Ada", "tags": ["a", "a", "a"]})),
            ["/tags"]
        );
        assert_eq!(pointers(&json!([])), [""]);
    }

    #[test]
    fn no_more_is_told_than_somebody_reads() {
        let many: Map<String, Value> = (0..1000).map(|n| (n.to_string(), json!(1))).collect();
        assert_eq!(pointers(&Value::Object(many)).len(), MOST_FAULTS);
    }

    #[test]
    fn values_of_addresses_are_looked_at_too() {
        assert!(
            Shape::List(&Shape::OneOf(&["a", "b"]), 2)
                .fits("a,b")
                .is_ok()
        );
        assert!(Shape::Integer(1, 500).fits("501").is_err());
        assert!(Shape::Integer(1, 500).fits("x").is_err());
        assert!(Shape::Id.fits("01971f00000070008000000000000000").is_err());
    }
}
