//! A password that its user chose, on its way into the place of the one before: what is wrong with it, the hashing outside of
//! the unit, and what the unit writes.

use crate::{
    FlowResult, LoadedRealm, Site, account_sessions,
    endings::bulk::{self, Bulk},
    events,
    passwords::LONGEST_PASSWORD,
};
use perennial_domain::{
    UserId, UserSessionId,
    audit::Action,
    ending::{Extent, Subject},
    event::{Event, EventType},
    grant::Place,
    user::RequiredAction,
};
use perennial_storage::{
    Tx,
    allowances::{self, Limit},
    codes, users,
};

/// In characters.
pub(crate) const SHORTEST_PASSWORD: usize = 8;
/// A page that takes a new password costs two hashes and says whether one is the old one: not as often as somebody likes.
const LIMIT: Limit = Limit { tries: 10, window_s: 600 };

/// As a page's form has it.
pub struct ChosenPassword {
    pub password: String,
    /// Once more.
    pub again: String,
    pub ends: AlsoEnds,
}

/// What else ends with the old password, as the user ticked it.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlsoEnds {
    /// Everywhere else, the user is signed out.
    pub other_sessions: bool,
    /// Apps lose the access that they have while the user is away.
    pub offline_sessions: bool,
}

/// Why a chosen password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    WrongLength,
    /// The two fields differ.
    Different,
    /// It is the one that is to be replaced.
    Same,
    /// Whether it would do, nobody looked.
    TooMany,
}

/// Who chooses a password, and from where.
pub struct Chooser {
    pub user: UserId,
    /// The session in which they do: it stays, whatever else ends.
    pub session: Option<UserSessionId>,
    pub place: Place,
}

/// A password hash, and the one that it replaces.
pub struct Replacement {
    pub seen: Option<String>,
    pub hash: String,
}

/// `None` where the length is right.
pub(crate) fn wrong_length(password: &str) -> Option<Unfit> {
    let fits = password.len() <= LONGEST_PASSWORD && password.chars().count() >= SHORTEST_PASSWORD;
    (!fits).then_some(Unfit::WrongLength)
}

/// Hashes what was chosen, if it will do.
pub async fn prepare(
    site: &Site,
    realm_name: &str,
    user: UserId,
    chosen: &ChosenPassword,
) -> FlowResult<Result<Replacement, Unfit>> {
    if let Some(unfit) = wrong_length(&chosen.password) {
        return Ok(Err(unfit));
    }
    if chosen.password != chosen.again {
        return Ok(Err(Unfit::Different));
    }
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let (now, place) = (tx.now()?, format!("new password {user}"));
        let admitted = allowances::take(tx, realm.model.realm.id, &place, now, LIMIT)?;
        Ok(if admitted { Some(users::find_password_hash(tx, user)?) } else { None })
    };
    let (stored, _) = site.write(realm_name, unit).await?;
    let Some(seen) = stored else { return Ok(Err(Unfit::TooMany)) };
    if seen.is_some() && site.passwords.matches(chosen.password.clone(), seen.clone()).await? {
        return Ok(Err(Unfit::Same));
    }
    let hash = site.passwords.hash(chosen.password.clone(), site.entropy.clone()).await?;
    Ok(Ok(Replacement { seen, hash }))
}

/// Puts the password in place and ends what was ticked. `None` where the one before was changed meanwhile.
pub fn put(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    chooser: &Chooser,
    replacement: &Replacement,
    ends: AlsoEnds,
) -> FlowResult<Option<Vec<Action>>> {
    let Chooser { user, session, place } = chooser;
    let user = *user;
    if !users::replace_password_hash(tx, user, replacement.seen.as_deref(), &replacement.hash)? {
        return Ok(None);
    }
    // The write above keeps the row, so what is read now stays as it is until the unit ends.
    if let Some(mut own) = users::find(tx, realm.model.realm.id, user)?
        && own.required_actions.remove(&RequiredAction::UpdatePassword)
    {
        users::update(tx, realm.model.realm.id, &own)?;
    }
    events::raise(tx, realm, Event::new(EventType::UpdatePassword).user(user).at_place(place))?;
    end_what_was_ticked(tx, realm, user, *session, ends).map(Some)
}

fn end_what_was_ticked(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    user: UserId,
    keep: Option<UserSessionId>,
    ends: AlsoEnds,
) -> FlowResult<Vec<Action>> {
    let mut ended = Vec::new();
    if ends.other_sessions {
        codes::delete_unredeemed(tx, user, None)?;
        let others = account_sessions::end_all_but(tx, realm, user, keep)?;
        ended.extend(others.into_iter().map(|session| Action::UserSessionEnded { session }));
    }
    if ends.offline_sessions {
        let bulk = Bulk { of: Subject::User(user), extent: Extent::OFFLINE, sessions: false };
        ended.push(bulk::end_until_now(tx, realm, bulk, "password_changed")?);
    }
    Ok(ended)
}
