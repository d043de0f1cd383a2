//! How often something may be tried from one place: guesses at codes and passwords, requests that anybody can make, mails. Counted by
//! realm and place until the end of a window, so that every node refuses the same ones. A place says what is counted, too: `sign-in …`.

use diesel::prelude::*;
use perennial_domain::{RealmId, Timestamp};

use crate::schema::allowances;
use crate::sql_types::Id;
use crate::tx::on_each;
use crate::{StorageResult, Tx};

/// How many tries a place has in how many seconds.
#[derive(Clone, Copy)]
pub struct Limit {
    pub tries: i64,
    pub window_s: i64,
}

/// Takes one try; `false` where none is left. Counted before it is judged, so that many at once cannot exceed the limit.
pub fn take(tx: &mut Tx<'_>, realm: RealmId, place: &str, now: Timestamp, limit: Limit) -> StorageResult<bool> {
    let expired = allowances::table.find((Id::from(realm), place)).filter(allowances::ends_at.le(now.as_ms()));
    diesel::delete(expired).execute(tx.connection())?;
    let first = (
        allowances::realm_id.eq(Id::from(realm)),
        allowances::place.eq(place),
        allowances::count.eq(1_i64),
        allowances::ends_at.eq(now.plus_s(limit.window_s).as_ms()),
    );
    let begun = on_each!(tx, |connection| diesel::insert_into(allowances::table)
        .values(first)
        .on_conflict_do_nothing()
        .execute(connection))?;
    if begun == 1 {
        return Ok(true);
    }
    let left = allowances::table.find((Id::from(realm), place)).filter(allowances::count.lt(limit.tries));
    Ok(diesel::update(left).set(allowances::count.eq(allowances::count + 1)).execute(tx.connection())? == 1)
}

/// Gives a try back that was no wrong one.
pub fn give_back(tx: &mut Tx<'_>, realm: RealmId, place: &str) -> StorageResult<()> {
    let own = allowances::table.find((Id::from(realm), place)).filter(allowances::count.gt(0));
    diesel::update(own).set(allowances::count.eq(allowances::count - 1)).execute(tx.connection())?;
    Ok(())
}

/// Those of a kind: the places that begin like this.
pub fn forget_all(tx: &mut Tx<'_>, realm: RealmId, prefix: &str) -> StorageResult<usize> {
    let own = allowances::table
        .filter(allowances::realm_id.eq(Id::from(realm)))
        .filter(allowances::place.ge(prefix))
        .filter(allowances::place.lt(format!("{prefix}\u{10ffff}")));
    Ok(diesel::delete(own).execute(tx.connection())?)
}
