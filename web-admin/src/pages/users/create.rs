//! Making a user: a name is enough.

use leptos::prelude::*;
use perennial_api::paths;
use perennial_ui::prelude::*;
use serde_json::json;

use super::texts::UsersTexts;
use crate::api::use_api;
use crate::links;
use crate::pages::draft::{Draft, DraftView};
use crate::screens::set_trail;

#[component]
pub fn CreateUserPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = UsersTexts::get();
    set_trail("users", &realm, vec![Crumb::here(texts.create)]);
    let field = || RwSignal::new(String::new());
    let (username, email, first, last, password) = (field(), field(), field(), field(), field());
    let verified = RwSignal::new(false);
    let touched = move || [username, email, first, last, password].iter().any(|field| !field.read().is_empty());
    let draft = Draft::new(touched);
    let base = links::place(&realm, "users");
    let back = base.clone();
    let send = move || {
        let mut body = json!({ "username": username.get_untracked().trim(), "enabled": true });
        for (name, field) in [("email", email), ("firstName", first), ("lastName", last)] {
            let value = field.get_untracked();
            if !value.trim().is_empty() {
                body[name] = value.trim().into();
            }
        }
        body["emailVerified"] = verified.get_untracked().into();
        let chosen = password.get_untracked();
        if !chosen.is_empty() {
            body["credentials"] = json!([{ "type": "password", "value": chosen }]);
        }
        let (url, base) = (paths::admin_users(&realm), base.clone());
        Some(async move { Ok(format!("{base}/{}", api.create(&url, &body).await?)) })
    };
    view! {
        <h1>{texts.create}</h1>
        <DraftView draft=draft send=send confirm=texts.create done=texts.created_done back=back>
            <Card>
                <TextField id="username" label=texts.username value=username error=draft.error("username") required=true autofocus=true />
                <div class="adm-two">
                    <TextField id="firstName" label=texts.first_name value=first error=draft.error("firstName") />
                    <TextField id="lastName" label=texts.last_name value=last error=draft.error("lastName") />
                </div>
                <TextField id="email" label=texts.email value=email error=draft.error("email") />
                <Switch id="emailVerified" label=texts.email_verified value=verified help=texts.email_verified_help />
                <PasswordField
                    id="password"
                    label=texts.password
                    value=password
                    help=texts.password_help
                    error=draft.error("value")
                    autocomplete="new-password"
                />
            </Card>
        </DraftView>
    }
}
