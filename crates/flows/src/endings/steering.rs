//! What can be done to one running offline session short of ending it: pause and resume, narrow, set its end, name its device.
//! All that one request asks for happens in one unit, or nothing of it.

use super::by;
use crate::{
    FlowError, FlowResult, LoadedRealm, Site, events,
    holder::{self, Holder},
};
use perennial_domain::{
    GrantId, Timestamp, UserId,
    audit::{Action, Actor},
    event::{Event, EventType},
    grant::{Grant, PausedBy},
    lifetime,
};
use perennial_protocol::{ScopeSet, scope::OFFLINE_ACCESS};
use perennial_storage::{Tx, grants};

/// Longest name of a device, in characters.
pub const LONGEST_LABEL: usize = 64;

/// What is asked for; absent parts stay as they are.
#[derive(Clone, Debug, Default)]
pub struct Steering {
    pub paused: Option<bool>,
    /// The scopes that stay.
    pub scope: Option<ScopeSet>,
    /// The session's own end; `None` inside: until revoked.
    pub ends_at: Option<Option<Timestamp>>,
    /// `None` inside: no name.
    pub label: Option<Option<String>>,
}

/// Who steers.
#[derive(Clone, Debug)]
pub struct Driver {
    pub actor: Actor,
    /// Only this user's sessions.
    pub owner: Option<UserId>,
    /// A pause is lifted by people, not by the app that was paused, and an admin's by admins, which leaves the user's.
    pub may_resume: bool,
    /// Only the user gives access for longer.
    pub may_extend: bool,
}

impl Driver {
    /// As whom they pause.
    const fn pauses_as(&self) -> PausedBy {
        PausedBy::of(&self.actor)
    }
}

pub async fn steer(site: &Site, realm_name: &str, id: GrantId, driver: Driver, steering: Steering) -> FlowResult<()> {
    let actor = driver.actor.clone();
    let unit =
        move |tx: &mut Tx<'_>, realm: &LoadedRealm| Ok((steer_in(tx, realm, id, &driver, &steering)?, tx.now()?));
    let ((done, at), _) = site.write(realm_name, unit).await?;
    for action in done {
        site.record(at, realm_name, actor.clone(), action);
    }
    Ok(())
}

/// The same in a caller's unit, who records the actions after the commit.
pub(crate) fn steer_in(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    id: GrantId,
    driver: &Driver,
    steering: &Steering,
) -> FlowResult<Vec<Action>> {
    let steered = Steered::find(tx, realm, id, driver)?;
    steered.check(realm, steering, tx.now()?)?;
    let done = steered.apply(tx, steering)?;
    raise(tx, realm, &steered.grant, by(&driver.actor), &done)?;
    Ok(done)
}

/// A live offline session of the realm and, where that matters, of the driver.
struct Steered<'a> {
    grant: Grant,
    holder: Holder,
    driver: &'a Driver,
}

impl<'a> Steered<'a> {
    fn find(tx: &mut Tx<'_>, realm: &LoadedRealm, id: GrantId, driver: &'a Driver) -> FlowResult<Self> {
        let not_found = || FlowError::NotFound("Session not found");
        let (grant, holder) = holder::find_held(tx, realm, id)?.ok_or_else(not_found)?;
        let client = realm.model.clients.get(&grant.client_id).ok_or_else(not_found)?;
        let end = realm.model.end_of(client, &grant, holder.owner());
        let own = driver.owner.is_none_or(|owner| owner == grant.user_id);
        if grant.is_offline() && own && !lifetime::has_ended(end, tx.now()?) {
            Ok(Self { grant, holder, driver })
        } else {
            Err(not_found())
        }
    }

    /// Everything is judged before anything is written.
    fn check(&self, realm: &LoadedRealm, steering: &Steering, now: Timestamp) -> FlowResult<()> {
        let (grant, driver) = (&self.grant, self.driver);
        let is_anothers = driver.pauses_as() == PausedBy::User && grant.paused_by() == Some(PausedBy::Admin);
        if steering.paused == Some(false) && grant.paused_by().is_some() && (is_anothers || !driver.may_resume) {
            return Err(FlowError::Forbidden);
        }
        if let Some(scope) = &steering.scope
            && !scope.is_subset_of(&grant.scope)
        {
            return Err(FlowError::Invalid("scopes must be some of those that the session has".into()));
        }
        if let Some(Some(label)) = &steering.label
            && (label.chars().count() > LONGEST_LABEL || label.chars().any(char::is_control))
        {
            return Err(FlowError::Invalid(format!(
                "deviceLabel must be a text of at most {LONGEST_LABEL} characters"
            )));
        }
        match steering.ends_at {
            Some(ends_at) => self.check_end(realm, ends_at, now),
            None => Ok(()),
        }
    }

