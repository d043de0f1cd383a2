//! What each check asks for, in a sentence for anybody, and what it looked at here, in a sentence and in values for admins.
//! Never a token, a secret or anything of another realm.

use super::trace::{SeenSession, Trace};
use crate::LoadedRealm;
use perennial_domain::{Timestamp, check::Check, client::Client, realm_model::RealmModel};
use serde_json::{Value, json};

pub type Values = Vec<(&'static str, Value)>;

/// What the check asks for.
pub const fn public(check: Check) -> &'static str {
    match check {
        Check::ClientAuthentication => "The app must prove that it is the app it says it is.",
        Check::ClientEnabled => "The app and its realm must be enabled.",
        Check::GrantAllowed => "The app must be allowed to use refresh tokens.",
        Check::TokenPresent => "A token must be sent.",
        Check::TokenGenuine => "The token must be one that this realm issued, unchanged.",
        Check::TokenRealm => "The token must belong to this realm.",
        Check::TokenClient => "The token must have been issued to the app that uses it.",
        Check::SenderConstraint => "A token that is bound to a key must be used with that key.",
        Check::SessionExists => "The session behind the token must exist.",
        Check::AccessEpoch => {
            "The session must not have been narrowed, paused or given an earlier end since the token was issued."
        }
        Check::TokenNotExpired => "The token's own time must not be over.",
        Check::NotEnded => "No limit may have ended the session.",
        Check::UserSession => "The sign-in that the session belongs to must still be active.",
        Check::NotPaused => "The session must not be paused.",
        Check::UserEnabled => "The user must be enabled.",
        Check::NotBefore => "The token must be newer than every revocation policy.",
        Check::OfflineRole => "The user must have the role offline_access.",
        Check::OfflineScope => "The app must have the scope offline_access and the role in its scope.",
        Check::Consent => "The user's consent must still cover what was granted.",
        Check::ResourcesLeft => "Some of the resources that were granted must still exist.",
        Check::Scope => "Only scopes that were granted may be asked for.",
        Check::Resource => "Only resources that were granted may be asked for.",
        Check::Generation => "The token must not have been replaced by one that is in use.",
        Check::TokenNotDenied => "The token must not have been revoked.",
    }
}

/// What the check looked at. `client` is the one that the token was issued to.
pub fn admin(check: Check, realm: &LoadedRealm, client: Option<&Client>, trace: &Trace) -> (String, Values) {
    match check {
        Check::ClientAuthentication | Check::ClientEnabled | Check::GrantAllowed => of_client(check, realm, client),
        Check::TokenPresent
        | Check::TokenGenuine
        | Check::TokenRealm
        | Check::TokenClient
        | Check::TokenNotExpired
        | Check::TokenNotDenied => of_token(check, trace),
        _ => of_session(check, realm, client, trace),
    }
}

fn of_client(check: Check, realm: &LoadedRealm, client: Option<&Client>) -> (String, Values) {
    let Some(client) = client else {
        return ("The token's app is not known, so nothing of it was looked at.".into(), Vec::new());
    };
    let settings = &client.settings;
    match check {
        Check::ClientEnabled => (
            format!("Client enabled: {}, realm enabled: {}.", settings.enabled, realm.model.realm.settings.enabled),
            vec![("client", json!(settings.enabled)), ("realm", json!(realm.model.realm.settings.enabled))],
        ),
        Check::GrantAllowed => (
            format!("The client's use.refresh.tokens is {}.", settings.use_refresh_tokens),
            vec![("useRefreshTokens", json!(settings.use_refresh_tokens))],
        ),
        _ => (
            "Not asked here: the client is taken to authenticate as it should.".into(),
            vec![("clientId", json!(client.client_id))],
        ),
    }
}

fn of_token(check: Check, trace: &Trace) -> (String, Values) {
    match (&trace.token, &trace.access) {
        (Some(token), _) => {
            let id = format!("{}.{}", token.grant_id, token.generation);
            (
                format!("The MAC verifies under the key {}; the token is {id}.", token.kid),
                vec![
                    ("keyId", json!(token.kid)),
                    ("jti", json!(id)),
                    ("generation", json!(token.generation)),
                    ("issuedAt", json!(Timestamp::from_s(token.iat_s))),
                    ("clientId", json!(token.azp)),
                ],
            )
        }
        (None, Some(facts)) => {
            let expires_at = Timestamp::from_s(facts.exp);
            let text = match check {
                Check::TokenNotExpired => format!("The token's time ends at {} (Unix seconds).", facts.exp),
                Check::TokenNotDenied => format!("Looked for {} among the revoked access tokens.", facts.jti),
                _ => format!("The signature verifies; the token was issued to {}.", facts.azp),
            };
            (text, vec![("jti", json!(facts.jti)), ("clientId", json!(facts.azp)), ("expiresAt", json!(expires_at))])
        }
        (None, None) => ("Nothing of the token is believed before it verifies.".into(), Vec::new()),
    }
}

fn of_session(check: Check, realm: &LoadedRealm, client: Option<&Client>, trace: &Trace) -> (String, Values) {
    let (Some(session), Some(client)) = (&trace.session, client) else {
        return (no_session(check, trace), Vec::new());
    };
    match check {
        Check::OfflineRole
        | Check::OfflineScope
        | Check::Consent
        | Check::Scope
        | Check::ResourcesLeft
        | Check::Resource => of_rights(check, &realm.model, client, session),
        _ => of_life(check, &realm.model, client, session, trace),
    }
}

