//! What a user signs in with, in the tab *Credentials*: the list, which tells no secret, and taking one away.

use leptos::prelude::*;
use perennial_api::{StoredCredential, paths};
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use super::user::Shared;
use crate::api::use_api;
use crate::confirm::{Consequence, Question, confirm, opened_by};
use crate::ends::ends;
use crate::pages::Section;
use crate::remote::{Remote, remote, shown};
use crate::texts::phrases;

pub type Stored = Remote<Vec<StoredCredential>>;

pub fn stored(shared: Shared) -> Stored {
    let api = use_api();
    let url = paths::admin_user_credentials(&shared.realm.get_value(), &shared.id.get_value());
    remote(move || url.clone(), move |url| async move { api.get(&url).await })
}

/// `keeps`: whether offline sessions outlive a password, where the realm can be seen.
pub fn stored_list(shared: Shared, stored: Stored, keeps: Signal<Option<bool>>) -> AnyView {
    let words = StoredTexts::get();
    let deleting = RwSignal::new(None::<String>);
    view! {
        <Section title=words.title words=words.intro>
            {shown(stored, LoadingShape::Rows, move |all| listed(all, stored, deleting))}
        </Section>
        {delete_dialog(shared, stored, keeps, deleting)}
    }
    .into_any()
}

fn listed(all: Vec<StoredCredential>, stored: Stored, deleting: RwSignal<Option<String>>) -> AnyView {
    let words = StoredTexts::get();
    if all.is_empty() {
        return view! { <p class="pn-muted">{words.none}</p> }.into_any();
    }
    let columns = vec![Column::new(words.kind), Column::actions(words.actions)];
    view! {
        <Table caption=words.title columns=columns busy=stored.busy>
            {all.into_iter().map(|one| row(one, deleting)).collect_view()}
        </Table>
    }
    .into_any()
}

fn row(one: StoredCredential, deleting: RwSignal<Option<String>>) -> impl IntoView {
    let words = StoredTexts::get();
    let name = match one.kind.as_str() {
        "password" => words.password.to_owned(),
        other => other.to_owned(),
    };
    let (label, button) = ((words.delete_this)(&name), format!("delete-{}", one.kind));
    let delete = Callback::new(move |()| deleting.set(Some(one.id.clone())));
    view! {
        <tr>
            <Cell label=words.kind head=true>{name}</Cell>
            <Cell label=words.actions><Button on_press=delete label=label id=button>{words.delete}</Button></Cell>
        </tr>
    }
}

/// Whoever knew what is deleted is signed out, as after a reset.
fn delete_dialog(
    shared: Shared,
    stored: Stored,
    keeps: Signal<Option<bool>>,
    deleting: RwSignal<Option<String>>,
) -> AnyView {
    let words = StoredTexts::get();
    let api = use_api();
    let open = opened_by(deleting);
    let ending = ends(&shared.realm.get_value(), shared.whose(), open);
    let kept = move || keeps.get() == Some(true);
    let question = Question {
        open,
        title: Signal::derive(move || (words.delete_title)(&shared.text("username"))),
        consequence: Consequence {
            words: Signal::derive(move || {
                let offline = if kept() { words.offline_stays.to_owned() } else { ending.get() };
                format!("{} {offline}", words.delete_words)
            }),
            waits: Signal::derive(move || !kept() && ending.waits.get()),
        },
        confirm: words.delete,
        done: words.deleted,
    };
    let act = move || {
        let id = deleting.get_untracked().unwrap_or_default();
        let url = paths::admin_user_credential(&shared.realm.read_value(), &shared.id.read_value(), &id);
        async move { api.delete(&url).await }
    };
    confirm(question, act, move || stored.reload())
}

phrases! {
    /// What a user signs in with.
    StoredTexts =>
    title = "What the user signs in with", "Con qué inicia sesión el usuario";
    intro = "Nobody can look at a password, not even an admin.",
        "Nadie puede ver una contraseña, ni siquiera un administrador.";
    none = "This user has no password, so nobody can sign in as them. Set one, or send a link to choose one.",
        "Este usuario no tiene contraseña, así que nadie puede iniciar sesión como él. Fije una o envíe un enlace para elegirla.";
    kind = "Type", "Tipo";
    actions = "Actions", "Acciones";
    password = "Password", "Contraseña";
    delete = "Delete", "Eliminar";
    delete_this: With = |what| format!("Delete: {what}"), |what| format!("Eliminar: {what}");
    delete_title: With = |name| format!("Delete the password of {name}?"),
        |name| format!("¿Eliminar la contraseña de {name}?");
    delete_words = "It stops working, and the user is signed out everywhere. Nobody can sign in as them until another password is set.",
        "Deja de servir y se cierra la sesión del usuario en todas partes. Nadie podrá iniciar sesión como él hasta que se fije otra.";
    offline_stays = "Apps that work offline keep working: this realm is set so.",
        "Las aplicaciones que trabajan sin conexión siguen haciéndolo: así está ajustado este reino.";
    deleted = "The password has been deleted.", "La contraseña se ha eliminado.";
}
