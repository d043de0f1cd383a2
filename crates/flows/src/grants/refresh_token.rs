//! `grant_type=refresh_token` (RFC 6749 §6): the checks in the order of the offline-access rules, then the generation decision in
//! one guarded unit. A refresh that fails consumes nothing.

mod refusal;

use crate::{
    FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    holder::{self, Holder},
    tokens::Issue,
};
use perennial_crypto::{InvalidRefreshToken, PresentedToken, RefreshTokenType};
use perennial_domain::{
    GrantId, Timestamp,
    audit::{Action, Actor},
    client::Client,
    grant::{Grant, Place},
    rotation::{self, Decision, Presented, TokenFamily},
};
use perennial_protocol::{ErrorCode, OAuthError, Params, ScopeSet, token::TokenResponse};
use perennial_storage::{Tx, grants, user_sessions};

/// A missed guard means that another presentation of the family got in between; each time one of them has succeeded.
const GUARD_RETRIES: usize = 128;

struct Request {
    credentials: Credentials,
    token: String,
    scope: Option<String>,
    resources: Vec<String>,
    place: Place,
}

enum Outcome {
    Granted(Box<Issue>, Used),
    /// The token had been replaced and its successor used: the session must end.
    Reused(GrantId, Timestamp),
}

/// What happened to the family, for metrics and the log.
#[derive(Clone, Copy)]
enum Used {
    Kept,
    Rotated,
    Replayed,
}

pub async fn run(
    site: &Site,
    realm_name: &str,
    (params, credentials, place): (&Params, Credentials, Place),
) -> FlowResult<TokenResponse> {
    let request = Request {
        credentials,
        token: params.get("refresh_token").unwrap_or_default().to_owned(),
        scope: params.get("scope").map(str::to_owned),
        resources: params.all("resource").map(str::to_owned).collect(),
        place,
    };
    refuse_forged(&*site.glance(realm_name).await?, &request)?;
    let (outcome, realm) = site.write_hot(realm_name, move |tx, realm| refresh(tx, realm, &request)).await?;
    match outcome {
        Outcome::Granted(issue, used) => {
            count(used);
            issue.answer(site, &realm)
        }
        Outcome::Reused(grant, at) => {
            // An ending is durable before it is answered, however rotations are committed.
            site.write(realm_name, move |tx, _| Ok(grants::delete(tx, grant)?)).await?;
            metrics::counter!("perennial_refresh_total", "outcome" => "reused").increment(1);
            site.record(at, realm_name, Actor::Server, Action::GrantEnded { grant, why: "reused".into() });
            let public = "Refresh token was used before; its session has ended";
            Err(OAuthError::invalid_grant(public).because(format!("reuse in grant {grant}")).into())
        }
    }
}

fn count(used: Used) {
    let outcome = match used {
        Used::Kept => "kept",
        Used::Rotated => "rotated",
        Used::Replayed => "replayed",
    };
    metrics::counter!("perennial_refresh_total", "outcome" => outcome).increment(1);
}

/// The MAC is checked before the database is asked, so a forged token costs no query. The unit judges again, on the realm as it
/// stands then; whoever fails to authenticate here, or names a key unknown here, is judged there only.
fn refuse_forged(realm: &LoadedRealm, request: &Request) -> FlowResult<()> {
    if client_auth::authenticate(realm, &request.credentials).is_err() || request.token.is_empty() {
        return Ok(());
    }
    match realm.refresh.verify(&request.token) {
        Ok(_) | Err(InvalidRefreshToken::UnknownKey) => Ok(()),
        Err(error) => Err(invalid(error.to_string()).into()),
    }
}

fn invalid(reason: impl Into<String>) -> OAuthError {
    OAuthError::invalid_grant("Invalid refresh token").because(reason)
}

fn refresh(tx: &mut Tx<'_>, realm: &LoadedRealm, request: &Request) -> FlowResult<Outcome> {
    let client = client_auth::authenticate(realm, &request.credentials)?;
    if !client.settings.use_refresh_tokens {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "Client not allowed to use refresh tokens").into());
    }
    let presented = verify(realm, client, &request.token)?;
    for _ in 0..GUARD_RETRIES {
        let (grant, mut holder) = load(tx, realm, &presented)?;
        let now = tx.now()?;
        check_session(realm, client, (&grant, &presented), &holder, now)?;
        let scope = narrowed_scope(client, realm, &grant, request.scope.as_deref())?;
        let resources = chosen_resources(&grant, &request.resources)?;
        let shown = Presented {
            generation: presented.generation,
            issued_at_s: presented.iat_s,
            foreign: request.place.is_foreign_to(&grant.last_used_from),
        };
        let Some((family, used)) = decide(realm, client, (&grant, shown), now)? else {
            return Ok(Outcome::Reused(grant.id, now));
        };
        if !grants::record_use(tx, (grant.id, &grant.family), &family, (now, &request.place))? {
            continue;
        }
        keep_user_session(tx, &mut holder, now)?;
        let grant = Grant { family, last_used_at: now, last_used_from: request.place.clone(), ..grant };
        let refreshable = true;
        let evicted = Vec::new();
        let issue =
            Issue { client_id: client.id, grant, holder, scope, resources, nonce: None, refreshable, evicted, now };
        return Ok(Outcome::Granted(Box::new(issue), used));
    }
    Err(OAuthError::unavailable("the grant's guard was missed too often", 1).into())
}

