//! Evidence on its way out: always a download, never a page, for it is somebody else's bytes.

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::evidence::Evidence;
use domain::spelling::shown_line;
use store::{Result, Store};

use crate::door::encode;

/// The bytes of an item, or the part of them that is asked for. Their digest is their tag: what a browser has of it stays good.
pub async fn respond(store: &Store, item: &Evidence, asked: &HeaderMap) -> Result<Response> {
    let tag = format!("\"{}\"", item.sha256);
    let of = |name: header::HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let is_known = of(header::IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(|known| is_tag(known, &tag)));
    // A part of other bytes than those at hand would not fit; a tag that says “much the same” cannot tell.
    let same = of(header::IF_RANGE).is_none_or(|known| known.trim() == tag);
    let is_other = of(header::IF_MATCH).is_some_and(|tags| !tags.split(',').any(|known| is_strong(known, &tag)));
    let wanted = of(header::RANGE).filter(|_| same).and_then(|range| part(range, item.bytes));
    let mut response = match wanted {
        _ if is_other => StatusCode::PRECONDITION_FAILED.into_response(),
        _ if is_known => StatusCode::NOT_MODIFIED.into_response(),
        Some(None) => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", item.bytes));
            response
        }
        Some(Some(part)) => {
            let bytes = store.read_blob_part(&item.sha256, part.clone()).await?;
            let mut response = (StatusCode::PARTIAL_CONTENT, Body::from_stream(bytes)).into_response();
            put(&mut response, header::CONTENT_RANGE, &format!("bytes {}-{}/{}", part.start, part.end - 1, item.bytes));
            put(&mut response, header::CONTENT_LENGTH, &(part.end - part.start).to_string());
            response
        }
        None => {
            let mut response = Body::from_stream(store.read_blob(&item.sha256).await?).into_response();
            put(&mut response, header::CONTENT_LENGTH, &item.bytes.to_string());
            response
        }
    };
    put(&mut response, header::CONTENT_TYPE, "application/octet-stream");
    put(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(&mut response, header::ACCEPT_RANGES, "bytes");
    put(&mut response, header::ETAG, &tag);
    put(&mut response, header::CONTENT_DISPOSITION, &disposition(&shown_line(&item.name, usize::MAX)));
    Ok(response)
}

/// A file to keep, which is made here: its bytes, of what type they are, and what it is called.
pub fn attachment(body: impl IntoResponse, media_type: &str, name: &str) -> Response {
    let mut response = body.into_response();
    put(&mut response, header::CONTENT_TYPE, media_type);
    put(&mut response, header::CONTENT_DISPOSITION, &disposition(name));
    response
}

fn put(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn is_tag(known: &str, tag: &str) -> bool {
    let known = known.trim();
    known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
}

/// Whether a tag names these very bytes: a weak one never does.
fn is_strong(known: &str, tag: &str) -> bool {
    matches!(known.trim(), known if known == "*" || known == tag)
}

/// The name in ASCII for old browsers, and as it is (RFC 6266) where that is not the same.
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let whole =
        if plain == name { String::new() } else { format!("; filename*=UTF-8''{}", encode(name).replace('/', "%2F")) };
    format!("attachment; filename=\"{plain}\"{whole}")
}

/// The part that a header asks for: nothing where it asks for none that can be given alone, `Some(None)` where it lies
/// beyond the end.
fn part(range: &str, bytes: u64) -> Option<Option<Range<u64>>> {
    let (unit, parts) = range.trim().split_once('=')?;
    let (from, to) = parts.split_once('-').filter(|_| unit.eq_ignore_ascii_case("bytes"))?;
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() {
        let length: u64 = to.parse().ok()?;
        return Some((length > 0 && bytes > 0).then(|| bytes.saturating_sub(length)..bytes));
    }
    let start: u64 = from.parse().ok()?;
    let end = if to.is_empty() { bytes } else { to.parse::<u64>().ok()?.saturating_add(1).min(bytes) };
    if !to.is_empty() && to.parse::<u64>().ok()? < start {
        return None;
    }
    Some((start < bytes).then_some(start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_are_asked_for() {
        let table = [
            ("bytes=0-0", Some(Some(0..1))),
            ("bytes=2-", Some(Some(2..10))),
            ("BYTES=0-4", Some(Some(0..5))),
            ("bytes=-3", Some(Some(7..10))),
            ("bytes=-30", Some(Some(0..10))),
            ("bytes=4-99", Some(Some(4..10))),
            ("bytes=10-", Some(None)),
            ("bytes=5-4", None),
            ("bytes=0-1,4-5", None),
            ("lines=1-2", None),
        ];
        for (range, expected) in table {
            assert_eq!(part(range, 10), expected, "{range}");
        }
    }

    #[test]
    fn only_a_strong_tag_names_the_same_bytes() {
        let (tag, other) = ("\"ab\"", "\"cd\"");
        for (known, strong, weak) in
            [(tag, true, true), ("W/\"ab\"", false, true), ("*", true, true), (other, false, false)]
        {
            assert_eq!((is_strong(known, tag), is_tag(known, tag)), (strong, weak), "{known}");
        }
    }

    #[test]
    fn a_name_survives_the_download() {
        assert_eq!(disposition("a-b.csv"), "attachment; filename=\"a-b.csv\"");
        assert_eq!(
            disposition("Überblick 1/2.csv"),
            "attachment; filename=\"_berblick_1_2.csv\"; filename*=UTF-8''%C3%9Cberblick%201%2F2.csv"
        );
    }
}
