//! A path of an operation, which may choose among the entries of a list.

use crate::{AttributePath, ErrorKind, Failure, Filter};

/// A path with the filter of a list in it.
pub(super) struct Path {
    pub(super) path: AttributePath,
    pub(super) filter: Option<Filter>,
}

impl Path {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        let Some((before, rest)) = text.split_once('[') else {
            let path = AttributePath::parse(text)?;
            return Ok(Self { path, filter: None });
        };
        let wrong = || {
            let detail = format!("the path {text:?} has no closing bracket");
            Failure::of(ErrorKind::InvalidPath, detail)
        };
        let (within, after) = rest.rsplit_once(']').ok_or_else(wrong)?;
        let mut path = AttributePath::parse(before)?;
        match after.strip_prefix('.') {
            Some(sub) if path.sub.is_none() => {
                path = AttributePath::parse(&format!("{before}.{sub}"))?;
            }
            None if after.is_empty() => {}
            _ => return Err(wrong()),
        }
        let filter = Filter::parse(within)
            .map_err(|failure| Failure::of(ErrorKind::InvalidPath, failure.detail))?;
        Ok(Self {
            path,
            filter: Some(filter),
        })
    }
}
