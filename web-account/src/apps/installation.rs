//! One place where an app is installed: when and from where it last acted, its lifeline, and when it ends and why.

use leptos::prelude::*;
use perennial_ui::format;
use perennial_ui::prelude::*;

use super::ending::{Ending, use_ending};
use crate::model::Installation;
use crate::texts::use_account_texts;

/// `others` counts the app's further installations.
#[component]
pub fn InstallationRow(installation: Installation, app: String, others: usize) -> impl IntoView {
    let texts = &use_account_texts().page;
    let ending = use_ending();
    let device = installation.device.clone().unwrap_or_else(|| texts.unknown_device.to_owned());
    let label = (texts.end_named)(&device, &app);
    let this = Ending::Installation { id: installation.id.clone(), app, device: device.clone(), others };
    let end = Callback::new(move |()| ending.ask(this.clone()));
    view! {
        <li class="acc-installation">
            <Icon kind=IconKind::Device />
            <div class="acc-installation-what">
                <p class="acc-device">
                    <strong>{device}</strong>
                    {state_badge(&installation)}
                </p>
                <p class="pn-muted pn-small">{last_use(&installation)}</p>
                {life(&installation)}
            </div>
            <Button on_press=end label=label>{texts.end}</Button>
        </li>
    }
}

fn state_badge(installation: &Installation) -> Option<impl IntoView + use<>> {
    let texts = &use_account_texts().page;
    let (tone, words, hint) = match installation.life.state {
        LifelineState::Live => return None,
        LifelineState::Paused => (Tone::Warning, texts.paused, None),
        LifelineState::Blocked => (Tone::Danger, texts.blocked, Some(texts.blocked_words)),
    };
    Some(view! {
        <Badge tone=tone>{words}</Badge>
        {hint.map(|hint| view! { <span class="pn-small">{hint}</span> })}
    })
}

fn last_use(installation: &Installation) -> impl IntoView + use<> {
    let texts = &use_account_texts().page;
    let address = installation.address.as_deref();
    if installation.last_used_at <= installation.life.started_at {
        let from = address.map(|address| format!("; {}", (texts.allowed_from)(address)));
        return view! { <span>{texts.never_used} {from}</span> }.into_any();
    }
    let from = address.map(|address| format!(" {}", (texts.from)(address)));
    view! { <span>{texts.last_used} " " <Timestamp at=installation.last_used_at /> {from}</span> }.into_any()
}

fn life(installation: &Installation) -> impl IntoView + use<> {
    let texts = &use_account_texts().page;
    let data = installation.life.clone();
    let day = |at| format::day(use_lang(), at, data.now, zone_offset_min(at));
    let end = match data.end {
        None => texts.no_end.to_owned(),
        Some(end) if end.at <= data.now => (texts.ended)(&day(end.at)),
        Some(end) => (texts.ends)(end.cause, &day(end.at)),
    };
    let since = (texts.since)(&day(data.started_at));
    view! {
        <div class="acc-life">
            <Lifeline id=format!("life-{}", installation.id) data=data />
            <p class="acc-life-words">
                <span>{since}</span>
                <span>{end}</span>
            </p>
        </div>
    }
}
