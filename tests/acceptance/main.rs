//! The product as its users meet it.

mod access;
mod api;
mod attack;
mod backup;
mod browser;
mod bundle;
mod chaos;
mod cli;
mod entrance;
mod export;
mod here;
mod home;
mod intake;
mod live;
mod python;
mod revision;
mod search;
mod shared;
mod stop;
mod story;
mod talk;
mod tidy;
mod verdict;
mod watch;
mod who;
mod writers;
