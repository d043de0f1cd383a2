//! Pages in the order of last use or of end, which no index holds: sorted here where one request may look at all that match, else
//! in the order of the node's last survey, with what began since, shown as the rows stand.

use super::{Cursor, Found, InOrder, MOST_GLANCES, MOST_SKIPPED, Order, PART, Search, Surveyed, Walk, too_far, views};
use crate::{
    FlowError, FlowResult, LoadedRealm,
    present_ends::ends_of,
    session_view::SessionView,
    survey::{Orders, Sorted, Survey},
};
use perennial_domain::{
    GrantId, Timestamp,
    session_filter::{Glance, SessionFilter},
};
use perennial_storage::{
    Tx,
    grants::{self, Position},
};
use std::collections::HashSet;

/// Codes and device requests live shorter than this.
const LATECOMERS_S: i64 = 1_800;

type Keyed = (Timestamp, GrantId);

/// What one request may go through.
struct Stretch<I> {
    /// In the order asked for.
    rest: I,
    /// Sessions that match, before the first of the page.
    skip: usize,
    /// Rows to look at.
    most: usize,
}

pub(super) fn page(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, survey: Surveyed<'_>) -> FlowResult<Found> {
    let mut walk = Walk::open(tx, realm, &search.filter, None)?;
    let mut keyed = Vec::new();
    while let Some(chunk) = walk.next(tx, MOST_GLANCES)? {
        keyed.extend(keys(tx, realm, search, &chunk)?);
    }
    if walk.rest.is_none() {
        return cut(tx, realm, search, keyed);
    }
    let survey = survey.ok_or(FlowError::NotYet("So many sessions are being sorted, please try again in a minute"))?;
    let mut found = surveyed(tx, realm, search, survey)?;
    found.surveyed_at = Some(survey.taken_at);
    Ok(found)
}

/// Those that match and live, with the key of the order.
fn keys(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, seen: &[Glance]) -> FlowResult<Vec<Keyed>> {
    let matching = || seen.iter().filter(|seen| search.filter.admits(realm.model.realm.id, seen));
    let ends = ends_of(tx, realm, matching())?;
    let key = |seen: &Glance| {
        let ends_at = *ends.get(&seen.id)?;
        Some(if search.order == Order::End { ends_at } else { seen.last_used_at })
    };
    Ok(matching().filter_map(|seen| Some((key(seen)?, seen.id))).collect())
}

/// The page after the cursor, of all that there are.
fn cut(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, mut keyed: Vec<Keyed>) -> FlowResult<Found> {
    sort(search, &mut keyed);
    let rest = keyed.into_iter().skip_while(|at| is_passed(search, at));
    fill(tx, realm, search, Stretch { rest, skip: search.first, most: usize::MAX })
}

/// Goes along the order of the survey as far as one request may look: the page may be short, or empty, and go on.
fn surveyed(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, survey: &Survey) -> FlowResult<Found> {
    let fresh = begun_since(tx, realm, search, survey)?;
    let sorted = if search.order == Order::End { Sorted::End } else { Sorted::LastUse };
    let after = search.after.map(|cursor| (cursor.key, cursor.id));
    let by_client_only = SessionFilter { client: search.filter.client, ..SessionFilter::default() };
    let leaps = search.filter == by_client_only;
    if search.first > MOST_SKIPPED && !leaps {
        return Err(too_far());
    }
    let Some(orders) = survey.orders.get(&realm.model.realm.id) else {
        let all = Stretch { rest: fresh.into_iter(), skip: search.first, most: usize::MAX };
        return fill(tx, realm, search, all);
    };
    let mut old = orders.walk(sorted, search.descending, after, search.filter.client)?;
    let rest = merged(search.descending, fresh, &mut old);
    let found = match leaps {
        true => fill(tx, realm, search, Stretch { rest: rest.skip(search.first), skip: 0, most: MOST_GLANCES }),
        false => {
            let most = MOST_GLANCES + search.first;
            fill(tx, realm, search, Stretch { rest, skip: search.first, most })
        }
    }?;
    old.check()?;
    Ok(found)
}

