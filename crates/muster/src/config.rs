//! The configuration file: which settings there are, reading it, its schema and an example.
//!
//! Every setting is an option of `muster serve` under the same name; what is said about it is said there. Not here: what
//! a setting means.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use clap::CommandFactory as _;
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use crate::cli::{Cli, Place};

/// The settings of a file as text, by key; lists have commas between.
pub(crate) type File = BTreeMap<String, String>;

/// What was given as an option or in the environment, or else stands in the file.
pub(crate) fn given(option: Option<&String>, file: &File, key: &str) -> Option<String> {
    option.or_else(|| file.get(key)).cloned()
}

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Switch,
    List,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// One setting.
struct Setting {
    key: &'static str,
    kind: Kind,
    /// As it could stand in the file.
    example: &'static str,
}

const fn text(key: &'static str, example: &'static str) -> Setting {
    Setting {
        key,
        kind: Kind::Text,
        example,
    }
}

/// All settings, in the order of the example.
const SETTINGS: &[Setting] = &[
    text("data", "\"/var/lib/muster\""),
    text("database", "\"postgres://muster@db.example.com/muster\""),
    text("database-file", "\"/etc/muster/database\""),
    text("series-folder", "\"/srv/exports\""),
    text("listen", "\"127.0.0.1:8080\""),
    text("public-url", "\"https://people.example.com\""),
    Setting {
        key: "role",
        kind: Kind::Word(&["all", "web", "worker"]),
        example: "\"all\"",
    },
    Setting {
        key: "https",
        kind: Kind::Switch,
        example: "true",
    },
    Setting {
        key: "trusted-proxies",
        kind: Kind::List,
        example: "[\"127.0.0.1\", \"10.0.0.0/8\"]",
    },
    text("tls-cert", "\"/etc/muster/tls/fullchain.pem\""),
    text("tls-key", "\"/etc/muster/tls/key.pem\""),
    text("redirect-listen", "\"0.0.0.0:80\""),
    Setting {
        key: "upload-limit-mib",
        kind: Kind::Number,
        example: "1024",
    },
    Setting {
        key: "token-requests",
        kind: Kind::Number,
        example: "1500",
    },
    text("metrics-listen", "\"127.0.0.1:9090\""),
    Setting {
        key: "log-format",
        kind: Kind::Word(&["text", "json"]),
        example: "\"json\"",
    },
    text("smtp", "\"smtp://mail.example.com\""),
    text("smtp-file", "\"/etc/muster/smtp\""),
    text("mail-from", "\"people@example.com\""),
    text("bounces-to", "\"bounces@example.com\""),
    Setting {
        key: "mail-rate",
        kind: Kind::Number,
        example: "50",
    },
    text(
        "sms",
        "\"https://sid:token@api.twilio.com?from=%2B12025550123\"",
    ),
    text("sms-file", "\"/etc/muster/sms\""),
    Setting {
        key: "sms-rate",
        kind: Kind::Number,
        example: "5",
    },
    Setting {
        key: "webhook-networks",
        kind: Kind::List,
        example: "[\"10.1.0.0/16\"]",
    },
    text("bounce-token", "\"at least twenty characters\""),
    text("bounce-token-file", "\"/etc/muster/bounce-token\""),
];

/// Settings that are secrets, or may hold one.
pub(crate) const SECRETS: [&str; 4] = ["bounce-token", "database", "smtp", "sms"];

/// The settings of the file that was named, or none.
pub(crate) fn of(place: &Place) -> Result<File> {
    match &place.config {
        Some(path) => read(path),
        None => Ok(File::new()),
    }
}

fn read(path: &Path) -> Result<File> {
    let text =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    parse(&text).with_context(|| path.display().to_string())
}

fn parse(text: &str) -> Result<File> {
    let line_of = |at: usize| {
        text.get(..at)
            .map_or(1, |before| before.matches('\n').count() + 1)
    };
    let table = DeTable::parse(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        anyhow::anyhow!(
            "line {line}: {}; write key = \"value\", numbers and true or false without quotes",
            error.message().lines().next().unwrap_or_default()
        )
    })?;
    let mut file = File::new();
    for (key, value) in table.get_ref() {
        let line = line_of(key.span().start);
        let name = key.get_ref().as_ref();
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == name) else {
            bail!("line {line}: {name:?} is not a setting{}", suggestion(name));
        };
        let value = setting
            .value(value.get_ref())
            .with_context(|| format!("line {line}: {name}"))?;
        file.insert(name.to_owned(), value);
    }
    Ok(file)
}

/// The setting that was perhaps meant.
fn suggestion(name: &str) -> String {
    let usual = name.replace('_', "-");
    let near = SETTINGS
        .iter()
        .map(|setting| (strsim::jaro_winkler(&usual, setting.key), setting.key))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(likeness, _)| *likeness > 0.8);
    match near {
        Some((_, key)) => format!("; did you mean {key:?}?"),
        None => "; muster config example shows all of them".to_owned(),
    }
}

