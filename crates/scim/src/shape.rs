//! A kind of resource with all its schemas, and where in it a path leads.

use std::sync::LazyLock;

use serde_json::Value;

use crate::{Attribute, AttributePath, Kind, Mutability, Returned, Schema};

/// A kind of resource.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its name, such as `User`.
    pub name: &'static str,
    /// The address below the root.
    pub endpoint: &'static str,
    /// What it is, for people.
    pub description: &'static str,
    /// The schema whose attributes stand at the top.
    pub core: Schema,
    /// Schemas whose attributes stand under their URN.
    pub extensions: Vec<Schema>,
    /// Attributes that clients may send and that are not held.
    pub(crate) passed_over: &'static [&'static str],
}

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
pub enum Target<'s> {
    /// To a whole extension.
    Extension(&'s Schema),
    /// To an attribute.
    Attribute(Place<'s>),
    /// To something that may be sent and is not held.
    PassedOver,
}

/// An attribute in its place.
#[derive(Clone, Copy, Debug)]
pub struct Place<'s> {
    /// The extension it belongs to.
    pub extension: Option<&'s Schema>,
    /// The attribute at the top, or of the extension.
    pub attribute: &'s Attribute,
    /// The one within it.
    pub sub: Option<&'s Attribute>,
}

impl<'s> Place<'s> {
    /// The innermost attribute; of a list of complex values without a part named, their `value`.
    pub fn innermost(&self) -> &'s Attribute {
        let usual = || {
            self.attribute
                .is_multiple
                .then(|| self.attribute.sub("value"))
                .flatten()
        };
        self.sub.or_else(usual).unwrap_or(self.attribute)
    }

    /// All of the attribute, whatever part of it is meant, lists taken apart.
    pub(crate) fn entries<'r>(&self, resource: &'r Value) -> Vec<&'r Value> {
        let holder = match self.extension {
            Some(schema) => resource.get(&schema.id),
            None => Some(resource),
        };
        match holder.and_then(|holder| holder.get(&self.attribute.name)) {
            Some(Value::Array(entries)) => entries.iter().collect(),
            Some(other) => vec![other],
            None => Vec::new(),
        }
    }

    /// Everything a resource has there, lists taken apart.
    pub(crate) fn values<'r>(&self, resource: &'r Value) -> Vec<&'r Value> {
        let all = self.entries(resource);
        let inner = self.innermost();
        if std::ptr::eq(inner, self.attribute) {
            return all;
        }
        all.into_iter()
            .filter_map(|entry| entry.get(&inner.name))
            .collect()
    }
}

/// What every resource has whatever its schema.
static COMMON: LazyLock<Vec<Attribute>> = LazyLock::new(|| {
    let text = Attribute::text;
    let moment = |name| Attribute {
        kind: Kind::DateTime,
        ..text(name, "")
    };
    let always = |attribute: Attribute| Attribute {
        returned: Returned::Always,
        ..attribute
    };
    let meta = vec![
        text("resourceType", "").exact(),
        moment("created"),
        moment("lastModified"),
        Attribute::reference("location", "", &["uri"]),
        text("version", "").exact(),
    ];
    vec![
        always(text("id", "").exact().read_only()),
        text("externalId", "").exact(),
        always(text("schemas", "").exact().multiple().read_only()),
        Attribute::complex("meta", "", meta).read_only(),
    ]
});

impl Shape {
    /// Every schema, the core one first.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        std::iter::once(&self.core).chain(&self.extensions)
    }

    /// The attributes at the top, those of every resource first.
    pub(crate) fn top(&self) -> impl Iterator<Item = &Attribute> {
        COMMON.iter().chain(&self.core.attributes)
    }

    fn at_top(&self, name: &str) -> Option<&Attribute> {
        self.top().find(|one| one.is_named(name))
    }

    /// An extension by its URN, however it is spelled.
    pub(crate) fn extension(&self, urn: &str) -> Option<&Schema> {
        self.extensions
            .iter()
            .find(|one| one.id.eq_ignore_ascii_case(urn))
    }

    /// Where a path leads; nowhere if no schema has it.
    pub fn find(&self, path: &AttributePath) -> Option<Target<'_>> {
        let (extension, attribute) = match &path.urn {
            None => (None, self.at_top(&path.name)),
            Some(urn) if urn.eq_ignore_ascii_case(&self.core.id) => (None, self.at_top(&path.name)),
            Some(urn) => {
                let Some(schema) = self.extension(urn) else {
                    let whole = format!("{urn}:{}", path.name);
                    let found = self.extension(&whole).filter(|_| path.sub.is_none());
                    return found.map(Target::Extension);
                };
                (Some(schema), schema.attribute(&path.name))
            }
        };
        let Some(attribute) = attribute else {
            let is_known = extension.is_none()
                && self
                    .passed_over
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(&path.name));
            return is_known.then_some(Target::PassedOver);
        };
        let sub = match &path.sub {
            None => None,
            Some(name) => Some(attribute.sub(name)?),
        };
        Some(Target::Attribute(Place {
            extension,
            attribute,
            sub,
        }))
    }

    /// The attribute a path leads to, if it is one.
    pub fn place(&self, path: &AttributePath) -> Option<Place<'_>> {
        match self.find(path)? {
            Target::Attribute(place) => Some(place),
            Target::Extension(_) | Target::PassedOver => None,
        }
    }
}

impl Attribute {
    pub(crate) fn is_read_only(&self) -> bool {
        self.mutability == Mutability::ReadOnly
    }
}
