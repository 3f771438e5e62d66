//! Who signs in: passwords and new ones, sign-in and its lock-out, sessions and the devices they are on, what accounts ask
//! of both, the first owner of an account, and the tokens of programs with the answers they were given.
//!
//! An identity is one person's e-mail and password for every account they belong to; what they may
//! do in an account is decided in `directory::permission`, from the role of their user there.
//! Hashing takes tens of milliseconds on purpose and never happens inside a transaction, so that
//! signing in is three steps: [`sign_in::challenge`], [`sign_in::Challenge::check`] and
//! [`sign_in::conclude`]. Who has a second factor ([`two_factor`]) then shows a code: [`second_step::conclude`].
//! Not here: cookies and pages, which belong to `server`.

pub mod accounts;
pub mod administered;
pub mod answers;
pub mod change;
pub mod devices;
pub mod identities;
mod lockout;
pub mod managed;
mod notice;
mod password;
mod recovery;
pub mod reset;
pub mod rules;
mod scopes;
pub mod second_step;
pub mod sessions;
pub mod set_up;
pub mod sign_in;
pub mod token_uses;
pub mod tokens;
mod totp;
pub mod tries;
pub mod two_factor;

pub use password::{Password, PasswordHash, WeakPassword};
pub use totp::Key;
