//! What makes a mapping unusable.

use thiserror::Error;

use crate::fields::Field;

/// What makes a mapping unusable.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MappingError {
    /// An override names a header that the file does not have.
    #[error("find the column {header:?}: the file has {}", list(known))]
    HeaderUnknown {
        /// The header asked for.
        header: String,
        /// The headers of the file.
        known: Vec<String>,
    },
    /// An override names a field that the account does not have.
    #[error("find the field {field:?}")]
    FieldUnknown {
        /// The key or label asked for.
        field: String,
    },
    /// Two columns fill a field that holds one value.
    #[error("map {field}: {} all fill it", list(headers))]
    ColumnMappedTwice {
        /// The field.
        field: Field,
        /// The columns that fill it.
        headers: Vec<String>,
    },
    /// A column cannot be split like this.
    #[error(
        "split the column {header:?}: it needs a separator and two different fields, neither of them a list"
    )]
    SplitUnusable {
        /// The column.
        header: String,
    },
    /// The preset needs fields that no column fills.
    #[error("map the required fields {}", alternatives(fields))]
    RequiredFieldUnmapped {
        /// For each gap, the ways to close it; all fields of one way are needed together.
        fields: Vec<Vec<Vec<Field>>>,
    },
}

impl MappingError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HeaderUnknown { .. } => "header_unknown",
            Self::FieldUnknown { .. } => "field_unknown",
            Self::ColumnMappedTwice { .. } => "column_mapped_twice",
            Self::SplitUnusable { .. } => "option_unusable",
            Self::RequiredFieldUnmapped { .. } => "required_field_unmapped",
        }
    }
}

fn list(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("{name:?}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn alternatives(gaps: &[Vec<Vec<Field>>]) -> String {
    let together = |way: &Vec<Field>| {
        way.iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" and ")
    };
    let gap = |ways: &Vec<Vec<Field>>| ways.iter().map(together).collect::<Vec<_>>().join(" or ");
    gaps.iter().map(gap).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_way_to_close_a_gap() {
        let error = MappingError::RequiredFieldUnmapped {
            fields: vec![
                vec![
                    vec![Field::FullName],
                    vec![Field::FirstName, Field::LastName],
                ],
                vec![vec![Field::Email]],
            ],
        };
        assert_eq!(
            error.to_string(),
            "map the required fields full_name or first_name and last_name, email"
        );
    }
}
