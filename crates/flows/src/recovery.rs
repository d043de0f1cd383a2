//! What a restored backup forgot: the audit log says what ended, was paused or narrowed since, and it is applied again. Each line
//! is judged by itself, a second time changes nothing, and nothing is ever revived: what the log gives back, it does not give again.

mod approvals;
mod last_words;

pub use last_words::LastWords;

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    endings::{
        bulk::{self, Bulk},
        not_before, steering, user_session,
    },
    keys::{self, KeyRotation, LostKey},
};
use approvals::Left;
use perennial_domain::{
    ClientId, GrantId, Timestamp, UserId, UserSessionId,
    audit::{Action, Actor, AuditLine},
    consent::Consent,
    ending::{Extent, Subject},
    grant::{Grant, PausedBy},
    keys::KeyPurpose,
};
use perennial_protocol::ScopeSet;
use perennial_storage::{Tx, consents, denied_tokens, grants, user_sessions, users};

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Applied {
    /// The database had forgotten it.
    Again,
    /// It stands as the line says, or further; or what the line is about is not there.
    AsItWas,
    /// Lines of this kind give something, or are for an admin to repeat.
    LeftAlone,
    /// The realm is not in this database.
    OtherRealm,
}

impl Applied {
    fn of(changed: bool) -> Self {
        if changed { Self::Again } else { Self::AsItWas }
    }
}

/// Applies one line to the database as it stands.
pub async fn apply(site: &Site, words: &LastWords, line: &AuditLine) -> FlowResult<Applied> {
    if let Action::KeyCompromised { purpose, kid } = &line.action {
        return remove_key(site, &line.realm, purpose, kid).await;
    }
    if let Action::KeyAdded { purpose, kid, algorithm, sealed } = &line.action {
        let lost = LostKey { purpose, kid, algorithm, sealed, made_at: line.at };
        return if words.is_compromised(kid) {
            Ok(Applied::AsItWas)
        } else {
            bring_back(site, &line.realm, lost).await
        };
    }
    if let Action::AdminConsentChanged { client, scopes, ends_at } = &line.action {
        // Absent in older lines.
        let Some(scopes) = scopes else { return Ok(Applied::LeftAlone) };
        let ends_at = ends_at.filter(|end| words.is_approved_until(*client, *end));
        let left = Left { client: *client, scopes: scopes.clone(), ends_at, at: line.at };
        return approvals::shrink(site, &line.realm, left).await;
    }
    let Some(forgotten) = Forgotten::of(words, line) else { return Ok(Applied::LeftAlone) };
    let at = line.at;
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| forgotten.apply(tx, realm, at);
    match site.write(&line.realm, unit).await {
        Ok((changed, _)) => Ok(Applied::of(changed)),
        Err(FlowError::UnknownRealm) => Ok(Applied::OtherRealm),
        // A user or client that the backup never knew, or that is gone since.
        Err(FlowError::NotFound(_)) => Ok(Applied::AsItWas),
        Err(error) => Err(error),
    }
}

async fn remove_key(site: &Site, realm: &str, purpose: &str, kid: &str) -> FlowResult<Applied> {
    let Some(purpose) = KeyPurpose::parse(purpose) else { return Ok(Applied::LeftAlone) };
    let rotation = KeyRotation { purpose, compromised: true, kid: Some(kid.to_owned()) };
    match keys::rotate(site, realm, rotation, Actor::Operator).await {
        Ok(_) => Ok(Applied::Again),
        Err(FlowError::NotFound(_)) => Ok(Applied::AsItWas),
        Err(FlowError::UnknownRealm) => Ok(Applied::OtherRealm),
        Err(error) => Err(error),
    }
}

async fn bring_back(site: &Site, realm: &str, lost: LostKey<'_>) -> FlowResult<Applied> {
    match keys::bring_back(site, realm, lost).await {
        Ok(changed) => Ok(Applied::of(changed)),
        Err(FlowError::UnknownRealm) => Ok(Applied::OtherRealm),
        Err(FlowError::Invalid(_)) => Ok(Applied::LeftAlone),
        Err(error) => Err(error),
    }
}

