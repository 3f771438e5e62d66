//! What can be typed about tokens of the API.

use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};
use identity::tokens::Scope;

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Tokens {
    /// List them.
    List(List),
    /// Make one; its secret is printed this once.
    Create(Create),
    /// Take one back, for good.
    Revoke {
        /// Its name or id.
        token: String,
        #[command(flatten)]
        account: Account,
    },
}

impl Tokens {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json,
            Self::Create(create) => create.json.json,
            Self::Revoke { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// A name for people.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// The owner or administrator it acts for, by e-mail address or id.
    #[arg(long = "for", value_name = "KEY")]
    pub(crate) maker: String,
    /// What it may be used for; may be given several times.
    #[arg(long = "scope", value_name = "SCOPE", required = true,
          value_parser = scopes())]
    pub(crate) scopes: Vec<String>,
    /// How many days it holds, at most five years.
    #[arg(long, value_name = "DAYS", default_value_t = identity::tokens::USUAL_DAYS)]
    pub(crate) days: i64,
}

/// The scopes with their words, those about the same things together.
fn scopes() -> PossibleValuesParser {
    let scopes = Scope::ALL.iter();
    PossibleValuesParser::new(
        scopes.map(|scope| PossibleValue::new(scope.as_str()).help(scope.label())),
    )
}
