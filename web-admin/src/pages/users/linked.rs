//! A user's tab *Linked accounts*: who the user is at identity providers, so that their logout messages find the user.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{FederatedIdentityRepresentation, IdentityProviderRepresentation, paths};
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use super::user::Shared;
use crate::api::{Api, Failure, use_api};
use crate::confirm::{Question, confirm, opened_by};
use crate::form::sentence;
use crate::links;
use crate::remote::{Remote, remote, shown};
use crate::texts::{phrases, texts};
use crate::typing::empty;

/// As the API calls what is typed.
const SUBJECT: &str = "userId";
const NAME: &str = "userName";

type Accounts = Remote<Vec<FederatedIdentityRepresentation>>;

#[derive(Clone, Copy)]
struct Linked {
    shared: Shared,
    api: Api,
    toasts: Toasts,
    words: &'static LinkedTexts,
    failure_words: fn(&Failure) -> String,
    accounts: Accounts,
    /// The provider that the user is to be unlinked from, by alias.
    unlinking: RwSignal<Option<String>>,
}

impl Linked {
    fn url(self, alias: &str) -> String {
        paths::admin_user_identity(&self.shared.realm.read_value(), &self.shared.id.read_value(), alias)
    }

    fn unlink_dialog(self) -> AnyView {
        let words = self.words;
        let alias = move || self.unlinking.get().unwrap_or_default();
        let question = Question {
            open: opened_by(self.unlinking),
            title: Signal::derive(move || (words.unlink_title)(&alias())),
            consequence: words.unlink_words.into(),
            confirm: words.unlink,
            done: words.unlinked,
        };
        let act = move || {
            let url = self.url(&self.unlinking.get_untracked().unwrap_or_default());
            async move { self.api.delete(&url).await }
        };
        confirm(question, act, move || self.accounts.reload())
    }
}

#[component]
pub fn LinkedAccounts(shared: Shared) -> impl IntoView {
    let words = LinkedTexts::get();
    let api = use_api();
    let url = paths::admin_user_identities(&shared.realm.read_value(), &shared.id.read_value());
    let accounts: Accounts = remote(move || url.clone(), move |url| async move { api.get(&url).await });
    let here = Linked {
        shared,
        api,
        toasts: use_toasts(),
        words,
        failure_words: texts().failure,
        accounts,
        unlinking: RwSignal::new(None),
    };
    let listed = move |list: Vec<FederatedIdentityRepresentation>| {
        if list.is_empty() {
            return view! { <Empty title=words.none icon=IconKind::Users><p>{words.none_words}</p></Empty> }.into_any();
        }
        let columns = vec![
            Column::new(words.provider),
            Column::new(words.subject),
            Column::new(words.name),
            Column::actions(words.actions),
        ];
        let rows = list.into_iter().map(|account| row(account, here)).collect_view();
        view! { <Table caption=words.title columns=columns busy=accounts.busy>{rows}</Table> }.into_any()
    };
    view! {
        <div class="pn-row adm-section-head"><h2>{words.title}</h2></div>
        <p class="adm-intro">{words.intro}</p>
        {shown(accounts, LoadingShape::Rows, listed)}
        <div class="adm-after">{link(here)}</div>
        {here.unlink_dialog()}
    }
}

fn row(account: FederatedIdentityRepresentation, here: Linked) -> AnyView {
    let words = here.words;
    let alias = account.identity_provider.unwrap_or_default();
    let label = (words.unlink_this)(&alias);
    let this = alias.clone();
    let unlink = Callback::new(move |()| here.unlinking.set(Some(this.clone())));
    view! {
        <tr>
            <Cell label=words.provider head=true>{alias}</Cell>
            <Cell label=words.subject><code class="adm-wrap">{account.user_id}</code></Cell>
            <Cell label=words.name>{account.user_name}</Cell>
            <Cell label=words.actions><Button on_press=unlink label=label>{words.unlink}</Button></Cell>
        </tr>
    }
    .into_any()
}

/// What is typed of an account that is to be linked.
#[derive(Clone, Copy)]
struct Draft {
    alias: RwSignal<String>,
    subject: RwSignal<String>,
    name: RwSignal<String>,
    busy: RwSignal<bool>,
    /// Why it was not linked.
    failed: RwSignal<Option<Failure>>,
}

impl Draft {
    fn send(self, here: Linked) {
        let fields = [self.alias, self.subject, self.name];
        let sent = fields.map(|field| field.get_untracked());
        let text = |typed: &String| Some(typed.trim().to_owned()).filter(|it| !it.is_empty());
        let body = FederatedIdentityRepresentation {
            identity_provider: None,
            user_id: text(&sent[1]),
            user_name: text(&sent[2]),
        };
        let url = here.url(sent[0].trim());
        self.busy.set(true);
        self.failed.set(None);
        spawn_local(async move {
            let answer = here.api.post_unanswered(&url, &body).await;
            self.busy.try_set(false);
            match answer {
                Ok(()) => {
                    fields.iter().zip(&sent).for_each(|(field, sent)| empty(*field, sent));
                    here.toasts.done(here.words.linked);
                    here.accounts.reload();
                }
                Err(failure) => drop(self.failed.try_set(Some(failure))),
            }
        });
    }

