//! Bytes to records and records to bytes: encodings, dialects, CSV, workbooks.
