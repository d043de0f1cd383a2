//! Guesses at short codes, counted by realm and place until the end of a window, so that every node refuses the same ones.

use diesel::prelude::*;
use perennial_domain::{RealmId, Timestamp};

use crate::schema::guesses;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// How many guesses a place has in how many seconds.
#[derive(Clone, Copy)]
pub struct Limit {
    pub guesses: i64,
    pub window_s: i64,
}

/// Takes one guess; `false` where none is left. Counted before the guess is judged, so that many at once cannot exceed the limit.
pub fn take(tx: &mut Tx<'_>, realm: RealmId, place: &str, now: Timestamp, limit: Limit) -> StorageResult<bool> {
    let expired = guesses::table.find((Id::from(realm), place)).filter(guesses::ends_at.le(now.as_ms()));
    diesel::delete(expired).execute(tx.connection())?;
    let first = (
        guesses::realm_id.eq(Id::from(realm)),
        guesses::place.eq(place),
        guesses::count.eq(1_i64),
        guesses::ends_at.eq(now.plus_s(limit.window_s).as_ms()),
    );
    let begun = on_each!(tx, |connection| diesel::insert_into(guesses::table)
        .values(first)
        .on_conflict_do_nothing()
        .execute(connection))?;
    if begun == 1 {
        return Ok(true);
    }
    let left = guesses::table.find((Id::from(realm), place)).filter(guesses::count.lt(limit.guesses));
    Ok(diesel::update(left).set(guesses::count.eq(guesses::count + 1)).execute(tx.connection())? == 1)
}

/// Gives a guess back that was right.
pub fn give_back(tx: &mut Tx<'_>, realm: RealmId, place: &str) -> StorageResult<()> {
    let own = guesses::table.find((Id::from(realm), place)).filter(guesses::count.gt(0));
    diesel::update(own).set(guesses::count.eq(guesses::count - 1)).execute(tx.connection())?;
    Ok(())
}

/// Those of a kind: the places that begin like this.
pub fn forget_all(tx: &mut Tx<'_>, realm: RealmId, prefix: &str) -> StorageResult<usize> {
    let own = guesses::table
        .filter(guesses::realm_id.eq(Id::from(realm)))
        .filter(guesses::place.ge(prefix))
        .filter(guesses::place.lt(format!("{prefix}\u{10ffff}")));
    Ok(diesel::delete(own).execute(tx.connection())?)
}
