//! A user's tab *Groups*: those that they are in, leaving one, and joining one that is looked for by name.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{GroupRepresentation, paths};
use perennial_ui::prelude::*;
use perennial_ui::text::With;
use serde_json::json;

use super::user::Shared;
use crate::api::{Api, Failure, use_api};
use crate::confirm::{Consequence, Question, confirm, opened_by};
use crate::ends::{Whose, concerns};
use crate::pages::whole::{Whole, cut_short, whole};
use crate::remote::{Remote, failed_below, remote, shown};
use crate::texts::{phrases, texts};
use crate::typing::settled;

/// Groups offered at once; a search leads to the others.
const MOST: usize = 100;

type Groups = Vec<GroupRepresentation>;

#[derive(Clone, Copy)]
struct Memberships {
    shared: Shared,
    api: Api,
    toasts: Toasts,
    words: &'static GroupTexts,
    failure_words: fn(&Failure) -> String,
    joined: Remote<Whole<GroupRepresentation>>,
    /// The group that is to be left, by id and name.
    leaving: RwSignal<Option<(String, String)>>,
}

impl Memberships {
    fn url(self, group: &str) -> String {
        paths::admin_user_group(&self.shared.realm.read_value(), &self.shared.id.read_value(), group)
    }

    fn join(self, group: &str) {
        let url = self.url(group);
        spawn_local(async move {
            match self.api.put(&url, &json!({})).await {
                Ok(()) => self.toasts.done(self.words.joined),
                Err(failure) => self.toasts.failed((self.failure_words)(&failure)),
            }
            self.joined.reload();
        });
    }

    /// The roles of the group are gone at once, those that offline sessions need among them.
    fn leave_dialog(self) -> AnyView {
        let words = self.words;
        let open = opened_by(self.leaving);
        let concerned = concerns(&self.shared.realm.read_value(), Whose::User(self.shared.id.get_value()), open);
        let group = move || self.leaving.read().as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        let question = Question {
            open,
            title: Signal::derive(move || (words.leave_title)(&group())),
            consequence: Consequence::counted(words.leave_words, concerned),
            confirm: words.leave,
            done: words.left,
        };
        let act = move || {
            let id = self.leaving.get_untracked().map(|(id, _)| id).unwrap_or_default();
            let url = self.url(&id);
            async move { self.api.delete(&url).await }
        };
        confirm(question, act, move || self.joined.reload())
    }
}

#[component]
pub fn UserGroups(shared: Shared) -> impl IntoView {
    let words = GroupTexts::get();
    let api = use_api();
    let url = paths::admin_user_groups(&shared.realm.read_value(), &shared.id.read_value());
    let joined = remote(move || url.clone(), move |url| async move { whole::<GroupRepresentation>(api, &url).await });
    let here = Memberships {
        shared,
        api,
        toasts: use_toasts(),
        words,
        failure_words: texts().failure,
        joined,
        leaving: RwSignal::new(None),
    };
    let listed = move |groups: Whole<GroupRepresentation>| {
        if groups.items.is_empty() {
            return view! { <Empty title=words.none icon=IconKind::Users><p>{words.none_words}</p></Empty> }.into_any();
        }
        let columns = vec![Column::new(words.group), Column::new(words.path), Column::actions(words.actions)];
        let rows = groups.items.into_iter().map(|group| row(group, here)).collect_view();
        view! { <Table caption=words.title columns=columns busy=joined.busy>{rows}</Table> }.into_any()
    };
    view! {
        <div class="pn-row adm-section-head"><h2>{words.title}</h2></div>
        <p class="adm-intro">{words.words}</p>
        {shown(joined, LoadingShape::Rows, listed)}
        {cut_short(words.title, joined)}
        <div class="adm-after">{join(here)}</div>
        {here.leave_dialog()}
    }
}