    /// What the server says about one of the fields.
    fn refused_at(self, field: &str) -> Option<String> {
        match self.failed.read().as_ref()? {
            Failure::Refused { error, .. } => error.for_field(field).map(sentence),
            _ => None,
        }
    }

    /// Why it was not linked, where that is said at no field.
    fn refused_elsewhere(self, here: Linked) -> Option<String> {
        let at_field = [SUBJECT, NAME].into_iter().any(|field| self.refused_at(field).is_some());
        self.failed.read().as_ref().filter(|_| !at_field).map(here.failure_words)
    }
}

/// Whoever may not see the realm's providers types the alias of one.
fn link(here: Linked) -> AnyView {
    let words = here.words;
    let draft = Draft {
        alias: RwSignal::new(String::new()),
        subject: RwSignal::new(String::new()),
        name: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
        failed: RwSignal::new(None),
    };
    let url = paths::admin_identity_providers(&here.shared.realm.read_value());
    let load = move |url: String| async move {
        match here.api.get::<Vec<IdentityProviderRepresentation>>(&url).await {
            Err(Failure::Refused { status: 403, .. }) => Ok(None),
            answer => answer.map(Some),
        }
    };
    let providers = remote(move || url.clone(), load);
    let field = move |known: Option<Vec<IdentityProviderRepresentation>>| {
        let Some(known) = known else {
            return view! { <TextField id="provider" label=words.provider value=draft.alias /> }.into_any();
        };
        if known.is_empty() {
            let href = links::place(&here.shared.realm.read_value(), "settings/identity-providers");
            return view! { <p>{words.no_provider} " " <a href=href>{words.to_providers}</a></p> }.into_any();
        }
        let named = known.into_iter().filter_map(|provider| {
            let alias = provider.alias?;
            let label = provider.display_name.filter(|name| !name.is_empty()).unwrap_or_else(|| alias.clone());
            Some(Choice::new(alias, label))
        });
        let choices: Vec<Choice> = std::iter::once(Choice::new("", words.choose)).chain(named).collect();
        view! { <Select id="provider" label=words.provider choices=choices value=draft.alias /> }.into_any()
    };
    let nothing = Signal::derive(move || {
        draft.alias.read().trim().is_empty() || draft.subject.read().trim().is_empty() || draft.busy.get()
    });
    let send = Callback::new(move |()| draft.send(here));
    let of_subject = MaybeProp::derive(move || draft.refused_at(SUBJECT));
    let of_name = MaybeProp::derive(move || draft.refused_at(NAME));
    let elsewhere = move || draft.refused_elsewhere(here);
    view! {
        <Card title=words.link_title>
            <div class="adm-bar adm-bar-four">
                {shown(providers, LoadingShape::Form, field)}
                <TextField id="subject" label=words.subject_field value=draft.subject error=of_subject />
                <TextField id="account-name" label=words.name_field value=draft.name error=of_name />
                <Button on_press=send kind=ButtonKind::Primary disabled=nothing id="link-account">{words.link}</Button>
            </div>
            {move || elsewhere().map(|words| view! { <p class="pn-field-error" role="alert">{words}</p> })}
        </Card>
    }
    .into_any()
}

phrases! {
    /// Who a user is elsewhere.
    LinkedTexts =>
    title = "Linked accounts", "Cuentas vinculadas";
    intro = "Who this user is at identity providers. When a provider says that this account has signed out, the user is signed out here. Nobody signs in by a linked account.",
        "Quién es este usuario en los proveedores de identidad. Cuando un proveedor dice que esta cuenta ha cerrado la sesión, se cierra la del usuario aquí. Nadie inicia sesión con una cuenta vinculada.";
    none = "No linked accounts", "No hay cuentas vinculadas";
    none_words = "Logout messages of identity providers do not find this user.",
        "Los avisos de cierre de los proveedores de identidad no encuentran a este usuario.";
    provider = "Identity provider", "Proveedor de identidad";
    subject = "User ID there", "ID de usuario allí";
    subject_field = "User ID there (sub)", "ID de usuario allí (sub)";
    name = "Name there", "Nombre allí";
    name_field = "Name there, if known", "Nombre allí, si se sabe";
    actions = "Actions", "Acciones";
    link_title = "Link an account", "Vincular una cuenta";
    choose = "Choose…", "Elija…";
    link = "Link", "Vincular";
    linked = "The account has been linked.", "La cuenta se ha vinculado.";
    no_provider = "The realm has no identity provider yet.", "El reino aún no tiene ningún proveedor de identidad.";
    to_providers = "To the identity providers", "Ir a los proveedores de identidad";
    unlink = "Unlink", "Desvincular";
    unlink_this: With = |alias| format!("Unlink from {alias}"), |alias| format!("Desvincular de {alias}");
    unlink_title: With = |alias| format!("Unlink this user from {alias}?"), |alias| format!("¿Desvincular a este usuario de {alias}?");
    unlink_words = "The user’s one account there is forgotten. Who signs out there stays signed in here; what is signed in now goes on.",
        "Se olvida la única cuenta del usuario allí. Quien cierre la sesión allí la conserva aquí; lo que está iniciado ahora sigue.";
    unlinked = "The account has been unlinked.", "La cuenta se ha desvinculado.";
}
