//! Notices about offline sessions that end soon or sleep, each given once: found by a job in small steps, decided again in the
//! unit that gives it. What a user must be told at once is here, too.

use crate::{FlowResult, LoadedRealm, Site, admin::preview::classes_of, events, mails};
use perennial_domain::{
    ClientId, GrantId, Timestamp, UserId,
    client::Client,
    event::{Event, EventType},
    grant::{Grant, Place},
    mail::About,
    notice::{self, Bounded, DueBounds, Notice},
    realm_model::Owner,
    user::User,
};
use perennial_storage::{
    Tx, consents, grants,
    session_notices::{self, Window},
    users,
};

/// Grants of a client that one step looks at.
const WINDOW: i64 = 2_000;

/// What one step found.
pub struct Look {
    /// Sessions with a notice to give.
    pub due: Vec<GrantId>,
    /// Where the next step starts; `None`: the client is through.
    pub next: Option<GrantId>,
}

/// Looks at the next of a client's sessions.
pub async fn look(site: &Site, realm_name: &str, client: ClientId, after: Option<GrantId>) -> FlowResult<Look> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let nothing = Look { due: Vec::new(), next: None };
        let Some(client) = realm.model.clients.get(&client) else { return Ok(nothing) };
        let now = tx.now()?;
        let bounds = bounds_of(tx, realm, client)?;
        if bounds.is_empty() {
            return Ok(nothing);
        }
        let window: Window = session_notices::window_after(tx, client.id, after, WINDOW)?;
        let candidates = session_notices::list_candidates(tx, client.id, window, &bounds)?;
        let ids: Vec<GrantId> = candidates.iter().map(|held| held.grant.id).collect();
        let given = session_notices::find_given(tx, &ids)?;
        let is_new = |grant: &Grant, notice: &Notice| given.get(&(grant.id, notice.kind())) != Some(&notice.for_at());
        let has_news = |grant: &Grant, owner: Owner<'_>| {
            due(realm, client, grant, owner, now).iter().any(|notice| is_new(grant, notice))
        };
        let news = candidates
            .iter()
            .filter(|held| has_news(&held.grant, Owner { user: &held.user, consent: held.consent.as_ref() }));
        Ok(Look { due: news.map(|held| held.grant.id).collect(), next: window.until })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// Wide enough for every class of policy that the client has sessions of.
fn bounds_of(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client) -> FlowResult<DueBounds> {
    let (now, settings) = (tx.now()?, realm.model.realm.settings.notices);
    let of_class = |resources: &[String]| DueBounds::at(&realm.model.policy_for(client, resources), settings, now);
    let classes = classes_of(tx, client)?;
    let bounds = classes.iter().map(|class| of_class(&class.resources)).fold(DueBounds::default(), DueBounds::or);
    let approval = client.settings.admin_consent.as_ref().and_then(|approval| approval.ends_at);
    Ok(bounds.with_approval(approval, settings, now))
}

/// Gives the notices that are due for these sessions and were not given before; how many.
pub async fn give(site: &Site, realm_name: &str, ids: Vec<GrantId>) -> FlowResult<usize> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut given = 0;
        for id in &ids {
            given += give_to(tx, realm, *id)?;
        }
        Ok(given)
    };
    Ok(site.write(realm_name, unit).await?.0)
}

fn give_to(tx: &mut Tx<'_>, realm: &LoadedRealm, id: GrantId) -> FlowResult<usize> {
    let Some(grant) = grants::find(tx, id)? else { return Ok(0) };
    let Some(client) = realm.model.clients.get(&grant.client_id) else { return Ok(0) };
    let Some(user) = users::find(tx, realm.model.realm.id, grant.user_id)? else { return Ok(0) };
    let consent = consents::find(tx, user.id, client.id)?;
    let owner = Owner { user: &user, consent: consent.as_ref() };
    let (now, mut given) = (tx.now()?, 0);
    for notice in due(realm, client, &grant, owner, now) {
        if session_notices::claim(tx, grant.id, notice, now)? {
            tell(tx, realm, Told { client, grant: &grant, user: &user }, notice)?;
            given += 1;
        }
    }
    Ok(given)
}

