//! The server: pages, forms, JSON API, live stream, command line.

pub mod api;
pub mod assets;
pub mod bench;
pub mod bundle;
pub mod checkpoints;
pub mod cli;
pub mod command;
pub mod connections;
pub mod cookie;
pub mod door;
pub mod download;
pub mod export;
pub mod fields;
pub mod form;
pub mod import;
pub mod inside;
pub mod library;
pub mod live;
pub mod mail;
pub mod once;
pub mod openapi;
pub mod page;
pub mod presence;
pub mod problem;
pub mod query;
pub mod quota;
pub mod received;
pub mod serve;
mod sessions;
pub mod site;
pub mod unsaved;
mod unsent;
pub mod upload;

pub use connections::Limits;
pub use serve::{app, serve, serve_with};
pub use site::Front;
