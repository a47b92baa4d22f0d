//! Parts of pages.

pub mod actor_mark;
pub mod acts;
pub mod address;
pub mod badge;
pub mod blind;
pub mod clock_chart;
pub mod day;
pub mod discussion;
pub mod field;
pub mod form;
pub mod histogram;
pub mod icon;
pub mod lanes;
pub mod news;
pub mod past;
pub mod pick;
pub mod shell;
pub mod sign;
pub mod time_text;
pub mod times;
pub mod trouble;
pub mod unsaved;
pub mod when;

pub use field::{Choice, Field, Flag, Many, Radios, Select, TextArea, TriChoice, choices};
pub use form::{ActButton, Chooser, Form, OpenForm};
pub use icon::Icon;
pub use lanes::Lanes;
pub use sign::Sign;
pub use time_text::{due_text, instant_text, time_text};
pub use trouble::Trouble;
pub use when::{Clock, When};
