//! How long an identity has to wait after wrong passwords.

use std::time::Duration;

/// Wrong tries that are free.
const FREE_TRIES: i64 = 3;
/// The wait after the last free try; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// No wait is longer, so that nobody can be kept out for a day by a stranger.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// The wait that the `failures`-th wrong try in a row brings.
pub(crate) fn wait_after(failures: i64) -> Option<Duration> {
    let beyond = failures
        .checked_sub(FREE_TRIES)
        .filter(|beyond| *beyond >= 0)?;
    let doublings = u32::try_from(beyond).unwrap_or(u32::MAX);
    let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
    Some(FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_from_one_minute_to_one_hour() {
        let minutes = |failures| wait_after(failures).map(|wait| wait.as_secs() / 60);
        assert_eq!(minutes(0), None);
        assert_eq!(minutes(2), None);
        assert_eq!(minutes(3), Some(1));
        assert_eq!(minutes(4), Some(2));
        assert_eq!(minutes(5), Some(4));
        assert_eq!(minutes(9), Some(60));
        assert_eq!(minutes(i64::MAX), Some(60));
    }
}
