//! What would stop a server, sent to one: each case with what it costs everybody else.

mod crowds;
mod forms;
mod stage;
mod texts;
mod watch;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub use stage::Stage;
pub use watch::Cost;
use watch::Watch;

/// How long a case may take before it is given up.
const CASE_MAX: Duration = Duration::from_secs(90);
/// How long the server is looked at after a case, for what it left behind.
const AFTER: Duration = Duration::from_millis(500);

/// The most memory a process may have had, in megabytes.
pub const MEMORY_MAX: u64 = 300;
/// How long `/healthz` may keep anybody waiting.
pub const HEALTH_MAX: Duration = Duration::from_millis(250);
/// How long 95 of 100 writes to another incident may take.
pub const WRITES_MAX: Duration = Duration::from_millis(100);

type Act = for<'a> fn(&'a Stage) -> Pin<Box<dyn Future<Output = String> + Send + 'a>>;

/// One case.
pub struct Case {
    /// What is done.
    pub what: &'static str,
    /// By whom.
    pub who: &'static str,
    act: Act,
}

macro_rules! cases {
    ($($what:literal, $who:literal, $act:path;)*) => {
        &[$(Case { what: $what, who: $who, act: |stage| Box::pin($act(stage)) }),*]
    };
}

/// All cases.
pub fn cases() -> &'static [Case] {
    cases! {
        "a field of 13,000 parts", "nobody", forms::deep_by_nobody;
        "a field of 13,000 parts", "viewer", forms::deep_by_viewer;
        "a field of 13,000 parts", "responder", forms::deep_by_responder;
        "20,000 rows that bring 200 each", "viewer", forms::rows_by_viewer;
        "20,000 rows that bring 200 each", "responder", forms::rows_by_responder;
        "a form of a million fields", "nobody", forms::fields_by_nobody;
        "a form of a million fields", "responder", forms::fields_by_responder;
        "JSON nested 500,000 deep", "viewer", forms::nested_json;
        "JSON of a million values", "viewer", forms::many_values;
        "a text of 1.5 GB before the file", "responder", forms::endless_text;
        "a head of a part without end", "responder", forms::endless_part_head;
        "a comment nested 50,000 deep", "reviewer", texts::nested_comment;
        "a section nested 50,000 deep", "responder", texts::nested_section;
        "merges of 50,000 lines of a digit", "responder", texts::merges;
        "150,000 tags", "responder", texts::tags;
        "12,000 agents", "responder", texts::agents;
        "12,000 names in events", "responder", texts::names;
        "a megabyte of nested lines pasted", "viewer", texts::paste;
        "long words to search and times to read", "viewer", texts::queries;
        "a log of nested JSON", "responder", texts::nested_log;
        "a gigabyte of zeros, packed", "responder", texts::bomb;
        "1,100 half requests from elsewhere", "nobody", crowds::half_requests;
        "1,100 half requests from here", "nobody", crowds::half_requests_here;
        "1,000 bodies that stand still", "nobody", crowds::still_bodies;
        "600 uploads that stop after 3 bytes", "responder", crowds::stopped_uploads;
        "4,200 streams of one account", "viewer", crowds::hoarded_streams;
        "300 pages that nobody reads", "viewer", crowds::unread_pages;
        "40 writers on one incident", "responder", crowds::writers;
        "40 writers of whole sections", "responder", crowds::section_writers;
        "60 sign-ins at once", "nobody", crowds::sign_ins;
    }
}

impl Case {
    /// Runs the case against a server and answers what it cost.
    pub async fn run(&self, stage: &Stage) -> Cost {
        stage.forget_peak();
        let watch = Watch::begin(stage);
        let answer = tokio::time::timeout(CASE_MAX, (self.act)(stage)).await;
        tokio::time::sleep(AFTER).await;
        watch.end(stage, answer.unwrap_or_else(|_| "no end in 90 s".into())).await
    }
}
