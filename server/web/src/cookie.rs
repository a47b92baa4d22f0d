//! The cookies beside the session's: the mark of a known browser, and secrets on their way to the page that
//! shows them once. What is secret in them is not kept here.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// The mark of a browser in which somebody signed in before.
pub const DEVICE: &str = "inquest_device";

/// A cookie that the browser sends.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// Has the browser keep a cookie for so long; with no seconds it drops it. No script reads it, and no other
/// site's form sends it.
pub fn set(response: &mut Response, name: &str, value: &str, seconds: i64, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("inquest=a; xinquest_device=b;inquest_device=c"));
        headers.append(header::COOKIE, HeaderValue::from_static("other=d"));
        let table = [("inquest", Some("a")), (DEVICE, Some("c")), ("other", Some("d")), ("inquest_", None)];
        for (name, value) in table {
            assert_eq!(read(&headers, name), value, "{name}");
        }
    }
}
