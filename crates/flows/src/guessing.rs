//! Passwords are checked under a limit: wrong ones are counted by the name that was typed, whether or not a user has it, by the user
//! whom a name and an e-mail address mean alike, and by place. Who is signed in already is never concerned: sessions and refreshes do
//! not come here.

use crate::{FlowResult, LoadedRealm, Site, guesser::guesser, holder::keep_enabled, passwords::LONGEST_PASSWORD};
use perennial_crypto::token_hash;
use perennial_domain::{UserId, user::User};
use perennial_storage::{
    Tx,
    allowances::{self, Limit},
    login_failures, users,
};

/// Wrong passwords from one place, whatever the names: a household or an office mistypes less.
const PLACE_LIMIT: Limit = Limit { tries: 200, window_s: 900 };
/// Where they are counted among other allowances.
pub(crate) const PLACE_PREFIX: &str = "sign-in ";
/// The error of an attempt that was not judged, as Keycloak's events have it.
pub const BLOCKED: &str = "user_temporarily_disabled";
pub const WRONG: &str = "invalid_user_credentials";

/// A password, and under which name it was guessed from where.
pub struct Attempt {
    pub password: String,
    pub ip: String,
}

/// What came of an attempt. A wrong password, an unknown name and a disabled user are one.
#[derive(Clone, Debug)]
pub enum Verdict {
    Right(Proven),
    Wrong,
    /// Not judged: there were too many before it.
    TooMany,
    /// Not judged: there were too many for the user, under their other name. To be answered as a wrong one, or whoever tries would
    /// learn that somebody has both names.
    TooManyOfUser,
}

/// Who proved to know a password, and which: by the time that this counts, it may be another one.
#[derive(Clone)]
pub struct Proven {
    pub user: UserId,
    hash: String,
}

impl std::fmt::Debug for Proven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proven").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Proven {
    /// Whether the proof still holds in this unit, and until it ends: the check took a while, in which an admin may have disabled the
    /// user, or reset the password for good reason.
    pub fn holds(&self, tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<bool> {
        let is_enabled = keep_enabled(tx, realm, self.user)?.is_some();
        Ok(is_enabled && users::find_password_hash(tx, self.user)?.as_deref() == Some(self.hash.as_str()))
    }
}

/// An attempt, before anybody knows whose password it should be.
struct Guess {
    name: [u8; 32],
    /// Where it counts if no user is found; `None` where counts of a user are not kept.
    nobody: Option<[u8; 32]>,
    attempt: Attempt,
}

/// Under which failures are counted.
#[derive(Clone)]
struct Counted {
    name: [u8; 32],
    place: String,
    /// All names of a user together, once it is known who is meant.
    user: Option<[u8; 32]>,
}

/// An attempt that counts: what there is to judge it by.
struct Admitted {
    credentials: Credentials,
    user: Option<[u8; 32]>,
    is_judged: bool,
}

/// The count of a name that somebody signs in with.
pub(crate) fn name_key(username: &str) -> [u8; 32] {
    token_hash(&format!("{PLACE_PREFIX}{}", username.trim().to_lowercase()))
}

/// The count of a user under all names together.
pub(crate) fn user_key(user: UserId) -> [u8; 32] {
    token_hash(&format!("sign in as {user}"))
}

/// What is counted in its place for a name that nobody has, so that it costs the same.
fn nobody_key(username: &str) -> [u8; 32] {
    token_hash(&format!("sign in as nobody {}", username.trim().to_lowercase()))
}

/// The count of a user who proves their password again from within a session. One of its own: strangers who guess at the
/// sign-in page must not keep them from it.
pub(crate) fn change_key(user: UserId) -> [u8; 32] {
    token_hash(&format!("change {user}"))
}

/// Whose name (or e-mail address) and password these are.
pub async fn sign_in(site: &Site, realm_name: &str, username: String, attempt: Attempt) -> FlowResult<Verdict> {
    let (name, nobody) = (name_key(&username), nobody_key(&username));
    let find = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        Ok(users::find_credentials(tx, realm.model.realm.id, username.trim())?)
    };
    judge(site, realm_name, Guess { name, nobody: Some(nobody), attempt }, find).await
}

