//! Photos of people: showing, setting and removing one, and many at once (S4.29).

mod many;
mod one;
mod results;

pub(crate) use directory::photos::undo::UNDO_DAYS;
pub(crate) use many::{begin, list};
pub(crate) use one::{
    image, large_link, own, remove, remove_own, set, set_own, show as show_one, with_photos,
};
pub(crate) use results::{download, show, undo};