/// A line as something to be done, where it takes anything away.
enum Forgotten {
    Grant(GrantId),
    Grants(Vec<GrantId>),
    Pause(GrantId, PausedBy),
    Scope(GrantId, ScopeSet),
    OwnEnd(GrantId, Timestamp),
    Consent(UserId, ClientId),
    ConsentScope(UserId, ClientId, ScopeSet),
    UserSession(UserSessionId),
    AccessToken(String, Timestamp),
    Many(Bulk, Timestamp),
    /// The mark, where it was not cleared since; what it ended stays ended either way.
    NotBefore(Subject, Timestamp, bool),
}

impl Forgotten {
    fn of(words: &LastWords, line: &AuditLine) -> Option<Self> {
        match &line.action {
            Action::GrantEnded { grant, .. } => Some(Self::Grant(*grant)),
            Action::GrantsEnded { grants, .. } => Some(Self::Grants(grants.clone())),
            Action::GrantPaused { grant } => {
                let by = PausedBy::of(&line.actor);
                words.is_paused(*grant, by).then_some(Self::Pause(*grant, by))
            }
            Action::GrantNarrowed { grant, scope } => Some(Self::Scope(*grant, scope.clone())),
            Action::GrantEndChosen { grant, ends_at } => {
                ends_at.filter(|_| words.own_end(*grant) == *ends_at).map(|end| Self::OwnEnd(*grant, end))
            }
            Action::ConsentRevoked { user, client, .. } => Some(Self::Consent(*user, *client)),
            Action::ConsentNarrowed { user, client, scope } => Some(Self::ConsentScope(*user, *client, scope.clone())),
            Action::UserSessionEnded { session } => Some(Self::UserSession(*session)),
            Action::AccessTokenDenied { jti, expires_at } => Some(Self::AccessToken(jti.clone(), (*expires_at)?)),
            Action::SessionsEnded { of, extent, started_before, .. } => {
                let bulk = Bulk { of: *of, extent: *extent, sessions: extent.online };
                Some(Self::Many(bulk, *started_before))
            }
            Action::NotBeforeSet { of, not_before_at } => {
                let stands = words.not_before(&line.realm, *of) == Some(*not_before_at);
                (*not_before_at != Timestamp::default()).then_some(Self::NotBefore(*of, *not_before_at, stands))
            }
            Action::ClientDeleted { client } => {
                let next = Timestamp::from_ms(line.at.as_ms() + 1);
                Some(Self::Many(Bulk::all_of(Subject::Client(*client)), next))
            }
            // The realm is an admin's to delete again; until then nothing of it works.
            Action::RealmDeleted {} => {
                let next = Timestamp::from_ms(line.at.as_ms() + 1);
                Some(Self::Many(Bulk::all_of(Subject::Realm), next))
            }
            _ => None,
        }
    }

    /// Whether anything was still to be done.
    fn apply(&self, tx: &mut Tx<'_>, realm: &LoadedRealm, at: Timestamp) -> FlowResult<bool> {
        match self {
            Self::Grant(grant) => end(tx, realm, *grant),
            Self::Grants(grants) => end_each(tx, realm, grants),
            Self::Pause(grant, by) => match find(tx, realm, *grant)? {
                Some(grant) => Ok(grants::pause(tx, &grant, at, *by)?),
                None => Ok(false),
            },
            Self::Scope(grant, scope) => match find(tx, realm, *grant)? {
                Some(grant) => Ok(narrow(tx, &grant, scope)?),
                None => Ok(false),
            },
            Self::OwnEnd(grant, end) => shorten(tx, realm, *grant, *end),
            Self::Consent(user, client) => withdraw(tx, realm, *user, *client, at),
            Self::ConsentScope(user, client, scope) => match consent_before(tx, realm, *user, *client, at)? {
                Some(stands) => narrow_consent(tx, &stands, scope, at),
                None => Ok(false),
            },
            Self::UserSession(session) => end_session(tx, realm, *session),
            Self::AccessToken(jti, expires_at) => deny(tx, jti, *expires_at),
            Self::Many(bulk, before) => end_many(tx, realm, *bulk, *before),
            Self::NotBefore(of, mark, stands) => {
                let raised = *stands && not_before::raise(tx, realm, *of, *mark)?;
                let sessions = !matches!(of, Subject::Client(_));
                let bulk = Bulk { of: *of, extent: Extent::ALL, sessions };
                // A mark in the second that was running meant that instant; its seconds cannot say more.
                let before = if mark.as_s() >= at.as_s() { Timestamp::from_ms(at.as_ms() + 1) } else { *mark };
                Ok(end_many(tx, realm, bulk, before)? || raised)
            }
        }
    }
}

