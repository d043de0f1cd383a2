//! `redirect_uri`: exactly one of the registered ones (RFC 9700 §2.1); with `openid` it must be sent (OIDC Core §3.1.2.1).

use perennial_domain::client::Client;
use perennial_protocol::{OAuthError, Params, scope::OPENID};

pub(super) fn find(client: &Client, params: &Params) -> Result<String, OAuthError> {
    let invalid = || OAuthError::invalid_request("Invalid parameter: redirect_uri");
    match params.get("redirect_uri") {
        Some(sent) if client.allows_redirect(sent) => Ok(sent.to_owned()),
        Some(_) => Err(invalid()),
        None => {
            let openid = params.get("scope").unwrap_or_default().split(' ').any(|scope| scope == OPENID);
            match client.settings.redirect_uris.as_slice() {
                [only] if !openid && client.allows_redirect(only) => Ok(only.clone()),
                _ => Err(OAuthError::invalid_request("Missing parameter: redirect_uri")),
            }
        }
    }
}
