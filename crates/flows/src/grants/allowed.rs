//! What a user allowed on the consent page becomes a grant: for the code that a browser brought to its client, and for the device
//! that waited.

use super::{
    Beginning, begin,
    gates::{gate_offline_access, is_allowed, unapproved},
};
use crate::{FlowResult, LoadedRealm, dpop::KeyThumbprint, holder::Holder, resources, tokens::Issue};
use perennial_domain::{
    GrantId,
    client::Client,
    client_scope::PermissionType,
    device::Approval,
    grant::{GrantType, Place},
};
use perennial_protocol::{OAuthError, scope::OFFLINE_ACCESS};
use perennial_storage::{Tx, user_sessions};

pub struct Allowed<'a> {
    pub id: GrantId,
    pub grant_type: GrantType,
    pub approval: Approval,
    pub device_label: Option<String>,
    /// The key that the request proved.
    pub key: Option<KeyThumbprint>,
    pub place: &'a Place,
    /// Where the tokens go, if that is another place.
    pub used_from: Option<&'a Place>,
    /// The public words where the user or the consent has gone since.
    pub refusal: &'static str,
}

pub fn grant(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, allowed: Allowed<'_>) -> FlowResult<Issue> {
    let refused = |reason: &str| OAuthError::invalid_grant(allowed.refusal).because(reason);
    let approval = allowed.approval;
    let holder = Holder::of_user(tx, realm, approval.user_id, client.id)?;
    let mut holder = holder.filter(|holder| holder.user.enabled).ok_or_else(|| refused("user gone or disabled"))?;
    let floors = realm.model.realm.floors.max(client.floors).max(holder.user.floors);
    if approval.granted_at < floors.online_ended_before_at.max(floors.ended_if_started_before_at) {
        return Err(refused("ended before it was redeemed").into());
    }
    holder.session = user_sessions::find_kept(tx, approval.user_session)?;
    let now = tx.now()?;
    // The user, or the admin, may have taken the consent away since.
    if client.needs_consent() && !is_allowed(client, &holder, &approval.scope, now) {
        return Err(refused("consent gone").into());
    }
    if !unapproved(realm, client, PermissionType::Delegated, &approval.scope, now).is_empty() {
        return Err(refused("approval gone").into());
    }
    let refreshable = client.settings.use_refresh_tokens;
    let scope = if refreshable { approval.scope } else { approval.scope.without(OFFLINE_ACCESS) };
    // A role or the client's scope may be gone since.
    let scope = gate_offline_access(realm, client, &holder, &scope)?;
    if holder.session.is_none() && !scope.contains(OFFLINE_ACCESS) {
        return Err(OAuthError::invalid_grant("Session not active").into());
    }
    let left = resources::chosen(realm, &approval.resources, &[])?;
    let beginning = Beginning {
        id: allowed.id,
        grant_type: allowed.grant_type,
        scope,
        resources: approval.resources,
        session: Some(approval.user_session),
        chosen_end_s: approval.chosen_end_s,
        device_label: allowed.device_label,
        auth_at: approval.auth_at,
        key: allowed.key,
        place: allowed.place,
        used_from: allowed.used_from,
    };
    let issue = begin(tx, realm, client, &holder, beginning)?.into_issue(holder, refreshable);
    Ok(Issue { resources: left, ..issue })
}
