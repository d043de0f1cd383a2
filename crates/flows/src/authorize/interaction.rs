//! "What must the user do next?": a pure function over named checks, each with its error for `prompt=none`.

use crate::{
    LoadedRealm,
    grants::gates::{NEEDS_APPROVAL, gate_offline_access, has_run_out, is_allowed, unapproved},
    holder::Holder,
};
use perennial_domain::{
    Timestamp, authorization::AuthorizationRequest, client::Client, client_scope::PermissionType, user::RequiredAction,
    user_session::UserSession,
};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet, scope::OFFLINE_ACCESS};

/// Only who has just signed in may choose a new password: a browser that somebody left open is not enough.
const NEW_PASSWORD_MAX_AGE_S: i64 = 300;

/// A request in the light of who is signed in.
pub struct Situation<'a> {
    pub realm: &'a LoadedRealm,
    pub client: &'a Client,
    pub request: &'a AuthorizationRequest,
    pub user: Option<(&'a UserSession, &'a Holder)>,
    /// The session was (re-)authenticated for this very request.
    pub signed_in_for_this: bool,
    pub now: Timestamp,
}

/// What comes next; the errors are those of OIDC Core §3.1.2.6.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    SignIn(OAuthError),
    /// The password that they signed in with was a temporary one.
    NewPassword(OAuthError),
    /// Their e-mail address has to be verified.
    VerifyEmail(OAuthError),
    /// With what may be granted.
    Consent(OAuthError, ScopeSet),
    /// Only an admin can allow these scopes.
    Approval(OAuthError, Vec<String>),
    Refuse(OAuthError),
    Grant(ScopeSet),
}

pub fn next(situation: &Situation<'_>) -> Next {
    if let Some(error) = needs_sign_in(situation) {
        return Next::SignIn(error);
    }
    let Some((session, holder)) = situation.user else { return Next::SignIn(login_required()) };
    if is_another_than_hinted(situation, holder) {
        // They have just signed in: only the client can know what to do about that.
        return Next::Refuse(login_required().because("signed in as another user than the id_token_hint's"));
    }
    if holder.user.enabled && holder.user.must(RequiredAction::UpdatePassword) {
        return new_password(situation, session);
    }
    if holder.user.enabled && holder.user.must(RequiredAction::VerifyEmail) {
        return Next::VerifyEmail(OAuthError::new(
            ErrorCode::InteractionRequired,
            "The e-mail address must be verified",
        ));
    }
    match grantable_scope(situation, holder) {
        Err(refused) => Next::Refuse(refused),
        Ok(scope) if !waiting(situation, &scope).is_empty() => {
            let names = waiting(situation, &scope).iter().map(str::to_owned).collect();
            Next::Approval(OAuthError::new(ErrorCode::AccessDenied, NEEDS_APPROVAL), names)
        }
        Ok(scope) if needs_consent(situation, holder, &scope) => {
            Next::Consent(OAuthError::new(ErrorCode::ConsentRequired, "Consent is required"), scope)
        }
        Ok(scope) => Next::Grant(scope),
    }
}

fn new_password(situation: &Situation<'_>, session: &UserSession) -> Next {
    let is_recent = session.auth_at.plus_s(NEW_PASSWORD_MAX_AGE_S) >= situation.now;
    if situation.signed_in_for_this || is_recent {
        Next::NewPassword(OAuthError::new(ErrorCode::InteractionRequired, "A new password must be chosen"))
    } else {
        Next::SignIn(login_required())
    }
}

/// What may be granted to this user, by the gates.
fn grantable_scope(situation: &Situation<'_>, holder: &Holder) -> Result<ScopeSet, OAuthError> {
    if !holder.user.enabled {
        return Err(OAuthError::new(ErrorCode::AccessDenied, "User disabled"));
    }
    let denied = |error| OAuthError { code: ErrorCode::AccessDenied, ..error };
    let gated = gate_offline_access(situation.realm, situation.client, holder, &situation.request.scope);
    gated.map_err(denied)
}

fn waiting(situation: &Situation<'_>, scope: &ScopeSet) -> ScopeSet {
    unapproved(situation.realm, situation.client, PermissionType::Delegated, scope, situation.now)
}

fn needs_sign_in(situation: &Situation<'_>) -> Option<OAuthError> {
    let Some((session, holder)) = situation.user else { return Some(login_required()) };
    if situation.signed_in_for_this {
        return None;
    }
    if is_another_than_hinted(situation, holder) {
        return Some(login_required());
    }
    let request = situation.request;
    let too_old = |max_age_s: i64| {
        // max_age=0 always asks, also within the same second.
        max_age_s == 0 || session.auth_at.plus_s(max_age_s) < situation.now
    };
    if request.select_account {
        return Some(OAuthError::new(ErrorCode::AccountSelectionRequired, "An account must be chosen"));
    }
    (request.prompt_login || request.max_age_s.is_some_and(too_old)).then(login_required)
}

/// Whom an ID token of ours names, the answer must be about (OIDC Core §3.1.2.1).
fn is_another_than_hinted(situation: &Situation<'_>, holder: &Holder) -> bool {
    situation.request.hinted_user.is_some_and(|hinted| hinted != holder.user.id)
}

fn needs_consent(situation: &Situation<'_>, holder: &Holder, scope: &ScopeSet) -> bool {
    if situation.request.prompt_consent || has_run_out(holder, scope, situation.now) {
        return true;
    }
    if !situation.client.needs_consent() {
        return false;
    }
    let covered = is_allowed(situation.client, holder, scope, situation.now);
    // RFC 6749 §10.2: where another program could claim the redirect, a person must be there each time.
    let offline = scope.contains(OFFLINE_ACCESS);
    let client = situation.client;
    let claimable = client.needs_consent_each_time(&situation.request.redirect_uri);
    // An admin vouches for a client that registered itself, not for what else listens on the user's device.
    let vouched = || scope.iter().all(|name| client.approves(name, situation.now, situation.now));
    !covered || (offline && (claimable || (client.settings.registered_dynamically && !vouched())))
}

fn login_required() -> OAuthError {
    OAuthError::new(ErrorCode::LoginRequired, "The user must sign in")
}
