//! The block *While you are away* of the consent page: until when offline access may last. Ends beyond the policy's cap
//! are left out here and the cap is said.

use leptos::prelude::*;

use crate::components::{Icon, IconKind};
use crate::format;
use crate::text::{use_lang, use_texts};

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

impl OfflineEnd {
    /// Itself, or where the policy has become shorter, the longest day that is left.
    fn or_longest_within(self, cap_s: Option<i64>) -> Self {
        let days = |end: &Self| end.seconds().is_some() && end.within(cap_s);
        match self.within(cap_s) {
            true => self,
            false => Self::ALL.into_iter().rfind(days).unwrap_or(Self::UntilRevoked),
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

pub(super) fn while_away(app: &str, away: &WhileAway) -> impl IntoView + use<> {
    let lang = use_lang();
    let texts = &use_texts().consent;
    let selected = away.selected.or_longest_within(away.cap_s);
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
    fn what_a_shorter_policy_no_longer_allows_gives_way_to_the_longest_that_it_does() {
        let proposed = |end: OfflineEnd, cap_days: i64| end.or_longest_within(Some(cap_days * 86_400));
        assert_eq!(proposed(OfflineEnd::Days90, 60), OfflineEnd::Days30);
        assert_eq!(proposed(OfflineEnd::Days90, 90), OfflineEnd::Days90);
        assert_eq!(proposed(OfflineEnd::Days30, 10), OfflineEnd::Days7);
        assert_eq!(proposed(OfflineEnd::Days30, 1), OfflineEnd::UntilRevoked);
        assert_eq!(proposed(OfflineEnd::UntilRevoked, 60), OfflineEnd::UntilRevoked);
    }

    #[test]
    fn an_end_survives_the_form() {
        for end in OfflineEnd::ALL {
            assert_eq!(OfflineEnd::from_value(end.value()), Some(end));
        }
        assert_eq!(OfflineEnd::from_value("31536000"), None);
    }
}
