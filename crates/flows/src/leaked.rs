//! Leaked tokens: whoever holds one can have it revoked, without saying who they are. A refresh token ends its session, however
//! old it is; an access token ends only itself. Nobody learns whether it was worth anything.

use crate::{FlowError, FlowResult, LoadedRealm, Site, bearer, endings::family, events, genuine, notices, revocation};
use perennial_domain::{
    Timestamp,
    audit::{Action, Actor},
    event::{Event, EventType},
};
use perennial_storage::{Tx, grants};

/// Longer ones are none of ours, in bytes.
pub const LONGEST_TOKEN: usize = 16 * 1_024;

/// Revokes the token, if it is one. `realm_name` is what the token says of itself; nothing is believed of it before the realm's
/// own keys have confirmed it.
pub async fn hand_in(site: &Site, realm_name: &str, token: String) -> FlowResult<()> {
    match genuine::is_ours(site, realm_name, &token).await {
        Ok(true) => {}
        Ok(false) | Err(FlowError::UnknownRealm) => return Ok(()),
        Err(trouble) => return Err(trouble),
    }
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok((revoke(tx, realm, &token)?, tx.now()?));
    let ((done, at), _) = site.write(realm_name, unit).await?;
    if let Some(action) = done {
        site.record(at, realm_name, Actor::Anyone, action);
    }
    Ok(())
}

fn revoke(tx: &mut Tx<'_>, realm: &LoadedRealm, token: &str) -> FlowResult<Option<Action>> {
    let now: Timestamp = tx.now()?;
    if let Ok(presented) = realm.refresh.verify(token) {
        let Some(grant) = family::find(tx, realm, &presented)? else { return Ok(None) };
        let event = Event::new(EventType::TokenLeaked).client(&presented.azp).detail("token_type", "refresh_token");
        let ended = family::end(tx, realm, &grant, event, "leaked")?;
        if ended.is_some() {
            notices::tell_leaked(tx, realm, &grant, true)?;
        }
        return Ok(ended);
    }
    let Ok(facts) = bearer::verify(realm, token) else { return Ok(None) };
    let Some(action) = revocation::deny(tx, &facts, now)? else { return Ok(None) };
    let event = Event::new(EventType::TokenLeaked).client(&facts.azp).detail("token_type", "access_token");
    let event = Event { user: facts.sub.parse().ok(), grant: facts.gid.parse().ok(), ..event };
    let concerned = event.grant;
    events::raise(tx, realm, event)?;
    if let Some(id) = concerned
        && let Some(grant) = grants::find(tx, id)?.filter(|found| found.realm_id == realm.model.realm.id)
    {
        notices::tell_leaked(tx, realm, &grant, false)?;
    }
    Ok(Some(action))
}