    fn check_end(&self, realm: &LoadedRealm, ends_at: Option<Timestamp>, now: Timestamp) -> FlowResult<()> {
        let grant = &self.grant;
        let chosen = chosen_end(grant);
        // No end of its own lies later than any.
        let is_later = chosen.is_some_and(|chosen| ends_at.is_none_or(|wanted| wanted > chosen));
        if is_later && !self.driver.may_extend {
            return Err(FlowError::Forbidden);
        }
        let Some(wanted) = ends_at else { return Ok(()) };
        if wanted <= now {
            return Err(FlowError::Invalid("expires must lie in the future".into()));
        }
        let client = realm.client(grant.client_id)?;
        let policy = realm.model.policy_of_grant(client, grant);
        let max = policy.offline_max.map(|limit| grant.started_at.plus_s(limit.seconds));
        let approval = realm.model.approval_end_of(client, grant, self.holder.owner());
        if is_later && [max, approval].into_iter().flatten().any(|latest| wanted > latest) {
            return Err(FlowError::Invalid("expires must not lie beyond the longest time that is allowed".into()));
        }
        Ok(())
    }

    /// A guard that is missed means that another request came in between: the unit is repeated on what stands then.
    fn apply(&self, tx: &mut Tx<'_>, steering: &Steering) -> FlowResult<Vec<Action>> {
        let (grant, id, mut done) = (&self.grant, self.grant.id, Vec::new());
        if let Some(label) = &steering.label {
            let label = label.as_deref().map(str::trim).filter(|label| !label.is_empty());
            grants::set_device_label(tx, id, label)?;
        }
        if let Some(ends_at) = steering.ends_at
            && ends_at != chosen_end(grant)
        {
            guarded(grants::set_chosen_end(tx, id, chosen_end(grant), ends_at)?)?;
            done.push(Action::GrantEndChosen { grant: id, ends_at });
        }
        let by = self.driver.pauses_as();
        match (steering.paused, grant.paused_by()) {
            (Some(true), standing) if PausedBy::joined(standing, by).is_some() => {
                let now = tx.now()?;
                guarded(grants::pause(tx, grant, now, by)?)?;
                done.push(Action::GrantPaused { grant: id });
            }
            (Some(false), Some(_)) => {
                guarded(grants::resume(tx, grant, by)?)?;
                done.push(Action::GrantResumed { grant: id });
            }
            _ => {}
        }
        if let Some(scope) = &steering.scope
            && let Some(action) = narrow(tx, grant, scope)?
        {
            done.push(action);
        }
        Ok(done)
    }
}

fn chosen_end(grant: &Grant) -> Option<Timestamp> {
    grant.offline().and_then(|offline| offline.chosen_end_at)
}

/// Leaves the grant with these scopes. An offline session without `offline_access` is none any more: it ends.
pub(crate) fn narrow(tx: &mut Tx<'_>, grant: &Grant, scope: &ScopeSet) -> FlowResult<Option<Action>> {
    if grant.scope.is_subset_of(scope) {
        return Ok(None);
    }
    if grant.is_offline() && !scope.contains(OFFLINE_ACCESS) {
        guarded(grants::delete(tx, grant.id)?)?;
        return Ok(Some(Action::GrantEnded { grant: grant.id, why: "narrowed".into() }));
    }
    guarded(grants::narrow(tx, grant, scope)?)?;
    Ok(Some(Action::GrantNarrowed { grant: grant.id, scope: scope.clone() }))
}

/// One event for each thing done to the session; `grant` as it was before.
pub(crate) fn raise(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: &Grant, by: &str, done: &[Action]) -> FlowResult<()> {
    let client = realm.client(grant.client_id)?;
    for action in done {
        let event_type = match action {
            Action::GrantPaused { .. } => EventType::OfflineSessionPaused,
            Action::GrantResumed { .. } => EventType::OfflineSessionResumed,
            Action::GrantNarrowed { .. } => EventType::OfflineSessionNarrowed,
            Action::GrantEnded { .. } => EventType::RevokeGrant,
            _ => EventType::OfflineSessionUpdated,
        };
        let event = Event::new(event_type).client(&client.client_id).grant(grant).detail(events::BY, by);
        let event = match action {
            Action::GrantNarrowed { scope, .. } => event.detail("scope", scope),
            _ => event,
        };
        events::raise(tx, realm, event)?;
    }
    Ok(())
}

pub(super) fn guarded(written: bool) -> FlowResult<()> {
    if written { Ok(()) } else { Err(FlowError::StaleRealm) }
}
