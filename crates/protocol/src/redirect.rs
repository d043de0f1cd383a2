//! Redirect URIs: which may be registered, and whether a sent one is a registered one (RFC 6749 §3.1.2, RFC 9700 §4.1, RFC 8252 §7.3).

/// Exact comparison, except that the port of an `http` loopback *address* may differ for `native` clients (RFC 8252 §7.3), which
/// are public ones. `localhost` is a name, not an address: it is compared exactly.
pub fn matches_registered(registered: &[String], sent: &str, native: bool) -> bool {
    let equal = |own: &String| own == sent || (native && loopback_equal(own, sent));
    is_acceptable(sent) && registered.iter().any(equal)
}

/// No fragment (RFC 6749 §3.1.2), no control characters or spaces, no user info, no script or data scheme, an absolute URI.
pub fn is_acceptable(uri: &str) -> bool {
    let clean = uri.len() <= 2_048
        && uri.bytes().all(|byte| (0x21..=0x7E).contains(&byte))
        && !uri.contains(['#', '\\', '"', '<', '>', '*']);
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let legal_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let scripting =
        ["javascript", "data", "vbscript", "blob", "file", "about"].iter().any(|bad| scheme.eq_ignore_ascii_case(bad));
    let web = scheme == "http" || scheme == "https";
    let authority = rest.strip_prefix("//").map(|after| after.split(['/', '?']).next().unwrap_or_default());
    let authority_fits = match authority {
        Some(host) => !host.contains('@') && (!web || !host.is_empty()),
        None => !web,
    };
    clean && legal_scheme && !scripting && authority_fits && !rest.is_empty()
}

/// A redirect that any program on the user's device could claim (RFC 6749 §10.2, RFC 8252 §8.6): loopback or a custom scheme.
pub fn is_claimable_by_other_apps(uri: &str) -> bool {
    if uri.starts_with("https://") {
        return false;
    }
    !uri.starts_with("http://") || is_loopback_host(uri)
}

/// The origin (`scheme://host[:port]`) of a web URI, or the bare scheme (`app:`) of another: what a CSP source list can name.
pub fn csp_source(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    match rest.strip_prefix("//") {
        Some(after) if scheme == "http" || scheme == "https" => {
            let authority = after.split(['/', '?', '#']).next()?;
            Some(format!("{scheme}://{authority}"))
        }
        _ => Some(format!("{scheme}:")),
    }
}

fn loopback_equal(registered: &str, sent: &str) -> bool {
    match (split_loopback(registered), split_loopback(sent)) {
        (Some((own_host, own_path)), Some((host, path))) => own_host == host && own_path == path,
        _ => false,
    }
}

/// `(host, everything from the path on)` of `http://127.0.0.1[:port]…` and `http://[::1][:port]…`.
fn split_loopback(uri: &str) -> Option<(&'static str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(cut);
    for host in ["127.0.0.1", "[::1]"] {
        if let Some(port) = authority.strip_prefix(host) {
            let digits = port.strip_prefix(':');
            let legal = port.is_empty()
                || digits.is_some_and(|d| !d.is_empty() && d.len() <= 5 && d.bytes().all(|b| b.is_ascii_digit()));
            return legal.then_some((host, path));
        }
    }
    None
}

fn is_loopback_host(uri: &str) -> bool {
    let local_name =
        uri.strip_prefix("http://localhost").is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']));
    local_name || split_loopback(uri).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(uris: &[&str]) -> Vec<String> {
        uris.iter().map(|uri| (*uri).to_owned()).collect()
    }

    #[test]
    fn comparison_is_exact() {
        let own = registered(&["https://app.example/cb"]);
        assert!(matches_registered(&own, "https://app.example/cb", true));
        for other in [
            "https://app.example/cb/",
            "https://app.example/cb?x=1",
            "https://app.example/CB",
            "https://app.example.evil/cb",
            "https://app.example/cb/../evil",
            "https://app.example@evil.example/cb",
            "http://app.example/cb",
        ] {
            assert!(!matches_registered(&own, other, true), "{other}");
        }
    }

    #[test]
    fn only_the_port_of_a_loopback_address_may_differ() {
        let own = registered(&["http://127.0.0.1/cb", "http://localhost:9999/cb"]);
        assert!(matches_registered(&own, "http://127.0.0.1:51004/cb", true));
        assert!(!matches_registered(&own, "http://127.0.0.1:51004/cb", false), "a web client has one address");
        assert!(!matches_registered(&own, "http://127.0.0.1:51004/other", true));
        assert!(!matches_registered(&own, "http://127.0.0.1:51004@evil.example/cb", true));
        assert!(!matches_registered(&own, "http://127.0.0.1.evil.example/cb", true));
        assert!(!matches_registered(&own, "http://localhost:9998/cb", true));
    }

    #[test]
    fn hostile_uris_are_refused_even_when_registered() {
        for uri in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a.example/#f",
            "https://a.example/\r\nSet-Cookie:x",
            "https:///x",
            "//a.example",
            "",
        ] {
            assert!(!matches_registered(&registered(&[uri]), uri, true), "{uri}");
        }
    }

    #[test]
    fn other_apps_can_claim_loopback_and_custom_schemes() {
        assert!(is_claimable_by_other_apps("http://localhost:9999/cb"));
        assert!(is_claimable_by_other_apps("com.example.app:/cb"));
        assert!(!is_claimable_by_other_apps("https://app.example/cb"));
        assert!(!is_claimable_by_other_apps("http://localhost.example/cb"));
    }

    #[test]
    fn csp_source_is_the_origin_or_the_scheme() {
        assert_eq!(csp_source("https://app.example:8443/cb?x").as_deref(), Some("https://app.example:8443"));
        assert_eq!(csp_source("com.example.app:/cb").as_deref(), Some("com.example.app:"));
    }
}
