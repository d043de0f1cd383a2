//! `grant_type=refresh_token` (RFC 6749 §6): `judge` decides, this writes it in one guarded unit and answers. A refresh that
//! fails consumes nothing.

mod generation;
pub(crate) mod judge;
mod raised;
mod refusal;

use super::TokenCall;
use crate::{
    FlowResult, LoadedRealm, Site,
    client_auth::{self, Credentials},
    dpop,
    holder::Holder,
    keys::retires_at,
    resources,
    tokens::Issue,
};
use generation::Used;
use judge::{Judge, Judged, Verdict};
use perennial_crypto::InvalidRefreshToken;
use perennial_domain::{
    GrantId, Timestamp,
    audit::{Action, Actor},
    grant::{Grant, Place},
    keys::KeyPurpose,
    rotation::TokenFamily,
};
use perennial_protocol::{OAuthError, token::TokenResponse};
use perennial_storage::{Tx, grants, keys, user_sessions};

/// A missed guard means that another presentation of the family got in between; each time one of them has succeeded.
const GUARD_RETRIES: usize = 128;

struct Request {
    credentials: Credentials,
    token: String,
    scope: Option<String>,
    resources: Vec<String>,
    place: Place,
}

/// What a unit did. Counted and logged after its commit: a unit may run more than once.
enum Outcome {
    Granted(Box<Issue>, Used, Option<u64>),
    Reused(GrantId, Timestamp),
    TooNew(GrantId),
}

pub async fn run(site: &Site, realm_name: &str, call: TokenCall<'_>) -> FlowResult<TokenResponse> {
    let TokenCall { params, credentials, place } = call;
    let request = Request {
        credentials,
        token: params.get("refresh_token").unwrap_or_default().to_owned(),
        scope: params.get("scope").map(str::to_owned),
        resources: resources::of_params(params),
        place,
    };
    let unknown = refuse_forged(&*site.glance(realm_name).await?, &request)?;
    if unknown && refuse_forged(&*site.with_latest_keys(realm_name).await?, &request)? {
        return Err(judge::invalid(InvalidRefreshToken::UnknownKey.to_string()).into());
    }
    let (client_id, place) = (request.credentials.client_id.clone(), request.place.clone());
    let (outcome, realm) = site.write_hot(realm_name, move |tx, realm| refresh(tx, realm, &request)).await?;
    match outcome {
        Outcome::Granted(issue, used, recovered_to) => {
            if let Some(to) = recovered_to {
                tracing::warn!(grant = %issue.grant.id, to, "the database had lost a rotation; it is recovered");
                count("recovered");
            }
            count(used.as_str());
            issue.answer(site, &realm)
        }
        Outcome::Reused(grant, at) => {
            end_reused(site, realm_name, grant, at, place).await?;
            Err(judge::reused(grant).into())
        }
        Outcome::TooNew(grant) => {
            count("too_new");
            tracing::error!(%grant, "a token that was hardly issued here: the refresh key may be in wrong hands");
            // An alarm in a unit of its own: whoever causes many refusals cannot make it be left out.
            let unit =
                move |tx: &mut Tx<'_>, realm: &LoadedRealm| raised::too_new(tx, realm, grant, &client_id, &place);
            site.write(realm_name, unit).await?;
            Err(judge::too_new().into())
        }
    }
}

/// An ending is durable before it is answered, however rotations are committed. Of several that present a reused token at once,
/// one ends the session; the others find it gone.
async fn end_reused(site: &Site, realm_name: &str, grant: GrantId, at: Timestamp, place: Place) -> FlowResult<()> {
    let (ended, _) = site.write(realm_name, move |tx, realm| raised::end_reused(tx, realm, grant, &place)).await?;
    if ended {
        count("reused");
        site.record(at, realm_name, Actor::Server, Action::GrantEnded { grant, why: "reused".into() });
    }
    Ok(())
}

fn count(outcome: &'static str) {
    metrics::counter!("perennial_refresh_total", "outcome" => outcome).increment(1);
}

