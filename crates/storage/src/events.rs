//! User events: inserted one by one, searched by any of their criteria in the order in which they happened, removed in batches.
//! A search walks one index in that order, the most selective one that it names; its other criteria only filter.

#[cfg(test)]
mod plans;

use std::collections::BTreeMap;

use diesel::prelude::*;
use perennial_domain::event::{Event, EventType, StoredEvent};
use perennial_domain::{EventId, GrantId, RealmId, Timestamp, UserId};

use crate::columns::{from_json, is_storable, to_json};
use crate::event_id::{self, lowest_after, lowest_at};
use crate::schema::events;
use crate::sql_types::Id;
use crate::target::MultiBackend;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// Which events; every field that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Any of these; empty: all.
    pub types: Vec<EventType>,
    /// The OAuth `client_id`.
    pub client: Option<String>,
    pub user: Option<UserId>,
    pub ip: Option<String>,
    pub grant: Option<GrantId>,
    pub from: Option<Timestamp>,
    /// Inclusive, to the millisecond.
    pub until: Option<Timestamp>,
}

/// Which part of a list, of events or of admin events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventPage {
    /// Where the page before ended.
    pub after: Option<EventId>,
    /// Rows to skip; slow for large numbers, unlike `after`.
    pub first: i64,
    pub max: i64,
    pub oldest_first: bool,
}

impl EventPage {
    /// The newest ones.
    pub fn newest(max: i64) -> Self {
        Self { after: None, first: 0, max, oldest_first: false }
    }

