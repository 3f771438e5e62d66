//! Throw-away databases for tests, a fresh one for each test on either backend, and a mail server to write to.
//!
//! Not here: anything that knows what is in a database. A development dependency only.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "what goes wrong here is to fail the test that asked for it"
)]

mod database;
mod mail;
mod own_server;
mod programs;
mod race;
mod server;

pub use database::{NOW, TestDb, on_empty_databases, on_postgres, on_sqlite};
pub use mail::{Mail, MailServer};
pub use own_server::OwnServer;
pub use race::overtake;

/// Makes two tests of each function, `<name>::sqlite` and `<name>::postgres`.
///
/// ```
/// testkit::on_both! {
///     fn starts_without_pending_migrations(db: &testkit::TestDb) {
///         assert_eq!(db.pending().unwrap(), [] as [String; 0]);
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both {
    ($($(#[$attribute:meta])* fn $name:ident($db:ident: &$type:ty) $body:block)+) => {$(
        $(#[$attribute])*
        #[cfg(test)]
        fn $name($db: &$type) $body

        #[cfg(test)]
        mod $name {
            #[test]
            fn sqlite() {
                $crate::on_sqlite(super::$name);
            }

            #[test]
            fn postgres() {
                $crate::on_postgres(super::$name);
            }
        }
    )+};
}