/// The MAC is checked before the database is asked, so a forged token costs no query. The unit judges again, on the realm as it
/// stands then; whoever fails an earlier check here is judged there only. `true`: it names a key that is unknown here.
fn refuse_forged(realm: &LoadedRealm, request: &Request) -> FlowResult<bool> {
    let Ok(client) = client_auth::authenticate(realm, &request.credentials) else { return Ok(false) };
    let may_refresh = client_auth::check_enabled(realm, client).is_ok() && client.settings.use_refresh_tokens;
    if !may_refresh || request.token.is_empty() {
        return Ok(false);
    }
    match realm.refresh.verify(&request.token) {
        Ok(_) => Ok(false),
        Err(InvalidRefreshToken::UnknownKey) => Ok(true),
        Err(error) => Err(judge::invalid(error.to_string()).into()),
    }
}

fn refresh(tx: &mut Tx<'_>, realm: &LoadedRealm, request: &Request) -> FlowResult<Outcome> {
    let client = client_auth::authenticate(realm, &request.credentials)?;
    let judge = Judge {
        realm,
        client,
        token: &request.token,
        scope: request.scope.as_deref(),
        resources: &request.resources,
        key: None,
        place: Some(&request.place),
    };
    let presented = judge.token(tx, &mut ())?;
    let key = dpop::check(tx, realm, client, &request.credentials)?;
    let judge = Judge { key, ..judge };
    for _ in 0..GUARD_RETRIES {
        match judge.session(tx, &presented, &mut ())? {
            Verdict::Granted(judged) => {
                if let Some(outcome) = record(tx, &judge, *judged, &request.place)? {
                    return Ok(outcome);
                }
            }
            Verdict::Reused(grant, now) => return Ok(Outcome::Reused(grant, now)),
            Verdict::TooNew(grant) => return Ok(Outcome::TooNew(grant)),
        }
    }
    Err(OAuthError::unavailable("the grant's guard was missed too often", 1).into())
}

/// Writes what was decided; `None` where another presentation came first.
fn record(tx: &mut Tx<'_>, judge: &Judge<'_>, mut judged: Judged, place: &Place) -> FlowResult<Option<Outcome>> {
    let now = judged.now;
    // Before the grant, as endings take them.
    keep_user_session(tx, &mut judged.holder, now)?;
    let (grant, next) = (&judged.grant, &judged.next);
    // Where the clock was put back, its time is no reason to take some from the session.
    let used_at = now.max(grant.last_used_at);
    let presented = grants::TokenUse { grant: grant.id, seen: &grant.family, next: &next.family, at: used_at, place };
    if !grants::record_use(tx, &presented)? {
        return Ok(None);
    }
    if !keep_key(tx, judge.realm, &grant.family, &next.family, now)? {
        return Err(judge::invalid(InvalidRefreshToken::UnknownKey.to_string()).into());
    }
    raised::of_use(tx, judge.realm, judge.client, &judged, place)?;
    let Judged { grant, holder, next, scope, resources, now } = judged;
    let issue = Issue {
        client_id: judge.client.id,
        grant: Grant { family: next.family, last_used_at: used_at, last_used_from: place.clone(), ..grant },
        holder,
        scope,
        resources,
        audience: Vec::new(),
        not_after: None,
        nonce: None,
        key: judge.key,
        refreshable: true,
        evicted: Vec::new(),
        now,
    };
    Ok(Some(Outcome::Granted(Box::new(issue), next.used, next.recovered_to)))
}

/// A row that goes back to a key which it named no longer keeps that: whoever looks for rows that need the key may have come by
/// already. `false` where it is gone.
fn keep_key(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    before: &TokenFamily,
    after: &TokenFamily,
    now: Timestamp,
) -> FlowResult<bool> {
    match &after.held_key_id {
        Some(held) if *held != before.key_id && before.held_key_id.as_ref() != Some(held) => {
            let until = retires_at(realm, KeyPurpose::Refresh, now);
            Ok(keys::keep_until(tx, realm.model.realm.id, held, until)?)
        }
        _ => Ok(true),
    }
}

/// An online grant in use keeps its user session from going idle, as its user would.
fn keep_user_session(tx: &mut Tx<'_>, holder: &mut Holder, now: Timestamp) -> FlowResult<()> {
    if let Some(session) = &mut holder.session {
        user_sessions::touch(tx, session.id, now)?;
        session.last_used_at = now.max(session.last_used_at);
    }
    Ok(())
}
