//! What stands before a grant (offline-access rules, "Asking for offline access"): the scopes that a client may ask for, the role
//! and the scope of offline access, an admin's approval, and the user's consent.

use crate::{LoadedRealm, holder::Holder, tokens};
use perennial_domain::{
    Timestamp,
    access::{self, Blocked},
    client::{Client, OfflineConsent},
    client_scope::PermissionType,
    realm::OfflineAccessDenied,
};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet, params::printable, scope::OFFLINE_ACCESS};

/// The words of a refusal for what only an admin can allow.
pub const NEEDS_APPROVAL: &str = "An administrator must approve this access first";

/// The scopes of a request as far as the client may ask for them; any other is refused by name.
pub fn check_scope(realm: &LoadedRealm, client: &Client, asked: Option<&str>) -> Result<ScopeSet, OAuthError> {
    let invalid = |names: &str| OAuthError::new(ErrorCode::InvalidScope, format!("Invalid scopes: {names}"));
    let asked =
        ScopeSet::parse(asked.unwrap_or_default()).ok_or_else(|| invalid("not of the form of RFC 6749 §3.3"))?;
    let foreign = asked.filtered(|name| !realm.model.may_request(client, name));
    if foreign.is_empty() {
        return Ok(tokens::granted_scope(realm, client, &asked));
    }
    Err(invalid(&printable(&foreign.to_string())))
}

/// Applies gates one and two of "Asking for offline access" to a wish: the scope that may be granted, or the refusal.
pub fn gate_offline_access(
    realm: &LoadedRealm,
    client: &Client,
    holder: &Holder,
    scope: &ScopeSet,
) -> Result<ScopeSet, OAuthError> {
    if !scope.contains(OFFLINE_ACCESS) {
        return Ok(scope.clone());
    }
    match access::check_offline_access(&realm.model, client, &holder.roles) {
        Ok(()) => Ok(scope.clone()),
        Err(_) if realm.model.realm.settings.offline_access_denied == OfflineAccessDenied::Online => {
            Ok(scope.without(OFFLINE_ACCESS))
        }
        Err(Blocked::OfflineScopeGone) => Err(not_allowed("Offline tokens not allowed for the client")),
        Err(_) => Err(not_allowed("Offline tokens not allowed for the user or client")),
    }
}

/// OIDC Core §11 for a request without `prompt=consent`, as none without a page can have it: a client that is held to that gets
/// its `offline_access` ignored.
pub fn heed_strict_consent(client: &Client, scope: ScopeSet) -> ScopeSet {
    match client.settings.offline_consent {
        OfflineConsent::Strict => scope.without(OFFLINE_ACCESS),
        OfflineConsent::Stored => scope,
    }
}

/// Gate four: scopes that only an admin's consent for the client can give.
pub fn refuse_reserved(
    realm: &LoadedRealm,
    client: &Client,
    used: PermissionType,
    scope: &ScopeSet,
    now: Timestamp,
) -> Result<(), OAuthError> {
    if unapproved(realm, client, used, scope, now).is_empty() {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::AccessDenied, NEEDS_APPROVAL))
}

/// The scopes that wait for an admin's consent for the client.
pub fn unapproved(
    realm: &LoadedRealm,
    client: &Client,
    used: PermissionType,
    scope: &ScopeSet,
    now: Timestamp,
) -> ScopeSet {
    scope.filtered(|name| realm.model.is_reserved(used, name) && !client.approves(name, now, now))
}

/// Whether every scope was allowed, by the user or by an admin for all users.
pub fn is_allowed(client: &Client, holder: &Holder, scope: &ScopeSet, now: Timestamp) -> bool {
    scope.iter().all(|name| holder.owner().gave(client, name) || client.approves(name, now, now))
}

/// Seconds until the end that the user chose on a page, for what begins without one.
pub fn chosen_end_left_s(holder: &Holder, now: Timestamp) -> Option<i64> {
    holder.consent.as_ref().and_then(|consent| consent.away_left_s(now))
}

/// Whether the time has passed for which the user let the client act while they are away: only they can say for how much longer.
pub fn has_run_out(holder: &Holder, scope: &ScopeSet, now: Timestamp) -> bool {
    scope.contains(OFFLINE_ACCESS) && chosen_end_left_s(holder, now) == Some(0)
}

fn not_allowed(description: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidGrant, description)
}
