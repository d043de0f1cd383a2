//! The consent page: who asks, as whom and for what. Which scopes are possible is decided by the caller; what is asked
//! for the time while the person is away has a file of its own.

mod while_away;

use leptos::prelude::*;

use super::device::own_device_warning;
use super::frame::{Frame, Width, document, hidden_field, web_address};
use crate::components::{Button, ButtonKind, Icon, IconKind};
use crate::scopes::{ScopeWords, scope_words};
use crate::text::{use_lang, use_texts};
use while_away::while_away;

pub use while_away::{AWAY_DECLINED, OfflineEnd, WhileAway};

/// The scope that the block *While you are away* is about; it is not listed among the others.
const OFFLINE_ACCESS: &str = "offline_access";

/// The app as its registration describes it. Addresses that are not http(s) are not shown.
#[derive(Clone, Debug, Default)]
pub struct AppIdentity {
    pub name: String,
    /// Shown from this site, over https or as `data:image/…`; the name's initial stands in for any other.
    pub logo: Option<String>,
    pub home: Option<String>,
    pub policy: Option<String>,
    pub terms: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct ConsentScope {
    pub name: String,
    /// The realm's own text for a scope of its own.
    pub display: Option<String>,
    /// May be declined: a checkbox `scope` with the name as its value.
    pub optional: bool,
    pub checked: bool,
}

/// A device that asks for itself while its person is here (RFC 8628).
#[derive(Clone, Debug, Default)]
pub struct AskingDevice {
    /// The name that it gave itself.
    pub label: Option<String>,
    pub address: String,
}

#[derive(Clone, Debug, Default)]
pub struct ConsentPage {
    pub frame: Frame,
    pub action: String,
    pub csrf: String,
    pub app: AppIdentity,
    /// Who is signed in, by name.
    pub user_name: String,
    pub other_account_href: Option<String>,
    pub scopes: Vec<ConsentScope>,
    pub device: Option<AskingDevice>,
    pub away: Option<WhileAway>,
}

pub fn consent_page(page: &ConsentPage) -> String {
    let title = (page.frame.lang.texts().consent.title)(&page.app.name);
    document(&page.frame, title, Width::Wide, || content(page))
}

fn content(page: &ConsentPage) -> impl IntoView + use<> {
    let texts = &use_texts().consent;
    let other = page.other_account_href.clone().map(|href| {
        view! { " " <a href=href>{texts.other_account}</a> }
    });
    view! {
        {who(&page.app)}
        <p class="pn-consent-whom">
            <Icon kind=IconKind::User />
            <span>{(texts.signed_in_as)(&page.user_name)} {other}</span>
        </p>
        {page.device.as_ref().map(asking_device)}
        <form class="pn-page-form" method="post" action=page.action.clone()>
            {hidden_field("csrf", &page.csrf)}
            {required_scopes(page)}
            {optional_scopes(page)}
            {page.away.as_ref().map(|away| while_away(&page.app.name, away))}
            <div class="pn-page-actions">
                <Button kind=ButtonKind::Primary submit=true id="kc-accept" name="accept" value="true">
                    {texts.allow}
                </Button>
                <Button submit=true id="kc-cancel" name="cancel" value="true">
                    {texts.deny}
                </Button>
            </div>
        </form>
    }
}

fn who(app: &AppIdentity) -> impl IntoView + use<> {
    let texts = &use_texts().consent;
    let elsewhere = use_texts().kit.opens_elsewhere;
    let shown = |logo: &&String| {
        let own = logo.starts_with('/') && !logo.starts_with("//");
        own || logo.starts_with("https://") || logo.starts_with("data:image/")
    };
    let initial = app.name.chars().next().map(|c| c.to_uppercase().to_string());
    let face = match app.logo.as_ref().filter(shown) {
        Some(logo) => view! { <img class="pn-app-face" src=logo.clone() alt="" width="56" height="56" referrerpolicy="no-referrer" /> }.into_any(),
        None => view! { <span class="pn-app-face" aria-hidden="true">{initial}</span> }.into_any(),
    };
    let links: Vec<_> = [(&app.home, texts.home_page), (&app.policy, texts.privacy_policy), (&app.terms, texts.terms)]
        .into_iter()
        .filter_map(|(href, label)| Some((web_address(href.as_deref()?)?.to_owned(), label)))
        .map(|(href, label)| {
            let hint = format!("{label} ({elsewhere})");
            view! { <li><a href=href target="_blank" rel="noopener noreferrer" aria-label=hint>{label}</a></li> }
        })
        .collect();
    let details = if links.is_empty() {
        view! { <p class="pn-muted pn-small">{texts.no_details}</p> }.into_any()
    } else {
        view! { <ul class="pn-consent-links">{links}</ul> }.into_any()
    };
    view! {
        <div class="pn-consent-who">
            {face}
            <div>
                <h1>{(texts.title)(&app.name)}</h1>
                <p>{(texts.asks)(&app.name)}</p>
                {details}
            </div>
        </div>
    }
}

fn asking_device(device: &AskingDevice) -> impl IntoView + use<> {
    let texts = &use_texts().device;
    let label = device.label.as_ref().map(|label| view! { {(texts.asked_by)(label)} " " });
    view! {
        <section class="pn-device-asks" id="asking-device">
            <p>{label} {(texts.asked_from)(&device.address)}</p>
            {own_device_warning()}
        </section>
    }
}

fn listed(page: &ConsentPage, optional: bool) -> impl Iterator<Item = &ConsentScope> {
    let wanted = move |scope: &&ConsentScope| scope.optional == optional && scope.name != OFFLINE_ACCESS;
    page.scopes.iter().filter(wanted)
}

fn words_of(scope: &ConsentScope) -> impl IntoView + use<> {
    let ScopeWords { title, detail } = scope_words(use_lang(), &scope.name, scope.display.as_deref());
    view! {
        <span class="pn-consent-scope-words">
            <span>{title}</span>
            {detail.map(|detail| view! { <span class="pn-muted pn-small">{detail}</span> })}
        </span>
    }
}

fn required_scopes(page: &ConsentPage) -> Option<impl IntoView + use<>> {
    let texts = &use_texts().consent;
    let rows: Vec<_> =
        listed(page, false).map(|scope| view! { <li><Icon kind=IconKind::Check /> {words_of(scope)}</li> }).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="pn-consent-scopes">
                <h2>{(texts.will_be_able)(&page.app.name)}</h2>
                <ul>{rows}</ul>
            </section>
        }
    })
}

fn optional_scopes(page: &ConsentPage) -> Option<impl IntoView + use<>> {
    let texts = &use_texts().consent;
    let rows: Vec<_> = listed(page, true)
        .enumerate()
        .map(|(n, scope)| {
            let id = format!("scope-{n}");
            view! {
                <li>
                    <input type="checkbox" name="scope" id=id.clone() value=scope.name.clone() checked=scope.checked />
                    <label for=id>{words_of(scope)}</label>
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <fieldset class="pn-consent-scopes">
                <legend>{texts.you_may_add}</legend>
                <ul>{rows}</ul>
            </fieldset>
        }
    })
}
