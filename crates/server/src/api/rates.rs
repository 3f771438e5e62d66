//! How many requests a token may make, and what is left of them.
//!
//! Each token has so many a minute; what one program does keeps no other one out. Counted in this
//! process: several of them let through so much each.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use kernel::{ApiTokenId, Timestamp};

const WINDOW: Duration = Duration::from_mins(1);
/// More tokens than this are not remembered.
const MOST: usize = 10_000;

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What each token has used.
#[derive(Debug)]
pub(crate) struct Rates {
    a_minute: u32,
    used: Mutex<HashMap<ApiTokenId, (Timestamp, u32)>>,
}

/// What a token may do still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    quota: u32,
    pub(super) requests: u32,
    pub(super) seconds: u64,
    /// Whether this request is one too many.
    pub(super) is_over: bool,
}

impl Rates {
    pub(crate) fn new(a_minute: u32) -> Self {
        Self {
            a_minute,
            used: Mutex::default(),
        }
    }

    /// Counts one request.
    pub(super) fn count(&self, token: ApiTokenId, now: Timestamp) -> Left {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, (began, _)| now.since(*began) < WINDOW);
        }
        let (began, used) = all.entry(token).or_insert((now, 0));
        if now.since(*began) >= WINDOW || *began > now {
            (*began, *used) = (now, 0);
        }
        let is_over = *used >= self.a_minute;
        *used = used.saturating_add(u32::from(!is_over));
        Left {
            quota: self.a_minute,
            requests: self.a_minute - *used,
            seconds: WINDOW.saturating_sub(now.since(*began)).as_secs().max(1),
            is_over,
        }
    }
}

impl Left {
    /// Says it in the answer (draft-ietf-httpapi-ratelimit-headers).
    pub(super) fn tell(self, response: &mut Response) {
        let policy = format!("\"token\";q={};w={}", self.quota, WINDOW.as_secs());
        let left = format!("\"token\";r={};t={}", self.requests, self.seconds);
        for (name, text) in [(&POLICY, policy), (&LIMIT, left)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_so_many_a_minute_and_others_their_own() {
        let rates = Rates::new(2);
        let now = Timestamp::from_micros(1_750_000_000_000_000);
        let token =
            |n: u32| -> ApiTokenId { format!("01971f00-0000-7000-8000-{n:012}").parse().unwrap() };
        let count = |n, seconds| {
            let at = now.checked_add(Duration::from_secs(seconds)).unwrap();
            let left = rates.count(token(n), at);
            (left.requests, left.seconds, left.is_over)
        };
        assert_eq!(count(1, 0), (1, 60, false));
        assert_eq!(count(1, 20), (0, 40, false));
        assert_eq!(count(1, 20), (0, 40, true));
        assert_eq!(count(2, 20), (1, 60, false));
        assert_eq!(count(1, 60), (1, 60, false));
    }
}
