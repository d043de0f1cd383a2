//! The events of a refresh. By default only what is not everyday is stored: a successful refresh writes its grant and nothing else.

use super::{generation::Used, judge::Judged};
use crate::{FlowResult, LoadedRealm, events, notices};
use perennial_domain::{
    GrantId,
    client::Client,
    event::{Event, EventType},
    grant::{Grant, Place},
};
use perennial_storage::{Tx, grants};

/// What a presented token did to its family.
pub(super) fn of_use(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    client: &Client,
    judged: &Judged,
    place: &Place,
) -> FlowResult<()> {
    let (grant, next) = (&judged.grant, &judged.next);
    let event_type = match next.used {
        _ if next.recovered_to.is_some() => EventType::RefreshTokenRecovered,
        Used::Replayed => EventType::RefreshTokenReplayed,
        Used::Kept | Used::Rotated => EventType::RefreshToken,
    };
    // Told once a generation, however often it is shown again: the row counts how often.
    if event_type == EventType::RefreshTokenReplayed && grant.family.replays > 0 {
        events::count_use(realm, event_type);
        return Ok(());
    }
    let event = || {
        let event = Event::new(event_type).client(&client.client_id).grant(grant).at_place(place);
        event.detail("generation", next.family.generation).detail("lost_generations", lost(next.recovered_to, grant))
    };
    events::raise_with(tx, realm, event_type, event)
}

/// `recovered_to`: the generation that a lost commit had reached. Empty where nothing was lost.
fn lost(recovered_to: Option<u64>, grant: &Grant) -> String {
    recovered_to.map(|to| to.saturating_sub(grant.family.generation).to_string()).unwrap_or_default()
}

/// Really deleted, with the event and the mail to its user in the same unit; `false` where it was gone.
pub(super) fn end_reused(tx: &mut Tx<'_>, realm: &LoadedRealm, id: GrantId, place: &Place) -> FlowResult<bool> {
    let Some(grant) = grants::find(tx, id)? else { return Ok(false) };
    if !grants::delete(tx, id)? {
        return Ok(false);
    }
    let client = realm.client(grant.client_id)?;
    let event = Event::new(EventType::RefreshTokenReused).client(&client.client_id).grant(&grant).at_place(place);
    events::raise(tx, realm, event)?;
    notices::tell_reused(tx, realm, &grant, place)?;
    Ok(true)
}

pub(super) fn too_new(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    grant: GrantId,
    client_id: &str,
    place: &Place,
) -> FlowResult<()> {
    let event = Event::new(EventType::RefreshKeySuspected).client(client_id).grant_id(grant).at_place(place);
    events::raise(tx, realm, event)
}
