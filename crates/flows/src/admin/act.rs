//! What an admin is doing, carried along a request, so that the admin event is written by the same unit of work as the
//! change, whichever use case makes it: the request's first durable unit records it. A request that changes nothing
//! records nothing.

use crate::{FlowError, FlowResult, LoadedRealm, Site};
use perennial_domain::{
    EventId, RealmId,
    admin_event::{AdminEvent, AdminIdentity, Operation},
};
use perennial_storage::{Tx, admin_events, realms};
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

tokio::task_local! {
    static ACT: Arc<Act>;
}

/// Which resource is changed how.
#[derive(Clone, Debug)]
pub struct Intent {
    pub operation: Operation,
    pub resource_type: String,
    /// Below the realm.
    pub resource_path: String,
}

pub struct Act {
    intent: Intent,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    by: Option<AdminIdentity>,
    /// What was sent, as JSON without secrets.
    representation: Option<String>,
    /// As the unit wrote it, which counts once that unit is committed.
    written: Option<(RealmId, EventId)>,
    is_recorded: bool,
}

impl Act {
    pub fn new(intent: Intent) -> Arc<Self> {
        Arc::new(Self { intent, state: Mutex::default() })
    }

    /// Names the resource that came of a creation, known only from the answer.
    pub async fn name_resource(&self, site: &Site, path: String) -> FlowResult<()> {
        let Some((realm, id)) = self.recorded() else { return Ok(()) };
        let unit = move |tx: &mut Tx<'_>| FlowResult::Ok(admin_events::set_resource_path(tx, realm, id, &path)?);
        site.store.write(unit).await?;
        Ok(())
    }

    /// For the one change that no realm's unit can record, the creation of a realm: recorded where its admin is.
    pub async fn record_apart(&self, site: &Site, resource_path: String) -> FlowResult<()> {
        let (Some(event), None) = (self.event(), self.recorded()) else { return Ok(()) };
        let event = AdminEvent { resource_path, ..event };
        let home = event.by.realm.clone();
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| write(tx, realm, realm.model.realm.id, &event).map(drop);
        site.write(&home, unit).await?;
        Ok(())
    }

    /// Called inside the unit, after its work.
    pub(crate) fn write(&self, tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<()> {
        let Some(event) = self.event() else { return Ok(()) };
        let mut own = realm.model.realm.id;
        if realms::current_stamp(tx, own)?.is_none() {
            // The realm is gone now, and its events with it: the admin's own realm remembers.
            let Some(home) = realms::find_by_name(tx, &event.by.realm)? else { return Ok(()) };
            own = home.id;
        }
        let id = write(tx, realm, own, &event)?;
        self.lock().written = id.map(|id| (own, id));
        Ok(())
    }

    /// Called after the unit was committed.
    pub(crate) fn confirm(&self) {
        self.lock().is_recorded = true;
    }

    fn event(&self) -> Option<AdminEvent> {
        let state = self.lock();
        Some(AdminEvent {
            by: state.by.clone()?,
            operation: self.intent.operation,
            resource_type: self.intent.resource_type.clone(),
            resource_path: self.intent.resource_path.clone(),
            representation: state.representation.clone(),
        })
    }

    fn recorded(&self) -> Option<(RealmId, EventId)> {
        let state = self.lock();
        state.written.filter(|_| state.is_recorded)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(tx: &mut Tx<'_>, realm: &LoadedRealm, of: RealmId, event: &AdminEvent) -> FlowResult<Option<EventId>> {
    let settings = &realm.model.realm.settings.events;
    let operation = event.operation.as_str();
    metrics::counter!("perennial_admin_events_total", "operation" => operation).increment(1);
    if !settings.admin_enabled {
        return Ok(None);
    }
    let representation = event.representation.clone().filter(|_| settings.admin_details);
    let event = AdminEvent { representation, ..event.clone() };
    Ok(Some(admin_events::insert(tx, of, &event)?))
}

/// Runs a request's work as this act.
pub async fn carry_out<F: Future>(act: Arc<Act>, work: F) -> F::Output {
    ACT.scope(act, work).await
}

/// Goes on with a request's work, as the same act, after the request was answered.
pub async fn to_the_end<F>(work: F) -> FlowResult<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let task = match ACT.try_with(Arc::clone) {
        Ok(act) => tokio::spawn(ACT.scope(act, work)),
        Err(_) => tokio::spawn(work),
    };
    task.await.map_err(FlowError::internal)
}

/// Says who is at it, once that is known; before, nothing is recorded.
pub fn identify(by: AdminIdentity) {
    // Outside of a changing request nobody asks.
    let _ = ACT.try_with(|act| act.lock().by = Some(by));
}

/// Says what was sent, as JSON; its secrets are the caller's to remove.
pub fn describe(representation: impl FnOnce() -> Option<String>) {
    let _ = ACT.try_with(|act| act.lock().representation = representation());
}

/// The act of the running request, where it is known who it is and no unit has recorded it yet.
pub(crate) fn pending() -> Option<Arc<Act>> {
    let act = ACT.try_with(Arc::clone).ok()?;
    let is_pending = {
        let state = act.lock();
        state.by.is_some() && !state.is_recorded
    };
    is_pending.then_some(act)
}
