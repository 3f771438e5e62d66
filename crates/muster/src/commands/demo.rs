//! `muster demo`: a server on an account with a few hundred made-up people, to be looked at.

mod furnish;

use std::fs;

use anyhow::{Context, Result};
use directory::{accounts::NewAccount, devices, groups, groups::GroupKind, modules, workflows};
use identity::{
    Password,
    set_up::{self, NewOwner},
};
use import::{Import, NewImport, Preset, Refusal, Settings, Watch};
use kernel::{Email, PersonName};

use super::serve::serve;
use crate::{
    cli::{Listen, Place},
    exit::Exit,
    house::House,
    output,
    web::WebSettings,
};

const EMAIL: &str = "demo@example.com";
const PASSWORD: &str = "welcome to muster";

/// Sample spreadsheets, written beside the demo's data: name and content.
const SAMPLES: [(&str, &[u8]); 4] = [
    ("people.csv", include_bytes!("../../samples/people.csv")),
    (
        "new-starters.csv",
        include_bytes!("../../samples/new-starters.csv"),
    ),
    (
        "residents-messy.csv",
        include_bytes!("../../samples/residents-messy.csv"),
    ),
    ("cards.csv", include_bytes!("../../samples/cards.csv")),
];

pub(crate) fn run(place: &Place, listen: &Listen) -> Result<Exit> {
    let mut place = place.clone();
    if place.data.is_none() {
        place.data = Some("muster-data/demo".into());
    }
    let house = House::listening(&place, listen.listen.as_deref())?.capturing();
    let samples = house.data.join("samples");
    fs::create_dir_all(&samples).context("the samples cannot be written")?;
    for (name, content) in SAMPLES {
        fs::write(samples.join(name), content).context("the samples cannot be written")?;
    }
    if house.db.read_blocking(set_up::is_needed)? {
        output::note("Making the demo account …");
        furnish(&house)?;
    }
    let greeting = [
        format!("Sign in as {EMAIL} with the password: {PASSWORD}"),
        format!("Sample spreadsheets to import: {}", samples.display()),
    ];
    serve(house, WebSettings::default(), &greeting)
}

fn furnish(house: &House) -> Result<()> {
    let owner = NewOwner {
        account: NewAccount {
            name: "Demo Facilities".to_owned(),
            default_country: Some("ZA".to_owned()),
            time_zone: Some("Africa/Johannesburg".to_owned()),
        },
        name: PersonName::from_parts("Dana", "Demo").context("the demo owner")?,
        email: Email::parse(EMAIL).context("the demo owner")?,
        password: Password::typed(PASSWORD).hash(),
    };
    house
        .db
        .write_blocking(|tx| set_up::first(tx, &house.clock, &house.ids, &owner))?;
    let ctx = house.ctx(None)?;
    house.db.write_blocking(|tx| {
        for (key, seats) in [("lone_working", 150), ("events", 400), ("audits", 50)] {
            modules::set(tx, &ctx, key, seats)?;
        }
        for team in ["bulk users", "Bulk extra", "Night shift"] {
            groups::create(tx, &ctx, GroupKind::Team, team)?;
        }
        for door in ["Main gate", "Side door", "Loading bay"] {
            devices::create(tx, &ctx, door)?;
        }
        workflows::create(tx, &ctx, "Site inspection")?;
        Ok::<_, anyhow::Error>(())
    })?;
    let content = SAMPLES.first().map_or(&[][..], |sample| sample.1);
    let import = import_sample(house, &ctx, content)?;
    output::note(&format!("{} people imported", import.counts.created));
    furnish::all(house, &ctx)
}

/// The demo's people come in the way everybody's do.
fn import_sample(
    house: &House,
    ctx: &directory::Ctx,
    mut content: &[u8],
) -> Result<Import, Refusal> {
    let imports = house.imports();
    let new = NewImport {
        file_name: "people.csv".to_owned(),
        name: None,
        settings: Settings::of(Preset::General),
    };
    let import = imports.receive(ctx, new, &mut content)?;
    imports.check(ctx, import.id, &Watch::nobody())?;
    let job = imports.start(ctx, import.id, None, None)?;
    house.runner(false).run_until_done(job)?;
    imports.find(ctx, import.id)
}
