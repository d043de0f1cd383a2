//! The revocation policy of a realm, a client or a user: a mark before which everything issued is in vain.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::{Value, json};

use crate::api::use_api;
use crate::confirm::{Consequence, Question, confirm};
use crate::ends::{Whose, ends};
use crate::texts::phrases;

phrases! { NotBeforeTexts =>
    title = "Revocation", "Revocación";
    none = "Nothing is revoked by time: every token that is otherwise valid counts.", "Nada está revocado por fecha: cuenta todo token válido por lo demás.";
    since = "Everything issued before this moment is refused:", "Se rechaza todo lo emitido antes de este momento:";
    now = "Revoke all until now", "Revocar todo hasta ahora";
    clear = "Clear", "Quitar";
    now_title = "Revoke everything issued until now?", "¿Revocar todo lo emitido hasta ahora?";
    words_realm = "Every token of every user and client of this realm that was issued until now stops working.", "Deja de servir todo token de cualquier usuario y cliente de este reino emitido hasta ahora.";
    words_client = "Every token of this client that was issued until now stops working. Its users have to allow it anew.", "Deja de servir todo token de este cliente emitido hasta ahora. Sus usuarios tendrán que permitirlo de nuevo.";
    words_user = "Every token that acts for this user and was issued until now stops working.", "Deja de servir todo token que actúa por este usuario emitido hasta ahora.";
    done = "Everything issued until now is revoked.", "Todo lo emitido hasta ahora está revocado.";
    clear_title = "Clear the mark?", "¿Quitar la marca?";
    clear_words = "What was issued before counts again only as far as it is still alive: sessions that have ended stay ended.", "Lo emitido antes vuelve a contar solo si sigue vivo: las sesiones terminadas siguen terminadas.";
    cleared = "The mark has been cleared.", "La marca se ha quitado.";
}

/// `document` is what has the mark, at `url`.
#[component]
pub fn NotBeforeCard(realm: String, whose: Whose, document: RwSignal<Value>, url: String) -> impl IntoView {
    let api = use_api();
    let texts = NotBeforeTexts::get();
    let (asking, clearing) = (RwSignal::new(false), RwSignal::new(false));
    let (push, words) = match &whose {
        Whose::Realm => (paths::admin_push_revocation(&realm), texts.words_realm),
        Whose::Client(id) => (paths::admin_client_push_revocation(&realm, id), texts.words_client),
        Whose::User(id) => (paths::admin_user_push_revocation(&realm, id), texts.words_user),
        // Nothing else has a mark.
        _ => return None,
    };
    let (push, url) = (StoredValue::new(push), StoredValue::new(url));
    let ending = ends(&realm, whose, asking);
    let mark = Memo::new(move |_| document.read().get("notBefore").and_then(Value::as_i64).filter(|at| *at > 0));
    let send = move |value: Value| {
        let (push, url) = (push.get_value(), url.get_value());
        async move {
            api.post_unanswered(&push, &json!({ "notBefore": value })).await?;
            if let Ok(now) = api.document(&url).await {
                document.set(now);
            }
            Ok(())
        }
    };
    let revoke = Question {
        open: asking,
        title: texts.now_title.into(),
        consequence: Consequence::counted(words, ending),
        confirm: texts.now,
        done: texts.done,
    };
    let clear = Question {
        open: clearing,
        title: texts.clear_title.into(),
        consequence: texts.clear_words.into(),
        confirm: texts.clear,
        done: texts.cleared,
    };
    let view = view! {
        <Card title=texts.title id="revocation">
            <div class="adm-act">
                {move || state(mark.get())}
                <div class="pn-row">
                    {move || mark.get().map(|_| view! {
                        <Button on_press=Callback::new(move |()| clearing.set(true)) id="clear-not-before">
                            {texts.clear}
                        </Button>
                    })}
                    <Button
                        kind=ButtonKind::Danger
                        on_press=Callback::new(move |()| asking.set(true))
                        id="set-not-before"
                    >
                        {texts.now}
                    </Button>
                </div>
            </div>
        </Card>
        {confirm(revoke, move || send("now".into()), || ())}
        {confirm(clear, move || send(0.into()), || ())}
    };
    Some(view)
}

fn state(mark: Option<i64>) -> AnyView {
    let texts = NotBeforeTexts::get();
    match mark {
        Some(at) => view! {
            <p>{texts.since}" "<strong><Timestamp at=at * 1_000 exact=true /></strong></p>
        }
        .into_any(),
        None => view! { <p class="pn-muted">{texts.none}</p> }.into_any(),
    }
}
