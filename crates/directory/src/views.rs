//! Ways to look at the list of people, kept with a name: one's own, or shared with everybody who sees it.
//!
//! What a view shows is the query of the page; nothing here understands it.

use db::{Tx, from_row, params, sql};
use kernel::{GroupName, UserId, ViewId};

use crate::{Action, Ctx, Forbidden};

/// Somebody keeps no more views.
const MOST: i64 = 30;
/// A query is no longer than this.
const LONGEST: usize = 2_000;

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// Whose it is.
    pub owner: UserId,
    /// Its name.
    pub name: String,
    /// Whether everybody who sees people may use it.
    pub is_shared: bool,
    /// What is shown, as the page's query.
    pub query: String,
}

from_row!(View {
    id,
    owner,
    name,
    is_shared,
    query
});

/// Why a view could not be kept or removed.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is blank, too long or has control characters.
    #[error("a view needs a name of 1 to 100 characters")]
    Name,
    /// There is too much in it.
    #[error("that is too long to be kept")]
    TooLong,
    /// There are enough.
    #[error("you keep {MOST} views already; remove one first")]
    TooMany,
    /// There is none, or it is somebody else's.
    #[error("there is no such view")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// The views somebody may use, by name.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<View>, ViewError> {
    ctx.require(Action::ViewUsers)?;
    let Some(user) = ctx.actor.user else {
        return Ok(Vec::new());
    };
    Ok(tx.fetch(sql!("views/list"), params![ctx.account, user])?)
}

/// Keeps a view; one of the same name of one's own is replaced.
pub fn keep(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    name: &str,
    is_shared: bool,
    query: &str,
) -> Result<(), ViewError> {
    ctx.require(Action::ViewUsers)?;
    if is_shared {
        ctx.require(Action::EditUsers)?;
    }
    let name = GroupName::parse(name).map_err(|_| ViewError::Name)?;
    if query.len() > LONGEST {
        return Err(ViewError::TooLong);
    }
    let user = ctx.actor.user.ok_or(ViewError::NotFound)?;
    let (count,): (i64,) = tx.fetch_one(sql!("views/count"), params![ctx.account, user])?;
    let is_new = !list(tx, ctx)?
        .iter()
        .any(|view| view.owner == user && kernel::fold(&view.name) == name.key());
    if is_new && count >= MOST {
        return Err(ViewError::TooMany);
    }
    let id: ViewId = ctx.new_id();
    tx.execute(
        sql!("views/insert"),
        params![
            ctx.account,
            id,
            user,
            name.as_str(),
            name.key().into_owned(),
            is_shared,
            query,
            ctx.now()
        ],
    )?;
    Ok(())
}

/// Removes a view of one's own; shared ones also by those who look after settings.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: ViewId) -> Result<(), ViewError> {
    let view = list(tx, ctx)?.into_iter().find(|view| view.id == id);
    let may = |view: &View| Some(view.owner) == ctx.actor.user || ctx.may(Action::EditSettings);
    if !view.as_ref().is_some_and(may) {
        return Err(ViewError::NotFound);
    }
    tx.execute(sql!("views/delete"), params![ctx.account, id])?;
    Ok(())
}
