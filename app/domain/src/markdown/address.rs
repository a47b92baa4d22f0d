//! Links: where they lead, or what was typed where they may not.

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

/// Where a link may lead besides places of its own site.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// How a link begins and how it ends.
pub(super) fn link(
    kind: LinkType,
    address: &CowStr<'_>,
    title: &CowStr<'_>,
    id: &CowStr<'_>,
) -> (Event<'static>, Vec<Event<'static>>) {
    let short = matches!(kind, LinkType::Autolink | LinkType::Email);
    if !is_safe(address) {
        let (open, close) = if short { ("<", ">".to_string()) } else { ("[", close(address, title)) };
        return (Event::Text(open.into()), vec![Event::Text(close.into())]);
    }
    let tag = Tag::Link {
        link_type: kind,
        dest_url: address.to_string().into(),
        title: "".into(),
        id: id.to_string().into(),
    };
    let mut end = vec![Event::End(TagEnd::Link)];
    if !title.is_empty() {
        end.push(Event::Text(format!(" ({title})").into()));
    }
    (Event::Start(tag), end)
}

/// The end of a link or an image as it is typed.
pub(super) fn close(address: &str, title: &str) -> String {
    if title.is_empty() { format!("]({address})") } else { format!("]({address} \"{title}\")") }
}

/// Whether a browser may be sent there, and every reader of the address reads the same one.
fn is_safe(address: &str) -> bool {
    if address.is_empty() || address.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return false;
    }
    let head = address.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((scheme, _)) = head.split_once(':') else { return authority_is_plain(address) };
    if !SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return false;
    }
    scheme.eq_ignore_ascii_case("mailto") || authority_is_plain(&address[scheme.len() + 1..])
}

/// Whether what follows `//` can be the name of a host. A place of the own site has none.
fn authority_is_plain(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else { return !rest.starts_with(':') };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "0"));
    let port_is_known = port.parse::<u16>().is_ok();
    !host.is_empty() && port_is_known && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}
