//! The web shell: pages and routes over the use cases.
