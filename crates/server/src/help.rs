//! The guides as pages of the product: an index, a page for each, and a search over all of them.
//!
//! What they say is in `docs/`, and nowhere else; it is part of the program, so that help is there without
//! a network (docs/decisions/0040). Not here: what somebody may do, which a guide only tells.

mod anchor;
mod guides;
mod index;
mod markdown;
mod pages;
mod pictures;
mod search;
mod topic;

pub(crate) use pages::{list, show};
pub(crate) use pictures::named as picture;
pub(crate) use topic::Topic;
