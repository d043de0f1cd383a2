//! The consent page: who asks, as whom, for what, and for how long while the person is away. Which scopes and which
//! ends are possible is decided by the caller; ends beyond the policy's cap are left out here and the cap is said.

use leptos::prelude::*;

use super::frame::{Frame, Width, document, hidden_field, web_address};
use crate::components::{Button, ButtonKind, Icon, IconKind};
use crate::format;
use crate::scopes::{ScopeWords, scope_words};
use crate::text::{use_lang, use_texts};

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

/// The end of offline access that a person can choose: the form's `offline_end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfflineEnd {
    Days7,
    #[default]
    Days30,
    Days90,
    UntilRevoked,
}

impl OfflineEnd {
    pub const ALL: [OfflineEnd; 4] = [Self::Days7, Self::Days30, Self::Days90, Self::UntilRevoked];

    const fn days(self) -> Option<u32> {
        match self {
            Self::Days7 => Some(7),
            Self::Days30 => Some(30),
            Self::Days90 => Some(90),
            Self::UntilRevoked => None,
        }
    }

    /// Seconds from now; `None` leaves the end to policy and revocation.
    pub fn seconds(self) -> Option<i64> {
        self.days().map(|days| i64::from(days) * 86_400)
    }

    /// The value in the form.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Days7 => "604800",
            Self::Days30 => "2592000",
            Self::Days90 => "7776000",
            Self::UntilRevoked => "until_revoked",
        }
    }

    pub fn from_value(value: &str) -> Option<OfflineEnd> {
        Self::ALL.into_iter().find(|end| end.value() == value)
    }

    /// Whether a policy whose longest lifetime is `cap_s` lets it be chosen.
    pub fn within(self, cap_s: Option<i64>) -> bool {
        match (self.seconds(), cap_s) {
            (Some(seconds), Some(cap)) => seconds <= cap,
            _ => true,
        }
    }
}

/// The value of `offline_end` with which a person allows the rest, but nothing while they are away.
pub const AWAY_DECLINED: &str = "declined";

/// Present when offline access is asked for.
#[derive(Clone, Debug, Default)]
pub struct WhileAway {
    pub selected: OfflineEnd,
    /// The policy's longest lifetime, if it has one.
    pub cap_s: Option<i64>,
    /// The policy's idle timeout.
    pub idle_s: Option<i64>,
    /// Whether it may be declined while the rest is allowed.
    pub declinable: bool,
    /// Where access can be taken away again.
    pub account_href: String,
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

fn while_away(app: &str, away: &WhileAway) -> impl IntoView + use<> {
    let lang = use_lang();
    let texts = &use_texts().consent;
    let selected = if away.selected.within(away.cap_s) { away.selected } else { OfflineEnd::UntilRevoked };
    let ends: Vec<_> = OfflineEnd::ALL
        .into_iter()
        .filter(|end| end.within(away.cap_s))
        .map(|end| {
            let id = format!("offline-end-{}", end.value());
            let words = end.days().map_or(texts.until_revoked.to_owned(), texts.for_days);
            let chosen = end == selected;
            view! {
                <li>
                    <input type="radio" name="offline_end" id=id.clone() value=end.value() checked=chosen />
                    <label for=id>{words}</label>
                </li>
            }
        })
        .collect();
    let declined = away.declinable.then(|| {
        view! {
            <li>
                <input type="radio" name="offline_end" id="offline-end-declined" value=AWAY_DECLINED />
                <label for="offline-end-declined">{texts.away_declined}</label>
            </li>
        }
    });
    let some_left_out = ends.len() < OfflineEnd::ALL.len();
    let cap = away.cap_s.filter(|_| some_left_out).map(|cap| (texts.capped)(&format::duration(lang, cap)));
    let idle = away.idle_s.map(|idle| (texts.away_idle)(&format::duration(lang, idle)));
    view! {
        <section class="pn-consent-away">
            <h2><Icon kind=IconKind::Away /> {texts.away_title}</h2>
            <p>{(texts.away_continues)(app)} " " {texts.away_no_more}</p>
            <fieldset>
                <legend>{texts.away_until}</legend>
                <ul class="pn-consent-ends">{ends} {declined}</ul>
            </fieldset>
            {cap.map(|words| view! { <p class="pn-small">{words}</p> })}
            {idle.map(|words| view! { <p class="pn-small">{words}</p> })}
            <p class="pn-small">
                {texts.take_away}
                <a href=away.account_href.clone() target="_blank">{texts.take_away_link}</a>
                "."
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_offered_only_within_the_policys_cap() {
        let offered = |cap| OfflineEnd::ALL.into_iter().filter(|end| end.within(cap)).count();
        assert_eq!(offered(None), 4);
        assert_eq!(offered(Some(5_184_000)), 3);
        assert_eq!(offered(Some(3_600)), 1);
    }

    #[test]
    fn an_end_survives_the_form() {
        for end in OfflineEnd::ALL {
            assert_eq!(OfflineEnd::from_value(end.value()), Some(end));
        }
        assert_eq!(OfflineEnd::from_value("31536000"), None);
    }
}
