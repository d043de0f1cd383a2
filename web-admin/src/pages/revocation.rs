//! Revocation for a whole realm: the mark before which nothing counts, and ending every session at once.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::json;

use super::loaded_document;
use super::not_before::NotBeforeCard;
use crate::api::use_api;
use crate::confirm::{Consequence, Question, confirm};
use crate::ends::{Whose, ends};
use crate::screens::{At, set_trail};
use crate::texts::phrases;

phrases! { RevocationTexts =>
    title = "Revocation", "Revocación";
    words = "For the whole realm. One client is revoked under its tab Advanced, one user under Details.", "Para todo el reino. Un cliente se revoca en su pestaña Avanzado; un usuario, en Datos.";
    end_all = "End all sessions", "Terminar todas las sesiones";
    end_all_help = "Signs everybody out and ends every offline session. What begins later is not affected.", "Cierra todas las sesiones y termina todas las sesiones sin conexión. Lo que empiece después no se ve afectado.";
    end_all_title: perennial_ui::text::With = |realm| format!("End every session of {realm}?"), |realm| format!("¿Terminar todas las sesiones de {realm}?");
    end_all_words = "Everybody of this realm is signed out, you too if you belong to it, and no app works for anyone until they sign in again.", "Se cierra la sesión de todos en este reino, también la suya si pertenece a él, y ninguna aplicación trabaja por nadie hasta que inicie sesión de nuevo.";
    ended = "Every session of this realm has ended.", "Todas las sesiones de este reino han terminado.";
}

pub fn screen(at: At) -> AnyView {
    view! { <RevocationPage realm=at.realm /> }.into_any()
}

#[component]
fn RevocationPage(realm: String) -> impl IntoView {
    let texts = RevocationTexts::get();
    set_trail("revocation", &realm, Vec::new());
    let url = paths::admin_realm(&realm);
    let ending_realm = realm.clone();
    let mark = loaded_document(url.clone(), move |document| {
        let document = RwSignal::new(document);
        view! { <NotBeforeCard realm=realm.clone() whose=Whose::Realm document=document url=url.clone() /> }.into_any()
    });
    view! {
        <header class="adm-head"><h1>{texts.title}</h1></header>
        <p class="adm-intro">{texts.words}</p>
        <div class="pn-stack">
            {mark}
            <EndAll realm=ending_realm />
        </div>
    }
}

#[component]
fn EndAll(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = RevocationTexts::get();
    let open = RwSignal::new(false);
    let ending = ends(&realm, Whose::Realm, open);
    let url = StoredValue::new(paths::admin_logout_all(&realm));
    let question = Question {
        open,
        title: Signal::stored((texts.end_all_title)(&realm)),
        consequence: Consequence::counted(texts.end_all_words, ending),
        confirm: texts.end_all,
        done: texts.ended,
    };
    let act = move || async move { api.post_unanswered(&url.get_value(), &json!({})).await };
    view! {
        <Card title=texts.end_all>
            <div class="adm-act">
                <p class="pn-muted">{texts.end_all_help}</p>
                <Button kind=ButtonKind::Danger on_press=Callback::new(move |()| open.set(true)) id="end-all">
                    {texts.end_all}
                </Button>
            </div>
        </Card>
        {confirm(question, act, || ())}
    }
}
