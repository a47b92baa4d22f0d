//! The server: pages, forms, JSON API, live stream, command line.

pub mod api;
pub mod assets;
pub mod cli;
pub mod command;
pub mod door;
pub mod export;
pub mod fields;
pub mod form;
pub mod library;
pub mod live;
pub mod mail;
pub mod openapi;
pub mod page;
pub mod presence;
pub mod problem;
pub mod query;
pub mod serve;
mod sessions;
pub mod site;
pub mod unsaved;
pub mod upload;

pub use serve::{app, serve, serve_with};
pub use site::Front;
