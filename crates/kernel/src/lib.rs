//! Typed values that parse themselves, ids, time and problem codes. No I/O.
