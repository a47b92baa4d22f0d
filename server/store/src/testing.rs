//! A throw-away PostgreSQL on a Unix socket, for tests of this crate and of those above it.
