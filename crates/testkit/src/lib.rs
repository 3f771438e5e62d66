//! Throw-away databases and factories for tests.
