//! Endings of many sessions at once. A floor ends them all from the next request on; their rows are removed in batches, the
//! first one in the unit that ends them, the rest by a background job. Floors only rise, so nothing is ever revived.

use super::{lapsed, user_session};
use crate::{FlowError, FlowResult, LoadedRealm, Site, events, figures};
use perennial_crypto::token_hash;
use perennial_domain::{
    RealmId, Timestamp,
    audit::{Action, Actor},
    ending::{Extent, Subject},
    event::{Event, EventType},
    figure::Figure,
    lifetime::Floors,
};
use perennial_storage::{
    Tx, client_sessions, clients, codes, devices,
    ending_jobs::{self, EndingJob},
    grants::{self, EndedGrant, GrantsOf},
    latest, realms,
    user_sessions::{self, SessionsOf},
    users,
};
use uuid::Uuid;

/// Rows removed in the unit that ends them: all, in most cases.
const AT_ONCE: i64 = 100;

/// How far back in the ids of grants and user sessions a start is looked for that lies ahead of the clock, in seconds. One whose
/// clock was put back has an id ahead of the clock, too; one that was moved above the floor of its user alone has the id of its time.
const RECENT_S: i64 = 3_600;

/// In seconds, before a job that failed is tried again.
const PUT_OFF_S: i64 = 60;

/// In seconds, and more: a unit that has seen no floor may commit so long after it, with a session that starts before it.
const LONGEST_UNIT_S: i64 = 120;

/// What ends.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    pub of: Subject,
    pub extent: Extent,
    /// User sessions, too: the subject's own, or those that the client took part in.
    pub sessions: bool,
}

impl Bulk {
    pub const fn all_of(of: Subject) -> Self {
        Self { of, extent: Extent::ALL, sessions: true }
    }
}

/// Ends everything of the subject that started until now, in a caller's unit, who records the action after the commit.
pub fn end_until_now(tx: &mut Tx<'_>, realm: &LoadedRealm, bulk: Bulk, why: &str) -> FlowResult<Action> {
    let before = after_all(tx, realm, bulk.of)?;
    end_before(tx, realm, bulk, before)?;
    Ok(Action::SessionsEnded { of: bulk.of, extent: bulk.extent, started_before: before, why: why.to_owned() })
}

/// An instant after the start of everything that the subject has, and of what was allowed and waits to start: where a floor must stand
/// to end it all. It may lie ahead of the clock, as those may: the clock may have been put back, and what starts after another ending
/// starts above that one's floor, be it in the same millisecond.
pub fn after_all(tx: &mut Tx<'_>, realm: &LoadedRealm, of: Subject) -> FlowResult<Timestamp> {
    let (now, own) = (tx.now()?, realm.model.realm.id);
    let recently = now.minus_s(RECENT_S);
    let (started, floors) = match of {
        Subject::Realm => (latest::start_in_realm(tx, own, None, recently)?, Floors::default()),
        Subject::Client(client) => (latest::start_in_realm(tx, own, Some(client), recently)?, Floors::default()),
        Subject::User(user) => {
            let floors = users::find(tx, own, user)?.map(|user| user.floors).unwrap_or_default();
            (latest::start_of_user(tx, user)?, floors)
        }
    };
    let user = if let Subject::User(user) = of { Some(user) } else { None };
    let waiting = codes::latest_waiting(tx, own, user, now)?.max(devices::latest_waiting(tx, own, user, now)?);
    // A unit beside this one may be starting something at a floor that it has seen.
    let latest = floors.max(realm.model.highest_floors()).start_of(now);
    let latest = started.into_iter().chain(waiting).fold(latest, Timestamp::max);
    Ok(Timestamp::from_ms(latest.as_ms() + 1))
}

/// Raises the subject's floors and removes the first rows.
pub fn end_before(tx: &mut Tx<'_>, realm: &LoadedRealm, bulk: Bulk, before: Timestamp) -> FlowResult<()> {
    let (realm_id, floors) = (realm.model.realm.id, Floors::of_bulk(before, bulk.extent));
    match bulk.of {
        Subject::Realm => realms::raise_floors(tx, realm_id, floors)?,
        Subject::Client(client) => clients::raise_floors(tx, realm_id, client, floors)?,
        Subject::User(user) => {
            users::raise_floors(tx, user, floors)?;
            codes::delete_unredeemed(tx, user, None)?;
        }
    }
    remove_rows(tx, realm, bulk, before)
}

/// The rows of a subject that may be gone itself, with its floors: the first ones now, the others by a job.
pub fn remove_rows(tx: &mut Tx<'_>, realm: &LoadedRealm, bulk: Bulk, before: Timestamp) -> FlowResult<()> {
    let now = tx.now()?;
    let mut left = AT_ONCE;
    for job in jobs_of(realm, bulk, before, now) {
        if left > 0 {
            let removed = remove_batch(tx, realm, &job, left)?;
            left = left.saturating_sub(i64::try_from(removed.in_all()).unwrap_or(left));
        }
        if left == 0 {
            ending_jobs::insert(tx, &job)?;
        }
    }
    Ok(())
}

