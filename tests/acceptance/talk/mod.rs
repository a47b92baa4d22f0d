//! What people say to each other and take back: histories, mentions, what awaits whom, mail.

mod history;
mod inbox;
mod mail;
