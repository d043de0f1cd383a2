//! Why a token works or fails: the refresh grant's own decision (or the one that every access token meets), run inside a reading
//! unit and listened to. Nothing here decides anything, and a refresh that would happen does not.

mod trace;
mod words;

pub use words::Values;

use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    admin::{Caller, Permission},
    bearer,
    grants::refresh_token::judge::{self, Judge},
    holder, tokens,
    witness::Witness,
};
use perennial_crypto::PresentedToken;
use perennial_domain::{
    GrantId, Timestamp,
    check::Check,
    claims::AccessFacts,
    client::Client,
    grant::Grant,
    limits::{self, Line},
    rotation::Decision,
};
use perennial_protocol::OAuthError;
use perennial_storage::{Tx, grants};
use trace::{SeenSession, Trace};

/// What is to be explained. A token is a secret: it is kept nowhere.
pub enum Subject {
    Token(String),
    Session(GrantId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    RefreshToken,
    AccessToken,
    /// Nothing that this realm issued.
    Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Passed,
    Failed,
    /// An earlier check failed.
    NotReached,
    /// The check does not concern this kind of session.
    NotApplicable,
    /// Taken to hold, since only a real request could show it.
    Assumed,
}

#[derive(Clone, Debug)]
pub struct CheckView {
    pub check: Check,
    pub status: Status,
    /// For anybody; where it failed, what the client is told.
    pub public: String,
    pub admin: String,
    pub values: Values,
}

/// Whose token it is, once it is proven to be ours.
#[derive(Clone, Debug)]
pub struct Owner {
    pub grant: Grant,
    pub username: String,
    pub client_id: String,
    pub lines: [Line; 4],
}

#[derive(Clone, Debug)]
pub struct Explanation {
    pub kind: Kind,
    pub seen_at: Timestamp,
    pub works: bool,
    /// What the client would be told.
    pub refusal: Option<OAuthError>,
    pub checks: Vec<CheckView>,
    pub owner: Option<Owner>,
    /// Of the token that was shown.
    pub generation: Option<u64>,
    /// What a refresh would do now, as far as it comes to that; two where a lost commit is recovered first.
    pub decisions: Vec<Decision>,
}

pub async fn run(site: &Site, caller: &Caller, realm_name: &str, subject: Subject) -> FlowResult<Explanation> {
    caller.require(Permission::ViewUsers, realm_name)?;
    explain(site, realm_name, subject).await
}

/// The same for whoever may see the session anyway.
pub async fn explain(site: &Site, realm_name: &str, subject: Subject) -> FlowResult<Explanation> {
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| match &subject {
        Subject::Token(token) => of_token(tx, realm, token),
        Subject::Session(id) => of_session(tx, realm, *id),
    };
    Ok(site.read(realm_name, unit).await?.0)
}

/// The session's current token is what its client would show.
fn of_session(tx: &mut Tx<'_>, realm: &LoadedRealm, id: GrantId) -> FlowResult<Explanation> {
    let not_found = || FlowError::NotFound("Session not found");
    let (grant, holder) = holder::find_held(tx, realm, id)?.ok_or_else(not_found)?;
    let client = realm.model.clients.get(&grant.client_id).ok_or_else(not_found)?;
    let fixed_end = tokens::fixed_end(realm, client, &grant, &holder);
    let token = tokens::refresh_token(realm, client, &grant, fixed_end)?;
    of_token(tx, realm, &token)
}

fn of_token(tx: &mut Tx<'_>, realm: &LoadedRealm, token: &str) -> FlowResult<Explanation> {
    let mut trace = Trace::default();
    let genuine = judge::genuine(realm, token);
    if genuine.is_err()
        && let Ok(facts) = bearer::verify(realm, token)
    {
        return of_access_token(tx, realm, facts);
    }
    let client = match genuine {
        Ok(presented) => {
            trace.token(&presented);
            known_client(tx, realm, &presented, &mut trace)?
        }
        Err(refusal) => {
            trace.seen(Check::TokenPresent, None);
            trace.seen(Check::TokenGenuine, Some(&refusal));
            None
        }
    };
    if let Some(client) = client {
        heard(Judge::of_shown(realm, client, token).look(tx, &mut trace).map(drop))?;
    }
    let kind = if trace.token.is_some() { Kind::RefreshToken } else { Kind::Foreign };
    view(tx, realm, kind, client, trace)
}

fn of_access_token(tx: &mut Tx<'_>, realm: &LoadedRealm, facts: AccessFacts) -> FlowResult<Explanation> {
    let mut trace = Trace::of_access(&facts);
    trace.seen(Check::TokenGenuine, None);
    let named = realm.model.find_client(&facts.azp);
    heard(bearer::judge(tx, realm, facts, &mut trace).map(drop))?;
    // A token that was exchanged names its own client, and lives by the policy of its grant's.
    let own = trace.session.as_ref().and_then(|seen| realm.model.clients.get(&seen.grant.client_id));
    let client = own.or(named);
    view(tx, realm, Kind::AccessToken, client, trace)
}

/// That of the grant, whatever it was called when the token was issued; of a grant that is gone only the token tells. A refresh of
/// a client that is gone fails to authenticate.
fn known_client<'r>(
    tx: &mut Tx<'_>,
    realm: &'r LoadedRealm,
    presented: &PresentedToken,
    trace: &mut Trace,
) -> FlowResult<Option<&'r Client>> {
    let client = match grants::find(tx, GrantId(presented.grant_id))? {
        Some(grant) => realm.model.clients.get(&grant.client_id),
        None => realm.model.find_client(&presented.azp),
    };
    if client.is_none() {
        trace.seen(Check::ClientAuthentication, Some(&OAuthError::invalid_client("unknown client")));
    }
    Ok(client)
}