    /// The ids between which the page lies. One bound a side: with more of them SQLite thinks the stretch so short that it walks
    /// all of the realm's events instead of the criterion's.
    pub(crate) fn bounds(
        self,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> (Option<EventId>, Option<EventId>) {
        let (from, until) = (from.map(lowest_at), until.map(lowest_after));
        if self.oldest_first {
            (from.max(self.after), until)
        } else {
            (from, until.into_iter().chain(self.after).min())
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
struct EventRow {
    id: Id,
    event_type: String,
    client_id: Option<String>,
    user_id: Option<Id>,
    session_id: Option<Id>,
    grant_id: Option<Id>,
    ip: Option<String>,
    error: Option<String>,
    details: Option<String>,
}

type Query<'a> = events::BoxedQuery<'a, MultiBackend>;

pub fn insert(tx: &mut Tx<'_>, realm: RealmId, event: &Event) -> StorageResult<EventId> {
    let id = event_id::next(tx.now()?);
    let details = (!event.details.is_empty()).then(|| to_json(&event.details)).transpose()?;
    diesel::insert_into(events::table)
        .values((
            events::realm_id.eq(Id::from(realm)),
            events::id.eq(Id::from(id)),
            events::event_type.eq(event.event_type.as_str()),
            events::client_id.eq(&event.client),
            events::user_id.eq(event.user.map(Id::from)),
            events::session_id.eq(event.session.map(Id::from)),
            events::grant_id.eq(event.grant.map(Id::from)),
            events::ip.eq(&event.ip),
            events::error.eq(&event.error),
            events::details.eq(details),
        ))
        .execute(tx.connection())?;
    Ok(id)
}

/// Many at once, of one statement for some hundred of them.
pub fn insert_all(tx: &mut Tx<'_>, realm: RealmId, all: &[Event]) -> StorageResult<()> {
    /// Well below the number of values that either database takes.
    const ROWS: usize = 500;
    let now = tx.now()?;
    for some in all.chunks(ROWS) {
        let mut rows = Vec::with_capacity(some.len());
        for event in some {
            let details = (!event.details.is_empty()).then(|| to_json(&event.details)).transpose()?;
            rows.push((
                events::realm_id.eq(Id::from(realm)),
                events::id.eq(Id::from(event_id::next(now))),
                events::event_type.eq(event.event_type.as_str()),
                events::client_id.eq(&event.client),
                events::user_id.eq(event.user.map(Id::from)),
                events::session_id.eq(event.session.map(Id::from)),
                events::grant_id.eq(event.grant.map(Id::from)),
                events::ip.eq(&event.ip),
                events::error.eq(&event.error),
                events::details.eq(details),
            ));
        }
        on_each!(tx, |connection| diesel::insert_into(events::table).values(&rows).execute(connection))?;
    }
    Ok(())
}

/// One page, and the cursor of the next where there may be one.
pub fn list(
    tx: &mut Tx<'_>,
    realm: RealmId,
    filter: &EventFilter,
    page: EventPage,
) -> StorageResult<(Vec<StoredEvent>, Option<EventId>)> {
    let asked_for = [filter.client.as_deref(), filter.ip.as_deref()];
    if !asked_for.into_iter().flatten().all(is_storable) {
        return Ok((Vec::new(), None));
    }
    let rows = if is_by_type(filter) {
        merged(tx, realm, filter, page)?
    } else {
        let query = by_types(by_main_criterion(of_realm(realm), filter), filter);
        load(tx, paged(query, filter, page), page)?
    };
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == page.max);
    let next = rows.last().filter(|_| is_full).map(|row| row.id.into());
    // A type that only a later version knows is not shown.
    let shown = rows.into_iter().filter_map(|row| row.into_event().transpose());
    Ok((shown.collect::<StorageResult<_>>()?, next))
}

/// At most `max` of the realm's events that happened before this instant; the number removed. Call again while it is not 0.
pub fn delete_before(tx: &mut Tx<'_>, realm: RealmId, before: Timestamp, max: i64) -> StorageResult<usize> {
    let own = events::realm_id.eq(Id::from(realm));
    let old: Vec<Id> = events::table
        .filter(own)
        .filter(events::id.lt(Id::from(lowest_at(before))))
        .order(events::id)
        .select(events::id)
        .limit(max)
        .load(tx.connection())?;
    Ok(diesel::delete(events::table.filter(own).filter(events::id.eq_any(old))).execute(tx.connection())?)
}

/// Types are the only criterion that walks an index and can have several values: each is walked on its own.
fn is_by_type(filter: &EventFilter) -> bool {
    let others = filter.grant.is_some() || filter.user.is_some() || filter.ip.is_some() || filter.client.is_some();
    !others && !filter.types.is_empty()
}

fn merged(tx: &mut Tx<'_>, realm: RealmId, filter: &EventFilter, page: EventPage) -> StorageResult<Vec<EventRow>> {
    let head = EventPage { first: 0, max: page.first.saturating_add(page.max), ..page };
    let mut rows: BTreeMap<uuid::Uuid, EventRow> = BTreeMap::new();
    for event_type in &filter.types {
        let query = of_realm(realm).filter(events::event_type.eq(event_type.as_str()));
        let some: Vec<EventRow> = load(tx, paged(query, filter, head), head)?;
        rows.extend(some.into_iter().map(|row| (row.id.0, row)));
    }
    let skipped = usize::try_from(page.first).unwrap_or(usize::MAX);
    let taken = usize::try_from(page.max).unwrap_or(0);
    Ok(if page.oldest_first {
        rows.into_values().skip(skipped).take(taken).collect()
    } else {
        rows.into_values().rev().skip(skipped).take(taken).collect()
    })
}

fn of_realm<'a>(realm: RealmId) -> Query<'a> {
    events::table.filter(events::realm_id.eq(Id::from(realm))).into_boxed()
}

/// The first that is set has its index walked. Those after it are compared as expressions, which no index fits: left to
/// themselves, the databases may prefer a longer walk.
fn by_main_criterion<'a>(mut query: Query<'a>, filter: &'a EventFilter) -> Query<'a> {
    let mut is_led = filter.grant.is_some() || filter.user.is_some();
    if let Some(grant) = filter.grant {
        query = query.filter(events::grant_id.eq(Id::from(grant)));
    }
    if let Some(user) = filter.user {
        query = query.filter(events::user_id.eq(Id::from(user)));
    }
    if let Some(ip) = &filter.ip {
        query = if is_led { query.filter(events::ip.concat("").eq(ip)) } else { query.filter(events::ip.eq(ip)) };
        is_led = true;
    }
    if let Some(client) = &filter.client {
        query = if is_led {
            query.filter(events::client_id.concat("").eq(client))
        } else {
            query.filter(events::client_id.eq(client))
        };
    }
    query
}

fn by_types<'a>(query: Query<'a>, filter: &EventFilter) -> Query<'a> {
    if filter.types.is_empty() {
        return query;
    }
    let names: Vec<&'static str> = filter.types.iter().map(|event_type| event_type.as_str()).collect();
    query.filter(events::event_type.concat("").eq_any(names))
}

fn paged<'a>(mut query: Query<'a>, filter: &EventFilter, page: EventPage) -> Query<'a> {
    let (above, below) = page.bounds(filter.from, filter.until);
    if let Some(above) = above {
        query = query.filter(events::id.gt(Id::from(above)));
    }
    if let Some(below) = below {
        query = query.filter(events::id.lt(Id::from(below)));
    }
    if page.oldest_first { query.order(events::id.asc()) } else { query.order(events::id.desc()) }
}

fn load(tx: &mut Tx<'_>, query: Query<'_>, page: EventPage) -> StorageResult<Vec<EventRow>> {
    Ok(query.select(EventRow::as_select()).limit(page.max).offset(page.first).load(tx.connection())?)
}

impl EventRow {
    fn into_event(self) -> StorageResult<Option<StoredEvent>> {
        let Some(event_type) = EventType::parse(&self.event_type) else { return Ok(None) };
        let id: EventId = self.id.into();
        let event = Event {
            event_type,
            client: self.client_id,
            user: self.user_id.map(Into::into),
            session: self.session_id.map(Into::into),
            grant: self.grant_id.map(Into::into),
            ip: self.ip,
            error: self.error,
            details: self.details.as_deref().map(from_json).transpose()?.unwrap_or_default(),
        };
        Ok(Some(StoredEvent { id, at: event_id::instant_of(id), event }))
    }
}