fn due(realm: &LoadedRealm, client: &Client, grant: &Grant, owner: Owner<'_>, now: Timestamp) -> Vec<Notice> {
    let end = realm.model.end_of(client, grant, owner);
    let policy = realm.model.policy_of_grant(client, grant);
    let approval_ends_at = realm.model.approval_end_of(client, grant, owner);
    let session = Bounded { grant, policy: &policy, end, approval_ends_at };
    notice::due(session, realm.model.realm.settings.notices, now)
}

/// A session, and whom its notices are for.
#[derive(Clone, Copy)]
struct Told<'a> {
    client: &'a Client,
    grant: &'a Grant,
    user: &'a User,
}

fn tell(tx: &mut Tx<'_>, realm: &LoadedRealm, told: Told<'_>, notice: Notice) -> FlowResult<()> {
    let Told { client, grant, user } = told;
    let about = |for_owner: bool| {
        let session = mails::facts(client, grant, user, for_owner);
        match notice {
            Notice::Expiring(end) => About::Expiring { session, ends_at: end.at, cause: end.cause },
            Notice::Dormant { .. } => About::Dormant { session },
        }
    };
    if !session_notices::is_muted(tx, user.id)? {
        mails::queue_for_user(tx, realm, user, about(false))?;
    }
    mails::queue_for_owner(tx, realm, client, &about(true))?;
    raise(tx, realm, client, grant, notice)
}

/// Whether the user is written to about sessions that end soon or sleep.
pub async fn wants_mail(site: &Site, realm_name: &str, user: UserId) -> FlowResult<bool> {
    let unit = move |tx: &mut Tx<'_>, _: &LoadedRealm| Ok(!session_notices::is_muted(tx, user)?);
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn choose_mail(site: &Site, realm_name: &str, user: UserId, wanted: bool) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, _: &LoadedRealm| Ok(session_notices::set_muted(tx, user, !wanted)?);
    site.write(realm_name, unit).await?;
    Ok(())
}

/// A token of this session was used a second time, and the session ends in this unit: its user is told.
pub fn tell_reused(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: &Grant, place: &Place) -> FlowResult<()> {
    let at = tx.now()?;
    let Some((client, user)) = owner_of(tx, realm, grant)? else { return Ok(()) };
    let session = mails::facts(client, grant, &user, false);
    let about = About::Reused { session, at, ip: place.ip.clone(), agent: place.user_agent.clone() };
    mails::queue_for_user(tx, realm, &user, about)
}

/// A token of this session was handed in as leaked: its user and the app's owner are told.
pub fn tell_leaked(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: &Grant, session_ended: bool) -> FlowResult<()> {
    let at = tx.now()?;
    let Some((client, user)) = owner_of(tx, realm, grant)? else { return Ok(()) };
    let about = |for_owner: bool| {
        let session = mails::facts(client, grant, &user, for_owner);
        About::Leaked { session, at, session_ended }
    };
    mails::queue_for_user(tx, realm, &user, about(false))?;
    mails::queue_for_owner(tx, realm, client, &about(true))
}

fn owner_of<'r>(tx: &mut Tx<'_>, realm: &'r LoadedRealm, grant: &Grant) -> FlowResult<Option<(&'r Client, User)>> {
    let Some(client) = realm.model.clients.get(&grant.client_id) else { return Ok(None) };
    Ok(users::find(tx, realm.model.realm.id, grant.user_id)?.map(|user| (client, user)))
}

/// As an event for whoever listens.
fn raise(tx: &mut Tx<'_>, realm: &LoadedRealm, client: &Client, grant: &Grant, notice: Notice) -> FlowResult<()> {
    let event = match notice {
        Notice::Expiring(end) => Event::new(EventType::OfflineSessionExpiring)
            .detail("ends_at", end.at.as_ms())
            .detail("ends_by", end.cause.as_str()),
        Notice::Dormant { last_used_at } => {
            Event::new(EventType::OfflineSessionDormant).detail("last_used_at", last_used_at.as_ms())
        }
    };
    events::raise(tx, realm, event.client(&client.client_id).grant(grant))
}