/// A page of those that still are there and fit.
fn fill(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    search: &Search,
    stretch: Stretch<impl Iterator<Item = Keyed>>,
) -> FlowResult<Found> {
    let Stretch { rest, mut skip, most } = stretch;
    let cursor = |(key, id): Keyed| Cursor { key, id };
    let (mut rest, mut found, mut looked) = (rest.peekable(), Found::default(), 0);
    while rest.peek().is_some() && looked < most {
        let part: Vec<Keyed> = rest.by_ref().take(PART).collect();
        looked += part.len();
        for view in fitting(tx, realm, search, &part)? {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let at = part.iter().copied().find(|(_, id)| *id == view.grant.id);
            found.sessions.push(view);
            if found.sessions.len() == search.max {
                let is_last = rest.peek().is_none() && at == part.last().copied();
                found.next = at.filter(|_| !is_last).map(cursor);
                return Ok(found);
            }
        }
        found.next = part.last().filter(|_| rest.peek().is_some()).copied().map(cursor);
    }
    Ok(found)
}

fn fitting(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, part: &[Keyed]) -> FlowResult<Vec<SessionView>> {
    let mut ids: Vec<GrantId> = part.iter().map(|(_, id)| *id).collect();
    if !search.filter.is_empty() {
        let seen = grants::glance_at(tx, &ids)?;
        let fits = seen.iter().filter(|seen| search.filter.admits(realm.model.realm.id, seen));
        let fitting: HashSet<GrantId> = fits.map(|seen| seen.id).collect();
        ids.retain(|id| fitting.contains(id));
    }
    views(tx, realm, &search.filter, &ids)
}

/// What the survey could not see, the newest that one request may look at, in whole seconds as the survey has it. A session is as
/// old as the code that it came of: its row may be younger than rows that stand behind it.
fn begun_since(tx: &mut Tx<'_>, realm: &LoadedRealm, search: &Search, survey: &Survey) -> FlowResult<Vec<Keyed>> {
    let orders = survey.orders.get(&realm.model.realm.id);
    let all_seen_before = survey.taken_at.minus_s(LATECOMERS_S);
    let newest = Position { after: None, newest_first: true };
    let mut rows = InOrder::open(tx, realm, &search.filter, newest)?;
    let mut fresh = Vec::new();
    while let Some(mut chunk) = rows.next(tx, MOST_GLANCES)? {
        let is_last = chunk.last().is_some_and(|seen| seen.started_at < all_seen_before);
        if let Some(orders) = orders {
            chunk = not_in(orders, chunk)?;
        }
        fresh.extend(keys(tx, realm, search, &chunk)?);
        if is_last {
            break;
        }
    }
    let whole = |(at, id): Keyed| (Timestamp::from_s(at.as_s()), id);
    let mut fresh: Vec<Keyed> = fresh.into_iter().map(whole).filter(|at| !is_passed(search, at)).collect();
    sort(search, &mut fresh);
    Ok(fresh)
}

fn not_in(orders: &Orders, chunk: Vec<Glance>) -> FlowResult<Vec<Glance>> {
    let unknown = chunk.into_iter().map(|seen| Ok((!orders.has(seen.id)?).then_some(seen)));
    unknown.filter_map(Result::transpose).collect()
}

fn merged(descending: bool, fresh: Vec<Keyed>, old: impl Iterator<Item = Keyed>) -> impl Iterator<Item = Keyed> {
    let (mut fresh, mut old) = (fresh.into_iter().peekable(), old.peekable());
    std::iter::from_fn(move || match (fresh.peek(), old.peek()) {
        (Some(young), Some(known)) if (young < known) != descending => fresh.next(),
        (Some(_), None) => fresh.next(),
        _ => old.next(),
    })
}

fn sort(search: &Search, keyed: &mut [Keyed]) {
    keyed.sort_unstable();
    if search.descending {
        keyed.reverse();
    }
}

fn is_passed(search: &Search, at: &Keyed) -> bool {
    match search.after {
        None => false,
        Some(Cursor { key, id }) if search.descending => *at >= (key, id),
        Some(Cursor { key, id }) => *at <= (key, id),
    }
}