/// A refusal is what is explained; anything else is trouble of ours.
fn heard(done: FlowResult<()>) -> FlowResult<()> {
    match done {
        Ok(()) | Err(FlowError::OAuth(_)) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

fn view(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    kind: Kind,
    client: Option<&Client>,
    trace: Trace,
) -> FlowResult<Explanation> {
    let order: &[Check] = if kind == Kind::AccessToken { &Check::OF_ACCESS } else { &Check::OF_REFRESH };
    let checks = order.iter().map(|check| check_view(*check, order, realm, client, &trace)).collect();
    let owner = trace.session.as_ref().zip(client).map(|(SeenSession { grant, holder, .. }, client)| Owner {
        lines: limits::lines(
            grant,
            &realm.model.policy_of_grant(client, grant),
            realm.model.floors_for(client, &grant.resources).max(holder.user.floors),
            realm.model.approval_end_of(client, grant, holder.owner()),
        ),
        grant: grant.clone(),
        username: holder.user.username.clone(),
        client_id: client.client_id.clone(),
    });
    Ok(Explanation {
        kind,
        seen_at: tx.now()?,
        works: trace.refusal().is_none(),
        refusal: trace.refusal().cloned(),
        checks,
        owner,
        generation: trace.token.as_ref().map(|token| token.generation),
        decisions: trace.decisions,
    })
}

/// A later one was made.
fn was_passed_over(check: Check, order: &[Check], trace: &Trace) -> bool {
    order.iter().skip_while(|own| **own != check).any(|later| trace.outcome_of(*later).is_some())
}

fn check_view(check: Check, order: &[Check], realm: &LoadedRealm, client: Option<&Client>, trace: &Trace) -> CheckView {
    let (admin, values) = words::admin(check, realm, client, trace);
    let (status, refusal) = match trace.outcome_of(check) {
        Some(None) => (Status::Passed, None),
        Some(Some(refusal)) => (Status::Failed, Some(refusal)),
        None if check == Check::ClientAuthentication && client.is_some() => (Status::Assumed, None),
        None if client.is_some() && was_passed_over(check, order, trace) => (Status::NotApplicable, None),
        None => (Status::NotReached, None),
    };
    let (public, admin, values) = match (status, refusal) {
        (_, Some(refusal)) => (refusal.description.clone(), blamed(&admin, refusal), values),
        (Status::NotReached, None) => (words::public(check).to_owned(), "An earlier check failed.".into(), Vec::new()),
        (Status::NotApplicable, None) => (words::public(check).to_owned(), "Not asked of it.".into(), Vec::new()),
        _ => (words::public(check).to_owned(), admin, values),
    };
    CheckView { check, status, public, admin, values }
}

fn blamed(looked_at: &str, refusal: &OAuthError) -> String {
    match &refusal.reason {
        Some(reason) => format!("Refused: {reason}. {looked_at}"),
        None => format!("Refused. {looked_at}"),
    }
}
