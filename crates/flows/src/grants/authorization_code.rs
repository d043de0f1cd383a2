//! `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5): a code is redeemed once, by its client, with its verifier.

use super::{
    TokenCall,
    allowed::{self, Allowed},
};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    dpop::{self, KeyThumbprint},
    endings::family,
    events,
    holder::keep_enabled,
    resources,
    tokens::Issue,
};
use perennial_crypto::{pkce_s256_matches, thumbprint_text, token_hash};
use perennial_domain::{
    Timestamp,
    audit::{Action, Actor},
    authorization::AuthorizationCode,
    client::Client,
    device::Approval,
    event::{Event, EventType},
    grant::{GrantType, Place},
};
use perennial_protocol::{ErrorCode, OAuthError, token::TokenResponse};
use perennial_storage::{Tx, codes, grants};

const CODE_REPLAYED: &str = "code_replayed";

struct Request {
    credentials: Credentials,
    code_hash: [u8; 32],
    redirect_uri: Option<String>,
    verifier: Option<String>,
    /// Those of the code that the first access token is for; empty: all.
    resources: Vec<String>,
    place: Place,
}

enum Outcome {
    Granted(Box<Issue>),
    /// The code had been redeemed. What came of it, if it still lived, has ended now, durably.
    Replayed(Option<Action>, Timestamp),
}

pub async fn run(site: &Site, realm_name: &str, call: TokenCall<'_>) -> FlowResult<TokenResponse> {
    let TokenCall { params, credentials, place } = call;
    let request = Request {
        credentials,
        code_hash: token_hash(params.require("code")?),
        redirect_uri: params.get("redirect_uri").map(str::to_owned),
        verifier: params.get("code_verifier").map(str::to_owned),
        resources: resources::of_params(params),
        place,
    };
    let (outcome, realm) = site.write(realm_name, move |tx, realm| redeem(tx, realm, &request)).await?;
    match outcome {
        Outcome::Granted(issue) => issue.answer(site, &realm),
        Outcome::Replayed(ended, at) => {
            if let Some(action) = ended {
                site.record(at, realm_name, Actor::Server, action);
            }
            Err(OAuthError::invalid_grant("Code not valid").because("code redeemed before; its grant has ended").into())
        }
    }
}

fn redeem(tx: &mut Tx<'_>, realm: &LoadedRealm, request: &Request) -> FlowResult<Outcome> {
    let client = client_auth::authenticate(realm, &request.credentials)?;
    if !client.settings.standard_flow {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "Client not allowed for this grant").into());
    }
    let now = tx.now()?;
    let code = codes::find(tx, realm.model.realm.id, &request.code_hash)?;
    let code = code.ok_or_else(|| refused("unknown code"))?;
    check_binding(client, &code, request)?;
    let key = dpop::check(tx, realm, client, &request.credentials)?;
    check_key(&code, key.as_ref())?;
    // Before the code: whoever ends all of a user's takes them in this order, too.
    if code.redeemed_at.is_none() && keep_enabled(tx, realm, code.grant.user_id)?.is_none() {
        return Err(refused("user gone or disabled"));
    }
    if code.redeemed_at.is_some() || !codes::redeem(tx, &code.code_hash, now)? {
        // RFC 6749 §4.1.2: whoever shows a code twice may have stolen it; what it gave ends.
        return Ok(Outcome::Replayed(end_replayed(tx, realm, client, &code, &request.place)?, now));
    }
    if code.expires_at <= now {
        return Err(refused("expired code"));
    }
    let chosen = resources::chosen(realm, &code.grant.resources, &request.resources)?;
    let issue = allowed::grant(tx, realm, client, allowed_by(&code, key, &request.place))?;
    Ok(Outcome::Granted(Box::new(Issue { resources: chosen, nonce: code.grant.nonce, ..issue })))
}

/// What the code gave ends, if it still lived.
fn end_replayed(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    code: &AuthorizationCode,
    place: &Place,
) -> FlowResult<Option<Action>> {
    let Some(grant) = grants::find(tx, code.grant_id)? else { return Ok(None) };
    let event = Event::new(EventType::RevokeGrant).client(&client.client_id).at_place(place);
    let event = event.detail("reason", CODE_REPLAYED).detail(events::BY, "server");
    family::end(tx, realm, &grant, event, CODE_REPLAYED)
}

/// Everything that a thief of the code would not have. Checked before the code counts as used.
fn check_binding(client: &Client, code: &AuthorizationCode, request: &Request) -> FlowResult<()> {
    let stored = &code.grant;
    if stored.client_id != client.id {
        return Err(refused("code of another client"));
    }
    match &request.redirect_uri {
        Some(sent) if *sent != stored.redirect_uri => return Err(redirect_mismatch()),
        None if stored.redirect_uri_sent => return Err(redirect_mismatch()),
        _ => {}
    }
    match (&stored.code_challenge, &request.verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if pkce_s256_matches(verifier, challenge) => Ok(()),
        (Some(_), None) => Err(OAuthError::invalid_grant("PKCE code verifier not specified").into()),
        (Some(_), Some(_)) => Err(OAuthError::invalid_grant("PKCE verification failed").into()),
        // RFC 9700 §2.1.1: a verifier without a challenge is a downgrade attempt.
        (None, Some(_)) => Err(OAuthError::invalid_grant("PKCE code challenge was not sent").into()),
    }
}

/// RFC 9449 §10: a code that was asked for with a key is only for the holder of that key.
fn check_key(code: &AuthorizationCode, key: Option<&KeyThumbprint>) -> FlowResult<()> {
    let Some(bound) = &code.grant.dpop_jkt else { return Ok(()) };
    match key {
        None => Err(dpop::invalid("DPoP proof is missing").into()),
        Some(key) if thumbprint_text(key) == *bound => Ok(()),
        Some(_) => Err(dpop::invalid("DPoP proof is of another key").into()),
    }
}

/// What the user allowed when the code was made.
fn allowed_by<'a>(code: &'a AuthorizationCode, key: Option<KeyThumbprint>, place: &'a Place) -> Allowed<'a> {
    let stored = &code.grant;
    Allowed {
        id: code.grant_id,
        grant_type: GrantType::AuthorizationCode,
        approval: Approval {
            user_id: stored.user_id,
            user_session: stored.user_session,
            scope: stored.scope.clone(),
            resources: stored.resources.clone(),
            auth_at: stored.auth_at,
            chosen_end_s: stored.chosen_end_s,
            granted_at: stored.issued_at,
        },
        device_label: None,
        key,
        place: &stored.began_from,
        used_from: Some(place),
        refusal: "Code not valid",
    }
}

fn refused(reason: &str) -> FlowError {
    OAuthError::invalid_grant("Code not valid").because(reason).into()
}

fn redirect_mismatch() -> FlowError {
    OAuthError::invalid_grant("Incorrect redirect_uri").into()
}