/// One batch of one job that is due, off the request path; `false` where none is.
pub async fn work(site: &Site, batch: i64) -> FlowResult<bool> {
    let look = move |tx: &mut Tx<'_>| {
        let now = tx.now()?;
        let Some(job) = ending_jobs::find_due(tx, now)? else { return Ok(None) };
        let name = realms::find_name(tx, job.realm_id)?;
        Ok::<_, FlowError>(name.map(|name| (job, name)))
    };
    let Some((job, realm_name)) = site.store.read(look).await? else { return Ok(false) };
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        // Another node is at it, or has finished it.
        if !ending_jobs::hold(tx, &job, now)? {
            return Ok(None);
        }
        if job.lapsed {
            return Ok(lapsed::work(tx, realm, &job, batch)?.map(|done| (done, now)));
        }
        let removed = remove_batch(tx, realm, &job, batch)?;
        if i64::try_from(removed.in_all()).is_ok_and(|removed| removed < batch) {
            ending_jobs::delete(tx, job.id)?;
        } else if job.sessions && removed.sessions == 0 && now > job.started_before.plus_s(LONGEST_UNIT_S) {
            ending_jobs::leave_sessions(tx, job.id)?;
        }
        Ok(None)
    };
    match site.write(&realm_name, unit).await {
        Ok((Some((done, at)), _)) => site.record(at, &realm_name, Actor::Server, done),
        Ok((None, _)) => {}
        Err(error) => {
            put_off(site, job).await?;
            return Err(error);
        }
    }
    Ok(true)
}

/// One realm in trouble holds up no other.
async fn put_off(site: &Site, job: EndingJob) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>| {
        let until = tx.now()?.plus_s(PUT_OFF_S);
        Ok::<_, FlowError>(ending_jobs::hold(tx, &job, until)?)
    };
    site.store.write(unit).await.map(drop)
}

/// The rows that a batch has removed.
struct Removed {
    sessions: usize,
    grants: usize,
}

impl Removed {
    const fn in_all(&self) -> usize {
        self.sessions + self.grants
    }
}

/// Removes at most `max` rows of each kind; fewer than `max` in all means that the job is done.
fn remove_batch(tx: &mut Tx<'_>, realm: &LoadedRealm, job: &EndingJob, max: i64) -> FlowResult<Removed> {
    let before = job.started_before;
    let mut sessions = match job.of {
        _ if !job.sessions => Vec::new(),
        Subject::Realm => user_sessions::list_started_before(tx, SessionsOf::Realm(job.realm_id), before, max)?,
        Subject::User(user) => user_sessions::list_started_before(tx, SessionsOf::User(user), before, max)?,
        Subject::Client(client) => client_sessions::list_entered_before(tx, client, before, max)?,
    };
    // In one order, so that no two that end several wait for each other.
    sessions.sort_unstable();
    for (session, user) in &sessions {
        user_session::end(tx, realm, *session, *user)?;
        let event = Event::new(EventType::UserSessionDeleted).user(*user).session(*session);
        events::raise(tx, realm, event.detail(events::BY, "admin"))?;
    }
    let removed = Removed { sessions: sessions.len(), grants: 0 };
    // A client's grants tell which sessions it took part in: none goes before all of those have ended.
    if i64::try_from(sessions.len()).is_ok_and(|count| count >= max) {
        return Ok(removed);
    }
    let of = match job.of {
        Subject::Realm => return Ok(removed),
        Subject::Client(client) => GrantsOf::Client(client),
        Subject::User(user) => GrantsOf::User(user),
    };
    let ended = grants::delete_started_before(tx, of, before, job.extent, max)?;
    let offline = ended.iter().filter(|grant| grant.offline).count();
    figures::note(realm, Figure::Together, offline as u64);
    if matches!(job.of, Subject::User(_)) {
        tell_of_each(tx, realm, job, &ended)?;
    }
    Ok(Removed { grants: ended.len(), ..removed })
}

/// A user reads of each offline session that they lost. Where a client's or a realm's end together, the admin event says it all.
fn tell_of_each(tx: &mut Tx<'_>, realm: &LoadedRealm, job: &EndingJob, ended: &[EndedGrant]) -> FlowResult<()> {
    // Alone they end only where their user says so: with another password, or by a logout at an upstream provider.
    let by = if job.extent == Extent::OFFLINE { "user" } else { "admin" };
    let offline: Vec<EndedGrant> = ended.iter().copied().filter(|grant| grant.offline).collect();
    let told = |grant: &EndedGrant| {
        let client = realm.model.clients.get(&grant.client).map(|client| client.client_id.clone());
        let event = Event { client, ..Event::new(EventType::RevokeGrant) };
        event.user(grant.user).grant_id(grant.id).detail(events::BY, by)
    };
    events::raise_all(tx, realm, EventType::RevokeGrant, &offline, told)
}

/// Grants have no index by realm, so a realm's are removed client by client.
fn jobs_of(realm: &LoadedRealm, bulk: Bulk, before: Timestamp, now: Timestamp) -> Vec<EndingJob> {
    let job = |of: Subject, sessions: bool| {
        let realm_id = realm.model.realm.id;
        let id = job_id(realm_id, of, bulk.extent, before);
        EndingJob {
            id,
            realm_id,
            of,
            extent: bulk.extent,
            sessions,
            started_before: before,
            next_at: now,
            lapsed: false,
            after: None,
        }
    };
    if bulk.of != Subject::Realm {
        return vec![job(bulk.of, bulk.sessions)];
    }
    let own = bulk.sessions.then(|| job(Subject::Realm, true));
    let of_clients = realm.model.clients.keys().map(|client| job(Subject::Client(*client), false));
    own.into_iter().chain(of_clients).collect()
}

/// Made of what the job is, so that the same one is never queued twice.
fn job_id(realm: RealmId, of: Subject, extent: Extent, before: Timestamp) -> Uuid {
    derived_id(&format!("ending {realm} {of:?} {extent:?} {}", before.as_ms()))
}

/// An id for a row that stands for what `text` says.
pub(crate) fn derived_id(text: &str) -> Uuid {
    let hash = token_hash(text);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
