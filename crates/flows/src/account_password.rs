//! A user changes their own password, and says what else ends by it.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site, account_sessions,
    endings::bulk::{self, Bulk},
    events,
    guessing::{self, Attempt, Verdict},
    passwords::LONGEST_PASSWORD,
};
use perennial_domain::{
    UserId, UserSessionId,
    audit::{Action, Actor},
    ending::{Extent, Subject},
    event::{Event, EventType},
    grant::Place,
};
use perennial_storage::{Tx, codes, users};

/// In characters.
const SHORTEST_PASSWORD: usize = 8;

pub struct PasswordChange {
    pub current: String,
    pub new: String,
    /// Everywhere else, the user is signed out.
    pub end_other_sessions: bool,
    /// Apps lose the access that they have while the user is away.
    pub end_offline_sessions: bool,
}

/// Whether the user has a password to sign in with.
pub async fn exists(site: &Site, realm_name: &str, user: UserId) -> FlowResult<bool> {
    let (stored, _) = site.read(realm_name, move |tx, _| Ok(users::find_password_hash(tx, user)?)).await?;
    Ok(stored.is_some())
}

/// `keep` is the session in which the change is made, `place` from where.
pub async fn change(
    site: &Site,
    realm_name: &str,
    (user, keep, place): (UserId, Option<UserSessionId>, Place),
    change: PasswordChange,
) -> FlowResult<()> {
    check(&change)?;
    let (stored, _) = site.read(realm_name, move |tx, _| Ok(users::find_password_hash(tx, user)?)).await?;
    let attempt = Attempt { password: change.current.clone(), ip: place.ip.clone() };
    let (error, words) = match guessing::prove_again(site, realm_name, (user, attempt)).await? {
        Verdict::Right(_) => ("", ""),
        Verdict::Wrong => (guessing::WRONG, "The current password is wrong"),
        Verdict::TooMany => (guessing::BLOCKED, "Too many wrong passwords, please try again later"),
    };
    if !error.is_empty() {
        let event = Event::new(EventType::UpdatePasswordError).user(user).at_place(&place);
        site.raise_refusal(realm_name, event.error(error));
        return Err(FlowError::Invalid(words.into()));
    }
    let hash = site.passwords.hash(change.new.clone(), site.entropy.clone()).await?;
    let (sessions, offline) = (change.end_other_sessions, change.end_offline_sessions);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        // Guarded by the password that was checked: it may have been reset meanwhile.
        if !users::replace_password_hash(tx, user, (stored.as_deref(), &hash))? {
            return Err(FlowError::Invalid("The password was changed meanwhile".into()));
        }
        events::raise(tx, realm, Event::new(EventType::UpdatePassword).user(user))?;
        Ok((end_what_was_ticked(tx, realm, (user, keep), (sessions, offline))?, tx.now()?))
    };
    let ((ended, at), _) = site.write(realm_name, unit).await?;
    for action in ended {
        site.record(at, realm_name, Actor::User { user }, action);
    }
    Ok(())
}

fn check(change: &PasswordChange) -> FlowResult<()> {
    if change.current.len() > LONGEST_PASSWORD || change.new.len() > LONGEST_PASSWORD {
        return Err(FlowError::Invalid(format!("A password has at most {LONGEST_PASSWORD} bytes")));
    }
    if change.new.chars().count() < SHORTEST_PASSWORD {
        return Err(FlowError::Invalid(format!("The new password must have at least {SHORTEST_PASSWORD} characters")));
    }
    Ok(())
}

fn end_what_was_ticked(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    (user, keep): (UserId, Option<UserSessionId>),
    (sessions, offline): (bool, bool),
) -> FlowResult<Vec<Action>> {
    let mut ended = Vec::new();
    if sessions {
        codes::delete_unredeemed(tx, user, None)?;
        let others = account_sessions::end_all_but(tx, realm, (user, keep))?;
        ended.extend(others.into_iter().map(|session| Action::UserSessionEnded { session }));
    }
    if offline {
        let bulk = Bulk { of: Subject::User(user), extent: Extent::OFFLINE, sessions: false };
        ended.push(bulk::end_until_now(tx, realm, bulk, "password_changed")?);
    }
    Ok(ended)
}
