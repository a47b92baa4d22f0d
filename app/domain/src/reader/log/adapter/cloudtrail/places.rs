//! What a call to AWS is on, and what its statement or batch does there.

use super::Trail;
use crate::reader::log::act::Act;
use crate::reader::log::adapter::sql;
use crate::reader::log::record::{LogRecord, NAME_CHARS_MAX, TEXT_CHARS_MAX, clip};
use crate::reader::log::wire::Text;
use crate::vocabulary::{Effect, Verb};

/// What a statement does that a call runs is what the call does: Athena, the data APIs of RDS and Redshift, PartiQL.
/// AWS leaves out some of them.
pub(super) fn statement(record: &mut LogRecord, trail: &Trail<'_>) {
    let Some(text) = trail.request.statement.get().filter(|text| sql::is_statement(text)) else { return };
    let act = sql::statement_act(text);
    if act.verb == Verb::Other || record.verb == Verb::LoggingControl {
        return;
    }
    record.set_act(act);
    record.needs_review = None;
    record.message = clip(text, TEXT_CHARS_MAX);
    if let Some(table) = sql::tables(text).first() {
        let within = if trail.source.is(&record.resource) { "" } else { &record.resource };
        record.resource = clip(&sql::place(&[within], table), TEXT_CHARS_MAX);
    }
}

/// The tables that a batch or a transaction of DynamoDB is on, and whether it deletes from one.
pub(super) fn batch(record: &mut LogRecord, trail: &Trail<'_>, bytes: &[u8]) {
    let request = &trail.request;
    let parts = request.transact.0.iter().flat_map(|part| [part.put.table.get(), part.delete.table.get()]).flatten();
    let named = request.tables.0.iter().map(|(name, _)| name.as_ref()).chain(parts);
    let mut names: Vec<&str> = Vec::new();
    for name in named {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return;
    }
    record.resource = clip(&names.join(", "), TEXT_CHARS_MAX);
    const DELETES: &[u8] = b"deleterequest";
    let deletes = request.transact.0.iter().any(|part| part.delete.table.get().is_some())
        || record.action == "BatchWriteItem"
            && bytes.windows(DELETES.len()).any(|part| part.eq_ignore_ascii_case(DELETES));
    if deletes {
        record.set_act(Act { verb: Verb::Delete, effect: Effect::Destructive });
    }
}

/// Where a thing of that name is: service, region and account, from its ARN where that is its name.
pub(super) fn place(trail: &Trail<'_>, name: &str) -> String {
    let service = trail.source.or_empty().split('.').next().unwrap_or_default();
    let mut parts = name.strip_prefix("arn:").unwrap_or_default().split(':').skip(2);
    let region = parts.next().filter(|region| !region.is_empty()).unwrap_or(trail.region.or_empty());
    let account = parts.next().filter(|account| !account.is_empty());
    let account = account.or(trail.recipient.get()).or(trail.identity.account.get()).unwrap_or_default();
    clip(&format!("{service} {region} {account}"), NAME_CHARS_MAX)
}

/// The object or bucket behind an access point, by whose name it was asked for.
fn behind(trail: &Trail<'_>) -> Option<String> {
    let mut named = trail.resources.0.iter().filter_map(|resource| resource.arn.get()?.split_once(":s3:::"));
    let longest = named.by_ref().map(|(_, name)| name).max_by_key(|name| name.len())?;
    match trail.request.object.get().filter(|_| !longest.contains('/')) {
        Some(object) => Some(format!("{longest}/{object}")),
        None => Some(longest.to_string()),
    }
}

/// What a call is on.
pub(super) fn resource(trail: &Trail<'_>) -> String {
    let request = &trail.request;
    if request.bucket.or_empty().contains(":accesspoint")
        && let Some(place) = behind(trail)
    {
        return Text::from(place).owned(TEXT_CHARS_MAX).unwrap_or_default();
    }
    let told = match (request.bucket.get(), request.object.get(), request.target.get(), request.policy.get()) {
        (Some(bucket), Some(object), ..) => format!("{bucket}/{object}"),
        (Some(bucket), ..) => bucket.to_string(),
        (.., Some(target), Some(policy)) => format!("{target} ({policy})"),
        (.., Some(one), None) | (.., None, Some(one)) => one.to_string(),
        _ => {
            let arn = trail.resources.0.iter().find_map(|resource| resource.arn.get());
            let nested = request.set.items.0.iter().find_map(|item| item.id.get().or(item.scalar.get()));
            arn.or(request.name.get())
                .or(nested)
                .or(request.object.get())
                .or(trail.source.get())
                .unwrap_or_default()
                .to_string()
        }
    };
    Text::from(told).owned(TEXT_CHARS_MAX).unwrap_or_default()
}
