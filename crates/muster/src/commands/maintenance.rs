//! `muster migrate` and `muster template`.

use anyhow::Result;
use import::Preset;

use crate::{
    cli::{Place, Template},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn migrate(place: &Place) -> Result<Exit> {
    let house = House::without_migrating(place)?;
    let done = house.db.migrate(house.clock.now())?;
    if done.is_empty() {
        output::note("The database is up to date.");
    }
    for name in done {
        output::line(&name);
    }
    Ok(Exit::Done)
}

pub(crate) fn template(house: &House, args: &Template) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let catalogue = house.imports().catalogue(&ctx)?;
    let preset = Preset::parse(&args.preset).unwrap_or(Preset::General);
    let mut out = output::open(args.output.as_deref())?;
    import::template(preset, &catalogue, args.filled, &mut *out)?;
    Ok(Exit::Done)
}
