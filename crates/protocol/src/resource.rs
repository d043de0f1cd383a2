//! Resource indicators (RFC 8707 §2): what may name a protected resource.

/// Bytes; identifiers are stored with every session that names them.
pub const LONGEST: usize = 255;

/// An absolute URI (RFC 3986 §4.3) without a fragment, of the characters that a URI may hold.
pub fn is_acceptable(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let legal_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte);
    legal_scheme && uri.len() <= LONGEST && !rest.trim_matches('/').is_empty() && rest.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_an_absolute_uri_without_a_fragment() {
        for good in ["https://api.example", "https://api.example/v1?tenant=1", "urn:example:mail", "api+x://host:81/"] {
            assert!(is_acceptable(good), "{good}");
        }
        for bad in
            ["", "api", "/v1", "//api.example", "https://", "https://a.example/#x", "https://a b", "1a://b", "a:é"]
        {
            assert!(!is_acceptable(bad), "{bad}");
        }
        assert!(!is_acceptable(&format!("https://a.example/{}", "x".repeat(LONGEST))));
    }
}
