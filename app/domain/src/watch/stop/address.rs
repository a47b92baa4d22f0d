//! Which addresses a request may go to. A name on the list of hosts says nothing of where it leads: whoever answers for
//! it could point it at this machine, or at what tells machines their secrets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses at which clouds tell a machine its secrets, beside those that are link-local.
const METADATA: [IpAddr; 3] = [
    // Alibaba Cloud; Azure's own address for its machines; Amazon's over IPv6.
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

/// Why nothing is sent to an address unless it is itself on the list; `None` where it is an address as others.
pub fn danger(address: IpAddr) -> Option<&'static str> {
    if METADATA.contains(&address) {
        return Some("an address at which a cloud tells a machine its secrets");
    }
    match address {
        IpAddr::V4(v4) => danger_v4(v4),
        IpAddr::V6(v6) => danger_v6(v6),
    }
}

fn danger_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [127, ..] => Some("this machine itself"),
        [169, 254, ..] => Some("a link-local address, where a cloud tells a machine its secrets"),
        [0, ..] => Some("an address of no machine"),
        [224..=255, ..] => Some("an address of many machines"),
        _ => None,
    }
}

fn danger_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(inner) = embedded(address) {
        return danger(IpAddr::V4(inner));
    }
    let first = address.segments()[0];
    if address == Ipv6Addr::LOCALHOST {
        Some("this machine itself")
    } else if address == Ipv6Addr::UNSPECIFIED {
        Some("an address of no machine")
    } else if first & 0xffc0 == 0xfe80 || first & 0xffc0 == 0xfec0 {
        Some("a link-local address")
    } else if first & 0xff00 == 0xff00 {
        Some("an address of many machines")
    } else {
        None
    }
}

/// The IPv4 address to which an IPv6 address leads: mapped, compatible, translated (NAT64) or tunnelled (6to4, Teredo).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let pair = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match s {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(pair(high, low)),
        [0, 0, 0, 0, 0xffff, 0, high, low] => Some(pair(high, low)),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 || low > 1 => Some(pair(high, low)),
        [0x64, 0xff9b, 1, _, _, _, high, low] => Some(pair(high, low)),
        [0x2002, high, low, ..] => Some(pair(high, low)),
        [0x2001, 0, _, _, _, _, high, low] => Some(pair(!high, !low)),
        _ => None,
    }
}
