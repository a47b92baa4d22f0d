//! What people see: pages, their components, and the parts of them that live
//! in the browser.
//!
//! A page is a function of plain values and is rendered on the server, whole.
//! In the browser only the islands wake up, and `browser` makes plain forms
//! and links smoother; nothing on a page needs either.

#[cfg(feature = "hydrate")]
pub mod browser;
#[cfg(feature = "ssr")]
pub mod capital;
#[cfg(feature = "ssr")]
pub mod case;
#[cfg(feature = "ssr")]
pub mod component;
#[cfg(feature = "ssr")]
mod fragment;
#[cfg(feature = "ssr")]
pub mod frame;
pub mod island;
#[cfg(feature = "ssr")]
pub mod kept_html;
#[cfg(feature = "ssr")]
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
mod render;
mod size;
#[cfg(feature = "ssr")]
pub mod version_html;

#[cfg(feature = "ssr")]
pub use fragment::fragment;
#[cfg(feature = "ssr")]
pub use render::document;
