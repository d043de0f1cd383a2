//! From where a request comes, as text for sessions and logs. `X-Forwarded-For` counts only as far as proxies that the
//! operator trusts have written it; everything further left is the sender's own claim.

use std::net::IpAddr;

use actix_web::{HttpRequest, web};

use crate::config_values::AddressBlock;

/// Application data.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<AddressBlock>);

impl TrustedProxies {
    fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.contains(address))
    }

    /// Follows the chain from the peer to the left for as long as the trusted say so.
    fn origin(&self, peer: IpAddr, forwarded: &[&str]) -> IpAddr {
        let mut origin = peer;
        let hops = forwarded.iter().rev().flat_map(|line| line.rsplit(','));
        for hop in hops {
            if !self.contain(origin) {
                break;
            }
            // A hop that is no address was not written by a proxy of ours.
            let Some(address) = parse_hop(hop) else { break };
            origin = address;
        }
        origin
    }
}

/// The address of the client; empty where the transport has none.
pub fn client_address(request: &HttpRequest) -> String {
    let Some(peer) = request.peer_addr() else { return String::new() };
    let peer = peer.ip().to_canonical();
    let origin = match request.app_data::<web::Data<TrustedProxies>>() {
        Some(trusted) if trusted.contain(peer) => {
            let lines: Vec<&str> =
                request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
            trusted.origin(peer, &lines)
        }
        _ => peer,
    };
    origin.to_string()
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop
        .parse::<IpAddr>()
        .or_else(|_| hop.parse::<std::net::SocketAddr>().map(|socket| socket.ip()))
        .or_else(|_| hop.trim_matches(['[', ']']).parse());
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn address(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let trusted = TrustedProxies(trusted.iter().map(|block| block.parse().unwrap()).collect());
        let mut request = TestRequest::get().peer_addr(peer.parse().unwrap()).app_data(web::Data::new(trusted));
        for line in forwarded {
            request = request.append_header(("x-forwarded-for", *line));
        }
        client_address(&request.to_http_request())
    }

    #[test]
    fn without_a_trusted_proxy_the_header_is_only_a_claim() {
        assert_eq!(address(&[], "192.0.2.9:1", &["198.51.100.7"]), "192.0.2.9");
        assert_eq!(address(&["10.0.0.0/8"], "192.0.2.9:1", &["198.51.100.7"]), "192.0.2.9");
    }

    #[test]
    fn a_trusted_proxy_tells_the_client() {
        assert_eq!(address(&["10.0.0.0/8"], "10.0.0.1:1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(address(&["10.0.0.0/8"], "10.0.0.1:1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_believed() {
        assert_eq!(address(&["10.0.0.0/8"], "10.0.0.1:1", &["1.2.3.4, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(address(&["10.0.0.0/8"], "10.0.0.1:1", &["1.2.3.4", "198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(address(&["10.0.0.0/8"], "10.0.0.1:1", &["<script>"]), "10.0.0.1");
    }

    #[test]
    fn mapped_addresses_are_made_plain_and_ports_dropped() {
        assert_eq!(address(&[], "[::ffff:192.0.2.9]:1", &[]), "192.0.2.9");
        assert_eq!(address(&["::1"], "[::1]:1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(address(&["::1"], "[::1]:1", &["192.0.2.1:80"]), "192.0.2.1");
    }
}
