//! Sign-in, sessions, passwords, permissions.
