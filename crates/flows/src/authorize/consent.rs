//! The consent page's two sides: what it lists, and what the user's choice does.

use super::{
    Answer, Step,
    asking::{Asking, Outcome, PageView, is_of_user},
    finish::{self, Fresh, Granted},
    interaction::Next,
};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    endings::lapsed::end_unallowed,
    events,
    holder::keep_enabled,
    sign_in::{Browser, foreign_form},
};
use perennial_domain::{
    DeviceId, RequestId, Timestamp,
    audit::{Action, Actor},
    client::Client,
    consent::{Consent, choices_within},
    event::{Event, EventType},
};
use perennial_protocol::{ErrorCode, OAuthError, ScopeSet, scope::OFFLINE_ACCESS};
use perennial_storage::{Tx, consents, devices, user_sessions};
use std::convert::Infallible;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ConsentView {
    pub page: PageView,
    pub client: Box<Client>,
    pub scopes: Vec<AskedScope>,
    pub offline: Option<OfflineView>,
    /// Who will get the access, if it is not this browser's app.
    pub device: Option<DeviceView>,
}

/// The device that asks (RFC 8628 §5.4): enough for a person to see whether it is theirs.
#[derive(Clone, Debug)]
pub struct DeviceView {
    pub label: Option<String>,
    pub ip: String,
}

#[derive(Clone, Debug)]
pub struct AskedScope {
    pub name: String,
    /// An admin's own words; built-in scopes are worded by the page.
    pub text: Option<String>,
    /// Has a box that can be cleared.
    pub optional: bool,
}

#[derive(Clone, Debug)]
pub struct OfflineView {
    /// Seconds from now.
    pub choices_s: Vec<i64>,
    /// What the user chose the last time; `None` inside: until revoked.
    pub preselected: Option<Option<i64>>,
    /// The policy's maximum in seconds, which caps every choice.
    pub max_s: Option<i64>,
    /// The policy's idle timeout in seconds.
    pub idle_s: i64,
    /// Whether the user may allow the rest without it.
    pub declinable: bool,
}

/// What the user says to access while they are away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AwayChoice {
    Declined,
    /// For so many seconds; `None`: until revoked.
    Until(Option<i64>),
}

/// The form, as sent.
pub struct ConsentForm {
    pub csrf: String,
    pub accepted: bool,
    /// The optional scopes whose boxes are ticked.
    pub ticked: Vec<String>,
    /// `None` where the page did not ask.
    pub away: Option<AwayChoice>,
}

pub async fn view(site: &Site, realm_name: &str, id: RequestId, browser: &Browser) -> FlowResult<ConsentView> {
    let browser = browser.clone();
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let asked = Asked::load(tx, realm, id, &browser)?;
        let request = &asked.of.pending.request;
        let client = realm.client(request.client_id)?;
        let policy = realm.model.policy_for(client, &request.resources);
        let max = policy.offline_max.map(|limit| limit.seconds);
        Ok(ConsentView {
            page: asked.of.view(realm),
            scopes: asked.scopes(realm, client),
            offline: asked.scope.contains(OFFLINE_ACCESS).then(|| OfflineView {
                choices_s: choices_within(max).collect(),
                preselected: asked.remembered_end(),
                max_s: max,
                idle_s: policy.offline_idle.seconds,
                declinable: is_optional(realm, client, OFFLINE_ACCESS),
            }),
            device: device_view(tx, request.device)?,
            client: Box::new(client.clone()),
        })
    };
    Ok(site.read(realm_name, unit).await?.0)
}

