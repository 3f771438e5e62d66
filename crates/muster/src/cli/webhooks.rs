//! What can be typed about webhooks.

use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};
use directory::activity::Area;
use webhooks::deliveries::DeliveryState;

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Webhooks {
    /// List them.
    List(List),
    /// Show one.
    Show(Which),
    /// Make one; its secret is printed this once.
    Create(Create),
    /// Change one, or switch it on or off.
    Change(Change),
    /// Give one a new secret, printed this once; the old one signs beside it for a day.
    Rotate {
        #[command(flatten)]
        which: Which,
        /// End the old secret instead of making a new one.
        #[arg(long)]
        end_old: bool,
    },
    /// Have a test event sent by the server.
    Test(Which),
    /// What was sent to one, the newest events first, and what waits.
    Deliveries {
        #[command(flatten)]
        which: Which,
        /// Only in this state.
        #[arg(long, value_name = "STATE", value_parser = states())]
        state: Option<String>,
        /// So many at most.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
    },
    /// Have an event sent again, or at once if it waits.
    Redeliver {
        /// The webhook's name or id.
        webhook: String,
        /// The event's id.
        event: String,
        #[command(flatten)]
        account: Account,
    },
    /// Delete one with what waits for it.
    Delete {
        /// Its name or id.
        webhook: String,
        #[command(flatten)]
        account: Account,
    },
}

impl Webhooks {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json,
            Self::Show(which)
            | Self::Test(which)
            | Self::Rotate { which, .. }
            | Self::Deliveries { which, .. } => which.json.json,
            Self::Create(create) => create.json.json,
            Self::Change(change) => change.which.json.json,
            Self::Redeliver { .. } | Self::Delete { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Its name or id.
    pub(crate) webhook: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// A name for people.
    pub(crate) name: String,
    /// Where events are sent; it begins with https://.
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// A part of the activity log that it hears of; may be given several times [default: all].
    #[arg(long = "area", value_name = "AREA", value_parser = areas())]
    pub(crate) areas: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Another name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Another address.
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// A part of the activity log that it hears of from now on; may be given several times.
    #[arg(long = "area", value_name = "AREA", value_parser = areas())]
    pub(crate) areas: Vec<String>,
    /// Hear of everything from now on.
    #[arg(long, conflicts_with = "areas")]
    pub(crate) all_areas: bool,
    /// Switch it on; what waits is sent.
    #[arg(long)]
    pub(crate) on: bool,
    /// Switch it off.
    #[arg(long, conflicts_with = "on")]
    pub(crate) off: bool,
}

fn areas() -> PossibleValuesParser {
    let areas = Area::ALL.iter();
    PossibleValuesParser::new(
        areas.map(|area| PossibleValue::new(area.as_str()).help(area.label())),
    )
}

fn states() -> PossibleValuesParser {
    PossibleValuesParser::new(DeliveryState::ALL.map(DeliveryState::as_str))
}
