//! The web shell from outside: requests to the whole router, on both databases.

mod access;
mod forms;
mod headers;
mod imports;
mod people;
mod signing_in;
mod site;
