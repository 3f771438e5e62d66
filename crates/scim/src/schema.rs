//! What an attribute is, and schemas as lists of attributes.

use serde_json::{Value, json};

/// What the values of an attribute are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    String,
    /// Yes or no.
    Boolean,
    /// A number.
    Decimal,
    /// A moment.
    DateTime,
    /// The address of something.
    Reference,
    /// Attributes of its own.
    Complex,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::DateTime => "dateTime",
            Self::Reference => "reference",
            Self::Complex => "complex",
        }
    }
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// Only the server.
    ReadOnly,
    /// The client, at any time.
    ReadWrite,
    /// The client, when the value it is in is made.
    Immutable,
}

impl Mutability {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
        }
    }
}

/// When an attribute is in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returned {
    /// Whatever is asked for.
    Always,
    /// Unless only others are asked for.
    Default,
}

impl Returned {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Default => "default",
        }
    }
}

/// One attribute of a schema.
#[expect(
    clippy::struct_excessive_bools,
    reason = "RFC 7643 describes attributes by these characteristics, each by itself"
)]
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// What it is, for people.
    pub description: String,
    /// What its values are.
    pub kind: Kind,
    /// Whether it has several values.
    pub is_multiple: bool,
    /// Whether a resource must have it.
    pub is_required: bool,
    /// Whether upper and lower case make a difference.
    pub is_case_exact: bool,
    /// Who sets it.
    pub mutability: Mutability,
    /// When it is in an answer.
    pub returned: Returned,
    /// Whether no two resources may have the same.
    pub is_unique: bool,
    /// Values to choose from.
    pub values: Vec<String>,
    /// What a reference leads to.
    pub references: Vec<&'static str>,
    /// The attributes of a complex one.
    pub subs: Vec<Attribute>,
}

impl Attribute {
    /// A text that a client may set.
    pub fn text(name: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            kind: Kind::String,
            is_multiple: false,
            is_required: false,
            is_case_exact: false,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            is_unique: false,
            values: Vec::new(),
            references: Vec::new(),
            subs: Vec::new(),
        }
    }

    /// Yes or no.
    pub fn yes_or_no(name: &str, description: &str) -> Self {
        Self {
            kind: Kind::Boolean,
            ..Self::text(name, description)
        }
    }

    /// An address of one of these.
    pub(crate) fn reference(name: &str, description: &str, to: &[&'static str]) -> Self {
        Self {
            kind: Kind::Reference,
            is_case_exact: true,
            references: to.to_vec(),
            ..Self::text(name, description)
        }
    }

    /// One with attributes of its own.
    pub(crate) fn complex(name: &str, description: &str, subs: Vec<Self>) -> Self {
        Self {
            kind: Kind::Complex,
            subs,
            ..Self::text(name, description)
        }
    }

    /// The same with several values.
    pub(crate) fn multiple(self) -> Self {
        Self {
            is_multiple: true,
            ..self
        }
    }

    /// The same, set by the server, and so its parts.
    pub(crate) fn read_only(self) -> Self {
        Self {
            mutability: Mutability::ReadOnly,
            subs: self.subs.into_iter().map(Self::read_only).collect(),
            ..self
        }
    }

    /// The same, set when it is made.
    pub(crate) fn immutable(self) -> Self {
        Self {
            mutability: Mutability::Immutable,
            ..self
        }
    }

    /// The same, and every resource has one.
    pub(crate) fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    /// The same, with case mattering.
    pub(crate) fn exact(self) -> Self {
        Self {
            is_case_exact: true,
            ..self
        }
    }

    /// The same with values to choose from.
    #[must_use]
    pub fn one_of<T: AsRef<str>>(self, values: &[T]) -> Self {
        let values = values.iter().map(|value| value.as_ref().to_owned());
        Self {
            values: values.collect(),
            ..self
        }
    }

    /// The attribute within it by its name, however it is spelled.
    pub fn sub(&self, name: &str) -> Option<&Self> {
        self.subs.iter().find(|sub| sub.is_named(name))
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn document(&self) -> Value {
        let mut document = json!({
            "name": self.name,
            "type": self.kind.as_str(),
            "multiValued": self.is_multiple,
            "description": self.description,
            "required": self.is_required,
            "mutability": self.mutability.as_str(),
            "returned": self.returned.as_str(),
        });
        let Some(parts) = document.as_object_mut() else {
            return document;
        };
        if matches!(self.kind, Kind::String | Kind::Reference) {
            parts.insert("caseExact".to_owned(), json!(self.is_case_exact));
            let uniqueness = if self.is_unique { "server" } else { "none" };
            parts.insert("uniqueness".to_owned(), json!(uniqueness));
        }
        if !self.values.is_empty() {
            parts.insert("canonicalValues".to_owned(), json!(self.values));
        }
        if !self.references.is_empty() {
            parts.insert("referenceTypes".to_owned(), json!(self.references));
        }
        if self.kind == Kind::Complex {
            let subs: Vec<_> = self.subs.iter().map(Self::document).collect();
            parts.insert("subAttributes".to_owned(), json!(subs));
        }
        document
    }
}

/// Attributes under a URN.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The URN.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is, for people.
    pub description: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// An attribute by its name, however it is spelled.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|one| one.is_named(name))
    }

    /// The document that discovery gives.
    pub(crate) fn document(&self) -> Value {
        let attributes: Vec<_> = self.attributes.iter().map(Attribute::document).collect();
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": attributes,
        })
    }
}
