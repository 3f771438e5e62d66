//! How many requests a token may make, and what is left of them.
//!
//! Each token has so many a minute; what one program does keeps no other one out. They are counted in the
//! database, for all processes together; each takes a few at a time and gives them out itself.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use identity::token_uses::{self, Used, WINDOW};
use kernel::{ApiTokenId, Timestamp};

use super::{Problem, bearer::Caller};
use crate::{app::App, failure::Failure};

/// More tokens than this are not remembered; their next request asks the database again.
const MOST: usize = 10_000;
/// A process takes this part of a minute's requests at a time.
const BLOCKS: u32 = 20;

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What this process holds of each token's requests.
#[derive(Debug)]
pub(crate) struct Rates {
    a_minute: u32,
    held: Mutex<HashMap<ApiTokenId, Held>>,
}

/// What was taken for a token and is not given out yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    began: Timestamp,
    /// Used up by all processes, with all of what is here.
    used: u32,
    here: u32,
}

/// What a token may do still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Left {
    quota: u32,
    requests: u32,
    seconds: u64,
    /// Whether this request is one too many.
    pub(super) is_over: bool,
}

impl Rates {
    pub(crate) fn new(a_minute: u32) -> Self {
        Self {
            a_minute,
            held: Mutex::default(),
        }
    }

    /// Counts one request.
    pub(super) async fn of(&self, app: &App, caller: &Caller) -> Result<Left, Failure> {
        let (account, token, now) = (caller.ctx.account, caller.token, app.clock.now());
        if let Some(left) = self.give(token, now) {
            return Ok(left);
        }
        let many = self.block();
        let used = app
            .db
            .write(move |tx| token_uses::take(tx, account, token, i64::from(many), now))
            .await?;
        Ok(self.add(token, used, many, now))
    }

    fn block(&self) -> u32 {
        (self.a_minute / BLOCKS).max(1)
    }

    /// Gives out one of those held here, or says that there are none left anywhere.
    fn give(&self, token: ApiTokenId, now: Timestamp) -> Option<Left> {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = all.get_mut(&token)?;
        // Also when the clock was put back, as the database has it.
        if now.since(held.began) >= WINDOW || held.began.since(now) >= WINDOW {
            return None;
        }
        if held.here == 0 {
            return (held.used >= self.a_minute).then(|| self.left(*held, true, now));
        }
        held.here -= 1;
        Some(self.left(*held, false, now))
    }

    /// Notes what was taken, as far as there was so much left, and gives out one of them.
    fn add(&self, token: ApiTokenId, taken: Used, many: u32, now: Timestamp) -> Left {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, held| now.since(held.began) < WINDOW);
        }
        if all.len() >= MOST {
            all.clear();
        }
        let used = u32::try_from(taken.used).unwrap_or(u32::MAX);
        let too_many = used.saturating_sub(self.a_minute);
        let here = many.saturating_sub(too_many);
        let used = used.min(self.a_minute);
        let held = all.entry(token).or_insert(Held {
            began: taken.began,
            used,
            here: 0,
        });
        if held.began != taken.began {
            (held.began, held.used, held.here) = (taken.began, used, 0);
        }
        held.used = held.used.max(used);
        held.here += here;
        let is_over = held.here == 0;
        held.here = held.here.saturating_sub(1);
        self.left(*held, is_over, now)
    }

    fn left(&self, held: Held, is_over: bool, now: Timestamp) -> Left {
        Left {
            quota: self.a_minute,
            requests: (self.a_minute + held.here).saturating_sub(held.used),
            seconds: WINDOW
                .saturating_sub(now.since(held.began))
                .as_secs()
                .max(1),
            is_over,
        }
    }
}

impl Left {
    /// What a request is answered that is one too many.
    pub(super) fn too_many(self) -> Problem {
        let detail = "The token has used up its requests of this minute.";
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
            .retry_after(self.seconds)
    }

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
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_750_000_000_000_000);

    fn token() -> ApiTokenId {
        "01971f00-0000-7000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn what_is_taken_is_given_out_one_by_one_and_only_in_its_minute() {
        let rates = Rates::new(100);
        let used = |used| Used { began: NOW, used };
        assert_eq!(rates.give(token(), NOW), None);
        // Somebody else has used 90 before.
        assert_eq!(rates.add(token(), used(95), rates.block(), NOW).requests, 9);
        for left in (5..9).rev() {
            assert_eq!(rates.give(token(), NOW).unwrap().requests, left);
        }
        assert_eq!(rates.give(token(), NOW), None);
        // Another process was faster: of the five asked for there were three.
        let first = rates.add(token(), used(102), rates.block(), NOW);
        assert_eq!((first.requests, first.is_over), (2, false));
        for left in (0..2).rev() {
            let given = rates.give(token(), NOW).unwrap();
            assert_eq!((given.requests, given.is_over), (left, false));
        }
        assert!(rates.give(token(), NOW).unwrap().is_over);
        let later = NOW.checked_add(Duration::from_mins(1)).unwrap();
        assert_eq!(rates.give(token(), later), None);
        let before = NOW.checked_sub(Duration::from_mins(1)).unwrap();
        assert_eq!(rates.give(token(), before), None);
    }
}
