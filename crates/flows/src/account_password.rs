//! A user changes their own password, and says what else ends by it.

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    chosen_password::{self, AlsoEnds, Chooser, Replacement, SHORTEST_PASSWORD},
    guessing::{self, Attempt, Verdict},
    passwords::LONGEST_PASSWORD,
};
use perennial_domain::{
    UserId,
    audit::Actor,
    event::{Event, EventType},
};
use perennial_storage::{Tx, users};

pub struct PasswordChange {
    pub current: String,
    pub new: String,
    pub ends: AlsoEnds,
}

/// Whether the user has a password to sign in with.
pub async fn exists(site: &Site, realm_name: &str, user: UserId) -> FlowResult<bool> {
    let (stored, _) = site.read(realm_name, move |tx, _| Ok(users::find_password_hash(tx, user)?)).await?;
    Ok(stored.is_some())
}

pub async fn change(site: &Site, realm_name: &str, chooser: Chooser, change: PasswordChange) -> FlowResult<()> {
    check(&change)?;
    let user = chooser.user;
    let (stored, _) = site.read(realm_name, move |tx, _| Ok(users::find_password_hash(tx, user)?)).await?;
    let attempt = Attempt { password: change.current.clone(), ip: chooser.place.ip.clone() };
    let (error, words) = match guessing::prove_again(site, realm_name, user, attempt).await? {
        Verdict::Right(_) => ("", ""),
        Verdict::Wrong => (guessing::WRONG, "The current password is wrong"),
        Verdict::TooMany | Verdict::TooManyOfUser => {
            (guessing::BLOCKED, "Too many wrong passwords, please try again later")
        }
    };
    if !error.is_empty() {
        let event = Event::new(EventType::UpdatePasswordError).user(user).at_place(&chooser.place);
        site.raise_refusal(realm_name, event.error(error));
        return Err(FlowError::Invalid(words.into()));
    }
    let hash = site.passwords.hash(change.new.clone(), site.entropy.clone()).await?;
    let (replacement, ends) = (Replacement { seen: stored, hash }, change.ends);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        // Guarded by the password that was checked: it may have been reset meanwhile.
        let ended = chosen_password::put(tx, realm, &chooser, &replacement, ends)?;
        let ended = ended.ok_or_else(|| FlowError::Invalid("The password was changed meanwhile".into()))?;
        Ok((ended, tx.now()?))
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