fn row(group: GroupRepresentation, here: Memberships) -> AnyView {
    let words = here.words;
    let name = group.name.unwrap_or_default();
    let label = (words.leave_this)(&name);
    let this = (group.id.unwrap_or_default(), name.clone());
    let leave = Callback::new(move |()| here.leaving.set(Some(this.clone())));
    view! {
        <tr>
            <Cell label=words.group head=true>{name}</Cell>
            <Cell label=words.path><span class="pn-muted adm-wrap">{group.path}</span></Cell>
            <Cell label=words.actions><Button on_press=leave label=label>{words.leave}</Button></Cell>
        </tr>
    }
    .into_any()
}

/// The groups of a tree, outer ones first.
fn flat(groups: Groups) -> Groups {
    let below = |mut group: GroupRepresentation| {
        let inner = group.sub_groups.take().unwrap_or_default();
        std::iter::once(group).chain(flat(inner)).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(below).collect()
}

/// Without a search the groups at the top are offered; a search finds those within others, too.
fn join(here: Memberships) -> AnyView {
    let words = here.words;
    let (typed, picked) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let search = settled(Memo::new(move |_| typed.read().trim().to_owned()));
    let url = paths::admin_groups(&here.shared.realm.read_value());
    let load = move |wanted: String| {
        let url = format!("{url}?max={MOST}&search={}", paths::encode(&wanted));
        async move { here.api.get::<Groups>(&url).await }
    };
    let found = remote(move || search.get(), load);
    let left = Memo::new(move |_| {
        let joined = here.joined.ready().map(|all| all.items).unwrap_or_default();
        let mut left = flat(found.ready().unwrap_or_default());
        left.retain(|group| joined.iter().all(|one| one.id != group.id));
        left
    });
    let choices = Signal::derive(move || {
        let left = left.read();
        let known = matches!(*found.value.read(), Some(Ok(_)));
        let first = if known && left.is_empty() { words.nothing_left } else { words.choose };
        let named = left.iter().filter_map(|group| Some(Choice::new(group.id.clone()?, group.path.clone()?)));
        std::iter::once(Choice::new("", first)).chain(named).collect::<Vec<_>>()
    });
    Effect::new(move || {
        left.track();
        picked.set(String::new());
    });
    let join = Callback::new(move |()| here.join(&picked.read_untracked()));
    let nothing = Signal::derive(move || picked.read().is_empty());
    view! {
        <Card title=words.join_title>
            <div class="adm-bar">
                <TextField id="group-search" label=words.search value=typed />
                <Select id="group" label=words.group choices=choices value=picked />
                <Button on_press=join kind=ButtonKind::Primary disabled=nothing id="join-group">{words.join}</Button>
            </div>
            {failed_below(found)}
        </Card>
    }
    .into_any()
}

phrases! {
    /// Groups of a user.
    GroupTexts =>
    title = "Groups", "Grupos";
    words = "Whoever is in a group has its roles and those of the groups around it.",
        "Quien está en un grupo tiene sus roles y los de los grupos que lo contienen.";
    group = "Group", "Grupo";
    path = "Path", "Ruta";
    actions = "Actions", "Acciones";
    none = "In no group", "En ningún grupo";
    none_words = "Choose a group below to join the first one.", "Elija un grupo para unirse al primero.";
    leave = "Leave", "Salir";
    leave_this: With = |group| format!("Leave {group}"), |group| format!("Salir de {group}");
    leave_title: With = |group| format!("Take the user out of {group}?"), |group| format!("¿Sacar al usuario de {group}?");
    leave_words = "The roles that the user has by this group are gone from the next request on. Where an app works by one of them, its sessions are refused.",
        "Los roles que el usuario tiene por este grupo desaparecen desde la próxima petición. Si una aplicación funciona por uno de ellos, sus sesiones se rechazan.";
    left = "The user has left the group.", "El usuario ha salido del grupo.";
    join_title = "Join a group", "Unirse a un grupo";
    search = "Find a group", "Buscar un grupo";
    choose = "Choose…", "Elija…";
    nothing_left = "No group to join", "Ningún grupo al que unirse";
    join = "Join", "Unirse";
    joined = "The user has joined the group.", "El usuario se ha unido al grupo.";
}
