//! Device authorization (RFC 8628 §3.1 and §3.2): a device that has no browser asks, and gets a code for itself and one for its user.

mod enter;

pub use enter::{CSRF_PURPOSE, CodeForm, Entered, Problem, enter};

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    authorize::admit,
    client_auth::{self, Credentials},
    events,
    grants::gates::check_scope,
    resources,
};
use perennial_crypto::{Entropy, token_hash};
use perennial_domain::{
    DeviceId,
    client::Client,
    device::{Device, DevicePolicy, DeviceRequest, DeviceState, clean_label},
    event::{Event, EventType},
    grant::Place,
};
use perennial_protocol::{
    ErrorCode, OAuthError, Params, ScopeSet,
    device::{DeviceAuthorizationResponse, USER_CODE_ALPHABET, USER_CODE_LENGTH, display_user_code},
    endpoints,
    scope::OFFLINE_ACCESS,
};
use perennial_storage::{
    Tx,
    devices::{self, CodeHashes},
};

/// A user code that is in use must be drawn again; among 34 bits that hardly happens once.
const DRAWS: usize = 8;

/// What a device sent.
struct Wish {
    credentials: Credentials,
    scope: Option<String>,
    resources: Vec<String>,
    label: Option<String>,
    place: Place,
    entropy: Entropy,
}

pub async fn authorize(
    site: &Site,
    realm_name: &str,
    params: &Params,
    credentials: Credentials,
    place: Place,
) -> FlowResult<DeviceAuthorizationResponse> {
    let wish = Wish {
        credentials,
        scope: params.get("scope").map(str::to_owned),
        resources: resources::of_params(params),
        label: params.get("device_label").and_then(clean_label),
        place,
        entropy: site.entropy.clone(),
    };
    let device_code = site.entropy.secret();
    let code_hash = token_hash(&device_code);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &wish.credentials)?;
        let not_allowed = || OAuthError::new(ErrorCode::UnauthorizedClient, "Client not allowed for this grant");
        let policy = DevicePolicy::of(client).ok_or_else(not_allowed)?;
        let device = wish.device(tx, realm, client, policy)?;
        // Anybody can ask for a public client, and each request is a row, an event and what is sent of it.
        admit(tx, realm, &wish.place)?;
        let user_code = store(tx, &device, code_hash, &wish.entropy)?;
        let event = Event::new(EventType::DeviceAuth).client(&client.client_id).at_place(&wish.place);
        events::raise(tx, realm, event)?;
        Ok((user_code, policy))
    };
    let ((user_code, policy), realm) = site.write(realm_name, unit).await?;
    let shown = display_user_code(&user_code);
    let verification_uri = format!("{}{}", realm.issuer, endpoints::DEVICE_PAGE);
    Ok(DeviceAuthorizationResponse {
        device_code,
        verification_uri_complete: format!("{verification_uri}?user_code={shown}"),
        verification_uri,
        user_code: shown,
        expires_in: policy.lifespan_s,
        interval: policy.interval_s,
    })
}

/// The gates that can be known before the user is: the scopes assigned to the client, and whether it may have refresh tokens.
fn askable_scope(realm: &LoadedRealm, client: &Client, asked: Option<&str>) -> Result<ScopeSet, OAuthError> {
    let scope = check_scope(realm, client, asked)?;
    Ok(if client.settings.use_refresh_tokens { scope } else { scope.without(OFFLINE_ACCESS) })
}

impl Wish {
    fn device(
        &self,
        tx: &mut Tx<'_>,
        realm: &LoadedRealm,
        client: &Client,
        policy: DevicePolicy,
    ) -> FlowResult<Device> {
        let now = tx.now()?;
        let scope = askable_scope(realm, client, self.scope.as_deref())?;
        let resources = resources::granted(realm, &self.resources)?;
        Ok(Device {
            id: DeviceId(self.entropy.uuid_v7(now.as_ms())),
            realm_id: realm.model.realm.id,
            client_id: client.id,
            request: DeviceRequest { scope, resources, label: self.label.clone(), ip: self.place.ip.clone() },
            state: DeviceState::Pending,
            interval_s: policy.interval_s,
            polled_at: None,
            expires_at: now.plus_s(policy.lifespan_s),
        })
    }
}

/// Under a user code of its own, which is returned.
fn store(tx: &mut Tx<'_>, device: &Device, code_hash: [u8; 32], entropy: &Entropy) -> FlowResult<String> {
    for _ in 0..DRAWS {
        let user_code = draw_user_code(entropy);
        let codes = CodeHashes { device: code_hash, user: token_hash(&user_code) };
        if devices::insert(tx, device, codes)? {
            return Ok(user_code);
        }
    }
    Err(FlowError::internal("no free user code"))
}

/// Each letter is equally likely: bytes beyond the last whole multiple of the alphabet are drawn again.
fn draw_user_code(entropy: &Entropy) -> String {
    let letters = USER_CODE_ALPHABET.len();
    let bound = 256 / letters * letters;
    let mut code = String::with_capacity(USER_CODE_LENGTH);
    while code.len() < USER_CODE_LENGTH {
        let byte = usize::from(entropy.bytes::<1>()[0]);
        if byte < bound {
            code.push(char::from(USER_CODE_ALPHABET[byte % letters]));
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_protocol::device::normalize_user_code;

    #[test]
    fn a_drawn_code_is_one_that_can_be_read_back() {
        let entropy = Entropy::seeded(3);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..500 {
            let code = draw_user_code(&entropy);
            assert_eq!(normalize_user_code(&display_user_code(&code)).as_deref(), Some(code.as_str()));
            assert!(seen.insert(code));
        }
    }
}