/// Whether a user who is signed in knows their password.
pub async fn prove_again(site: &Site, realm_name: &str, user: UserId, attempt: Attempt) -> FlowResult<Verdict> {
    let find = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let found = users::find(tx, realm.model.realm.id, user)?;
        let hash = users::find_password_hash(tx, user)?;
        Ok(found.map(|user| (user, hash)))
    };
    judge(site, realm_name, Guess { name: change_key(user), nobody: None, attempt }, find).await
}

type Credentials = Option<(User, Option<String>)>;

/// `find` says whose password it must be.
async fn judge(
    site: &Site,
    realm_name: &str,
    guess: Guess,
    find: impl Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<Credentials> + Send + Sync + 'static,
) -> FlowResult<Verdict> {
    let Guess { name, nobody, attempt } = guess;
    if attempt.password.len() > LONGEST_PASSWORD {
        return Ok(Verdict::Wrong);
    }
    let mut counted = Counted { name, place: format!("{PLACE_PREFIX}{}", guesser(&attempt.ip)), user: None };
    let (own, ip) = (counted.clone(), attempt.ip);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        if !count(tx, realm, &own, &ip)? {
            return Ok(None);
        }
        let credentials = find(tx, realm)?;
        let found = credentials.as_ref().map(|(user, _)| user_key(user.id));
        let Some(user) = nobody.map(|nobody| found.unwrap_or(nobody)) else {
            return Ok(Some(Admitted { credentials, user: None, is_judged: true }));
        };
        let is_judged = count_name(tx, realm, &user, &ip)?;
        Ok(Some(Admitted { credentials, user: is_judged.then_some(user), is_judged }))
    };
    let (admitted, _) = site.write(realm_name, unit).await?;
    let Some(admitted) = admitted else { return Ok(Verdict::TooMany) };
    counted.user = admitted.user;
    let (user, stored) = admitted.credentials.map_or((None, None), |(user, hash)| (Some(user), hash));
    // Also where it comes to nothing: it takes as long.
    let judged = site.passwords.matches(attempt.password, stored.clone()).await;
    let matches = match judged {
        Ok(matches) => matches,
        Err(trouble) => {
            settle(site, realm_name, counted, false).await?;
            return Err(trouble);
        }
    };
    if !admitted.is_judged {
        return Ok(Verdict::TooManyOfUser);
    }
    let user = user.filter(|user| matches && user.enabled && user.service_account_of.is_none());
    match user.zip(stored) {
        Some((user, hash)) => {
            settle(site, realm_name, counted, true).await?;
            Ok(Verdict::Right(Proven { user: user.id, hash }))
        }
        None => Ok(Verdict::Wrong),
    }
}

/// Counts the attempt as failed; `false` where it must not be judged.
fn count(tx: &mut Tx<'_>, realm: &LoadedRealm, counted: &Counted, ip: &str) -> FlowResult<bool> {
    let (realm_id, rules) = (realm.model.realm.id, &realm.model.realm.settings.brute_force);
    if !rules.protected {
        return Ok(true);
    }
    let now = tx.now()?;
    if !allowances::take(tx, realm_id, &counted.place, now, PLACE_LIMIT)? {
        return Ok(false);
    }
    count_name(tx, realm, &counted.name, ip)
}

/// The same of one count.
fn count_name(tx: &mut Tx<'_>, realm: &LoadedRealm, name: &[u8; 32], ip: &str) -> FlowResult<bool> {
    let (now, rules) = (tx.now()?, &realm.model.realm.settings.brute_force);
    if !rules.protected {
        return Ok(true);
    }
    let name = (realm.model.realm.id, name);
    let Some(failures) = login_failures::count(tx, name, now, ip)? else { return Ok(false) };
    let blocked_until = now.plus_s(rules.wait_s(failures));
    login_failures::block(tx, name, blocked_until, now.plus_s(rules.max_delta_s).max(blocked_until))?;
    Ok(true)
}

/// The attempt was right, or never judged: it was no failure.
async fn settle(site: &Site, realm_name: &str, counted: Counted, was_right: bool) -> FlowResult<()> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let realm_id = realm.model.realm.id;
        if !realm.model.realm.settings.brute_force.protected {
            return Ok(());
        }
        allowances::give_back(tx, realm_id, &counted.place)?;
        for name in std::iter::once(&counted.name).chain(&counted.user) {
            if was_right {
                login_failures::forget(tx, (realm_id, name))?;
            } else {
                login_failures::give_back(tx, (realm_id, name))?;
            }
        }
        Ok(())
    };
    site.write(realm_name, unit).await?;
    Ok(())
}
