//! Address of the client. `X-Forwarded-For` is believed only from configured proxies.

use http::HeaderMap;
use std::net::{IpAddr, Ipv4Addr};

/// Address of the client of a request; in the request's extensions. Personal data: never logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

/// Address of the other end of the connection; put in by the listener.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Finds the client: the nearest address of the forwarding chain that is no trusted proxy.
pub fn find(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
    if !trusted.contains(&peer) {
        return peer;
    }
    let mut nearest = peer;
    let values: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    for hop in values.iter().rev() {
        let Ok(ip) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        nearest = ip.to_canonical();
        if !trusted.contains(&nearest) {
            break;
        }
    }
    nearest
}

/// The network an address belongs to: /24 or /64. What limits are counted by.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            Ipv4Addr::new(a, b, c, 0).into()
        }
        IpAddr::V6(v6) => {
            let mut parts = v6.segments();
            parts[4..].fill(0);
            IpAddr::V6(parts.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, forwarded: &'static str, trusted: &[&str]) -> String {
        let headers = [("x-forwarded-for", forwarded)]
            .map(|(k, v)| (http::HeaderName::from_static(k), http::HeaderValue::from_static(v)))
            .into_iter()
            .collect();
        let trusted: Vec<IpAddr> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        find(Some(peer.parse().unwrap()), &headers, &trusted).to_string()
    }

    #[test]
    fn a_forged_header_is_not_believed() {
        assert_eq!(found("203.0.113.9", "1.2.3.4", &[]), "203.0.113.9");
        assert_eq!(found("127.0.0.1", "6.6.6.6, 1.2.3.4", &["127.0.0.1"]), "1.2.3.4");
        assert_eq!(found("127.0.0.1", "1.2.3.4, 10.0.0.2", &["127.0.0.1", "10.0.0.2"]), "1.2.3.4");
        assert_eq!(found("127.0.0.1", "garbage", &["127.0.0.1"]), "127.0.0.1");
    }

    #[test]
    fn networks_group_neighbours() {
        assert_eq!(network("203.0.113.9".parse().unwrap()).to_string(), "203.0.113.0");
        assert_eq!(network("2001:db8:1:2:3::9".parse().unwrap()).to_string(), "2001:db8:1:2::");
    }
}
