//! Who calls the admin API: a bearer token of an admin, or the console's own session.

use crate::{
    client_address::client_address,
    endpoints::{console::cookie::ConsoleCookie, protocol::userinfo::bearer_token},
    http::{api_answer::ApiRefusal, same_origin},
    state::AppState,
};
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{IF_MATCH, IF_NONE_MATCH},
    },
    web,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use perennial_domain::{admin_event::AdminIdentity, role::REALM_MANAGEMENT_CLIENT};
use perennial_flows::{
    FlowError,
    admin::{Caller, act, client_guard},
    bearer,
    console::{self, ConsoleKind},
};
use serde::Deserialize;
use std::{future::Future, pin::Pin};

/// An authenticated caller; what they may do is judged by each use case.
pub struct AdminCaller(pub Caller);

impl FromRequest for AdminCaller {
    type Error = ApiRefusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiRefusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<AppState>>().cloned().ok_or(ApiRefusal::Unauthorized)?;
            let (caller, client) = match bearer_token(&request) {
                Some(token) => by_token(&state, token).await,
                None => by_cookie(&state, &request).await,
            }?;
            let (user, realm, ip) = (caller.user, caller.realm.clone(), client_address(&request));
            act::identify(AdminIdentity { realm, user, client, ip });
            // RFC 9110 §13.1.1; what cannot be read matches nothing.
            let if_match = request.headers().get(IF_MATCH).map(|value| value.to_str().unwrap_or_default().to_owned());
            let only_new = request.headers().get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == b"*");
            Ok(Self(caller.only_if(if_match).only_new(only_new)))
        })
    }
}

/// The caller, and the client that they use.
async fn by_token(state: &AppState, token: String) -> Result<(Caller, String), ApiRefusal> {
    let realm = issuing_realm(&state.site.base_url, &token).ok_or(ApiRefusal::Unauthorized)?;
    let (active, loaded) = match bearer::authorize(&state.site, &realm, token).await {
        Ok(judged) => judged,
        Err(FlowError::OAuth(_) | FlowError::UnknownRealm) => return Err(ApiRefusal::Unauthorized),
        Err(trouble) => return Err(trouble.into()),
    };
    // A token that does not name this API was meant for another one.
    if !active.facts.aud.as_ref().is_some_and(|audience| audience.contains(REALM_MANAGEMENT_CLIENT)) {
        return Err(FlowError::Forbidden.into());
    }
    if active.is_exchanged() {
        return Err(FlowError::Forbidden.into());
    }
    let client = loaded.client(active.client)?;
    let is_own = active.holder.user.service_account_of == Some(client.id);
    let roles = client_guard::admin_roles(&loaded.model, client, &active.holder.roles, is_own);
    Ok((Caller::new(&loaded, active.holder.user.id, &roles), client.client_id.clone()))
}

async fn by_cookie(state: &AppState, request: &HttpRequest) -> Result<(Caller, String), ApiRefusal> {
    let cookie = ConsoleCookie::of_request(request, ConsoleKind::Admin).ok_or(ApiRefusal::Unauthorized)?;
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    if changes && !same_origin::is_console_call(request, &state.site.base_url) {
        return Err(ApiRefusal::Foreign);
    }
    let found = console::visitor(&state.site, &cookie.realm, ConsoleKind::Admin, &cookie.secret).await;
    match found {
        Ok(Some(visitor)) => {
            console::keep_alive(&state.site, &cookie.realm, &visitor).await?;
            Ok((visitor.caller, console::client_id_of(ConsoleKind::Admin).to_owned()))
        }
        Ok(None) | Err(FlowError::UnknownRealm) => Err(ApiRefusal::Unauthorized),
        Err(trouble) => Err(trouble.into()),
    }
}

/// The realm that a token says it is of; nothing is believed of it before the signature is checked with that realm's keys.
pub fn issuing_realm(base_url: &str, token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claimed {
        iss: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claimed: Claimed = serde_json::from_slice(&payload).ok()?;
    claimed.iss.strip_prefix(base_url)?.strip_prefix("/realms/").map(str::to_owned)
}
