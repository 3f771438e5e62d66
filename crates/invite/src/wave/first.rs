//! The first few of a large wave: spread over everybody it is for, so that they are like the others.

use db::Tx;
use directory::Ctx;
use kernel::UserId;

use super::{Stored, Wanted};
use crate::candidates::{self, Person, Source, Verdict};

/// A wave of more than so many sends a few first.
const LARGE: i64 = 500;
/// So many.
const FIRST: usize = 20;
/// People gone through in one query.
const PAGE: i64 = 20_000;
/// So many are kept while going through, of which the first few are taken.
const KEPT: usize = 4 * FIRST;

/// Those who get a message first; nobody if the wave is small, or has no one to write to among them.
pub(super) fn few(tx: &mut Tx<'_>, ctx: &Ctx, wave: &Stored) -> db::Result<Vec<Person>> {
    let (spread, people) = spread(tx, ctx, wave.source())?;
    if people <= LARGE {
        return Ok(Vec::new());
    }
    let wanted = Wanted::parse(&wave.channel).unwrap_or(Wanted::Any);
    let mut few = Vec::with_capacity(FIRST);
    // Of those kept, every fourth one; then those between them, as long as some cannot be written to.
    for offset in 0..4 {
        for id in spread.iter().skip(offset).step_by(4) {
            let Some(person) = candidates::one(tx, ctx.account, *id, ctx.now())? else {
                continue;
            };
            if matches!(person.verdict(wanted, wave.is_again()), Verdict::Invite(_)) {
                few.push(person);
            }
            if few.len() == FIRST {
                return Ok(few);
            }
        }
    }
    Ok(few)
}

/// At most [`KEPT`] people at equal distances, and how many there are.
fn spread(tx: &mut Tx<'_>, ctx: &Ctx, source: Source) -> db::Result<(Vec<UserId>, i64)> {
    let (mut kept, mut stride, mut seen) = (Vec::with_capacity(KEPT), 1_i64, 0_i64);
    let mut after = None;
    loop {
        let page = candidates::ids(tx, ctx.account, source, after, PAGE, ctx.now())?;
        let Some(last) = page.last() else {
            return Ok((kept, seen));
        };
        after = Some(*last);
        for id in page {
            if seen % stride == 0 {
                if kept.len() == KEPT {
                    // Every second one goes, and from here on only half as many are kept.
                    let mut place = 0;
                    kept.retain(|_| {
                        place += 1;
                        place % 2 == 1
                    });
                    stride *= 2;
                }
                if seen % stride == 0 {
                    kept.push(id);
                }
            }
            seen += 1;
        }
    }
}