pub async fn submit(
    site: &Site,
    realm_name: &str,
    id: RequestId,
    browser: &Browser,
    form: ConsentForm,
) -> FlowResult<Outcome<Infallible>> {
    if !is_of_user(browser, id, &form.csrf)? {
        return Ok(Outcome::ShowAnew);
    }
    let (browser, entropy) = (browser.clone(), site.entropy.clone());
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let asked = Asked::load(tx, realm, id, &browser)?;
        if form.accepted {
            let fresh = Fresh::new(&entropy, tx.now()?);
            let (answer, given, ended) = accept(tx, realm, &asked, &form, &fresh)?;
            Ok((answer, Some((given, ended, tx.now()?))))
        } else {
            Ok((refuse(tx, realm, &asked)?, None))
        }
    };
    let ((answer, given), _) = site.write(realm_name, unit).await?;
    if let Some((given, ended, at)) = given {
        for action in ended {
            site.record(at, realm_name, Actor::Server, action);
        }
        let action = Action::ConsentGiven {
            user: given.user_id,
            client: given.client_id,
            scope: given.scope,
            chosen_end_s: given.chosen_end_s,
        };
        site.record(at, realm_name, Actor::User { user: given.user_id }, action);
    }
    Ok(Outcome::GoesOn(Step::Answer(answer)))
}

fn device_view(tx: &mut Tx<'_>, id: Option<DeviceId>) -> FlowResult<Option<DeviceView>> {
    let Some(id) = id else { return Ok(None) };
    let device = devices::find(tx, id)?.ok_or_else(foreign_form)?;
    Ok(Some(DeviceView { label: device.request.label, ip: device.request.ip }))
}

/// A request with its user and their browser, and what may be granted.
struct Asked<'a> {
    of: Asking,
    scope: ScopeSet,
    browser: &'a Browser,
}

impl<'a> Asked<'a> {
    fn load(tx: &mut Tx<'_>, realm: &LoadedRealm, id: RequestId, browser: &'a Browser) -> FlowResult<Self> {
        match Asking::load(tx, realm, id, browser)? {
            (asking, Next::Consent(_, scope) | Next::Grant(scope)) => Ok(Self { of: asking, scope, browser }),
            (_, Next::Refuse(error)) => Err(error.into()),
            // The sign-in that the request asked for, what is required of the user, or an admin's approval is missing: this
            // page is not reachable yet.
            (_, Next::SignIn(_) | Next::NewPassword(_) | Next::VerifyEmail(_) | Next::Approval(..)) => {
                Err(foreign_form())
            }
        }
    }

    fn event(&self, event_type: EventType, realm: &LoadedRealm) -> FlowResult<Event> {
        let client = realm.client(self.of.pending.request.client_id)?;
        let event = Event::new(event_type).client(&client.client_id).user(self.of.session.user_id);
        Ok(event.session(self.of.session.id).at_place(&self.browser.place))
    }

    /// Where the user was asked for access while they are away, and gave it.
    fn remembered_end(&self) -> Option<Option<i64>> {
        let given = self.of.holder.consent.as_ref().filter(|consent| consent.scope.contains(OFFLINE_ACCESS));
        given.map(|consent| consent.chosen_end_s)
    }

    fn scopes(&self, realm: &LoadedRealm, client: &Client) -> Vec<AskedScope> {
        // Offline access has a block of its own.
        let listed = |name: &&str| *name != OFFLINE_ACCESS;
        let shown = |name: &&str| is_shown(realm, name);
        let asked = |name: &str| AskedScope {
            name: name.to_owned(),
            text: realm.model.find_scope(name).and_then(|scope| scope.settings.consent_text.clone()),
            optional: is_optional(realm, client, name),
        };
        self.scope.iter().filter(listed).filter(shown).map(asked).collect()
    }
}

/// `openid` and the client's default scopes come with the client; the rest is the user's choice.
fn is_optional(realm: &LoadedRealm, client: &Client, name: &str) -> bool {
    name != perennial_protocol::scope::OPENID && !realm.model.is_default_scope(client, name)
}

/// What the page does not list comes with the rest: there is no box to tick.
fn is_shown(realm: &LoadedRealm, name: &str) -> bool {
    realm.model.find_scope(name).is_none_or(|scope| scope.settings.display_on_consent)
}

