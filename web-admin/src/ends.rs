//! How many sessions something would end, counted by the server before it is asked for.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_api::session_search::{RevokeAnswer, RevokeRequest, SessionFilterRepresentation};
use perennial_ui::format;
use perennial_ui::prelude::*;

use crate::api::{Failure, use_api};
use crate::remote::remote;
use crate::texts::phrases;

phrases! { EndsTexts =>
    counting = "Counting the offline sessions that this ends…", "Contando las sesiones sin conexión que esto termina…";
    unknown = "How many offline sessions this ends could not be counted.", "No se pudo contar cuántas sesiones sin conexión termina esto.";
    none = "No offline session ends by this.", "Esto no termina ninguna sesión sin conexión.";
    one = "1 offline session ends at once and cannot be revived.", "1 sesión sin conexión termina de inmediato y no se puede recuperar.";
    many: perennial_ui::text::With = |n| format!("{n} offline sessions end at once and cannot be revived."), |n| format!("{n} sesiones sin conexión terminan de inmediato y no se pueden recuperar.");
}

/// Whose sessions.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    Realm,
    Client(String),
    User(String),
}

/// A sentence about the offline sessions that end; counted anew each time `asked` turns true.
pub fn ends(realm: &str, whose: Whose, asked: RwSignal<bool>) -> Signal<String> {
    let lang = use_lang();
    let texts = EndsTexts::get();
    let api = use_api();
    let url = paths::admin_offline_session_revocation(realm);
    let load = move |asked: bool| {
        let (url, whose) = (url.clone(), whose.clone());
        async move {
            if !asked {
                return Ok(None);
            }
            let mut filter = SessionFilterRepresentation::default();
            match whose {
                Whose::Realm => {}
                Whose::Client(id) => filter.client = Some(id),
                Whose::User(id) => filter.user = Some(id),
            }
            let all = filter == SessionFilterRepresentation::default();
            let request = RevokeRequest { filter, dry_run: true, all, ..RevokeRequest::default() };
            let answer: Result<RevokeAnswer, Failure> = api.post(&url, &request).await;
            Ok(Some(answer.ok().map(|answer| answer.count)))
        }
    };
    let counted = remote(move || asked.get(), load);
    Signal::derive(move || match counted.ready().flatten() {
        _ if counted.busy.get() => texts.counting.to_owned(),
        None => texts.counting.to_owned(),
        Some(None) => texts.unknown.to_owned(),
        Some(Some(0)) => texts.none.to_owned(),
        Some(Some(1)) => texts.one.to_owned(),
        Some(Some(n)) => (texts.many)(&format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))),
    })
}
