//! One app: who it is, what it may do, where it is installed, and the way to take it all away.

use leptos::prelude::*;
use perennial_ui::prelude::*;
use perennial_ui::scopes::scope_words;

use super::ending::{Ending, use_ending};
use super::installation::InstallationRow;
use crate::model::{ConnectedApp, Permission};
use crate::texts::use_account_texts;

#[component]
pub fn AppCard(app: ConnectedApp) -> impl IntoView {
    let texts = &use_account_texts().page;
    let ending = use_ending();
    let offline = !app.installations.is_empty();
    let count = app.installations.len();
    let whole = Ending::App { client_id: app.client_id.clone(), name: app.name.clone(), installations: count };
    let remove = Callback::new(move |()| ending.ask(whole.clone()));
    let heading = format!("app-{}", app.client_id);
    let rows = app.installations.iter().cloned().map(|installation| {
        let others = count - 1;
        view! { <InstallationRow installation=installation app=app.name.clone() others=others /> }
    });
    let rows = rows.collect_view();
    let installations = offline.then(|| {
        view! {
            <section class="acc-installations">
                <h3>{(texts.installations)(count)}</h3>
                <ul>{rows}</ul>
            </section>
        }
    });
    view! {
        <article class="pn-card acc-app" aria-labelledby=heading.clone()>
            <header class="acc-app-head">
                <span class="acc-face" aria-hidden="true">{initial(&app.name)}</span>
                <div class="acc-app-who">
                    <h2 id=heading.clone()>{app.name.clone()}</h2>
                    {app.description.clone().map(|words| view! { <p class="pn-muted">{words}</p> })}
                    <p class="acc-badges">{badges(offline, app.in_use)}</p>
                </div>
                <Button icon=IconKind::Remove on_press=remove label=(texts.remove_named)(&app.name)>
                    {texts.remove}
                </Button>
            </header>
            {permissions(&app, offline)}
            {installations}
            {links(&app)}
        </article>
    }
}

fn initial(name: &str) -> Option<String> {
    name.chars().next().map(|letter| letter.to_uppercase().to_string())
}

fn badges(offline: bool, in_use: bool) -> impl IntoView {
    let texts = &use_account_texts().page;
    view! {
        {offline.then(|| view! { <Badge tone=Tone::Accent icon=IconKind::Away>{texts.works_away}</Badge> })}
        {in_use.then(|| view! { <Badge tone=Tone::Good icon=IconKind::User>{texts.in_use}</Badge> })}
    }
}

fn permissions(app: &ConnectedApp, offline: bool) -> impl IntoView + use<> {
    let texts = &use_account_texts().page;
    let lang = use_lang();
    let line = |permission: &Permission| {
        let words = scope_words(lang, &permission.name, permission.display.as_deref());
        view! {
            <li title=words.detail>
                <Icon kind=IconKind::Check />
                <span>{words.title}</span>
            </li>
        }
    };
    let lines: Vec<_> = app.scopes.iter().map(line).collect();
    let list = if lines.is_empty() {
        view! { <p class="pn-muted">{texts.may_nothing}</p> }.into_any()
    } else {
        view! { <ul class="acc-permissions">{lines}</ul> }.into_any()
    };
    let when = if offline { texts.keeps_while_away } else { texts.only_while_signed_in };
    view! {
        <section>
            <h3>{texts.may}</h3>
            {list}
            <p class="pn-muted pn-small">{when(&app.name)}</p>
        </section>
    }
}

fn links(app: &ConnectedApp) -> impl IntoView + use<> {
    let texts = &use_account_texts().page;
    let elsewhere = use_kit_texts().opens_elsewhere;
    let link = |(href, label): (&Option<String>, &'static str)| {
        let hint = format!("{label} ({elsewhere})");
        let href = href.clone()?;
        Some(view! { <a href=href target="_blank" rel="noopener noreferrer" aria-label=hint>{label}</a> })
    };
    let links: Vec<_> = [(&app.home, texts.home_page), (&app.policy, texts.privacy_policy), (&app.terms, texts.terms)]
        .into_iter()
        .filter_map(link)
        .collect();
    let granted = app.granted_at.map(|at| view! { <span>{texts.allowed} " " <Timestamp at=at /></span> });
    view! { <footer class="acc-app-foot">{granted} {links}</footer> }
}
