//! The import that made somebody, or changed them last.

use directory::{Ctx, users::UserRow};
use kernel::ImportId;

use crate::{app::App, failure::Failure, imports::engine};

/// What is known of it from the person alone.
#[derive(Clone, Copy)]
pub(super) struct Trace {
    import: ImportId,
    is_new: bool,
}

impl Trace {
    pub(super) fn of(user: &UserRow) -> Option<Self> {
        user.import.map(|import| Self {
            import,
            is_new: user.version == 1,
        })
    }
}

/// The import in words, and its address.
pub(super) struct Origin {
    pub(super) words: &'static str,
    pub(super) name: String,
    pub(super) link: String,
}

/// Finds the import; none if it is gone, or the visitor may not see it.
pub(super) async fn origin(
    app: &App,
    ctx: Ctx,
    trace: Option<Trace>,
) -> Result<Option<Origin>, Failure> {
    let Some(trace) = trace else {
        return Ok(None);
    };
    let found = engine(app, move |imports| imports.find(&ctx, trace.import)).await?;
    Ok(found.ok().map(|import| Origin {
        words: if trace.is_new {
            "Created by"
        } else {
            "Last import:"
        },
        name: format!("import {} ({})", import.number, import.name),
        link: format!("/imports/{}", import.id),
    }))
}