impl Setting {
    fn value(&self, value: &DeValue<'_>) -> Result<String> {
        match (self.kind, value) {
            (Kind::Text, DeValue::String(text)) => Ok(text.to_string()),
            // A number in quotes is what files of earlier versions have.
            (Kind::Number, DeValue::String(text)) if text.parse::<u64>().is_ok() => {
                Ok(text.to_string())
            }
            (Kind::Number, DeValue::Integer(number)) if number.as_str().parse::<u64>().is_ok() => {
                Ok(number.as_str().to_owned())
            }
            (Kind::Switch, DeValue::Boolean(yes)) => Ok(yes.to_string()),
            (Kind::Word(words), DeValue::String(text)) if words.contains(&text.as_ref()) => {
                Ok(text.to_string())
            }
            (Kind::List, DeValue::Array(values)) => {
                let texts: Option<Vec<&str>> = values
                    .iter()
                    .map(|value| value.get_ref().as_str())
                    .collect();
                texts
                    .map(|texts| texts.join(","))
                    .context("write a list of texts, such as [\"127.0.0.1\"]")
            }
            (kind, _) => bail!("write {}", kind.words()),
        }
    }

    /// What the command line says about the option of this name, and its environment variable.
    fn help(&self, serve: &clap::Command) -> (String, String) {
        let Some(option) = serve
            .get_arguments()
            .find(|argument| argument.get_long() == Some(self.key))
        else {
            return (String::new(), String::new());
        };
        let help = option.get_help().map(ToString::to_string);
        let environment = option
            .get_env()
            .map(|name| name.to_string_lossy().into_owned());
        (
            help.unwrap_or_default().replace('\n', " "),
            environment.unwrap_or_default(),
        )
    }
}

impl Kind {
    fn words(self) -> String {
        match self {
            Self::Text => "a text in quotes".to_owned(),
            Self::Number => "a number, without quotes".to_owned(),
            Self::Switch => "true or false, without quotes".to_owned(),
            Self::List => "a list of texts, such as [\"127.0.0.1\"]".to_owned(),
            Self::Word(words) => format!("one of {}, in quotes", words.join(", ")),
        }
    }

    fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Number => json!({ "type": "integer", "minimum": 0 }),
            Self::Switch => json!({ "type": "boolean" }),
            Self::List => json!({ "type": "array", "items": { "type": "string" } }),
            Self::Word(words) => json!({ "type": "string", "enum": words }),
        }
    }
}

/// `muster serve` with all its options.
fn serve() -> clap::Command {
    let mut all = Cli::command();
    all.build();
    all.find_subcommand("serve").cloned().unwrap_or_default()
}

/// The JSON schema of the file.
pub(crate) fn schema() -> Value {
    let serve = serve();
    let properties: serde_json::Map<String, Value> = SETTINGS
        .iter()
        .map(|setting| {
            let mut property = setting.kind.schema();
            if let Some(fields) = property.as_object_mut() {
                fields.insert("description".to_owned(), setting.help(&serve).0.into());
            }
            (setting.key.to_owned(), property)
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of Muster",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

/// A file with every setting explained, and none in force.
pub(crate) fn example() -> String {
    let serve = serve();
    let mut out = "# Configuration of Muster, written by `muster config example`.\n\
         # An option on the command line wins over its environment variable, that over this file.\n"
        .to_owned();
    for setting in SETTINGS {
        let (help, environment) = setting.help(&serve);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "\n# {help}\n# Environment: {environment}\n# {} = {}\n",
            setting.key, setting.example
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        format!("{:#}", parse(text).unwrap_err())
    }

    #[test]
    fn values_of_every_kind_are_read() {
        let file = parse(
            "# a comment\nlisten = \"127.0.0.1:1\"\nhttps = true\nmail-rate = 7\nsms-rate = \"3\"\n\
             trusted-proxies = [\"10.0.0.0/8\", \"::1\"]\nrole = 'web'\n",
        )
        .unwrap();
        assert_eq!(file.get("https").map(String::as_str), Some("true"));
        assert_eq!(file.get("mail-rate").map(String::as_str), Some("7"));
        assert_eq!(file.get("sms-rate").map(String::as_str), Some("3"));
        assert_eq!(
            file.get("trusted-proxies").map(String::as_str),
            Some("10.0.0.0/8,::1")
        );
        assert_eq!(file.len(), 6);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert!(
            refused("\nlissten = \"x\"")
                .contains("line 2: \"lissten\" is not a setting; did you mean \"listen\"?")
        );
        assert!(refused("public_url = \"x\"").contains("did you mean \"public-url\"?"));
        assert!(refused("zzz = 1").contains("muster config example"));
        assert!(refused("listen = 127.0.0.1:8080").contains("line 1"));
        assert!(refused("[server]\nlisten = \"x\"").contains("\"server\" is not a setting"));
        assert!(refused("\n\nhttps = \"yes\"").contains("line 3: https: write true or false"));
        assert!(refused("role = \"boss\"").contains("one of all, web, worker"));
        assert!(refused("mail-rate = -1").contains("a number"));
        assert!(refused("listen = \"a\"\nlisten = \"b\"").contains("line 2"));
    }

    #[test]
    fn every_setting_is_an_option_with_an_environment_variable_and_every_example_is_read() {
        let serve = serve();
        for setting in SETTINGS {
            let (help, environment) = setting.help(&serve);
            assert!(!help.is_empty(), "{}", setting.key);
            let expected = format!("MUSTER_{}", setting.key.to_uppercase().replace('-', "_"));
            assert_eq!(environment, expected);
            parse(&format!("{} = {}", setting.key, setting.example)).unwrap();
        }
        assert_eq!(parse(&example()).unwrap(), File::new());
    }

    #[test]
    fn the_example_in_the_repository_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib/muster.toml");
        if std::env::var_os("MUSTER_WRITE_EXAMPLE").is_some() {
            fs::write(&path, example()).unwrap();
        }
        let current = fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            current,
            example(),
            "write it anew: muster config example > contrib/muster.toml"
        );
    }
}
