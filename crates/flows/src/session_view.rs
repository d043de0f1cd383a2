//! An offline session as people see it: its grant with the names around it, when it ends and why, and what blocks it now.

use crate::{LoadedRealm, holder::Holder};
use perennial_domain::{
    Timestamp,
    access::{Blocked, GrantUse},
    grant::Grant,
    lifetime::{self, SessionEnd},
};
use perennial_storage::grants::HeldGrant;

#[derive(Clone, Debug)]
pub struct SessionView {
    pub grant: Grant,
    pub username: String,
    /// The OAuth `client_id`.
    pub client_id: String,
    pub client_name: String,
    pub end: SessionEnd,
    pub blocked: Option<Blocked>,
    /// The instant of the look, by the database's clock.
    pub seen_at: Timestamp,
}

/// `None` where the session has ended or its client is gone: then there is nothing to show.
pub fn view(realm: &LoadedRealm, held: HeldGrant, now: Timestamp) -> Option<SessionView> {
    let client = realm.model.clients.get(&held.grant.client_id)?;
    let (grant, holder) = Holder::of_held(realm, held);
    let end = realm.model.end_of(client, &grant, holder.owner());
    if lifetime::has_ended(end, now) || !realm.has_key_of(&grant) {
        return None;
    }
    let blocked = holder.check(realm, GrantUse::current(client, &grant, now)).err();
    Some(SessionView {
        username: holder.user.username.clone(),
        client_id: client.client_id.clone(),
        client_name: client.display_name().to_owned(),
        end,
        blocked,
        seen_at: now,
        grant,
    })
}
