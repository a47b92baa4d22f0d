//! What tests and benches share: a running server and people who use it.

pub mod adapter;
pub mod attack;
pub mod binary;
pub mod browser;
pub mod case;
pub mod cast;
pub mod chaos;
pub mod facts;
pub mod form;
pub mod front;
pub mod judge;
pub mod page;
pub mod raw;
pub mod smtp;
pub mod soak;
pub mod stream;
pub mod watching;
pub mod world;
pub mod writers;

pub use binary::Binary;
pub use browser::Browser;
pub use case::Case;
pub use cast::{Person, Program};
pub use front::Front;
pub use page::{Answer, Page};
pub use raw::Raw;
pub use world::World;
