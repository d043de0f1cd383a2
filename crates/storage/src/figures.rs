//! What happened how often in a realm, in rows of a minute and of a day. Every node adds what it counted; reading them costs as
//! many rows as there are minutes or days, whatever the number of sessions.

use diesel::prelude::*;
use perennial_domain::{RealmId, Timestamp, figure::Figure};

use crate::schema::figures;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// One row: so often within the span that begins then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub from: Timestamp,
    pub figure: Figure,
    pub count: i64,
}

pub fn add(tx: &mut Tx<'_>, realm: RealmId, span_s: i64, counted: Counted) -> StorageResult<()> {
    let Counted { from, figure, count } = counted;
    let first = (
        figures::realm_id.eq(Id::from(realm)),
        figures::span_s.eq(span_s),
        figures::from_at.eq(from.as_ms()),
        figures::name.eq(figure.as_str()),
        figures::count.eq(0_i64),
    );
    on_each!(tx, |connection| diesel::insert_into(figures::table)
        .values(first)
        .on_conflict_do_nothing()
        .execute(connection))?;
    let row = figures::table.find((Id::from(realm), span_s, from.as_ms(), figure.as_str()));
    diesel::update(row).set(figures::count.eq(figures::count + count)).execute(tx.connection())?;
    Ok(())
}

/// In the order of time, from this instant on.
pub fn list(tx: &mut Tx<'_>, realm: RealmId, span_s: i64, from: Timestamp) -> StorageResult<Vec<Counted>> {
    let rows: Vec<(i64, String, i64)> = figures::table
        .filter(figures::realm_id.eq(Id::from(realm)))
        .filter(figures::span_s.eq(span_s))
        .filter(figures::from_at.ge(from.as_ms()))
        .order(figures::from_at)
        .select((figures::from_at, figures::name, figures::count))
        .load(tx.connection())?;
    // A figure that only a later version knows is not shown.
    let known = |(from, name, count): (i64, String, i64)| {
        Some(Counted { from: Timestamp::from_ms(from), figure: Figure::parse(&name)?, count })
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Those of spans that began before this instant.
pub fn delete_before(tx: &mut Tx<'_>, realm: RealmId, span_s: i64, before: Timestamp) -> StorageResult<usize> {
    let own = figures::table.filter(figures::realm_id.eq(Id::from(realm))).filter(figures::span_s.eq(span_s));
    Ok(diesel::delete(own.filter(figures::from_at.lt(before.as_ms()))).execute(tx.connection())?)
}
