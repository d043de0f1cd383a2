//! `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693) within one realm: a service that was handed a token goes on
//! under its own name, with the user as the subject (impersonation: there is no `act` claim).
//!
//! An access token alone begins nothing: it names the subject's grant, ends with it, and never outlives the token it came from. A
//! refresh token is a grant of the exchanging client's own, which ends by itself.

mod subject;

use super::{
    Beginning, TokenCall, begin,
    gates::{chosen_end_left_s, gate_offline_access, has_run_out, heed_strict_consent, is_allowed, refuse_reserved},
};
use crate::{
    FlowResult, LoadedRealm, Site,
    admin::bulk_revoke::is_to_end,
    client_auth::{self, Credentials},
    dpop::{self, KeyThumbprint},
    events,
    holder::{Holder, keep_enabled},
    resources,
    tokens::{self, Issue},
};
use perennial_crypto::Entropy;
use perennial_domain::{
    GrantId, RoleId, Timestamp,
    client::Client,
    client_scope::PermissionType,
    event::{Event, EventType},
    grant::{GrantType, Place},
    user_session::UserSession,
};
use perennial_protocol::{
    ErrorCode, OAuthError, Params, ScopeSet, params::printable, scope::OFFLINE_ACCESS, token::TokenResponse,
    token_exchange::TokenType,
};
use perennial_storage::{Tx, user_sessions};
use std::collections::BTreeSet;
use subject::Subject;

/// The client setting, by Keycloak's name.
const ENABLED: &str = "standard.token.exchange.enabled";

/// Seconds after which a session that was to end has mostly ended.
const RETRY_S: u32 = 5;

struct Request {
    credentials: Credentials,
    subject_token: String,
    subject_type: TokenType,
    wanted: TokenType,
    scope: Option<String>,
    audience: Vec<String>,
    resources: Vec<String>,
    place: Place,
    entropy: Entropy,
}

impl Request {
    /// Whether the client may get a grant of its own.
    fn begins_a_grant(&self) -> bool {
        let asks = |scope: &str| scope.split(' ').any(|name| name == OFFLINE_ACCESS);
        self.wanted == TokenType::Refresh || self.scope.as_deref().is_some_and(asks)
    }
}

pub async fn run(site: &Site, realm_name: &str, call: TokenCall<'_>) -> FlowResult<TokenResponse> {
    let TokenCall { params, credentials, place } = call;
    let request = read(params, credentials, place, site.entropy.clone())?;
    let (issue, realm) = site.write(realm_name, move |tx, realm| exchange(tx, realm, &request)).await?;
    let mut answer = issue.answer(site, &realm)?;
    // Of the subject's own grant, whose user signed in elsewhere. A grant of the client's own has one, now and at each refresh.
    answer.id_token = answer.id_token.filter(|_| issue.refreshable);
    let issued = if issue.refreshable { TokenType::Refresh } else { TokenType::Access };
    answer.issued_token_type = Some(issued.as_str().to_owned());
    Ok(answer)
}

fn read(params: &Params, credentials: Credentials, place: Place, entropy: Entropy) -> Result<Request, OAuthError> {
    if params.get("actor_token").is_some() || params.get("actor_token_type").is_some() {
        return Err(OAuthError::invalid_request("Parameter actor_token is not supported"));
    }
    let token_type = |name: &str, text: &str| {
        let unsupported =
            || OAuthError::invalid_request(format!("Parameter {name} is not supported: {}", printable(text)));
        TokenType::parse(text).ok_or_else(unsupported)
    };
    let owned = |name: &str| params.all(name).map(str::to_owned).collect();
    Ok(Request {
        credentials,
        subject_token: params.require("subject_token")?.to_owned(),
        subject_type: token_type("subject_token_type", params.require("subject_token_type")?)?,
        wanted: match params.get("requested_token_type") {
            Some(text) => token_type("requested_token_type", text)?,
            None => TokenType::Access,
        },
        scope: params.get("scope").map(str::to_owned),
        audience: owned("audience"),
        resources: owned("resource"),
        place,
        entropy,
    })
}