/// An online grant in use keeps its user session from going idle, as its user would.
fn keep_user_session(tx: &mut Tx<'_>, holder: &mut Holder, now: Timestamp) -> FlowResult<()> {
    if let Some(session) = &mut holder.session {
        user_sessions::touch(tx, session.id, now)?;
        session.last_used_at = now;
    }
    Ok(())
}

/// Steps 2 and 3: present, well-formed, our MAC, our realm, this client.
fn verify(realm: &LoadedRealm, client: &Client, token: &str) -> FlowResult<PresentedToken> {
    if token.is_empty() {
        return Err(OAuthError::invalid_request("No refresh token").into());
    }
    let presented = realm.refresh.verify(token).map_err(|error| invalid(error.to_string()))?;
    if presented.iss != realm.issuer {
        return Err(invalid("token of another realm").into());
    }
    if presented.azp != client.client_id {
        let public = "Invalid refresh token. Token client and authorized client don't match";
        return Err(OAuthError::invalid_grant(public).into());
    }
    Ok(presented)
}

/// Step 5, first part: the session exists.
fn load(tx: &mut Tx<'_>, realm: &LoadedRealm, presented: &PresentedToken) -> FlowResult<(Grant, Holder)> {
    let gone = || {
        OAuthError::invalid_grant(match presented.typ {
            RefreshTokenType::Offline => "Offline session not found",
            RefreshTokenType::Refresh => "Session not active",
        })
    };
    Ok(holder::find_held(tx, realm, GrantId(presented.grant_id))?.ok_or_else(gone)?)
}

/// Steps 5 and 6, by the one function that everything else asks, too.
fn check_session(
    realm: &LoadedRealm,
    client: &Client,
    (grant, presented): (&Grant, &PresentedToken),
    holder: &Holder,
    now: Timestamp,
) -> FlowResult<()> {
    if grant.client_id != client.id || grant.realm_id != realm.model.realm.id {
        return Err(invalid("grant of another client").into());
    }
    let issued_at = Timestamp::from_s(presented.iat_s);
    holder
        .check(realm, client, (grant, issued_at), now)
        .map_err(|blocked| refusal::of(blocked, grant.is_offline()).into())
}

/// Step 7: a subset of the grant; it narrows this access token only.
fn narrowed_scope(
    client: &Client,
    realm: &LoadedRealm,
    grant: &Grant,
    asked: Option<&str>,
) -> Result<ScopeSet, OAuthError> {
    let held = grant.scope.filtered(|name| realm.model.may_request(client, name));
    let Some(asked) = asked else { return Ok(held) };
    let invalid = || OAuthError::new(ErrorCode::InvalidScope, "Invalid scopes: more than was granted");
    let asked = ScopeSet::parse(asked).ok_or_else(invalid)?;
    if asked.is_subset_of(&grant.scope) { Ok(asked.filtered(|name| held.contains(name))) } else { Err(invalid()) }
}

/// Step 8 (RFC 8707 §2.2): of those granted.
fn chosen_resources(grant: &Grant, asked: &[String]) -> Result<Vec<String>, OAuthError> {
    if asked.is_empty() {
        return Ok(grant.resources.clone());
    }
    if asked.iter().all(|resource| grant.resources.contains(resource)) {
        return Ok(asked.to_vec());
    }
    Err(OAuthError::new(ErrorCode::InvalidTarget, "The resource was not granted"))
}

/// Step 9: the family as it is to be written, or `None` for reuse.
fn decide(
    realm: &LoadedRealm,
    client: &Client,
    (grant, shown): (&Grant, Presented),
    now: Timestamp,
) -> FlowResult<Option<(TokenFamily, Used)>> {
    let policy = realm.model.policy_of(client);
    let mut family = grant.family.clone();
    let mut decision = rotation::decide(&family, shown, &policy, now);
    if let Decision::Recover { to } = decision {
        tracing::warn!(grant = %grant.id, to, "the database had lost a rotation; it is recovered");
        metrics::counter!("perennial_refresh_total", "outcome" => "recovered").increment(1);
        family.generation = to;
        family.stamped_at = Timestamp::from_s(shown.issued_at_s);
        family.proven = true;
        family.replays = 0;
        decision = rotation::decide(&family, shown, &policy, now);
    }
    // A family under an old key goes on under the active one.
    family.key_id = realm.refresh.active().kid().to_owned();
    let used = match decision {
        Decision::Keep { prove } => {
            family.proven |= prove;
            Used::Kept
        }
        Decision::Rotate { to } => {
            family.generation = to;
            family.stamped_at = now;
            family.proven = false;
            family.replays = 0;
            Used::Rotated
        }
        Decision::Replay { foreign_run } => {
            family.replays += 1;
            family.foreign_run = foreign_run;
            family.foreign_generation = family.generation;
            Used::Replayed
        }
        Decision::Reused => return Ok(None),
        Decision::TooNew | Decision::Recover { .. } => {
            tracing::error!(grant = %grant.id, "a token newer than the database: the refresh key may be in wrong hands");
            return Err(invalid("newer than the database by more than a lost commit explains").into());
        }
    };
    Ok(Some((family, used)))
}
