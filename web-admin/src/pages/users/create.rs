//! Making a user: a name is enough.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::json;

use super::details::person_fields;
use super::texts::UsersTexts;
use crate::api::use_api;
use crate::form::{Form, FormFrame};
use crate::links;
use crate::pages::Section;
use crate::screens::set_trail;

#[component]
pub fn CreateUserPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = UsersTexts::get();
    set_trail("users", &realm, vec![Crumb::here(texts.create)]);
    let form = Form::new(json!({"enabled": true}));
    // Beside the form, which would take the spaces from its ends.
    let password = RwSignal::new(String::new());
    let list = links::place(&realm, "users");
    let base = list.clone();
    let send = Callback::new(move |_| {
        let mut body = untrack(|| form.document());
        let chosen = password.get_untracked();
        if !chosen.is_empty() {
            body["credentials"] = json!([{ "type": "password", "value": chosen }]);
        }
        let (url, base) = (paths::admin_users(&realm), base.clone());
        form.make(async move { Ok(format!("{base}/{}", api.create(&url, &body).await?)) }, texts.created_done);
    });
    let refused = form.error("value");
    view! {
        <header class="adm-head"><h1>{texts.create}</h1></header>
        <FormFrame form=form on_save=send create=texts.create cancel=list>
            <Section title=texts.person words=texts.person_words>{person_fields(form)}</Section>
            <Section title=texts.sign_in words=texts.sign_in_words>
                <PasswordField id="password" label=texts.password value=password help=texts.password_help error=refused
                    autocomplete="new-password" />
            </Section>
        </FormFrame>
    }
}
