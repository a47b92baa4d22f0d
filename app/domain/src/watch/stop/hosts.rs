//! The hosts to which requests may go: nothing is sent to any other.

use std::net::IpAddr;

use super::address::danger;

/// Where a request goes, taken apart strictly: what cannot be read one way only is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whether the connection is encrypted.
    pub is_encrypted: bool,
    /// The host, in small letters; an IPv6 address without its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Target {
    /// Reads the address of a request. The error is a sentence.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (is_encrypted, rest) = if let Some(rest) = url.strip_prefix("https://") {
            (true, rest)
        } else if let Some(rest) = url.strip_prefix("http://") {
            (false, rest)
        } else {
            return Err("Write an address that begins with https://.".into());
        };
        let strange =
            |c: char| c.is_control() || c.is_whitespace() || !c.is_ascii() || matches!(c, '\\' | '"' | '<' | '>' | '`');
        if url.contains(strange) {
            return Err("Write the address without blanks, and what is not of the alphabet as %41.".into());
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = &rest[..end];
        if authority.contains('@') {
            return Err(
                "Leave names and passwords out of the address: a secret belongs into a header, by its name.".into()
            );
        }
        if url.contains('#') {
            return Err("Leave out what follows the #: it is never sent.".into());
        }
        let (host, port) = split_port(authority)?;
        Ok(Self { is_encrypted, host, port: port.unwrap_or(if is_encrypted { 443 } else { 80 }) })
    }

    /// The address, where the host is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

/// Host and port of `host:port` or `[address]:port`.
fn split_port(text: &str) -> Result<(String, Option<u16>), String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or("An IPv6 address ends with ].")?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| format!("“{host}” is no IPv6 address."))?;
            match after {
                "" => (host, None),
                after => (host, Some(after.strip_prefix(':').ok_or("After ] only a port may follow, such as :8443.")?)),
            }
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port = match port {
        Some(port) => match port.parse::<u16>() {
            Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => Some(number),
            _ => return Err(format!("“{port}” is no port.")),
        },
        None => None,
    };
    let host = host.to_ascii_lowercase();
    if text.starts_with('[') || is_plain_host(&host) {
        Ok((host, port))
    } else {
        Err(format!("“{host}” is no host: write its name as in api.example.org, or its address."))
    }
}

/// A name, or an address in its one plain form: `0x7f.1` and `127.1` are the same machine under other names.
fn is_plain_host(host: &str) -> bool {
    let labels = || host.split('.');
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last_is_number = labels().next_back().is_some_and(|last| {
        last.bytes().all(|byte| byte.is_ascii_digit()) || last.to_ascii_lowercase().starts_with("0x")
    });
    host.len() <= 253 && labels().all(is_label) && (!last_is_number || host.parse::<std::net::Ipv4Addr>().is_ok())
}

/// One host of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// Whether plain HTTP is allowed there.
    is_plain: bool,
    /// Whether every host below it is meant.
    is_below: bool,
    host: String,
    port: Option<u16>,
}

/// The list of hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(Vec<Entry>);

impl Hosts {
    /// Reads the list: hosts with commas or blanks between them, each as `api.example.org`, `*.example.org`,
    /// `host:8443`, or `http://host:8080` where there is no encryption. The error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries = text.split([',', ' ', '\n', '\t']).map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(Self::entry).collect::<Result<Vec<_>, _>>().map(Self)
    }

    fn entry(text: &str) -> Result<Entry, String> {
        let wrong = |why: String| format!("“{text}” is no host for this list: {why}");
        let (is_plain, rest) = match text.strip_prefix("http://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("https://").unwrap_or(text)),
        };
        let (is_below, rest) = match rest.strip_prefix("*.") {
            // One label below the star would be the whole of a public suffix.
            Some(rest) if rest.contains('.') => (true, rest),
            Some(_) => return Err(wrong("write two labels behind the star, as in *.example.org.".into())),
            None => (false, rest),
        };
        if rest.contains(['/', '?', '#', '@']) {
            return Err(wrong("write the host alone, without a path.".into()));
        }
        let (host, port) = split_port(rest).map_err(wrong)?;
        Ok(Entry { is_plain, is_below, host, port })
    }

    /// Whether nothing may be sent anywhere.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, target: &Target) -> Option<&Entry> {
        self.0.iter().find(|entry| {
            let is_host = if entry.is_below {
                target.host.strip_suffix(&entry.host).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            } else {
                entry.host == target.host
            };
            let port = entry.port.unwrap_or(if target.is_encrypted { 443 } else { 80 });
            is_host && port == target.port && (target.is_encrypted || entry.is_plain)
        })
    }

    /// Whether a request may go there at all. The error is a sentence.
    pub fn permit(&self, target: &Target) -> Result<(), String> {
        match self.find(target) {
            Some(_) => Ok(()),
            None => {
                let scheme = if target.is_encrypted { "" } else { "http://" };
                let port = match (target.is_encrypted, target.port) {
                    (true, 443) | (false, 80) => String::new(),
                    (_, port) => format!(":{port}"),
                };
                let host = if target.host.contains(':') { format!("[{}]", target.host) } else { target.host.clone() };
                Err(format!(
                    "Nothing may be sent to {scheme}{host}{port}: whoever runs this instance adds it to INQUEST_STOP_HOSTS."
                ))
            }
        }
    }

    /// Whether the connection may be made to this address, to which the name of the target led. The error is a sentence.
    pub fn permit_address(&self, target: &Target, address: IpAddr) -> Result<(), String> {
        self.permit(target)?;
        let Some(danger) = danger(address) else { return Ok(()) };
        // Listed is what the list calls by its address; a name could lead anywhere tomorrow.
        let is_named = target.ip() == Some(address) || (target.host == "localhost" && address.is_loopback());
        if is_named {
            return Ok(());
        }
        Err(format!(
            "{} leads to {address}, {danger}: nothing is sent there unless the list names that address.",
            target.host
        ))
    }
}
