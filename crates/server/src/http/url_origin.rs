//! What is shown of an address that may be a secret beyond its host.

use url::Url;

pub fn shown(url: &str) -> String {
    let origin = Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    format!("{origin}/…")
}
