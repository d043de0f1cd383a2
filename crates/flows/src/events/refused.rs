//! What a refusal is about, as far as the request tells: the client it names, the grant of a token that is really ours, the name
//! that somebody typed. Who that is, is looked up when the event is stored.

use crate::{FlowError, LoadedRealm, Site};
use perennial_domain::{
    GrantId,
    event::{Event, EventType},
};
use perennial_protocol::{OAuthError, Params};

/// A detail: what somebody typed as their name. Stored only where a user has it: people type passwords there by mistake.
pub const USERNAME: &str = "username";
const REASON: &str = "reason";
/// Trouble of ours, what a device is told until its user has decided (RFC 8628 §3.5), and the first half of a proof with a nonce
/// (RFC 9449 §8).
const NO_REFUSALS: [&str; 4] = ["server_error", "authorization_pending", "slow_down", "use_dpop_nonce"];

/// Whether somebody was refused, and not merely told to come again.
pub fn is_refusal(error: &OAuthError) -> bool {
    !NO_REFUSALS.contains(&error.code.as_str())
}

/// The event of an OAuth error, with the private reason, or else the public description, as a detail.
pub fn refusal(event_type: EventType, error: &OAuthError) -> Event {
    let reason = error.reason.as_deref().unwrap_or(&error.description);
    Event::new(event_type).error(error.code.as_str()).detail(REASON, reason)
}

/// What the token endpoint refused. Trouble of ours is none of the caller's.
pub fn token_refusal(site: &Site, realm_name: &str, params: &Params, error: &FlowError) -> Option<Event> {
    let FlowError::OAuth(error) = error else { return None };
    let event_type = params.get("grant_type").and_then(type_of_grant)?;
    if !is_refusal(error) {
        return None;
    }
    let mut event = refusal(event_type, error);
    if let Some(username) = params.get("username") {
        event = event.detail(USERNAME, username);
    }
    let presented = params.get("refresh_token").zip(site.peek(realm_name));
    if let Some(grant) = presented.and_then(|(token, realm)| grant_of(&realm, token)) {
        event = event.grant_id(grant);
    }
    Some(event)
}

/// Of a refresh token with a MAC of ours, whatever else is wrong with it.
fn grant_of(realm: &LoadedRealm, token: &str) -> Option<GrantId> {
    realm.refresh.verify(token).ok().map(|presented| GrantId(presented.grant_id))
}

fn type_of_grant(grant_type: &str) -> Option<EventType> {
    match grant_type {
        "authorization_code" => Some(EventType::CodeToTokenError),
        "refresh_token" => Some(EventType::RefreshTokenError),
        "password" => Some(EventType::LoginError),
        "client_credentials" => Some(EventType::ClientLoginError),
        "urn:ietf:params:oauth:grant-type:device_code" => Some(EventType::DeviceCodeToTokenError),
        "urn:ietf:params:oauth:grant-type:token-exchange" => Some(EventType::TokenExchangeError),
        _ => None,
    }
}
