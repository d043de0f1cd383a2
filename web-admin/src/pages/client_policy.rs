//! The token policy that applies to a client, in short: each value with who set it, and what it replaces.

use leptos::prelude::*;
use perennial_api::{ClientRepresentation, RealmRepresentation, ReplayWindow};
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::links;
use crate::policy::{Applied, ClientPolicy, OfflineScope, Source};
use crate::texts::{PolicyTexts, screen_texts};

#[component]
pub fn PolicyCard(realm: String, policy: RealmRepresentation, client: ClientRepresentation) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().policy;
    let applied = ClientPolicy::of(&policy, &client);
    let time = move |seconds: i64| format::duration(lang, seconds);
    let most = move |max: Option<i64>| max.map_or(texts.no_max.to_owned(), |max| (texts.max_value)(&time(max)));
    let room = move |limit: i64| match limit {
        0 => texts.no_limit.to_owned(),
        limit => (texts.limit_value)(&format::number(lang, limit)),
    };
    let window = move |window: ReplayWindow| match window {
        ReplayWindow::Seconds(0) => texts.window_closed.to_owned(),
        ReplayWindow::Seconds(seconds) => (texts.window_seconds)(&time(seconds.into())),
        ReplayWindow::Auto | ReplayWindow::UntilProven => texts.window_until_proven.to_owned(),
    };
    let mode = move |mode| (texts.rotation_value)(mode).to_owned();
    let scope = (texts.scope)(applied.scope);
    let missing = applied.scope == OfflineScope::Missing;
    let to_settings =
        move || view! { <a class="pn-small" href=links::settings_tokens(&realm)>{texts.realm_settings}</a> };
    view! {
        <Card title=texts.title actions=to_settings id="policy">
            <dl class="adm-facts">
                <div class="adm-fact adm-fact-wide">
                    <dt>{texts.offline_scope}</dt>
                    <dd>
                        {missing.then(|| view! { <Icon kind=IconKind::Warning /> " " })}
                        {scope}
                    </dd>
                </div>
                {applied.idle_s.map(|idle| fact(texts.idle, idle, time))}
                {fact(texts.max, applied.max_s, most)}
                {applied.limit.map(|limit| fact(texts.limit, limit, room))}
                {fact(texts.rotation, applied.rotation, mode)}
                {fact(texts.window, applied.window, window)}
                {applied.access_s.map(|access| fact(texts.access, access, time))}
            </dl>
        </Card>
    }
}

fn source(texts: &PolicyTexts, source: Source) -> (&'static str, Tone) {
    match source {
        Source::Client => (texts.from_client, Tone::Accent),
        Source::Realm => (texts.from_realm, Tone::Neutral),
        Source::Rule => (texts.from_rule, Tone::Neutral),
    }
}

fn fact<T>(label: &'static str, applied: Applied<T>, words: impl Fn(T) -> String) -> AnyView {
    let texts = &screen_texts().policy;
    let (from, tone) = source(texts, applied.source);
    let instead = applied.instead_of.map(|value| (texts.instead_of)(&words(value)));
    let value = words(applied.value);
    view! {
        <div class="adm-fact">
            <dt>{label}</dt>
            <dd>
                <span class="adm-fact-value">{value}</span>
                <Badge tone=tone>{from}</Badge>
                {instead.map(|words| view! { <span class="pn-muted pn-small">{words}</span> })}
            </dd>
        </div>
    }
    .into_any()
}