/// Of this realm: an id in a line of another realm is none of ours.
fn find(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: GrantId) -> FlowResult<Option<Grant>> {
    Ok(grants::find(tx, grant)?.filter(|found| found.realm_id == realm.model.realm.id))
}

fn end(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: GrantId) -> FlowResult<bool> {
    match find(tx, realm, grant)? {
        Some(grant) => Ok(grants::delete(tx, grant.id)?),
        None => Ok(false),
    }
}

fn end_each(tx: &mut Tx<'_>, realm: &LoadedRealm, ids: &[GrantId]) -> FlowResult<bool> {
    let mut changed = false;
    for id in ids {
        changed |= end(tx, realm, *id)?;
    }
    Ok(changed)
}

/// To what both have: a scope that the log narrowed away does not come back because the row never had another.
fn narrow(tx: &mut Tx<'_>, grant: &Grant, scope: &ScopeSet) -> FlowResult<bool> {
    let both = grant.scope.filtered(|name| scope.contains(name));
    Ok(steering::narrow(tx, grant, &both)?.is_some())
}

fn shorten(tx: &mut Tx<'_>, realm: &LoadedRealm, grant: GrantId, end: Timestamp) -> FlowResult<bool> {
    let Some(grant) = find(tx, realm, grant)? else { return Ok(false) };
    let stands = grant.offline().and_then(|offline| offline.chosen_end_at);
    if stands.is_some_and(|stands| stands <= end) {
        return Ok(false);
    }
    Ok(grants::set_chosen_end(tx, grant.id, stands, Some(end))?)
}

/// What began after the line stays: the user has consented anew.
fn withdraw(tx: &mut Tx<'_>, realm: &LoadedRealm, user: UserId, client: ClientId, at: Timestamp) -> FlowResult<bool> {
    if !realm.model.clients.contains_key(&client) {
        return Ok(false);
    }
    let older = consents::find(tx, user, client)?.is_some_and(|consent| consent.updated_at <= at);
    let mut changed = older && consents::delete(tx, user, client)?;
    for grant in grants::list_of_user_and_client(tx, user, client)? {
        changed |= grant.started_at <= at && grants::delete(tx, grant.id)?;
    }
    Ok(changed)
}

/// The consent that a line is about: one that was given anew since is another.
fn consent_before(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    client: ClientId,
    at: Timestamp,
) -> FlowResult<Option<Consent>> {
    if !realm.model.clients.contains_key(&client) {
        return Ok(None);
    }
    Ok(consents::find(tx, user, client)?.filter(|consent| consent.updated_at <= at))
}

fn narrow_consent(tx: &mut Tx<'_>, stands: &Consent, scope: &ScopeSet, at: Timestamp) -> FlowResult<bool> {
    let both = stands.scope.filtered(|name| scope.contains(name));
    if both == stands.scope {
        return Ok(false);
    }
    Ok(consents::narrow(tx, stands, &both, at)?)
}

fn end_session(tx: &mut Tx<'_>, realm: &LoadedRealm, session: UserSessionId) -> FlowResult<bool> {
    match user_sessions::find(tx, session)?.filter(|found| found.realm_id == realm.model.realm.id) {
        Some(found) => user_session::end(tx, realm, session, found.user_id),
        None => Ok(false),
    }
}

fn deny(tx: &mut Tx<'_>, jti: &str, expires_at: Timestamp) -> FlowResult<bool> {
    if expires_at <= tx.now()? || denied_tokens::contains(tx, jti)? {
        return Ok(false);
    }
    denied_tokens::insert(tx, jti, expires_at)?;
    Ok(true)
}

/// The floor says whether it is done: it never falls.
fn end_many(tx: &mut Tx<'_>, realm: &LoadedRealm, bulk: Bulk, before: Timestamp) -> FlowResult<bool> {
    let floors = match bulk.of {
        Subject::Realm => realm.model.realm.floors,
        Subject::Client(client) => realm.client(client)?.floors,
        Subject::User(user) => {
            let found = users::find(tx, realm.model.realm.id, user)?;
            found.ok_or(FlowError::NotFound("User not found"))?.floors
        }
    };
    let offline = !bulk.extent.offline || floors.ended_if_started_before_at >= before;
    let online = !bulk.extent.online || floors.online_ended_before_at >= before;
    if offline && online {
        return Ok(false);
    }
    bulk::end_before(tx, realm, bulk, before)?;
    Ok(true)
}
