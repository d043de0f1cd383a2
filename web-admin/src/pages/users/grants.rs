//! What works offline for a user below their consents: how many sessions an app has, when the first of them ends, and the
//! way to them. Ending them is the consents' affair.

use leptos::prelude::*;
use perennial_api::{UserSessionRepresentation, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use super::user::Shared;
use crate::api::{Page, use_api};
use crate::ends::Whose;
use crate::links;
use crate::pages::session_row::{life_of, server_now, state_badges};
use crate::remote::{Remote, remote};
use crate::texts::phrases;

/// Sessions looked at, the newest first; a user has a handful.
const MOST: usize = 100;

type Session = UserSessionRepresentation;

/// The user's offline sessions at all apps: one call, however many apps there are.
pub type Grants = Remote<Page<Session>>;

pub fn grants(shared: Shared) -> Grants {
    let api = use_api();
    let list = paths::admin_offline_sessions(&shared.realm.get_value());
    let url = format!("{list}?user={}&max={MOST}", shared.id.get_value());
    remote(move || url.clone(), move |url| async move { api.page(&url).await })
}

/// In the row of an app that works offline. Nothing while they are not known.
pub fn of_app(shared: Shared, grants: Grants, client: String) -> AnyView {
    let cell = move || {
        let answer = grants.value.read();
        counted(shared, answer.as_ref()?.as_ref().ok()?, &client)
    };
    cell.into_any()
}

fn counted(shared: Shared, page: &Page<Session>, client: &str) -> Option<AnyView> {
    let (lang, words) = (use_lang(), GrantTexts::get());
    let more = page.next.is_some();
    let own: Vec<&Session> = page.items.iter().filter(|it| it.client_id.as_deref() == Some(client)).collect();
    let digits = format::number(lang, i64::try_from(own.len()).unwrap_or(i64::MAX));
    let realm = shared.realm.get_value();
    let filter = Whose::UserOfClient(shared.text("username"), client.to_owned()).filter();
    let all = links::offline_access(&realm) + &filter.to_query();
    let (href, count) = match own.as_slice() {
        [] if more => (all, words.not_counted.to_owned()),
        [] => return None,
        [only] if !more => (links::offline_session(&realm, &only.id), words.one.to_owned()),
        _ if more => (all, (words.at_least)(&digits)),
        _ => (all, (words.many)(&digits)),
    };
    // Among those that were not looked at, one may end earlier.
    let first = own.iter().copied().min_by_key(|it| it.expires.unwrap_or(i64::MAX)).filter(|_| !more);
    let now = server_now(&page.items).or_else(now_ms).unwrap_or_default();
    let ends = first.map(|session| {
        let ends = end_words(lang, &life_of(session, now));
        if own.len() == 1 || session.expires.is_none() { ends } else { (words.first)(&ends) }
    });
    let state = first.filter(|_| own.len() == 1).map(state_badges);
    let cell = view! {
        <a href=href>{count}</a>
        {ends.map(|ends| view! { <div class="adm-ends">{ends}</div> })}
        {state}
    };
    Some(cell.into_any())
}

/// Below the list: that not all sessions were looked at.
pub fn more_note(grants: Grants) -> AnyView {
    let words = GrantTexts::get();
    let more = move || matches!(&*grants.value.read(), Some(Ok(page)) if page.next.is_some());
    let note = move || more().then(|| view! { <p class="pn-muted pn-small">{words.more}</p> });
    note.into_any()
}

phrases! {
    /// Offline sessions in the row of an app.
    GrantTexts =>
    title = "Offline sessions", "Sesiones sin conexión";
    one = "1 session", "1 sesión";
    many: With = |n| format!("{n} sessions"), |n| format!("{n} sesiones");
    at_least: With = |n| format!("Sessions: at least {n}"), |n| format!("Sesiones: al menos {n}");
    not_counted = "Show its sessions", "Mostrar sus sesiones";
    first: With = |end| format!("the first: {end}"), |end| format!("la primera: {end}");
    more = "Of this user’s offline sessions, only the 100 newest are counted here. All are under Offline access.",
        "De las sesiones sin conexión de este usuario, aquí solo se cuentan las 100 más recientes. Todas están en Acceso sin conexión.";
}
