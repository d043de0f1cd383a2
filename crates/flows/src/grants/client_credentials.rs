//! `grant_type=client_credentials` (RFC 6749 §4.4): a client acts for itself, through its service-account user.

use super::{
    Beginning, TokenCall, begin,
    gates::{check_scope, gate_offline_access, refuse_reserved},
};
use crate::{
    FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    dpop,
    holder::{Holder, keep_enabled},
    resources,
    tokens::Issue,
};
use perennial_crypto::Entropy;
use perennial_domain::{
    GrantId,
    client::Client,
    client_scope::PermissionType,
    grant::{GrantType, Place},
};
use perennial_protocol::{ErrorCode, OAuthError, scope::OFFLINE_ACCESS, token::TokenResponse};
use perennial_storage::{Tx, users};

struct Request {
    credentials: Credentials,
    scope: Option<String>,
    resources: Vec<String>,
    place: Place,
    entropy: Entropy,
}

pub async fn run(site: &Site, realm_name: &str, call: TokenCall<'_>) -> FlowResult<TokenResponse> {
    let TokenCall { params, credentials, place } = call;
    let request = Request {
        credentials,
        scope: params.get("scope").map(str::to_owned),
        resources: resources::of_params(params),
        place,
        entropy: site.entropy.clone(),
    };
    let (issue, realm) = site.write(realm_name, move |tx, realm| grant(tx, realm, &request)).await?;
    issue.answer(site, &realm)
}

fn grant(tx: &mut Tx<'_>, realm: &LoadedRealm, request: &Request) -> FlowResult<Issue> {
    let client = client_auth::authenticate(realm, &request.credentials)?;
    if client.is_public() || !client.settings.service_accounts {
        let description = "Client not enabled to retrieve service account";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description).into());
    }
    let now = tx.now()?;
    let key = dpop::check(tx, realm, client, &request.credentials)?;
    // A service authenticates with each request anyway: it gets a refresh token only where an admin says so (RFC 6749 §4.4.3),
    // and without one an offline session would be nobody's.
    let refreshable = client.settings.use_refresh_tokens && client.settings.client_credentials_refresh_token;
    let holder = service_account(tx, realm, client, refreshable)?;
    let scope = check_scope(realm, client, request.scope.as_deref())?;
    let scope = gate_offline_access(realm, client, &holder, &scope)?;
    refuse_reserved(realm, client, PermissionType::Application, &scope, now)?;
    let scope = if refreshable { scope } else { scope.without(OFFLINE_ACCESS) };
    let beginning = Beginning {
        id: GrantId(request.entropy.uuid_v7(now.as_ms())),
        grant_type: GrantType::ClientCredentials,
        scope,
        resources: resources::granted(realm, &request.resources)?,
        session: None,
        chosen_end_s: None,
        device_label: None,
        auth_at: now,
        key,
        place: &request.place,
        used_from: None,
    };
    Ok(begin(tx, realm, client, &holder, beginning)?.into_issue(holder, refreshable))
}

/// The client's own user. Where what begins may last, they stay as they are until the unit ends.
fn service_account(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, lasting: bool) -> FlowResult<Holder> {
    let missing = || OAuthError::new(ErrorCode::UnauthorizedClient, "The client has no service account");
    let user = users::find_service_account(tx, client.id)?.ok_or_else(missing)?;
    if lasting {
        keep_enabled(tx, realm, user.id)?.ok_or_else(missing)?;
    }
    let holder = Holder::of_user(tx, realm, user.id, client.id)?;
    Ok(holder.filter(|holder| holder.user.enabled).ok_or_else(missing)?)
}
