//! Events as an admin searches and clears them, and which of them the realm stores.

use super::{Caller, Permission};
use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    EventId, GrantId, RealmId, Timestamp,
    admin_event::StoredAdminEvent,
    event::StoredEvent,
    event_settings::EventSettings,
    realm::{Realm, RealmSettings},
};
use perennial_storage::{StorageResult, Tx, admin_events, events, grants, realms};
pub use perennial_storage::{
    admin_events::AdminEventFilter,
    events::{EventFilter, EventPage},
};

/// Rows removed by one unit of work.
const BATCH: i64 = 1_000;
/// Of one offline session's timeline.
const LONGEST_TIMELINE: i64 = 100;

/// A change: from the settings as they stand to those wanted.
pub type Change = Box<dyn Fn(&EventSettings) -> EventSettings + Send + Sync>;

/// A page of a list, and where the next one starts.
pub struct Found<T> {
    pub realm: RealmId,
    pub events: Vec<T>,
    pub next: Option<EventId>,
}

pub async fn settings(site: &Site, realm_name: &str, caller: &Caller) -> FlowResult<EventSettings> {
    caller.require(Permission::ViewEvents, realm_name)?;
    Ok(site.realm(realm_name).await?.model.realm.settings.events.clone())
}

pub async fn change_settings(site: &Site, realm_name: &str, caller: &Caller, change: Change) -> FlowResult<()> {
    caller.require(Permission::ManageEvents, realm_name)?;
    let by = caller.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let before = &realm.model.realm;
        by.require_unchanged(&before.settings.events)?;
        let events = change(&before.settings.events);
        let settings = RealmSettings { events, ..before.settings.clone() };
        let after = Realm { settings, ..before.clone() };
        if realms::update(tx, &after, realm.model.stamp)? { Ok(()) } else { Err(FlowError::StaleRealm) }
    };
    site.write(realm_name, unit).await?;
    Ok(())
}

pub async fn list(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    filter: EventFilter,
    page: EventPage,
) -> FlowResult<Found<StoredEvent>> {
    caller.require(Permission::ViewEvents, realm_name)?;
    site.settle_events().await;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (events, next) = crate::events::list_kept(tx, realm, &filter, page)?;
        Ok(Found { realm: realm.model.realm.id, events, next })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn list_admin(
    site: &Site,
    realm_name: &str,
    caller: &Caller,
    filter: AdminEventFilter,
    page: EventPage,
) -> FlowResult<Found<StoredAdminEvent>> {
    caller.require(Permission::ViewEvents, realm_name)?;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let settings = &realm.model.realm.settings.events;
        let from = crate::events::kept_from(tx, settings.admin_expiration_s, filter.from)?;
        let filter = AdminEventFilter { from, ..filter.clone() };
        let realm = realm.model.realm.id;
        let (events, next) = admin_events::list(tx, realm, &filter, page)?;
        Ok(Found { realm, events, next })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// What happened in an offline session, the newest first.
pub async fn timeline(site: &Site, realm_name: &str, caller: &Caller, id: GrantId) -> FlowResult<Found<StoredEvent>> {
    caller.require(Permission::ViewUsers, realm_name)?;
    site.settle_events().await;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let own = realm.model.realm.id;
        grants::find(tx, id)?.filter(|grant| grant.realm_id == own).ok_or(FlowError::NotFound("Session not found"))?;
        let filter = EventFilter { grant: Some(id), ..EventFilter::default() };
        let (events, next) = crate::events::list_kept(tx, realm, &filter, EventPage::newest(LONGEST_TIMELINE))?;
        Ok(Found { realm: own, events, next })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Removes all events that have happened until now.
pub async fn clear(site: &Site, realm_name: &str, caller: &Caller) -> FlowResult<()> {
    caller.require(Permission::ManageEvents, realm_name)?;
    site.settle_events().await;
    delete_all(site, realm_name, events::delete_before).await
}

pub async fn clear_admin(site: &Site, realm_name: &str, caller: &Caller) -> FlowResult<()> {
    caller.require(Permission::ManageEvents, realm_name)?;
    delete_all(site, realm_name, admin_events::delete_before).await
}

type DeleteBefore = fn(&mut Tx<'_>, RealmId, Timestamp, i64) -> StorageResult<usize>;

/// In batches. The bound is taken once, so that what happens meanwhile (the record of the clearing itself) stays.
async fn delete_all(site: &Site, realm_name: &str, delete: DeleteBefore) -> FlowResult<()> {
    let (until, _) = site.read(realm_name, |tx, _| Ok(tx.now()?)).await?;
    let before = Timestamp::from_ms(until.as_ms().saturating_add(1));
    loop {
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok(delete(tx, realm.model.realm.id, before, BATCH)?);
        if site.write(realm_name, unit).await?.0 == 0 {
            return Ok(());
        }
    }
}
