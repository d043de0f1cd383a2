//! What the session may do, and where it began and was last used.

use leptos::prelude::*;
use perennial_ui::agent::short_agent;
use perennial_ui::prelude::*;
use perennial_ui::scopes::scope_words;

use super::actions::Asked;
use super::{Page, Session};
use crate::texts::screen_texts;

pub fn permissions(page: Page, session: Session) -> impl IntoView {
    let lang = use_lang();
    let texts = &screen_texts().session;
    let item = move |name: &String| {
        let words = scope_words(lang, name, None);
        let asked = Asked::Narrow(name.clone());
        let mut letters = words.title.chars();
        let title: String = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
        let press = Callback::new(move |()| page.asked.set(Some(asked.clone())));
        let label = (texts.take_away_of)(name);
        view! {
            <li class="ofs-scope">
                <div>
                    <p>
                        <strong>{title}</strong>
                        " "
                        <code class="pn-muted">{name.clone()}</code>
                    </p>
                    {words.detail.map(|detail| view! { <p class="pn-muted pn-small">{detail}</p> })}
                </div>
                <Button kind=ButtonKind::Quiet on_press=press label=label>{texts.take_away}</Button>
            </li>
        }
    };
    let resources = (!session.resources.is_empty()).then(|| {
        let each = |uri: &String| view! { <li class="pn-mono">{uri.clone()}</li> };
        view! {
            <h3 class="ofs-sub">{texts.resources}</h3>
            <ul class="ofs-resources">{session.resources.iter().map(each).collect_view()}</ul>
        }
    });
    view! {
        <Card title=texts.may>
            <p class="pn-muted pn-small">{texts.may_help}</p>
            <ul class="ofs-scopes">{session.scopes.iter().map(item).collect_view()}</ul>
            {resources}
        </Card>
    }
}

fn filled(words: &Option<String>) -> Option<String> {
    words.clone().filter(|words| !words.is_empty())
}

pub fn origin(session: Session) -> impl IntoView {
    let all = screen_texts();
    let texts = &all.session;
    let or_unknown = |words: Option<String>| words.unwrap_or_else(|| all.sessions.unknown.to_owned());
    let agent = filled(&session.user_agent);
    let short = agent.as_deref().and_then(short_agent);
    let grant = (texts.grant_type)(session.grant_type.as_deref().unwrap_or_default());
    let last_from = filled(&session.last_ip_address).or_else(|| filled(&session.ip_address));
    let token = format!("{} · {}", (texts.generation)(session.generation), (texts.replays)(session.replays));
    view! {
        <Card title=texts.where_from>
            <dl class="ofs-facts">
                <dt>{texts.began}</dt>
                <dd>
                    <Timestamp at=session.start />
                    <span class="adm-address">{or_unknown(filled(&session.ip_address))}</span>
                    <span class="pn-muted">{grant}</span>
                </dd>
                <dt>{texts.last_used}</dt>
                <dd>
                    <Timestamp at=session.last_access />
                    <span class="adm-address">{or_unknown(last_from)}</span>
                    <span class="pn-muted" title=agent>{short}</span>
                </dd>
                <dt>{texts.device}</dt>
                <dd>{filled(&session.device_label).unwrap_or_else(|| texts.no_device.to_owned())}</dd>
                <dt>{texts.token}</dt>
                <dd>{token}</dd>
                <dt>{texts.id}</dt>
                <dd class="pn-mono">{session.id.clone()}</dd>
            </dl>
        </Card>
    }
}