fn exchange(tx: &mut Tx<'_>, realm: &LoadedRealm, request: &Request) -> FlowResult<Issue> {
    let client = client_auth::authenticate(realm, &request.credentials)?;
    check_client(client)?;
    let key = dpop::check(tx, realm, client, &request.credentials)?;
    let mut subject = Subject::find(tx, realm, client, &request.subject_token, request.subject_type)?;
    if request.begins_a_grant() {
        // Looked at anew: what ends all of the user's waits from here on, or has come first.
        keep_enabled(tx, realm, subject.grant.user_id)?.ok_or_else(subject::unacceptable)?;
        if let Some(session) = subject.grant.user_session() {
            user_sessions::find_kept(tx, session)?;
        }
        subject = Subject::find(tx, realm, client, &request.subject_token, request.subject_type)?;
        if is_to_end(tx, realm, subject.grant.id)? {
            // Nothing is to outlive it: whoever comes back finds it gone, or spared.
            return Err(OAuthError::unavailable("a bulk ending of the subject is under way", RETRY_S).into());
        }
    }
    let bound_key = subject.bound_key(key)?;
    let scope = wanted_scope(realm, client, &subject, request.scope.as_deref())?;
    let holder = Holder::of_user(tx, realm, subject.grant.user_id, client.id)?.ok_or_else(subject::unacceptable)?;
    let scope = check_gates(realm, client, &holder, scope, tx.now()?)?;
    let resources = resources::chosen(realm, &subject.resources, &request.resources)?;
    let offline = scope.contains(OFFLINE_ACCESS);
    let carried = subject.roles.clone();
    let handed_on = HandedOn { client, subject, holder, scope, resources };
    let mut issue = if offline || request.wanted == TokenType::Refresh {
        handed_on.own_grant(tx, realm, bound_key, request)?
    } else {
        let event = Event::new(EventType::TokenExchange).client(&client.client_id).grant(&handed_on.subject.grant);
        events::raise(tx, realm, event.at_place(&request.place))?;
        handed_on.borrowed(tx.now()?)
    };
    if let Some(carried) = carried {
        limit_roles(realm, client, &mut issue, &carried)?;
    }
    let audience = wanted_audience(realm, client, &issue, &request.audience)?;
    Ok(Issue { audience, key, ..issue })
}

fn check_client(client: &Client) -> FlowResult<()> {
    let refused = |text: &str| Err(OAuthError::new(ErrorCode::UnauthorizedClient, text).into());
    if client.is_public() {
        return refused("Public client is not allowed to exchange tokens");
    }
    if !client.has_attribute_set(ENABLED) {
        return refused("Token exchange is not enabled for the client");
    }
    Ok(())
}

/// A subset of what the subject token carries and of what the client may ask for. Without a wish, all of it but offline access, which
/// is never given unasked.
fn wanted_scope(
    realm: &LoadedRealm,
    client: &Client,
    subject: &Subject,
    asked: Option<&str>,
) -> Result<ScopeSet, OAuthError> {
    let invalid =
        |names: &str| OAuthError::new(ErrorCode::InvalidScope, format!("Invalid scopes: {}", printable(names)));
    let available = subject.scope.filtered(|name| realm.model.may_request(client, name));
    let Some(asked) = asked else { return Ok(available.without(OFFLINE_ACCESS)) };
    let asked = ScopeSet::parse(asked).ok_or_else(|| invalid("not of the form of RFC 6749 §3.3"))?;
    // Only a session that lasts while its user is away can hand that on.
    let held = |name: &str| available.contains(name) && (name != OFFLINE_ACCESS || subject.grant.is_offline());
    let more = asked.filtered(|name| !held(name));
    if more.is_empty() { Ok(asked) } else { Err(invalid(&more.to_string())) }
}

/// The gates of offline access and of consent, for the client that will have the tokens.
fn check_gates(
    realm: &LoadedRealm,
    client: &Client,
    holder: &Holder,
    scope: ScopeSet,
    now: Timestamp,
) -> Result<ScopeSet, OAuthError> {
    let scope = if client.settings.use_refresh_tokens { scope } else { scope.without(OFFLINE_ACCESS) };
    let scope = gate_offline_access(realm, client, holder, &heed_strict_consent(client, scope))?;
    let used = PermissionType::of(holder.user.service_account_of, client);
    refuse_reserved(realm, client, used, &scope, now)?;
    let covered = is_allowed(client, holder, &scope, now);
    let unasked = client.needs_consent() && !covered && used == PermissionType::Delegated;
    if unasked || has_run_out(holder, &scope, now) {
        let text = format!("Missing consents for Token Exchange in client {}", printable(&client.client_id));
        return Err(OAuthError::new(ErrorCode::InvalidScope, text));
    }
    Ok(scope)
}

