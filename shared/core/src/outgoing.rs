//! Addresses that the suite may call: https, and out in the public network.
//!
//! Only one plain spelling is taken. A host that a program would have to interpret first (`127.1`,
//! `0x7f000001`, full-width digits, percent signs) is refused whatever it may mean, so that no two
//! programs can disagree about where it leads.

use std::net::{Ipv4Addr, Ipv6Addr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No address in its plain spelling.
    Malformed,
    NotHttps,
    /// It leads, or may lead, into a private network.
    NotPublic,
}

impl Refused {
    /// The problem's code.
    pub const fn code(self) -> &'static str {
        match self {
            Refused::Malformed => "address_malformed",
            Refused::NotHttps => "address_not_https",
            Refused::NotPublic => "address_not_public",
        }
    }
}

/// Longer addresses are a mistake.
const MAX_BYTES: usize = 2_048;

/// Names that mean something within a network only, with everything below them.
const PRIVATE_NAMES: &[&str] = &[
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
];
/// Public names whose addresses are what the name says, or always this machine.
const POINTING_INWARDS: &[&str] = &[
    "lacolhost.com",
    "localtest.me",
    "lvh.me",
    "nip.io",
    "sslip.io",
    "traefik.me",
    "vcap.me",
    "xip.io",
];

/// Whether this may be called. `development`: the own machine too, without https.
///
/// # Errors
/// Why not.
pub fn check(url: &str, development: bool) -> Result<(), Refused> {
    let plain = |c: char| c.is_ascii_graphic() && !"\\\"<>^`{|}".contains(c);
    if url.is_empty() || url.len() > MAX_BYTES || !url.chars().all(plain) {
        return Err(Refused::Malformed);
    }
    let (scheme, rest) = url.split_once("://").ok_or(Refused::Malformed)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let (host, port) = split_port(authority).ok_or(Refused::Malformed)?;
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
        return Err(Refused::Malformed);
    }
    let secure = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return Err(Refused::NotHttps),
    };
    match place(host)? {
        Place::OwnMachine if development => Ok(()),
        Place::OwnMachine | Place::Private => Err(Refused::NotPublic),
        Place::Public if secure => Ok(()),
        Place::Public => Err(Refused::NotHttps),
    }
}

/// Host and port, without brackets being lost; `None` where a name or password stands before it.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if authority.is_empty() || authority.contains(['@', '%']) {
        return None;
    }
    if let Some(end) = authority.rfind(']') {
        let (host, rest) = authority.split_at_checked(end + 1)?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    OwnMachine,
    Private,
    Public,
}

