//! Consents: one row for each user and client.

use diesel::prelude::*;
use perennial_domain::consent::Consent;
use perennial_domain::{ClientId, Timestamp, UserId};
use perennial_protocol::ScopeSet;

use crate::schema::consents;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

#[derive(Queryable, Selectable)]
#[diesel(table_name = consents)]
pub(crate) struct ConsentRow {
    user_id: Id,
    client_id: Id,
    scope: String,
    chosen_end_s: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl From<ConsentRow> for Consent {
    fn from(row: ConsentRow) -> Self {
        Self {
            user_id: row.user_id.into(),
            client_id: row.client_id.into(),
            scope: ScopeSet::lenient(&row.scope),
            chosen_end_s: row.chosen_end_s,
            created_at: Timestamp::from_ms(row.created_at),
            updated_at: Timestamp::from_ms(row.updated_at),
        }
    }
}

/// Inserts the consent or replaces the stored one's scope, choice and time of update; the time of creation stays.
pub fn save(tx: &mut Tx<'_>, consent: &Consent) -> StorageResult<()> {
    let changes = (
        consents::scope.eq(consent.scope.to_string()),
        consents::chosen_end_s.eq(consent.chosen_end_s),
        consents::updated_at.eq(consent.updated_at.as_ms()),
    );
    let values = (
        consents::user_id.eq(Id::from(consent.user_id)),
        consents::client_id.eq(Id::from(consent.client_id)),
        consents::created_at.eq(consent.created_at.as_ms()),
        changes.clone(),
    );
    on_each!(tx, |connection| diesel::insert_into(consents::table)
        .values(values)
        .on_conflict((consents::user_id, consents::client_id))
        .do_update()
        .set(changes)
        .execute(connection))?;
    Ok(())
}

/// Puts the consent where `seen` stood, or nothing; `false` where it changed since that was read.
pub fn replace(tx: &mut Tx<'_>, seen: Option<&Consent>, consent: &Consent) -> StorageResult<bool> {
    let changes = (
        consents::scope.eq(consent.scope.to_string()),
        consents::chosen_end_s.eq(consent.chosen_end_s),
        consents::updated_at.eq(consent.updated_at.as_ms()),
    );
    if let Some(seen) = seen {
        let own = consents::table
            .find((Id::from(seen.user_id), Id::from(seen.client_id)))
            .filter(consents::scope.eq(seen.scope.to_string()))
            .filter(consents::updated_at.eq(seen.updated_at.as_ms()));
        return Ok(diesel::update(own).set(changes).execute(tx.connection())? == 1);
    }
    let values = (
        consents::user_id.eq(Id::from(consent.user_id)),
        consents::client_id.eq(Id::from(consent.client_id)),
        consents::created_at.eq(consent.created_at.as_ms()),
        changes,
    );
    let inserted = on_each!(tx, |connection| diesel::insert_into(consents::table)
        .values(values)
        .on_conflict_do_nothing()
        .execute(connection))?;
    Ok(inserted == 1)
}

pub fn find(tx: &mut Tx<'_>, user: UserId, client: ClientId) -> StorageResult<Option<Consent>> {
    let own = consents::table.find((Id::from(user), Id::from(client))).select(ConsentRow::as_select());
    Ok(own.first(tx.connection()).optional()?.map(Into::into))
}

/// In the order in which they were first given.
pub fn list_of_user(tx: &mut Tx<'_>, user: UserId) -> StorageResult<Vec<Consent>> {
    let rows: Vec<ConsentRow> = consents::table
        .filter(consents::user_id.eq(Id::from(user)))
        .order((consents::created_at, consents::client_id))
        .select(ConsentRow::as_select())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Takes scopes away, and leaves the end that the user chose where it was; `false` where the consent changed since it was read as
/// `seen`.
pub fn narrow(tx: &mut Tx<'_>, seen: &Consent, scope: &ScopeSet, now: Timestamp) -> StorageResult<bool> {
    let own = consents::table
        .filter(consents::user_id.eq(Id::from(seen.user_id)))
        .filter(consents::client_id.eq(Id::from(seen.client_id)))
        .filter(consents::scope.eq(seen.scope.to_string()))
        .filter(consents::updated_at.eq(seen.updated_at.as_ms()));
    let changes = (
        consents::scope.eq(scope.to_string()),
        consents::chosen_end_s.eq(seen.chosen_end_from(now)),
        consents::updated_at.eq(now.as_ms()),
    );
    Ok(diesel::update(own).set(changes).execute(tx.connection())? == 1)
}

pub fn delete(tx: &mut Tx<'_>, user: UserId, client: ClientId) -> StorageResult<bool> {
    let own = consents::table.find((Id::from(user), Id::from(client)));
    Ok(diesel::delete(own).execute(tx.connection())? == 1)
}