/// Nobody has more of the user's roles by handing a token on: services trust the new one no further than the old one.
fn limit_roles(
    realm: &LoadedRealm,
    client: &Client,
    issue: &mut Issue,
    carried: &BTreeSet<RoleId>,
) -> Result<(), OAuthError> {
    // A grant of the client's own has its roles anew at each refresh, when nobody knows the subject token any more.
    if issue.refreshable && !issue.roles(realm, client).is_subset(carried) {
        let text = "The client has more roles of the user in its scope than subject_token carries";
        return Err(OAuthError::invalid_request(text));
    }
    issue.holder.roles.retain(|role| carried.contains(role));
    Ok(())
}

/// `audience` narrows: it never reaches a service that the token would not have been for anyway.
fn wanted_audience(
    realm: &LoadedRealm,
    client: &Client,
    issue: &Issue,
    asked: &[String],
) -> Result<Vec<String>, OAuthError> {
    let available = tokens::audience_of(realm, client, issue);
    match asked.iter().find(|name| !available.contains(name)) {
        None => Ok(asked.to_vec()),
        Some(other) => {
            let text = format!("Requested audience not available: {}", printable(other));
            Err(OAuthError::new(ErrorCode::InvalidTarget, text))
        }
    }
}

/// What the exchanging client may have of the subject.
struct HandedOn<'a> {
    client: &'a Client,
    subject: Subject,
    /// The subject's user as the holder of what this client has.
    holder: Holder,
    scope: ScopeSet,
    resources: Vec<String>,
}

impl HandedOn<'_> {
    /// An access token of the subject's own grant.
    fn borrowed(self, now: Timestamp) -> Issue {
        let Self { client, subject, holder, scope, resources } = self;
        Issue {
            client_id: client.id,
            holder: Holder { session: subject.holder.session, ..holder },
            grant: subject.grant,
            scope,
            resources,
            audience: Vec::new(),
            not_after: subject.ends_at,
            nonce: None,
            key: None,
            refreshable: false,
            evicted: Vec::new(),
            now,
        }
    }

    /// A grant of the client's own: an offline session where that was asked for, else one of the user's live session. It is bound to
    /// `key`.
    fn own_grant(
        self,
        tx: &mut Tx<'_>,
        realm: &LoadedRealm,
        key: Option<KeyThumbprint>,
        request: &Request,
    ) -> FlowResult<Issue> {
        let Self { client, subject, mut holder, scope, resources } = self;
        if !client.settings.use_refresh_tokens {
            let text = "Client not allowed to use refresh tokens";
            return Err(OAuthError::new(ErrorCode::UnauthorizedClient, text).into());
        }
        let (now, origin) = (tx.now()?, subject.grant.user_session());
        if !scope.contains(OFFLINE_ACCESS) {
            let alive = |session: &UserSession| session.is_alive(&realm.model.realm.settings.token_policy, now);
            let session = origin.map(|id| user_sessions::find(tx, id)).transpose()?.flatten().filter(alive);
            let gone =
                || OAuthError::invalid_request("The user has no session for a refresh token: ask for offline_access");
            holder.session = Some(session.ok_or_else(gone)?);
        }
        let consented_s = chosen_end_left_s(&holder, now);
        // What was to end on a day, by the user's choice, an admin's approval or a maximum lifespan, does not last longer by being
        // exchanged.
        let (from, owner) = (realm.client(subject.grant.client_id)?, subject.holder.owner());
        let fixed_end = realm.model.fixed_end_of(from, &subject.grant, owner);
        let left_s = fixed_end.map(|end| now.seconds_until(end.at));
        let beginning = Beginning {
            id: GrantId(request.entropy.uuid_v7(now.as_ms())),
            grant_type: GrantType::TokenExchange,
            scope,
            resources,
            session: origin,
            chosen_end_s: [consented_s, left_s].into_iter().flatten().min(),
            device_label: None,
            auth_at: subject.grant.auth_at,
            key,
            place: &request.place,
            used_from: None,
        };
        Ok(begin(tx, realm, client, &holder, beginning)?.into_issue(holder, true))
    }
}
