//! Parts of pages.

pub mod field;
pub mod form;
pub mod icon;
pub mod shell;
pub mod when;

pub use field::{Choice, Field, Flag, Many, Radios, Select, TextArea, TriChoice, choices};
pub use form::{ActButton, Form, OpenForm};
pub use icon::Icon;
pub use when::{Clock, When};