fn place(host: &str) -> Result<Place, Refused> {
    if let Some(inside) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return inside.parse().map(of_v6).map_err(|_| Refused::Malformed);
    }
    let host = host.to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        (1..=63).contains(&label.len()) && label.chars().all(inner) && !label.starts_with('-')
    };
    if !labels.iter().all(is_label) {
        return Err(Refused::Malformed);
    }
    let last = labels.last().copied().unwrap_or_default();
    // A last label that is a number makes the whole host an address, in one of many spellings.
    if last.chars().all(|c| c.is_ascii_digit()) || last.starts_with("0x") {
        let address: Ipv4Addr = host.parse().map_err(|_| Refused::NotPublic)?;
        return Ok(of_v4(address));
    }
    let within = |name: &&str| {
        host.strip_suffix(*name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if host == "localhost" {
        return Ok(Place::OwnMachine);
    }
    let private = PRIVATE_NAMES.iter().chain(POINTING_INWARDS).any(within);
    Ok(if private || labels.len() < 2 { Place::Private } else { Place::Public })
}

fn of_v4(address: Ipv4Addr) -> Place {
    if address.is_loopback() {
        return Place::OwnMachine;
    }
    let [a, b, c, _] = address.octets();
    let private = address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || matches!((a, b, c), (0 | 240..=255, ..) | (100, 64..=127, _) | (198, 18 | 19, _))
        // For documents, for protocols, for relays that are gone.
        || matches!(
            (a, b, c),
            (192, 0, 0 | 2) | (192, 88, 99) | (198, 51, 100) | (203, 0, 113)
        );
    if private { Place::Private } else { Place::Public }
}

/// Of the addresses of version 6 only 2000::/3 are anybody's, and among them some carry one of
/// version 4 inside.
fn of_v6(address: Ipv6Addr) -> Place {
    if address.is_loopback() {
        return Place::OwnMachine;
    }
    let [first, second, ..] = address.segments();
    let carries = matches!((first, second), (0x2002, _) | (0x2001, 0..=0x1FF | 0xDB8));
    let documents = first & 0xFFF0 == 0x3FF0;
    if (0x2000..=0x3FFF).contains(&first) && !carries && !documents {
        Place::Public
    } else {
        Place::Private
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn out_in_the_public_network_and_over_https() {
        for url in [
            "https://api.resend.com",
            "https://api.weixin.qq.com/cgi-bin/token?a=b#c",
            "https://8.8.8.8/",
            "https://hooks.example.com:8443/x",
            "HTTPS://API.Example.COM/",
            "https://xn--fsqu00a.xn--0zwm56d/",
            "https://[2606:4700:4700::1111]/",
            "https://a-b_c.example.co.uk",
            "https://100.63.255.255/",
            "https://internal.example.com/",
            "https://localhost.example.com/",
            "https://172.32.0.1/",
        ] {
            assert_eq!(check(url, false), Ok(()), "{url}");
        }
    }

    #[test]
    fn no_spelling_of_a_private_address_passes() {
        for host in [
            // The own machine.
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "127.0.1",
            "127.255.255.254",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0x7F.1",
            "0177.0.0.1",
            "017700000001",
            "0",
            "0.0.0.0",
            "00000000000",
            "127.0.0.0x1",
            "1.1.1.0x7f",
            "[::1]",
            "[::]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::]",
            // Private networks, and what a cloud keeps for itself.
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "3232235777",
            "0xc0a80101",
            "0300.0250.1.1",
            "169.254.169.254",
            "0xa9fea9fe",
            "2852039166",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[fd00:ec2::254]",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "[fc00::1]",
            "[fdff::1]",
            "[fe80::1]",
            "[fe80::1%25eth0]",
            "[fec0::1]",
            "[ff02::1]",
            "198.18.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "[2001:db8::1]",
            "[3fff::1]",
            "[64:ff9b::a00:1]",
            // Names of a network's own.
            "metadata",
            "metadata.google.internal",
            "db.internal",
            "nas.local",
            "router.lan",
            "intranet",
            "x.corp",
            "x.home.arpa",
            "svc.cluster.local",
            "svc.cluster.local.",
            "127.0.0.1.nip.io",
            "10-0-0-1.sslip.io",
            "localtest.me",
            "a.lvh.me",
            // Written so that programs disagree.
            "127.0.0.1%2f",
            "１２７.０.０.１",
            "127。0。0。1",
            "ⓛocalhost",
            "loc%61lhost",
            "example.com@127.0.0.1",
            "user:password@api.example.com",
            "example.com:80@10.0.0.1",
            "",
            ".",
            "example..com",
            "-a.example",
            "example.com.",
            "999.999.999.999",
            "256.1.1.1",
            "1.2.3",
            "1.2.3.4.5",
            "[::1",
            "::1",
            "[1.2.3.4]",
        ] {
            let url = format!("https://{host}/path");
            assert!(check(&url, false).is_err(), "{url}");
            let own = [
                "localhost",
                "LOCALHOST",
                "127.0.0.1",
                "127.255.255.254",
                "[::1]",
                "[0:0:0:0:0:0:0:1]",
            ];
            let may = own.contains(&host);
            assert_eq!(check(&url, true).is_ok(), may, "{url} in development");
        }
    }

    #[test]
    fn other_schemes_ports_and_characters_are_refused() {
        for url in [
            "http://api.example.com/",
            "ftp://api.example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "gopher://api.example.com/",
            "//api.example.com/",
            "api.example.com",
            "https:/api.example.com",
            "https:api.example.com",
            "https://",
            "https:///x",
            "",
            " https://api.example.com/",
            "https://api.example.com/\n",
            "https://api.example.com/\0",
            "https://api.exa\tmple.com/",
            "https:\\\\10.0.0.1\\",
            "https://api.example.com\\@10.0.0.1/",
            "https://api.example.com:0/",
            "https://api.example.com:99999/",
            "https://api.example.com:x/",
            "https://例子.中国/",
        ] {
            assert!(check(url, false).is_err(), "{url:?}");
        }
        assert!(
            check(&format!("https://api.example.com/{}", "a".repeat(MAX_BYTES)), false).is_err()
        );
        // In development the own machine, and nothing else, without https.
        assert_eq!(check("http://127.0.0.1:8080/x", true), Ok(()));
        assert_eq!(check("http://api.example.com/", true), Err(Refused::NotHttps));
        assert_eq!(check("http://192.168.1.1/", true), Err(Refused::NotPublic));
    }
}
