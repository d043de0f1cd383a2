//! A person enters the code that their device shows (RFC 8628 §3.3). Only a form that this browser was given is taken, guesses are
//! counted by place, and a right code leads to sign-in and consent in this browser.

use crate::{
    FlowResult, LoadedRealm, Site,
    authorize::{self, Step},
    events,
    guesser::guesser,
    sign_in::{Browser, csrf_matches, foreign_form},
};
use perennial_crypto::{Entropy, token_hash};
use perennial_domain::{
    RequestId,
    authorization::{AuthorizationRequest, PendingRequest},
    device::{Device, DevicePolicy},
    event::{Event, EventType},
};
use perennial_protocol::device::normalize_user_code;
use perennial_storage::{
    Tx,
    allowances::{self, Limit},
    devices, requests,
};

/// What the form's CSRF token is bound to.
pub const CSRF_PURPOSE: &str = "device";
/// RFC 8628 §5.1: with 34 bits, a code's life of minutes and this, nobody guesses one.
const LIMIT: Limit = Limit { tries: 10, window_s: 600 };

pub struct CodeForm {
    pub csrf: String,
    pub user_code: String,
    pub ui_locales: Option<String>,
}

pub enum Entered {
    Known(Step),
    Refused(Problem),
}

/// Why a code was not taken, as far as the person may know: a wrong one and an expired one are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Missing,
    Wrong,
    TooManyAttempts,
}

pub async fn enter(site: &Site, realm_name: &str, browser: &Browser, form: CodeForm) -> FlowResult<Entered> {
    let binding = browser.binding.as_deref().ok_or_else(foreign_form)?;
    if !csrf_matches(binding, CSRF_PURPOSE, &form.csrf) {
        return Err(foreign_form());
    }
    if form.user_code.trim().is_empty() {
        return Ok(Entered::Refused(Problem::Missing));
    }
    let entry = Entry {
        code_hash: normalize_user_code(&form.user_code).map(|code| token_hash(&code)),
        binding_hash: token_hash(binding),
        ui_locales: form.ui_locales,
        browser: browser.clone(),
        entropy: site.entropy.clone(),
    };
    Ok(site.write(realm_name, move |tx, realm| entry.take(tx, realm)).await?.0)
}

/// A code as it was entered, and in which browser.
struct Entry {
    /// `None` where it cannot be one.
    code_hash: Option<[u8; 32]>,
    binding_hash: [u8; 32],
    ui_locales: Option<String>,
    browser: Browser,
    entropy: Entropy,
}

impl Entry {
    fn take(&self, tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<Entered> {
        let (now, realm_id, place) = (tx.now()?, realm.model.realm.id, guesser(&self.browser.place.ip));
        if !allowances::take(tx, realm_id, &place, now, LIMIT)? {
            return Ok(Entered::Refused(Problem::TooManyAttempts));
        }
        let Some(device) = find_open(tx, realm, self.code_hash)? else {
            let event = Event::new(EventType::DeviceVerifyUserCodeError).at_place(&self.browser.place);
            events::raise(tx, realm, event.error("invalid_code"))?;
            return Ok(Entered::Refused(Problem::Wrong));
        };
        allowances::give_back(tx, realm_id, &place)?;
        let pending = self.ask(tx, realm, &device)?;
        Ok(Entered::Known(authorize::take_up(tx, realm, &pending, &self.browser, &self.entropy)?))
    }

    /// The device's wish as a request of this browser: from here on it goes the way of every authorization request.
    fn ask(&self, tx: &mut Tx<'_>, realm: &LoadedRealm, device: &Device) -> FlowResult<PendingRequest> {
        let now = tx.now()?;
        let login_ends_at = now.plus_s(realm.model.realm.settings.token_policy.login_lifespan_s);
        let pending = PendingRequest {
            id: RequestId(self.entropy.uuid_v7(now.as_ms())),
            realm_id: realm.model.realm.id,
            binding_hash: self.binding_hash,
            request: AuthorizationRequest {
                client_id: device.client_id,
                redirect_uri: String::new(),
                redirect_uri_sent: false,
                form_post: false,
                state: None,
                nonce: None,
                scope: device.request.scope.clone(),
                code_challenge: None,
                dpop_jkt: None,
                prompt_login: false,
                // RFC 8628 §5.4: whoever lured a person here must not get by with an earlier consent.
                prompt_consent: true,
                select_account: false,
                max_age_s: None,
                hinted_user: None,
                login_hint: None,
                ui_locales: self.ui_locales.clone(),
                resources: device.request.resources.clone(),
                device: Some(device.id),
            },
            signed_in_as: None,
            created_at: now,
            expires_at: login_ends_at.min(device.expires_at),
        };
        requests::insert(tx, &pending)?;
        Ok(pending)
    }
}

fn find_open(tx: &mut Tx<'_>, realm: &LoadedRealm, code_hash: Option<[u8; 32]>) -> FlowResult<Option<Device>> {
    let Some(code_hash) = code_hash else { return Ok(None) };
    let now = tx.now()?;
    let found = devices::find_by_user_code(tx, realm.model.realm.id, &code_hash)?;
    let served = |device: &Device| {
        let client = realm.model.clients.get(&device.client_id);
        client.is_some_and(|client| realm.model.admits(client) && DevicePolicy::of(client).is_some())
    };
    Ok(found.filter(|device| device.is_open(now) && served(device)))
}