fn accept(
    tx: &mut Tx<'_>,
    realm: &LoadedRealm,
    asked: &Asked<'_>,
    form: &ConsentForm,
    fresh: &Fresh,
) -> FlowResult<(Answer, Consent, Vec<Action>)> {
    let client = realm.client(asked.of.pending.request.client_id)?;
    let away = away_choice(realm, client, asked, form)?;
    let ticked = |name: &str| match name {
        OFFLINE_ACCESS => away != AwayChoice::Declined,
        other => !is_shown(realm, other) || form.ticked.iter().any(|ticked| ticked == other),
    };
    let scope = asked.scope.filtered(|name| !is_optional(realm, client, name) || ticked(name));
    let chosen_end_s = match away {
        AwayChoice::Until(seconds) if scope.contains(OFFLINE_ACCESS) => seconds,
        _ => None,
    };
    let now = tx.now()?;
    // In the order of all: the user, their session, and grants only then.
    keep_enabled(tx, realm, asked.of.session.user_id)?.ok_or_else(foreign_form)?;
    user_sessions::find_kept(tx, asked.of.session.id)?.ok_or_else(foreign_form)?;
    let ended = end_unallowed(tx, realm, client, asked.of.holder.owner(), now)?;
    let given = remember(tx, asked, client, &scope, chosen_end_s)?;
    let was_given = asked.of.holder.consent.is_some();
    let event_type = if was_given { EventType::UpdateConsent } else { EventType::GrantConsent };
    let end = chosen_end_s.map_or_else(|| "until_revoked".to_owned(), |seconds| seconds.to_string());
    let event = asked.event(event_type, realm)?.detail("scope", &scope).detail("chosen_end_s", end);
    events::raise(tx, realm, event)?;
    let Asking { pending, session, holder } = &asked.of;
    let granted = Granted { scope, chosen_end_s, session, floors: holder.user.floors, place: &asked.browser.place };
    Ok((finish::answer(tx, realm, pending, granted, fresh)?, given, ended))
}

/// The choice, if it is one that the page offers. Access for longer than somebody said must not come of a missing field.
fn away_choice(realm: &LoadedRealm, client: &Client, asked: &Asked<'_>, form: &ConsentForm) -> FlowResult<AwayChoice> {
    if !asked.scope.contains(OFFLINE_ACCESS) {
        return Ok(AwayChoice::Declined);
    }
    let policy = realm.model.policy_for(client, &asked.of.pending.request.resources);
    let max = policy.offline_max.map(|limit| limit.seconds);
    let offered = |seconds: i64| choices_within(max).any(|choice| choice == seconds);
    match form.away {
        Some(AwayChoice::Until(None)) => Ok(AwayChoice::Until(None)),
        Some(AwayChoice::Until(Some(seconds))) if offered(seconds) => Ok(AwayChoice::Until(Some(seconds))),
        Some(AwayChoice::Declined) if is_optional(realm, client, OFFLINE_ACCESS) => Ok(AwayChoice::Declined),
        _ => Err(OAuthError::invalid_request("This end cannot be chosen").into()),
    }
}

/// A new grant extends the stored consent; only withdrawing narrows it.
fn remember(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    client: &Client,
    scope: &ScopeSet,
    chosen_end_s: Option<i64>,
) -> FlowResult<Consent> {
    let now: Timestamp = tx.now()?;
    let earlier = asked.of.holder.consent.as_ref();
    let keeps_offline = scope.contains(OFFLINE_ACCESS);
    let consent = Consent {
        user_id: asked.of.holder.user.id,
        client_id: client.id,
        scope: earlier.map_or_else(|| scope.clone(), |consent| consent.scope.union(scope)),
        chosen_end_s: if keeps_offline {
            chosen_end_s
        } else {
            earlier.and_then(|consent| consent.chosen_end_from(now))
        },
        created_at: earlier.map_or(now, |consent| consent.created_at),
        updated_at: now,
    };
    // Another page, or the portal, has changed it in between: judge anew.
    if !consents::replace(tx, earlier, &consent)? {
        return Err(FlowError::StaleRealm);
    }
    Ok(consent)
}

fn refuse(tx: &mut Tx<'_>, realm: &LoadedRealm, asked: &Asked<'_>) -> FlowResult<Answer> {
    let event = asked.event(EventType::LoginError, realm)?;
    events::raise(tx, realm, event.error("rejected_by_user"))?;
    let error = OAuthError::new(ErrorCode::AccessDenied, "User denied consent");
    finish::refuse(tx, realm, &asked.of.pending, &error)
}
