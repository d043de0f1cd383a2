//! Ending every offline session that a filter admits. A dry run counts them. The real one works through them in small units, so
//! that refreshes in between are not held up, and looks at each session again in the unit that ends it: one that was used
//! meanwhile and no longer fits lives on. What it has answered for is durable, deleted and in the audit log.

mod chosen;
mod counting;
mod first_look;
mod going_on;
mod so_far;
mod under_way;
mod waiting;
mod whole;

pub use going_on::go_on;
pub use so_far::SoFar;
pub(crate) use under_way::is_to_end;

use super::{
    Caller, Permission, bulk_guard,
    session_search::{self, Stand, Walk, views},
};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site, endings::by, events, figures, present_ends::ends_of,
    session_view::SessionView,
};
use first_look::FirstLook;
use going_on::Held;
use perennial_domain::{
    ClientId, GrantId, RealmId, Timestamp, UserId,
    audit::{Action, Actor},
    event::{Event, EventType},
    figure::Figure,
    session_filter::{Glance, SessionFilter},
};
use perennial_storage::{Tx, grants};
use std::{collections::HashMap, time::Duration};

/// Sessions ended by one unit.
const BATCH: usize = 200;
/// Between two units that ended something: SQLite's one writer belongs to the refreshes.
const PAUSE: Duration = Duration::from_millis(5);
/// Rows that one reading unit looks at.
const LOOK: usize = 2_000;
/// Sessions that a dry run shows.
const SAMPLE: usize = 20;
/// Sessions of a whole client or realm that end one by one, each with its event.
const MOST_ONE_BY_ONE: u64 = 2_000;

#[derive(Clone, Debug)]
pub struct Wish {
    pub filter: SessionFilter,
    /// If there are any: these alone, as far as the filter admits them.
    pub only: Vec<GrantId>,
    pub dry_run: bool,
    /// Said explicitly: a filter that says nothing means every session of the realm.
    pub all: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Done {
    pub total: u64,
    /// By `clientId`, the largest first.
    pub clients: Vec<(String, u64)>,
    /// Of a dry run.
    pub sample: Vec<SessionView>,
}

/// One under way: where and by whom, what is to end, and how far it has come.
#[derive(Clone, Copy)]
struct Ending<'a> {
    site: &'a Site,
    realm_name: &'a str,
    actor: &'a Actor,
    filter: &'a SessionFilter,
    so_far: &'a SoFar,
}

pub async fn run(site: &Site, realm_name: &str, caller: &Caller, wish: Wish) -> FlowResult<Done> {
    admit(site, realm_name, caller, &wish).await?;
    carry_out(site, realm_name, &Actor::Admin { user: caller.user }, wish, &SoFar::default()).await
}

/// Whether the caller may do this, and it makes sense: all that can be refused is refused before it begins.
pub async fn admit(site: &Site, realm_name: &str, caller: &Caller, wish: &Wish) -> FlowResult<()> {
    caller.require(Permission::ManageUsers, realm_name)?;
    bulk_guard::check(site, realm_name, caller, wish).await?;
    check(site, realm_name, wish).await
}

/// The same as [`run`] for whoever may do it.
pub async fn revoke(site: &Site, realm_name: &str, actor: &Actor, wish: Wish) -> FlowResult<Done> {
    check(site, realm_name, &wish).await?;
    carry_out(site, realm_name, actor, wish, &SoFar::default()).await
}

async fn check(site: &Site, realm_name: &str, wish: &Wish) -> FlowResult<()> {
    if wish.filter.is_empty() && wish.only.is_empty() && !wish.all {
        let text = "An empty filter means every offline session of the realm: say so with \"all\": true";
        return Err(FlowError::Invalid(text.into()));
    }
    let filter = wish.filter.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| session_search::known(tx, realm, &filter);
    site.read(realm_name, unit).await?;
    Ok(())
}

/// What was admitted. `so_far` tells how far it has come.
pub async fn carry_out(site: &Site, realm_name: &str, actor: &Actor, wish: Wish, so_far: &SoFar) -> FlowResult<Done> {
    let ending = Ending { site, realm_name, actor, filter: &wish.filter, so_far };
    if !wish.only.is_empty() {
        return ending.end_chosen(&wish.only, wish.dry_run).await;
    }
    if wish.dry_run {
        return ending.count().await;
    }
    let seen = FirstLook::take(&ending).await?;
    if seen.is_nothing() {
        return Ok(Done::default());
    }
    if wish.filter.is_whole() {
        match ending.count_whole(&seen).await? {
            0 if !seen.waits => return Ok(Done::default()),
            many if many > MOST_ONE_BY_ONE => return ending.end_whole().await,
            _ => ending.refuse_at_once().await?,
        }
    }
    ending.end_each(seen.is_something()).await
}

type Fitting = Vec<(GrantId, ClientId)>;