/// Whether the session lives, and the token within it.
fn of_life(
    check: Check,
    model: &RealmModel,
    client: &Client,
    session: &SeenSession,
    trace: &Trace,
) -> (String, Values) {
    let SeenSession { grant, holder, now } = session;
    match check {
        Check::NotEnded => {
            let end = model.end_of(client, grant, holder.owner());
            let left_s = now.seconds_until(end.at);
            (
                format!("The limit {} ends it; seconds left: {left_s}.", end.cause.as_str()),
                vec![("endsBy", json!(end.cause.as_str())), ("endsAt", json!(end.at)), ("secondsLeft", json!(left_s))],
            )
        }
        Check::NotPaused => match grant.paused_at() {
            Some(at) => ("It was paused.".into(), vec![("pausedAt", json!(at))]),
            None => ("It is not paused.".into(), Vec::new()),
        },
        Check::UserEnabled => (
            format!("{} is {}.", holder.user.username, if holder.user.enabled { "enabled" } else { "disabled" }),
            vec![("username", json!(holder.user.username)), ("enabled", json!(holder.user.enabled))],
        ),
        Check::NotBefore => (
            "Compared with the latest not-before of realm, client and user, in whole seconds.".into(),
            vec![
                ("issuedAt", json!(issued_at(trace))),
                ("realm", json!(model.realm.not_before_at)),
                ("client", json!(client.not_before_at)),
                ("user", json!(holder.user.not_before_at)),
            ],
        ),
        Check::Generation => (
            format!("The session stands at generation {}.", grant.family.generation),
            vec![
                ("presented", json!(trace.token.as_ref().map(|token| token.generation))),
                ("stored", json!(grant.family.generation)),
                ("proven", json!(grant.family.proven)),
                ("stampedAt", json!(grant.family.stamped_at)),
                ("replays", json!(grant.family.replays)),
            ],
        ),
        Check::AccessEpoch => (
            "A token is good in the epoch it was issued in.".into(),
            vec![
                ("token", json!(trace.access.as_ref().map(|facts| facts.gep))),
                ("session", json!(grant.access_epoch)),
            ],
        ),
        Check::SenderConstraint => match grant.sender_key {
            Some(_) => ("The session is bound to a key; the request is taken to prove it.".into(), Vec::new()),
            None => ("The session is not bound to a key.".into(), Vec::new()),
        },
        _ => ("It was found.".into(), vec![("session", json!(grant.id.to_string()))]),
    }
}

/// What the session may still do.
fn of_rights(check: Check, model: &RealmModel, client: &Client, session: &SeenSession) -> (String, Values) {
    let SeenSession { grant, holder, .. } = session;
    match check {
        Check::OfflineRole => {
            let names =
                holder.roles.iter().filter_map(|id| model.roles.get(id)).filter(|role| role.client_id.is_none());
            let mut names: Vec<&str> = names.map(|role| role.name.as_str()).collect();
            names.sort_unstable();
            ("Looked among the user's realm roles with all that they include.".into(), vec![("roles", json!(names))])
        }
        Check::OfflineScope => (
            "Looked among the client's scopes, and for the role in its scope.".into(),
            vec![
                ("scopeAssigned", json!(model.may_request(client, perennial_protocol::scope::OFFLINE_ACCESS))),
                ("fullScopeAllowed", json!(client.settings.full_scope_allowed)),
            ],
        ),
        Check::Consent => (
            if client.needs_consent() { "The client needs consent." } else { "The client needs no consent." }.into(),
            vec![
                ("required", json!(client.needs_consent())),
                ("granted", json!(grant.scope.to_string())),
                ("consented", json!(holder.consent.as_ref().map(|consent| consent.scope.to_string()))),
            ],
        ),
        Check::Scope => ("Nothing narrower was asked for.".into(), vec![("granted", json!(grant.scope.to_string()))]),
        Check::ResourcesLeft => {
            let left: Vec<&str> = model.living_resources(&grant.resources).map(|own| own.uri.as_str()).collect();
            (
                "Looked which of the granted resources still exist.".into(),
                vec![("granted", json!(grant.resources)), ("left", json!(left))],
            )
        }
        _ => ("Nothing narrower was asked for.".into(), vec![("granted", json!(grant.resources))]),
    }
}

fn no_session(check: Check, trace: &Trace) -> String {
    let found = trace.outcome_of(Check::SessionExists).is_some_and(|refusal| refusal.is_none());
    match check {
        Check::SenderConstraint => "The token is not bound to a key.".into(),
        Check::SessionExists if !found && trace.token.is_some() => {
            "No session of that id: it ended and was removed, or its user is gone.".into()
        }
        _ => "Not looked at.".into(),
    }
}

fn issued_at(trace: &Trace) -> Option<Timestamp> {
    let of_access = || trace.access.as_ref().map(|facts| facts.iat);
    trace.token.as_ref().map(|token| token.iat_s).or_else(of_access).map(Timestamp::from_s)
}
