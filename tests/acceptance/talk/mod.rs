//! What people say to each other and take back: histories, mentions, what awaits whom.

mod history;
mod inbox;
