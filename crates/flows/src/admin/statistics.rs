//! What a realm's overview draws: how often what happened lately. Reads as many rows as there are minutes and days.

use super::{Caller, Permission};
use crate::{
    FlowResult, LoadedRealm, Site,
    figures::{DAY_S, MINUTE_S, begin_of},
};
use perennial_domain::{Timestamp, figure::Figure};
use perennial_storage::{
    Tx,
    figures::{self, Counted},
};

/// Spans shown, the present one included.
const MINUTES: i64 = 60;
const DAYS: i64 = 30;

pub struct Statistics {
    pub seen_at: Timestamp,
    /// The last hour, minute by minute, without a gap.
    pub minutes: Vec<Span>,
    /// The last 30 days, day by day (UTC).
    pub days: Vec<Span>,
}

/// What happened from then on, for a minute or a day.
pub struct Span {
    pub from: Timestamp,
    /// Only what happened at all.
    pub counts: Vec<(Figure, i64)>,
}

pub async fn read(site: &Site, realm_name: &str, caller: &Caller) -> FlowResult<Statistics> {
    caller.require(Permission::ViewUsers, realm_name)?;
    let unit = |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        let own = realm.model.realm.id;
        let mut spans = |span_s: i64, count: i64| {
            let first = begin_of(now, span_s).minus_s(span_s * (count - 1));
            let rows = figures::list(tx, own, span_s, first)?;
            FlowResult::Ok((0..count).map(|n| span_of(first.plus_s(n * span_s), &rows)).collect())
        };
        let (minutes, days) = (spans(MINUTE_S, MINUTES)?, spans(DAY_S, DAYS)?);
        Ok(Statistics { seen_at: now, minutes, days })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

fn span_of(from: Timestamp, rows: &[Counted]) -> Span {
    let counts = rows.iter().filter(|row| row.from == from).map(|row| (row.figure, row.count)).collect();
    Span { from, counts }
}
