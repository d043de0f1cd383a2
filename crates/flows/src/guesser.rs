//! Who guesses or floods, as far as an address tells: what attempts are counted by.

use std::net::IpAddr;

/// One household or host: an IPv6 network of 64 bits is one customer's.
pub fn guesser(ip: &str) -> String {
    match ip.parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => ip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guesser_cannot_change_places_within_a_network() {
        assert_eq!(guesser("2001:db8:1:2:3:4:5:6"), guesser("2001:db8:1:2:ffff::1"));
        assert_ne!(guesser("2001:db8:1:2::1"), guesser("2001:db8:1:3::1"));
        assert_ne!(guesser("192.0.2.1"), guesser("192.0.2.2"));
    }
}
