//! Lists: a base statement, conditions that may or may not apply, and one page after the other.
//!
//! Pages are found by the last row of the page before (seek pagination), never by counting off.

use uuid::Uuid;

use crate::{
    sql::{self, Sql, Text},
    value::{Param, Value},
};

/// The direction of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A statement with conditions: what a list shows, or what another list is narrowed by.
#[derive(Clone, Debug)]
pub struct Rows {
    name: &'static str,
    text: String,
    params: Vec<Owned>,
}

impl Rows {
    /// Starts with a statement that ends in its `where` clause.
    pub fn of(base: &Sql, params: &[&dyn Param]) -> Self {
        Self {
            name: base.name(),
            text: base.text().postgres.trim_end().to_owned(),
            params: params
                .iter()
                .map(|param| Owned::from(param.value()))
                .collect(),
        }
    }

    /// Adds a condition, whose parameters are numbered from `$1` on.
    #[must_use]
    pub fn and(mut self, condition: &str, params: &[&dyn Param]) -> Self {
        self.narrow("", condition, "");
        self.params
            .extend(params.iter().map(|param| Owned::from(param.value())));
        self
    }

    /// Adds `before`, a text with parameters of its own, and `after` as one condition.
    fn narrow(&mut self, before: &str, text: &str, after: &str) {
        let text = sql::renumbered(text, '$', self.params.len());
        for part in ["\nand (", before, &text, after, ")"] {
            self.text.push_str(part);
        }
    }

    fn narrow_by(&mut self, before: &str, rows: &Self) {
        self.narrow(before, &rows.text, ")");
        self.params.extend(rows.params.iter().cloned());
    }
}

/// A list in the making.
#[derive(Clone, Debug)]
pub struct Select {
    rows: Rows,
    order: &'static [&'static str],
    direction: Direction,
    limit: i64,
}

impl Select {
    /// Starts with a statement that ends in its `where` clause, and the columns it is sorted by.
    ///
    /// The columns must be unique together and never null.
    pub fn new(
        base: &Sql,
        params: &[&dyn Param],
        order: &'static [&'static str],
        limit: i64,
    ) -> Self {
        Self::of(Rows::of(base, params), order, limit)
    }

    /// The list of these rows; for `order`, see [`Select::new`].
    pub const fn of(rows: Rows, order: &'static [&'static str], limit: i64) -> Self {
        Self {
            rows,
            order,
            direction: Direction::Ascending,
            limit,
        }
    }

    /// Adds a condition, whose parameters are numbered from `$1` on.
    #[must_use]
    pub fn and(mut self, condition: &str, params: &[&dyn Param]) -> Self {
        self.rows = self.rows.and(condition, params);
        self
    }

    /// Only where one of `rows` exists; a condition of theirs ties them to the list.
    #[must_use]
    pub fn exists(mut self, rows: &Rows) -> Self {
        self.rows.narrow_by("exists (", rows);
        self
    }

    /// Only where none of `rows` exists; a condition of theirs ties them to the list.
    #[must_use]
    pub fn lacks(mut self, rows: &Rows) -> Self {
        self.rows.narrow_by("not exists (", rows);
        self
    }

    /// Only where the column is among the first column of `rows`, from which the list may be read.
    #[must_use]
    pub fn within(mut self, column: &str, rows: &Rows) -> Self {
        self.rows.narrow_by(&format!("{column} in ("), rows);
        self
    }

    /// Sorts the other way round.
    #[must_use]
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// Continues after the row with these values of the sort columns.
    #[must_use]
    pub fn after(self, keys: &[&dyn Param]) -> Self {
        let holes: Vec<_> = (1..=keys.len()).map(|n| format!("${n}")).collect();
        let sign = match self.direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        };
        let condition = format!("({}) {sign} ({})", self.order.join(", "), holes.join(", "));
        self.and(&condition, keys)
    }

    /// The statement of one page.
    pub(crate) fn page(&self) -> Rendered {
        let direction = match self.direction {
            Direction::Ascending => "",
            Direction::Descending => " desc",
        };
        let order: Vec<_> = self
            .order
            .iter()
            .map(|key| format!("{key}{direction}"))
            .collect();
        self.render(
            &format!("{}\norder by {}", self.rows.text, order.join(", ")),
            "",
            self.limit,
        )
    }

    /// The statement that counts.
    pub(crate) fn count(&self, limit: i64) -> Rendered {
        self.render(
            &format!("select count(*) from (\n{}", self.rows.text),
            "\n) as counted",
            limit,
        )
    }

    fn render(&self, head: &str, tail: &str, limit: i64) -> Rendered {
        let mut params = self.rows.params.clone();
        params.push(Owned::Int(limit));
        let postgres = format!("{head}\nlimit ${}{tail}", params.len());
        Rendered {
            name: self.rows.name,
            sqlite: sql::numbered_for_sqlite(&postgres),
            postgres,
            params,
        }
    }
}

/// A finished statement with its parameters.
pub(crate) struct Rendered {
    name: &'static str,
    sqlite: String,
    postgres: String,
    params: Vec<Owned>,
}

impl Rendered {
    pub(crate) fn text(&self) -> Text<'_> {
        Text {
            name: self.name,
            postgres: &self.postgres,
            sqlite: &self.sqlite,
        }
    }

    pub(crate) fn params(&self) -> Vec<&dyn Param> {
        self.params
            .iter()
            .map(|param| param as &dyn Param)
            .collect()
    }
}

/// A value that outlives what it was taken from.
#[derive(Clone, Debug)]
enum Owned {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
}

impl From<Value<'_>> for Owned {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(yes) => Self::Bool(yes),
            Value::Int(number) => Self::Int(number),
            Value::Float(number) => Self::Float(number),
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
            Value::Uuid(uuid) => Self::Uuid(uuid),
        }
    }
}

impl Param for Owned {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(yes) => Value::Bool(*yes),
            Self::Int(number) => Value::Int(*number),
            Self::Float(number) => Value::Float(*number),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
            Self::Uuid(uuid) => Value::Uuid(*uuid),
        }
    }
}
