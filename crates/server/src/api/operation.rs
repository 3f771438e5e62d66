//! One operation of the API: what it takes, what it answers, and what does the work.
//!
//! The same value is what requests are held to, what the specification is written from, and what
//! the reference page shows. Not here: its address and scope, see `table`.

use std::{future::Future, pin::Pin};

use axum::{extract::Request, response::Response};
use db::Tx;
use import::Imports;

use super::{
    Problem,
    ask::{Ask, Reply},
    shape::{Field, Shape, may},
};

/// What comes in the body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    /// Nothing.
    None,
    /// JSON of this shape, with an example.
    Json(&'static Shape, &'static str),
    /// A file, as it is or as the part `file` of a form.
    File(&'static str),
    /// Bytes of a file that comes in parts.
    Part,
    /// A picture.
    Picture,
    /// A file of any kind, as it is.
    Bytes,
}

/// What is answered when it worked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answered {
    /// 200 with this shape.
    One(&'static Shape),
    /// 201 with this shape and where it is.
    Made(&'static Shape),
    /// 202 with this shape and where to look how far it is.
    Taken(&'static Shape),
    /// 204.
    Nothing,
    /// 200 with a file of this media type.
    File(&'static str),
}

impl Answered {
    /// The status.
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::One(_) | Self::File(_) => 200,
            Self::Made(_) => 201,
            Self::Taken(_) => 202,
            Self::Nothing => 204,
        }
    }

    /// The shape of the body.
    pub(crate) const fn shape(self) -> Option<&'static Shape> {
        match self {
            Self::One(shape) | Self::Made(shape) | Self::Taken(shape) => Some(shape),
            Self::Nothing | Self::File(_) => None,
        }
    }
}

type Answering = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;

/// What does the work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Work {
    /// In a transaction that reads.
    Read(fn(&mut Tx<'_>, &Ask) -> Result<Reply, Problem>),
    /// In a transaction that writes, which also keeps the answer for the same request again.
    Write(fn(&mut Tx<'_>, &Ask) -> Result<Reply, Problem>),
    /// By the engine of imports, which has transactions of its own.
    Engine(fn(&Imports, &Ask) -> Result<Reply, Problem>),
    /// With the body as it comes, or an answer that is streamed.
    Raw(fn(Ask, Request) -> Answering),
}

/// One operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// Its stable name.
    pub(crate) id: &'static str,
    /// What it does, in a few words.
    pub(crate) summary: &'static str,
    /// The rest there is to know.
    pub(crate) words: &'static str,
    pub(crate) query: &'static [Field],
    pub(crate) body: Body,
    pub(crate) answered: Answered,
    /// An example of what is answered.
    pub(crate) example: &'static str,
    /// Statuses of refusals, beside those every operation has.
    pub(crate) refusals: &'static [u16],
    /// Whether the version that is to be changed has to be said.
    pub(crate) needs_version: bool,
    /// The field of the answer that is a secret: null when the same request is answered again.
    pub(crate) shown_once: Option<&'static str>,
    pub(crate) work: Work,
}

impl Operation {
    /// An operation that takes nothing and answers nothing.
    pub(super) const fn new(id: &'static str, summary: &'static str, work: Work) -> Self {
        Self {
            id,
            summary,
            words: "",
            query: &[],
            body: Body::None,
            answered: Answered::Nothing,
            example: "",
            refusals: &[],
            needs_version: false,
            shown_once: None,
            work,
        }
    }

    pub(super) const fn words(mut self, words: &'static str) -> Self {
        self.words = words;
        self
    }

    pub(super) const fn query(mut self, query: &'static [Field]) -> Self {
        self.query = query;
        self
    }

    pub(super) const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    pub(super) const fn answers(mut self, answered: Answered, example: &'static str) -> Self {
        self.answered = answered;
        self.example = example;
        self
    }

    pub(super) const fn refuses(mut self, refusals: &'static [u16]) -> Self {
        self.refusals = refusals;
        self
    }

    pub(super) const fn shown_once(mut self, field: &'static str) -> Self {
        self.shown_once = Some(field);
        self
    }

    pub(super) const fn needs_version(mut self) -> Self {
        self.needs_version = true;
        self
    }

    /// Whether it takes JSON.
    pub(crate) const fn body_is_json(&self) -> bool {
        matches!(self.body, Body::Json(..))
    }

    /// Whether it takes a file, whatever its size.
    pub(crate) const fn takes_files(&self) -> bool {
        matches!(
            self.body,
            Body::File(_) | Body::Part | Body::Picture | Body::Bytes
        )
    }
}

/// How many entries a page has.
pub(super) const LIMIT: Field = may(
    "limit",
    Shape::Integer(1, 500),
    "How many entries a page has; 100 if nothing is said.",
);
/// Where a page begins.
pub(super) const CURSOR: Field = may(
    "cursor",
    Shape::Text(1, 1000),
    "Where the page begins, as `next` of the page before says.",
);
/// Which fields are wanted.
pub(super) const FIELDS: Field = may(
    "fields",
    Shape::Fields,
    "Only these fields, with commas between; `id` always comes.",
);
