//! Who is told of alerts.

use domain::watch::NoticeDraft;
use serde_json::json;
use store::Result;

use crate::command::{Call, Reply};

pub(in crate::command) async fn get(call: Call) -> Result<Reply> {
    let setting = call.store.notices(&call.actor).await?;
    Ok(Reply::ok(json!(setting), String::new()))
}

pub(in crate::command) async fn set(call: Call) -> Result<Reply> {
    let draft = call.draft::<NoticeDraft>()?;
    let setting = call.store.set_notices(&call.actor, draft).await?;
    Ok(Reply::ok(json!(setting), "/watch/notices".into()))
}
