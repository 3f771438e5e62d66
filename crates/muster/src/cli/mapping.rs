//! What can be typed about the columns and values of a file.

use clap::Args;

use super::import::{halves, valued};

/// What is done with single fields.
#[derive(Debug, Default, Args)]
pub(crate) struct FieldChoices {
    /// Whose value of a field counts for people who are there already; blank fills in ours only
    /// where it is blank.
    #[arg(long = "field-existing", value_name = "field=file|ours|blank", value_parser = valued)]
    pub(crate) field_existing: Vec<(String, String)>,
    /// What a blank cell of a field does to what is there.
    #[arg(long = "blank", value_name = "field=leave|clear", value_parser = valued)]
    pub(crate) blank: Vec<(String, String)>,
    /// What the names of a list cell do to those a person has.
    #[arg(long = "list", value_name = "field=add|replace|remove", value_parser = valued)]
    pub(crate) list: Vec<(String, String)>,
    /// Join the columns mapped to a field, with this between their values.
    #[arg(long = "join", value_name = "field=SEPARATOR", value_parser = joined)]
    pub(crate) join: Vec<(String, String)>,
    /// Split a column into two fields at the first separator.
    #[arg(long = "split", value_name = "HEADER=field|SEPARATOR|field", value_parser = split)]
    pub(crate) split: Vec<[String; 4]>,
    /// Split a column into two fields at the last separator.
    #[arg(long = "split-last", value_name = "HEADER=field|SEPARATOR|field", value_parser = split)]
    pub(crate) split_last: Vec<[String; 4]>,
}

/// A mapping with a name.
#[derive(Debug, Default, Args)]
pub(crate) struct Saved {
    /// Use the columns, options and values saved under a name; what is typed goes before them.
    #[arg(long = "mapping", value_name = "NAME")]
    pub(crate) mapping: Option<String>,
}

/// What values of list columns mean, for all rows.
#[derive(Debug, Default, Args)]
pub(crate) struct Values {
    /// Read a value as another: field:VALUE=OTHER. Nothing after the equals sign ignores it.
    #[arg(long = "value", value_name = "field:VALUE=OTHER", value_parser = replaced)]
    pub(crate) replaced: Vec<(String, String, String)>,
    /// Create the group of this name, even with --unknown-group error.
    #[arg(long = "create-value", value_name = "groups:VALUE", value_parser = of_field)]
    pub(crate) created: Vec<(String, String)>,
    /// Leave out the rows that have a value.
    #[arg(long = "skip-value", value_name = "field:VALUE", value_parser = of_field)]
    pub(crate) skipped: Vec<(String, String)>,
}

/// Splits at the first colon and the last equals sign: values in a file may have both.
fn replaced(text: &str) -> Result<(String, String, String), String> {
    let form = "field:VALUE=OTHER";
    let (left, other) = halves(text.rsplit_once('='), form)?;
    let (field, value) = halves(left.split_once(':'), form)?;
    Ok((field, value, other))
}

fn of_field(text: &str) -> Result<(String, String), String> {
    halves(text.split_once(':'), "field:VALUE")
}

/// Splits at the first equals sign and keeps every blank after it.
fn joined(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(field, separator)| (field.trim().to_owned(), separator.to_owned()))
        .ok_or_else(|| "write it as field=SEPARATOR".to_owned())
}

/// Header, first field, separator, second field. What is between the first and the last bar is the
/// separator.
fn split(text: &str) -> Result<[String; 4], String> {
    let parts = || {
        let (left, after) = text.rsplit_once('|')?;
        let (before, separator) = left.split_once('|')?;
        let (header, before) = before.rsplit_once('=')?;
        let [header, before, after] = [header, before, after].map(|part| part.trim().to_owned());
        Some([header, before, separator.to_owned(), after])
    };
    parts().ok_or_else(|| "write it as HEADER=field|SEPARATOR|field".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_option_has_a_name_of_its_own() {
        crate::cli::Cli::command().debug_assert();
    }

    #[test]
    fn values_and_separators_may_hold_the_signs_between_them() {
        let parts = |text| replaced(text).map(|(field, value, other)| [field, value, other]);
        assert_eq!(
            parts("groups:Berln=Berlin"),
            Ok(["groups", "Berln", "Berlin"].map(str::to_owned))
        );
        assert_eq!(
            parts("groups:a=b:c="),
            Ok(["groups", "a=b:c", ""].map(str::to_owned))
        );
        assert!(parts("groups=Berlin").is_err());
        assert_eq!(
            of_field("teams:Night: late"),
            Ok(("teams".to_owned(), "Night: late".to_owned()))
        );
        assert_eq!(
            split("Name=last_name|, |first_name"),
            Ok(["Name", "last_name", ", ", "first_name"].map(str::to_owned))
        );
        assert_eq!(
            split("a=b=title|||notes"),
            Ok(["a=b", "title", "|", "notes"].map(str::to_owned))
        );
        assert!(split("Name=last_name|first_name").is_err());
        assert_eq!(
            joined("notes= = "),
            Ok(("notes".to_owned(), " = ".to_owned()))
        );
    }
}
