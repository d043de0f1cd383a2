//! Logout tokens of upstream providers (OIDC Back-Channel Logout §2.5 to §2.8): a user who signed out there is signed out here. A token
//! is read, its provider's keys are found by whoever can fetch them, and nothing is written before its signature is proved.

use crate::{FlowResult, LoadedRealm, Site, endings::upstream};
use perennial_crypto::{ForeignKeys, claimed, token_hash};
use perennial_domain::{
    Timestamp,
    audit::Actor,
    event::{Event, EventType},
    grant::Place,
    upstream::{IdentityProvider, LogoutClaims, UpstreamLogout},
};
use perennial_protocol::OAuthError;
use perennial_storage::{Tx, identity_links, used_assertions, users};

/// Header types: none, plain, and the explicit one (§2.4).
const TYPES: [&str; 3] = ["", "JWT", "logout+jwt"];

/// A token with the provider that could have sent it, if its signature is one of that provider's keys.
pub struct Presented {
    token: String,
    alias: String,
    pub provider: IdentityProvider,
    /// The key that it names.
    pub kid: Option<String>,
    pub at: Timestamp,
}

/// Finds the provider by what the token says of itself.
pub async fn read(site: &Site, realm_name: &str, token: &str) -> FlowResult<Presented> {
    let (kid, claims) = claimed::<LogoutClaims>(token, &TYPES).map_err(refused)?;
    let (at, realm) = site.read(realm_name, |tx: &mut Tx<'_>, _: &LoadedRealm| Ok(tx.now()?)).await?;
    let providers = &realm.model.realm.settings.identity_providers;
    let sender = providers.iter().find(|(_, provider)| provider.sends(&claims));
    let (alias, provider) = sender.ok_or_else(|| refused("from no identity provider of this realm, or not for it"))?;
    Ok(Presented { token: token.to_owned(), alias: alias.clone(), provider: provider.clone(), kid, at })
}

/// Ends what the token asks for. A subject that nobody here is linked with has nothing to end.
pub async fn log_out(
    site: &Site,
    realm_name: &str,
    presented: Presented,
    keys: &ForeignKeys,
    place: Place,
) -> FlowResult<()> {
    let Presented { token, alias, provider, .. } = presented;
    let claims: LogoutClaims = keys.verify_jwt(&token, &TYPES).map_err(refused)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if realm.model.realm.settings.identity_providers.get(&alias) != Some(&provider) {
            return Err(refused("from an identity provider that was changed meanwhile").into());
        }
        let logout = claims.judge(tx.now()?).map_err(refused)?;
        take_once(tx, realm, &provider, &logout)?;
        let realm_id = realm.model.realm.id;
        let Some(user) = identity_links::find_user(tx, realm_id, &alias, &logout.subject)? else { return Ok(None) };
        // First, as a sign-in does: each waits for the other then, and neither for both.
        users::hold(tx, user)?;
        let event = Event::new(EventType::Logout).user(user).at_place(&place).detail("identity_provider", &alias);
        let event = match logout.revokes_offline_access {
            true => event.detail("revoke_offline_access", true),
            false => event,
        };
        let done = upstream::logout(tx, realm, user, &event, logout.revokes_offline_access)?;
        Ok(Some((done, tx.now()?)))
    };
    if let (Some((done, at)), _) = site.write(realm_name, unit).await? {
        for action in done {
            site.record(at, realm_name, Actor::Server, action);
        }
    }
    Ok(())
}

/// §2.6: each token once, told apart by its `jti`, for as long as it would be good.
fn take_once(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    provider: &IdentityProvider,
    logout: &UpstreamLogout,
) -> FlowResult<()> {
    // No issuer holds a space.
    let used = token_hash(&format!("logout {} {} {}", realm.model.realm.id, provider.issuer, logout.jti));
    match used_assertions::take(tx, &used, logout.remembered_until)? {
        true => Ok(()),
        false => Err(refused("used before").into()),
    }
}

fn refused(reason: impl std::fmt::Display) -> OAuthError {
    OAuthError::invalid_request(format!("Invalid logout token: {reason}"))
}
