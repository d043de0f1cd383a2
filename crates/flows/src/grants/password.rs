//! `grant_type=password`: direct access grants. With `offline_access` no online session is left behind.

use super::{
    Beginning, TokenCall, begin,
    gates::{
        check_scope, chosen_end_left_s, gate_offline_access, has_run_out, heed_strict_consent, is_allowed,
        refuse_reserved,
    },
};
use crate::{
    FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    dpop,
    guessing::{self, Attempt, Proven, Verdict},
    holder::Holder,
    resources,
    tokens::Issue,
};
use perennial_crypto::Entropy;
use perennial_domain::{
    GrantId, Timestamp, UserSessionId,
    client::Client,
    client_scope::PermissionType,
    grant::{GrantType, Place},
    user::{RequiredAction, User},
    user_session::UserSession,
};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet, scope::OFFLINE_ACCESS, token::TokenResponse};
use perennial_storage::{Tx, user_sessions};

struct Request {
    credentials: Credentials,
    scope: Option<String>,
    resources: Vec<String>,
    place: Place,
    entropy: Entropy,
}

pub async fn run(site: &Site, realm_name: &str, call: TokenCall<'_>) -> FlowResult<TokenResponse> {
    let TokenCall { params, credentials, place } = call;
    let realm = site.realm(realm_name).await?;
    check_client(client_auth::authenticate(&realm, &credentials)?)?;
    check_scope(&realm, client_auth::authenticate(&realm, &credentials)?, params.get("scope"))?;
    resources::granted(&realm, &resources::of_params(params))?;
    let (username, password) = (params.require("username")?.to_owned(), params.require("password")?.to_owned());
    let attempt = Attempt { password, ip: place.ip.clone() };
    let proven = match guessing::sign_in(site, realm_name, username, attempt).await? {
        Verdict::Right(proven) => proven,
        Verdict::Wrong => return Err(wrong().into()),
        Verdict::TooManyOfUser => return Err(wrong().because(guessing::BLOCKED).into()),
        Verdict::TooMany => {
            let refused = OAuthError::invalid_grant("Too many wrong passwords, please try again later");
            return Err(refused.because(guessing::BLOCKED).into());
        }
    };
    let request = Request {
        credentials,
        scope: params.get("scope").map(str::to_owned),
        resources: resources::of_params(params),
        place,
        entropy: site.entropy.clone(),
    };
    let (issue, realm) = site.write(realm_name, move |tx, realm| grant(tx, realm, &request, &proven)).await?;
    issue.answer(site, &realm)
}

fn check_client(client: &Client) -> FlowResult<()> {
    if client.settings.direct_access_grants {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::UnauthorizedClient, "Client not allowed for direct access grants").into())
}

fn grant(tx: &mut Tx<'_>, realm: &LoadedRealm, request: &Request, proven: &Proven) -> FlowResult<Issue> {
    let client = client_auth::authenticate(realm, &request.credentials)?;
    check_client(client)?;
    if !proven.holds(tx, realm)? {
        return Err(wrong().into());
    }
    let now = tx.now()?;
    let key = dpop::check(tx, realm, client, &request.credentials)?;
    let mut holder = Holder::of_user(tx, realm, proven.user, client.id)?.ok_or_else(wrong)?;
    // There is no page to do on what is required, and a temporary password is for nothing else.
    if RequiredAction::ALL.iter().any(|action| holder.user.must(*action)) {
        return Err(OAuthError::invalid_grant("Account is not fully set up").into());
    }
    let scope = grantable(realm, client, &holder, request.scope.as_deref(), now)?;
    let offline = scope.contains(OFFLINE_ACCESS);
    // Without a page, the end that the user chose on one.
    let chosen_end_s = chosen_end_left_s(&holder, now).filter(|_| offline);
    if !offline {
        holder.session = Some(begin_session(tx, realm, &holder.user, request)?);
    }
    let beginning = Beginning {
        id: GrantId(request.entropy.uuid_v7(now.as_ms())),
        grant_type: GrantType::Password,
        scope,
        resources: resources::granted(realm, &request.resources)?,
        session: holder.session.as_ref().map(|session| session.id),
        chosen_end_s,
        device_label: None,
        auth_at: now,
        key,
        place: &request.place,
        used_from: None,
    };
    let refreshable = client.settings.use_refresh_tokens;
    Ok(begin(tx, realm, client, &holder, beginning)?.into_issue(holder, refreshable))
}

/// What of the wish passes all gates.
fn grantable(
    realm: &LoadedRealm,
    client: &Client,
    holder: &Holder,
    asked: Option<&str>,
    now: Timestamp,
) -> Result<ScopeSet, OAuthError> {
    let scope = heed_strict_consent(client, check_scope(realm, client, asked)?);
    let scope = gate_offline_access(realm, client, holder, &scope)?;
    refuse_reserved(realm, client, PermissionType::Delegated, &scope, now)?;
    let scope = if client.settings.use_refresh_tokens { scope } else { scope.without(OFFLINE_ACCESS) };
    // There is no page to ask on: only what the user has consented to before may pass.
    let unasked = client.needs_consent() && !is_allowed(client, holder, &scope, now);
    if unasked || has_run_out(holder, &scope, now) {
        return Err(OAuthError::invalid_grant("Client requires user consent"));
    }
    Ok(scope)
}

/// The user session of an online grant; no browser has it.
fn begin_session(tx: &mut Tx<'_>, realm: &LoadedRealm, user: &User, request: &Request) -> FlowResult<UserSession> {
    let now = tx.now()?;
    let start = realm.model.realm.settings.token_policy.online_start_of(now);
    let session = UserSession {
        id: UserSessionId(request.entropy.uuid_v7(now.as_ms())),
        realm_id: realm.model.realm.id,
        user_id: user.id,
        auth_at: now,
        started_at: realm.model.realm.floors.max(user.floors).start_of(start),
        last_used_at: start,
        place: request.place.clone(),
    };
    user_sessions::insert(tx, &session, None)?;
    Ok(session)
}

fn wrong() -> OAuthError {
    OAuthError::invalid_grant("Invalid user credentials")
}
