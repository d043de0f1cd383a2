//! The authorization endpoint (RFC 6749 §4.1.1, OIDC Core §3.1.2): an ordered list of checks, then "what must the user do next?".

mod answer;
pub mod approval;
pub mod asking;
pub mod checks;
pub mod consent;
pub mod finish;
pub mod interaction;
pub mod login;
pub mod new_password;
mod pending;
pub mod pushed;
pub mod verify_email;

pub use answer::{Answer, Target};
pub use pending::find_pending;

use crate::{
    FlowError, FlowResult, LoadedRealm, Site, events, grants::gates::chosen_end_left_s, guesser::guesser,
    sign_in::Browser,
};
use interaction::Next;
use perennial_crypto::{Entropy, token_hash};
use perennial_domain::{
    RequestId,
    authorization::PendingRequest,
    event::{Event, EventType},
    grant::Place,
    login_requests::{self, LoginRequestLimits},
};
use perennial_protocol::{OAuthError, Params};
use perennial_storage::{
    Tx,
    allowances::{self, Limit},
    requests,
};

/// Where the browser goes next.
#[derive(Clone, Debug)]
pub enum Step {
    Login(RequestId),
    NewPassword(RequestId),
    VerifyEmail(RequestId),
    Consent(RequestId),
    Approval(RequestId),
    Answer(Answer),
}

/// A step, and the binding cookie that the browser gets with it.
pub struct Begun {
    pub step: Step,
    pub binding: String,
}

/// Validates a request and takes its first step. `Err` has nowhere safe to go but a page; every later refusal travels to the
/// validated redirect URI inside [`Step::Answer`].
pub async fn begin(site: &Site, realm_name: &str, params: &Params, browser: &Browser) -> FlowResult<Begun> {
    let (params, was_pushed) = pushed::resolve(site, realm_name, params).await?;
    let binding = browser.binding.clone().unwrap_or_else(|| site.entropy.secret());
    let realm = site.realm(realm_name).await?;
    let note = |error: &OAuthError| {
        let event = events::refusal(EventType::LoginError, error).at_place(&browser.place);
        site.raise_refusal(realm_name, event.client(params.get("client_id").unwrap_or_default()));
    };
    let target = checks::validate_target(&realm, &params).inspect_err(note)?;
    let draft = match checks::validate_request(&realm, &target, &params, was_pushed).inspect_err(note) {
        Ok(draft) => draft,
        Err(error) => return Ok(Begun { step: Step::Answer(target.refuse(&realm.issuer, &error)), binding }),
    };
    let (entropy, browser, binding_hash) = (site.entropy.clone(), browser.clone(), token_hash(&binding));
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let now = tx.now()?;
        let pending = PendingRequest {
            id: RequestId(entropy.uuid_v7(now.as_ms())),
            realm_id: realm.model.realm.id,
            binding_hash,
            request: draft.request.clone(),
            signed_in_as: None,
            created_at: now,
            expires_at: now.plus_s(realm.model.realm.settings.token_policy.login_lifespan_s),
        };
        let next = advance(tx, realm, &pending, &browser, &finish::Fresh::new(&entropy, now))?;
        match next {
            // prompt=none: nobody may be asked, so the page's own error is the answer (OIDC Core §3.1.2.6).
            Advanced::Ask(_, error) if draft.prompt.none => {
                Ok(Step::Answer(Target::of(&pending.request, realm)?.refuse(&realm.issuer, &error)))
            }
            Advanced::Ask(step, _) => {
                admit(tx, realm, &browser.place)?;
                requests::insert(tx, &pending)?;
                Ok(step)
            }
            Advanced::Done(answer) => Ok(Step::Answer(answer)),
        }
    };
    let (step, _) = site.write(realm_name, unit).await?;
    Ok(Begun { step, binding })
}

/// What waits is stored for whoever asks, so one place cannot fill the store; [`LoginRequestLimits`] bounds all places together.
pub(crate) fn admit(tx: &mut Tx<'_>, realm: &LoadedRealm, place: &Place) -> FlowResult<()> {
    let limit = Limit {
        tries: LoginRequestLimits::of(&realm.model.realm.settings).of_place,
        window_s: login_requests::WINDOW_S,
    };
    let (now, place) = (tx.now()?, format!("login request {}", guesser(&place.ip)));
    if allowances::take(tx, realm.model.realm.id, &place, now, limit)? {
        return Ok(());
    }
    Err(OAuthError::unavailable("too many login requests from one place", 60).into())
}

/// The first step of a request that is stored already; nobody is ever answered without a page.
pub(crate) fn take_up(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    browser: &Browser,
    entropy: &Entropy,
) -> FlowResult<Step> {
    let fresh = finish::Fresh::new(entropy, tx.now()?);
    match advance(tx, realm, pending, browser, &fresh)? {
        Advanced::Ask(step, _) => Ok(step),
        Advanced::Done(answer) => Ok(Step::Answer(answer)),
    }
}

/// What one look at a request came to.
enum Advanced {
    /// A page must ask; the error is what `prompt=none` answers instead.
    Ask(Step, OAuthError),
    Done(Answer),
}

/// Looks at the request in the light of who is signed in now. `fresh` is used if it comes to granting one.
fn advance(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    pending: &PendingRequest,
    browser: &Browser,
    fresh: &finish::Fresh,
) -> FlowResult<Advanced> {
    let client = realm.client(pending.request.client_id)?;
    let (user, next) = asking::look(tx, realm, pending, browser)?;
    match next {
        Next::SignIn(error) => Ok(Advanced::Ask(Step::Login(pending.id), error)),
        Next::NewPassword(error) => Ok(Advanced::Ask(Step::NewPassword(pending.id), error)),
        Next::VerifyEmail(error) => Ok(Advanced::Ask(Step::VerifyEmail(pending.id), error)),
        Next::Consent(error, _) => Ok(Advanced::Ask(Step::Consent(pending.id), error)),
        Next::Approval(error, _) => Ok(Advanced::Ask(Step::Approval(pending.id), error)),
        Next::Refuse(error) => {
            let event = events::refusal(EventType::LoginError, &error).client(&client.client_id);
            let user = user.map(|(session, _)| session.user_id);
            events::raise(tx, realm, Event { user, ..event.at_place(&browser.place) })?;
            Ok(Advanced::Done(finish::refuse(tx, realm, pending, &error)?))
        }
        Next::Grant(scope) => {
            let (session, holder) = user.ok_or_else(|| FlowError::internal("granted without a user"))?;
            let chosen_end_s = chosen_end_left_s(&holder, tx.now()?);
            let floors = holder.user.floors;
            let granted = finish::Granted { scope, chosen_end_s, session: &session, floors, place: &browser.place };
            Ok(Advanced::Done(finish::answer(tx, realm, pending, granted, fresh)?))
        }
    }
}
