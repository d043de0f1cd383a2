//! `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4 and §3.5): a device polls until its user has answered.
//! Polls that come too early are told to slow down, which is kept; one redemption wins.

use super::{
    TokenCall,
    allowed::{self, Allowed},
};
use crate::{
    FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    dpop,
    holder::keep_enabled,
    tokens::Issue,
};
use perennial_crypto::{Entropy, token_hash};
use perennial_domain::{
    GrantId, Timestamp,
    client::Client,
    device::{Approval, Device, DevicePolicy, Poll},
    grant::{GrantType, Place},
};
use perennial_protocol::{ErrorCode, OAuthError, token::TokenResponse};
use perennial_storage::{Tx, devices};

/// The one answer to a code that gives nothing here, and never will.
const NOT_VALID: &str = "Device code not valid";

struct Request {
    credentials: Credentials,
    code_hash: [u8; 32],
    place: Place,
    entropy: Entropy,
}

enum Outcome {
    Granted(Box<Issue>),
    /// Not now. That the device asked has been kept.
    Wait(OAuthError),
}

pub async fn run(site: &Site, realm_name: &str, call: TokenCall<'_>) -> FlowResult<TokenResponse> {
    let TokenCall { params, credentials, place } = call;
    let code_hash = token_hash(params.require("device_code")?);
    let request = Request { credentials, code_hash, place, entropy: site.entropy.clone() };
    let (outcome, realm) = site.write(realm_name, move |tx, realm| poll(tx, realm, &request)).await?;
    match outcome {
        Outcome::Granted(issue) => issue.answer(site, &realm),
        Outcome::Wait(error) => Err(error.into()),
    }
}

fn poll(tx: &mut Tx<'_>, realm: &LoadedRealm, request: &Request) -> FlowResult<Outcome> {
    let client = client_auth::authenticate(realm, &request.credentials)?;
    if DevicePolicy::of(client).is_none() {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "Client not allowed for this grant").into());
    }
    let now = tx.now()?;
    let device = devices::find_by_code(tx, realm.model.realm.id, &request.code_hash)?;
    let device = device.ok_or_else(|| refused("unknown device code"))?;
    if device.client_id != client.id {
        return Err(refused("device code of another client").into());
    }
    match device.poll(now) {
        Poll::Redeemed => Err(refused("device code redeemed before").into()),
        Poll::Expired => Err(OAuthError::new(ErrorCode::ExpiredToken, "Device code is expired").into()),
        Poll::SlowDown(interval_s) => {
            devices::record_poll(tx, &device, now, interval_s)?;
            Ok(Outcome::Wait(slow_down()))
        }
        answer => Polling { client, device, request, now }.answer(tx, realm, answer),
    }
}

/// A device that has waited for long enough since it asked the last time.
struct Polling<'a> {
    client: &'a Client,
    device: Device,
    request: &'a Request,
    now: Timestamp,
}

impl Polling<'_> {
    fn answer(self, tx: &mut Tx<'_>, realm: &LoadedRealm, answer: Poll) -> FlowResult<Outcome> {
        // Another poll in the same moment was the one in time; this one is early.
        if !devices::record_poll(tx, &self.device, self.now, self.device.interval_s)? {
            return Ok(Outcome::Wait(slow_down()));
        }
        match answer {
            Poll::Grant(approval) => self.redeem(tx, realm, approval),
            Poll::Denied => {
                let denied = OAuthError::new(ErrorCode::AccessDenied, "The end user denied the authorization request");
                Ok(Outcome::Wait(denied))
            }
            _ => {
                let pending = "The authorization request is still pending";
                Ok(Outcome::Wait(OAuthError::new(ErrorCode::AuthorizationPending, pending)))
            }
        }
    }

    fn redeem(self, tx: &mut Tx<'_>, realm: &LoadedRealm, approval: Approval) -> FlowResult<Outcome> {
        let Self { client, device, request, now } = self;
        if keep_enabled(tx, realm, approval.user_id)?.is_none() {
            return Err(refused("user gone or disabled").into());
        }
        if !devices::redeem(tx, device.id)? {
            return Err(refused("device code redeemed meanwhile").into());
        }
        let key = dpop::check(tx, realm, client, &request.credentials)?;
        let allowed = Allowed {
            id: GrantId(request.entropy.uuid_v7(now.as_ms())),
            grant_type: GrantType::DeviceCode,
            approval,
            device_label: device.request.label,
            key,
            place: &request.place,
            used_from: None,
            refusal: NOT_VALID,
        };
        Ok(Outcome::Granted(Box::new(allowed::grant(tx, realm, client, allowed)?)))
    }
}

fn slow_down() -> OAuthError {
    OAuthError::new(ErrorCode::SlowDown, "Slow down: polled before the interval had passed")
}

fn refused(reason: &str) -> OAuthError {
    OAuthError::invalid_grant(NOT_VALID).because(reason)
}
