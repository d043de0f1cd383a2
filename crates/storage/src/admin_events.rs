//! Admin events, as `events` has those of users: one index walked in the order in which things happened, further criteria filter.

use diesel::prelude::*;
use perennial_domain::admin_event::{AdminEvent, AdminIdentity, Operation, StoredAdminEvent};
use perennial_domain::{EventId, RealmId, Timestamp, UserId};

use crate::columns::is_storable;
use crate::event_id::{self, lowest_at};
use crate::events::EventPage;
use crate::schema::admin_events;
use crate::sql_types::Id;
use crate::target::MultiBackend;
use crate::{StorageError, StorageResult, Tx};

/// Which admin events; every field that is set must hold, of a list any.
#[derive(Clone, Debug, Default)]
pub struct AdminEventFilter {
    pub operations: Vec<Operation>,
    pub resource_types: Vec<String>,
    /// `*` stands for any text.
    pub resource_path: Option<String>,
    pub auth_realm: Option<String>,
    pub auth_user: Option<UserId>,
    pub auth_client: Option<String>,
    pub auth_ip: Option<String>,
    pub from: Option<Timestamp>,
    /// Inclusive, to the millisecond.
    pub until: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = admin_events)]
struct AdminEventRow {
    id: Id,
    auth_realm: String,
    auth_user_id: Id,
    auth_client_id: String,
    auth_ip: String,
    operation: String,
    resource_type: String,
    resource_path: String,
    representation: Option<String>,
}

type Query<'a> = admin_events::BoxedQuery<'a, MultiBackend>;

pub fn insert(tx: &mut Tx<'_>, realm: RealmId, event: &AdminEvent) -> StorageResult<EventId> {
    let id = event_id::next(tx.now()?);
    diesel::insert_into(admin_events::table)
        .values((
            admin_events::realm_id.eq(Id::from(realm)),
            admin_events::id.eq(Id::from(id)),
            admin_events::auth_realm.eq(&event.by.realm),
            admin_events::auth_user_id.eq(Id::from(event.by.user)),
            admin_events::auth_client_id.eq(&event.by.client),
            admin_events::auth_ip.eq(&event.by.ip),
            admin_events::operation.eq(event.operation.as_str()),
            admin_events::resource_type.eq(&event.resource_type),
            admin_events::resource_path.eq(&event.resource_path),
            admin_events::representation.eq(&event.representation),
        ))
        .execute(tx.connection())?;
    Ok(id)
}

/// Names the resource that came of it, where that was known only afterwards.
pub fn set_resource_path(tx: &mut Tx<'_>, realm: RealmId, id: EventId, path: &str) -> StorageResult<bool> {
    let own = admin_events::table.find(Id::from(id)).filter(admin_events::realm_id.eq(Id::from(realm)));
    Ok(diesel::update(own).set(admin_events::resource_path.eq(path)).execute(tx.connection())? == 1)
}

/// One page, and the cursor of the next where there may be one.
pub fn list(
    tx: &mut Tx<'_>,
    realm: RealmId,
    filter: &AdminEventFilter,
    page: EventPage,
) -> StorageResult<(Vec<StoredAdminEvent>, Option<EventId>)> {
    let texts = [&filter.resource_path, &filter.auth_realm, &filter.auth_client, &filter.auth_ip];
    let texts = texts.into_iter().flatten().chain(&filter.resource_types);
    if !texts.map(String::as_str).all(is_storable) {
        return Ok((Vec::new(), None));
    }
    let query = admin_events::table.filter(admin_events::realm_id.eq(Id::from(realm))).into_boxed();
    let query = paged(by_resource(by_identity(query, filter), filter), filter, page);
    let rows: Vec<AdminEventRow> =
        query.select(AdminEventRow::as_select()).limit(page.max).offset(page.first).load(tx.connection())?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == page.max);
    let next = rows.last().filter(|_| is_full).map(|row| row.id.into());
    let events = rows.into_iter().map(AdminEventRow::into_event).collect::<StorageResult<_>>()?;
    Ok((events, next))
}

/// At most `max` of the realm's admin events that happened before this instant; the number removed.
pub fn delete_before(tx: &mut Tx<'_>, realm: RealmId, before: Timestamp, max: i64) -> StorageResult<usize> {
    let own = admin_events::realm_id.eq(Id::from(realm));
    let old: Vec<Id> = admin_events::table
        .filter(own)
        .filter(admin_events::id.lt(Id::from(lowest_at(before))))
        .order(admin_events::id)
        .select(admin_events::id)
        .limit(max)
        .load(tx.connection())?;
    let all = admin_events::table.filter(own).filter(admin_events::id.eq_any(old));
    Ok(diesel::delete(all).execute(tx.connection())?)
}

fn by_identity<'a>(mut query: Query<'a>, filter: &'a AdminEventFilter) -> Query<'a> {
    if let Some(user) = filter.auth_user {
        query = query.filter(admin_events::auth_user_id.eq(Id::from(user)));
    }
    if let Some(client) = &filter.auth_client {
        query = query.filter(admin_events::auth_client_id.eq(client));
    }
    if let Some(ip) = &filter.auth_ip {
        query = query.filter(admin_events::auth_ip.eq(ip));
    }
    if let Some(name) = &filter.auth_realm {
        query = query.filter(admin_events::auth_realm.eq(name));
    }
    query
}

fn by_resource<'a>(mut query: Query<'a>, filter: &'a AdminEventFilter) -> Query<'a> {
    if !filter.operations.is_empty() {
        let names: Vec<&'static str> = filter.operations.iter().map(|operation| operation.as_str()).collect();
        query = query.filter(admin_events::operation.eq_any(names));
    }
    if !filter.resource_types.is_empty() {
        query = query.filter(admin_events::resource_type.eq_any(&filter.resource_types));
    }
    match &filter.resource_path {
        Some(pattern) if pattern.contains('*') => {
            query.filter(admin_events::resource_path.like(like_pattern(pattern)).escape('\\'))
        }
        Some(path) => query.filter(admin_events::resource_path.eq(path)),
        None => query,
    }
}

fn paged<'a>(mut query: Query<'a>, filter: &AdminEventFilter, page: EventPage) -> Query<'a> {
    let (above, below) = page.bounds(filter.from, filter.until);
    if let Some(above) = above {
        query = query.filter(admin_events::id.gt(Id::from(above)));
    }
    if let Some(below) = below {
        query = query.filter(admin_events::id.lt(Id::from(below)));
    }
    if page.oldest_first { query.order(admin_events::id.asc()) } else { query.order(admin_events::id.desc()) }
}

fn like_pattern(pattern: &str) -> String {
    pattern.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_").replace('*', "%")
}

impl AdminEventRow {
    fn into_event(self) -> StorageResult<StoredAdminEvent> {
        let operation = Operation::parse(&self.operation);
        let id: EventId = self.id.into();
        let event = AdminEvent {
            by: AdminIdentity {
                realm: self.auth_realm,
                user: self.auth_user_id.into(),
                client: self.auth_client_id,
                ip: self.auth_ip,
            },
            operation: operation.ok_or_else(|| StorageError::Corrupt("unknown operation of an admin event".into()))?,
            resource_type: self.resource_type,
            resource_path: self.resource_path,
            representation: self.representation,
        };
        Ok(StoredAdminEvent { id, at: event_id::instant_of(id), event })
    }
}