impl Ending<'_> {
    /// Once begun it comes to its end, whatever becomes of the request or of this node.
    async fn end_each(&self, is_something: bool) -> FlowResult<Done> {
        let mut held = Held::begin(self, is_something).await?;
        self.so_far.promise();
        self.take_back(None).await?;
        self.end_all(&mut held, || false).await?;
        held.finish(self.site).await?;
        Ok(self.so_far.done())
    }

    /// `false` where it was `stopped` before the end.
    async fn end_all(&self, held: &mut Held, stopped: impl Fn() -> bool) -> FlowResult<bool> {
        let mut stand = None;
        loop {
            if stopped() {
                return Ok(false);
            }
            let wanted = self.filter.clone();
            let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
                let (seen, rest) = look(tx, realm, &wanted, stand, LOOK)?;
                let alone = wanted.is_decided_by_row();
                Ok((fitting(tx, realm, &wanted, seen, !alone)?, rest, tx.now()?))
            };
            let ((fitting, rest, now), realm) = self.site.read(self.realm_name, unit).await?;
            held.renew(self.site, now).await?;
            for batch in fitting.chunks(BATCH) {
                if stopped() {
                    return Ok(false);
                }
                let ended = self.end_batch(batch.iter().map(|(id, _)| *id).collect()).await?;
                self.so_far.add(&realm, &ended);
                tokio::time::sleep(PAUSE).await;
            }
            if rest.is_none() {
                return Ok(true);
            }
            stand = rest;
        }
    }

    async fn end_batch(&self, ids: Vec<GrantId>) -> FlowResult<Fitting> {
        let (filter, done_by) = (self.filter.clone(), by(self.actor));
        let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            grants::hold_all(tx, &ids)?;
            let seen = grants::glance_at(tx, &ids)?;
            let users: HashMap<GrantId, UserId> = seen.iter().map(|glance| (glance.id, glance.user_id)).collect();
            let still = fitting(tx, realm, &filter, seen, !filter.is_decided_by_row())?;
            let ids: Vec<GrantId> = still.iter().map(|(id, _)| *id).collect();
            grants::delete_all(tx, &ids)?;
            let ended = |(id, client): &(GrantId, ClientId)| {
                let client = realm.model.clients.get(client).map(|client| client.client_id.clone());
                let event = Event { client, user: users.get(id).copied(), ..Event::new(EventType::RevokeGrant) };
                event.grant_id(*id).detail("reason", "bulk_revoked").detail(events::BY, done_by)
            };
            events::raise_all(tx, realm, EventType::RevokeGrant, &still, ended)?;
            Ok((still, tx.now()?))
        };
        let ((ended, at), realm) = self.site.write(self.realm_name, unit).await?;
        figures::note(&realm, Figure::EndedByAdmin, ended.len() as u64);
        if !ended.is_empty() {
            let grants = ended.iter().map(|(id, _)| *id).collect();
            self.record(at, Action::GrantsEnded { grants, why: "bulk_revoked".into() });
        }
        Ok(ended)
    }

    fn record(&self, at: Timestamp, action: Action) {
        self.site.record(at, self.realm_name, self.actor.clone(), action);
    }
}

fn look(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    filter: &SessionFilter,
    from: Option<Stand>,
    most: usize,
) -> FlowResult<(Vec<Glance>, Option<Stand>)> {
    let mut walk = Walk::open(tx, realm, filter, from)?;
    let mut seen = Vec::new();
    while let Some(chunk) = walk.next(tx, most)? {
        seen.extend(chunk);
    }
    Ok((seen, walk.rest))
}

/// What the filter admits; with `whole`, by the state of policy and holder, too, and only what lives.
fn fitting(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    filter: &SessionFilter,
    seen: Vec<Glance>,
    whole: bool,
) -> FlowResult<Fitting> {
    let own: RealmId = realm.model.realm.id;
    let admitted: Vec<Glance> = seen.into_iter().filter(|seen| filter.admits(own, seen)).collect();
    if !whole {
        return Ok(admitted.iter().map(|seen| (seen.id, seen.client_id)).collect());
    }
    if filter.blocked.is_none() {
        let ends = ends_of(tx, realm, admitted.iter())?;
        let lives = |seen: &&Glance| ends.get(&seen.id).is_some_and(|ends_at| filter.admits_state(*ends_at, false));
        return Ok(admitted.iter().filter(lives).map(|seen| (seen.id, seen.client_id)).collect());
    }
    let mut fits = Fitting::new();
    for part in admitted.chunks(BATCH) {
        let ids: Vec<GrantId> = part.iter().map(|seen| seen.id).collect();
        fits.extend(views(tx, realm, filter, &ids)?.iter().map(|view| (view.grant.id, view.grant.client_id)));
    }
    Ok(fits)
}

fn counted(mut done: Done, tally: HashMap<String, u64>) -> Done {
    done.clients = tally.into_iter().collect();
    done.clients.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    done.total = done.clients.iter().map(|(_, count)| count).sum();
    done
}
