//! `muster bounce`: what a mail server pipes mail that came back into.

use std::io::{self, Read as _};

use anyhow::{Context as _, Result};
use delivery::bounces::{self, LONGEST, Returned};

use crate::{
    cli::{Bounce, Place},
    exit::Exit,
    house::House,
    output,
};

/// Whatever the mail is, it is taken: a bounce of a bounce helps nobody. Only a database that does not answer makes the
/// mail server keep it and try again.
pub(crate) fn run(place: &Place, args: &Bounce) -> Exit {
    match receive(place, args) {
        Ok(said) => {
            output::note(&said);
            Exit::Done
        }
        Err(error) => {
            output::note(&format!("muster: {error:#}"));
            Exit::TryAgain
        }
    }
}

fn receive(place: &Place, args: &Bounce) -> Result<String> {
    let mut mail = Vec::new();
    // One byte past the bound shows that there is more; the rest is read so that the mail server can finish.
    let mut input = io::stdin().lock();
    let bound = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
    (&mut input)
        .take(bound)
        .read_to_end(&mut mail)
        .context("the mail cannot be read")?;
    io::copy(&mut input, &mut io::sink()).context("the mail cannot be read")?;
    let house = House::without_migrating(place)?;
    let now = house.clock.now();
    let returned = house.db.write_blocking(|tx| {
        bounces::receive(tx, &house.ids, now, &mail, args.recipient.as_deref())
    })?;
    Ok(match returned {
        Returned::Bounced(id) => format!("Message {id} bounced."),
        Returned::NotOurs => "A report about no message that is open here.".to_owned(),
        Returned::Nothing => "No report of a failure.".to_owned(),
    })
}
