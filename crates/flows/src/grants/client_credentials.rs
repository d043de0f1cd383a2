//! `grant_type=client_credentials` (RFC 6749 §4.4): a client acts for itself, through its service-account user.

use super::{
    Beginning, TokenCall, begin,
    gates::{check_scope, gate_offline_access, refuse_reserved},
};
use crate::{
    FlowResult, LoadedRealm, Site, client_auth, dpop,
    holder::{Holder, keep_enabled},
    resources,
    tokens::Issue,
};
use perennial_domain::{
    GrantId,
    client::Client,
    client_scope::PermissionType,
    grant::{GrantType, Place},
};
use perennial_protocol::{ErrorCode, OAuthError, scope::OFFLINE_ACCESS, token::TokenResponse};
use perennial_storage::{Tx, users};

pub async fn run(site: &Site, realm_name: &str, call: TokenCall<'_>) -> FlowResult<TokenResponse> {
    let TokenCall { params, credentials, place } = call;
    let asked = params.get("scope").map(str::to_owned);
    let resources = resources::of_params(params);
    let entropy = site.entropy.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let client = client_auth::authenticate(realm, &credentials)?;
        if client.is_public() || !client.settings.service_accounts {
            let description = "Client not enabled to retrieve service account";
            return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description).into());
        }
        let id = GrantId(entropy.uuid_v7(tx.now()?.as_ms()));
        let key = dpop::check(tx, realm, client, &credentials)?;
        grant(tx, (realm, client, key), (asked.as_deref(), &resources), (id, &place))
    };
    let (issue, realm) = site.write(realm_name, unit).await?;
    issue.answer(site, &realm)
}

fn grant(
    tx: &mut Tx<'_>,
    (realm, client, key): (&LoadedRealm, &Client, Option<dpop::KeyThumbprint>),
    (asked, resources): (Option<&str>, &[String]),
    (id, place): (GrantId, &Place),
) -> FlowResult<Issue> {
    let now = tx.now()?;
    let missing = || OAuthError::new(ErrorCode::UnauthorizedClient, "The client has no service account");
    let user = users::find_service_account(tx, client.id)?.ok_or_else(missing)?;
    // A service authenticates with each request anyway: it gets a refresh token only where an admin says so (RFC 6749 §4.4.3),
    // and without one an offline session would be nobody's.
    let refreshable = client.settings.use_refresh_tokens && client.settings.client_credentials_refresh_token;
    if refreshable {
        keep_enabled(tx, realm, user.id)?.ok_or_else(missing)?;
    }
    let holder = Holder::of_user(tx, realm, user.id, client.id)?;
    let holder = holder.filter(|holder| holder.user.enabled).ok_or_else(missing)?;
    let scope = gate_offline_access(realm, client, &holder, &check_scope(realm, client, asked)?)?;
    refuse_reserved(realm, client, PermissionType::Application, &scope, now)?;
    let scope = if refreshable { scope } else { scope.without(OFFLINE_ACCESS) };
    let beginning = Beginning {
        id,
        grant_type: GrantType::ClientCredentials,
        scope,
        resources: resources::granted(realm, resources)?,
        session: None,
        chosen_end_s: None,
        device_label: None,
        auth_at: now,
        key,
        place,
        used_from: None,
    };
    Ok(begin(tx, realm, client, &holder, beginning)?.into_issue(holder, refreshable))
}
