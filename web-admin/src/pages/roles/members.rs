//! Who has a role given to them; those who have it through another role are not listed.

use leptos::prelude::*;
use perennial_api::{UserRepresentation, paths};
use perennial_ui::prelude::*;

use crate::api::use_api;
use crate::links;
use crate::remote::{remote, shown};
use crate::texts::phrases;

/// The first ones: enough to see who is meant.
const USERS: usize = 50;

#[component]
pub fn Members(realm: String, name: String) -> impl IntoView {
    let api = use_api();
    let texts = MembersTexts::get();
    let path = format!("{}?max={USERS}", paths::admin_role_users(&realm, &name));
    let load = move |path: String| async move { api.get::<Vec<UserRepresentation>>(&path).await };
    let users = remote(move || path.clone(), load);
    view! {
        <Card title=texts.title id="members">
            <p class="adm-intro">{texts.words}</p>
            {shown(users, LoadingShape::Rows, move |list| listed(&realm, list))}
        </Card>
    }
}

fn listed(realm: &str, list: Vec<UserRepresentation>) -> AnyView {
    let texts = MembersTexts::get();
    if list.is_empty() {
        return view! { <p class="pn-muted">{texts.none}</p> }.into_any();
    }
    let more = list.len() >= USERS;
    let row = |user: UserRepresentation| {
        let href = links::place(realm, &format!("users/{}", user.id.unwrap_or_default()));
        let name = user.username.unwrap_or_default();
        let email = user.email.unwrap_or_else(|| "–".to_owned());
        view! {
            <tr>
                <Cell label=texts.user head=true><a href=href>{name}</a></Cell>
                <Cell label=texts.email>{email}</Cell>
            </tr>
        }
    };
    let rows = list.into_iter().map(row).collect_view();
    let columns = vec![Column::new(texts.user), Column::new(texts.email)];
    view! {
        <Table caption=texts.title columns=columns>{rows}</Table>
        {more.then(|| view! { <p class="pn-muted pn-small">{texts.more}</p> })}
    }
    .into_any()
}

phrases! {
    /// Who has a role.
    MembersTexts =>
    title = "Given to", "Dado a";
    words = "Whoever has it through another role has it, too, and is not listed here.",
        "Quien lo tiene a través de otro rol también lo tiene y no aparece aquí.";
    none = "It is given to nobody directly.", "No se le ha dado a nadie directamente.";
    user = "User", "Usuario";
    email = "Email", "Correo";
    more = "The first 50 are shown.", "Se muestran los primeros 50.";
}
