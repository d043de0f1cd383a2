//! Initial access tokens: whoever holds one may register clients. Each is shown once, right after it was made.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::{InitialAccessDraft, InitialAccessRepresentation, paths};
use perennial_ui::format;
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use crate::api::use_api;
use crate::pages::ShownOnce;
use crate::remote::{Remote, remote, shown};
use crate::texts::{phrases, texts};

const WEEK_S: i64 = 7 * 86_400;

type Tokens = Remote<Vec<InitialAccessRepresentation>>;

#[component]
pub fn InitialAccess(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = InitialAccessTexts::get();
    let realm = StoredValue::new(realm);
    let tokens: Tokens =
        remote(|| (), move |()| async move { api.get(&paths::admin_initial_access(&realm.get_value())).await });
    let making = RwSignal::new(false);
    let made = RwSignal::new(None::<String>);
    let ending = RwSignal::new(None::<InitialAccessRepresentation>);
    let make = Callback::new(move |()| making.set(true));
    let actions = move || view! { <Button icon=IconKind::Plus on_press=make id="new-token">{texts.make}</Button> };
    view! {
        <Card title=texts.title actions=actions id="initial-access">
            <p class="adm-intro">{texts.intro}</p>
            {move || made.get().map(|token| view! {
                <ShownOnce label=texts.token words=texts.once secret=token />
            })}
            {shown(tokens, LoadingShape::Rows, move |list| listed(list, ending))}
        </Card>
        <MakeDialog realm=realm open=making made=made tokens=tokens />
        <EndDialog realm=realm ending=ending tokens=tokens />
    }
}

fn listed(list: Vec<InitialAccessRepresentation>, ending: RwSignal<Option<InitialAccessRepresentation>>) -> AnyView {
    let (lang, texts) = (use_lang(), InitialAccessTexts::get());
    if list.is_empty() {
        return view! { <Empty title=texts.none icon=IconKind::Key><p>{texts.none_words}</p></Empty> }.into_any();
    }
    let columns =
        vec![Column::new(texts.made), Column::new(texts.ends), Column::new(texts.left), Column::actions(texts.actions)];
    let row = move |token: InitialAccessRepresentation| {
        let ends = match token.expiration {
            0 => view! { {texts.never} }.into_any(),
            seconds => view! { <Timestamp at=(token.timestamp + seconds) * 1_000 /> }.into_any(),
        };
        let made_at = token.timestamp * 1_000;
        let left = (texts.left_of)(token.remaining_count, token.count);
        let label = format!("{}: {}", texts.take_away, format::exact(lang, made_at, zone_offset_min(made_at)));
        let take = Callback::new(move |()| ending.set(Some(token.clone())));
        view! {
            <tr>
                <Cell label=texts.made head=true><Timestamp at=made_at /></Cell>
                <Cell label=texts.ends>{ends}</Cell>
                <Cell label=texts.left>{left}</Cell>
                <Cell label=texts.actions>
                    <Button kind=ButtonKind::Quiet icon=IconKind::Remove on_press=take label=label>
                        {texts.take_away}
                    </Button>
                </Cell>
            </tr>
        }
    };
    view! { <Table caption=texts.title columns=columns>{list.into_iter().map(row).collect_view()}</Table> }.into_any()
}

#[component]
fn MakeDialog(
    realm: StoredValue<String>,
    open: RwSignal<bool>,
    made: RwSignal<Option<String>>,
    tokens: Tokens,
) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let words = InitialAccessTexts::get();
    let lifespan = RwSignal::new(Some(WEEK_S));
    let count = RwSignal::new("1".to_owned());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        if open.get() {
            error.set(None);
        }
    });
    let confirm = Callback::new(move |()| {
        let (Some(expiration), Ok(count)) = (lifespan.get_untracked(), count.read_untracked().trim().parse()) else {
            return error.set(Some(words.numbers.to_owned()));
        };
        let draft = InitialAccessDraft { expiration: Some(expiration), count: Some(count) };
        error.set(None);
        busy.set(true);
        spawn_local(async move {
            let path = paths::admin_initial_access(&realm.get_value());
            let answer = api.post::<InitialAccessRepresentation>(&path, &draft).await;
            busy.set(false);
            match answer {
                Ok(fresh) => {
                    made.set(fresh.token);
                    open.set(false);
                    tokens.reload();
                }
                Err(failure) => error.set(Some((all.failure)(&failure))),
            }
        });
    });
    view! {
        <Dialog open=open title=words.make_title confirm=words.make on_confirm=confirm error=error busy=busy>
            <DurationField id="expiration" label=words.lifespan help=words.lifespan_help value=lifespan />
            <div class="adm-narrow">
                <NumberField id="count" label=words.count value=count />
            </div>
        </Dialog>
    }
}

#[component]
fn EndDialog(
    realm: StoredValue<String>,
    ending: RwSignal<Option<InitialAccessRepresentation>>,
    tokens: Tokens,
) -> impl IntoView {
    let api = use_api();
    let all = texts();
    let lang = use_lang();
    let toasts = use_toasts();
    let words = InitialAccessTexts::get();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    Effect::new(move || {
        error.set(None);
        open.set(ending.read().is_some());
    });
    let consequence = MaybeProp::derive(move || {
        let left = ending.read().as_ref()?.remaining_count;
        Some((words.take_words)(&format::number(lang, left)))
    });
    let confirm = Callback::new(move |()| {
        let Some(token) = ending.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = api.delete(&paths::admin_initial_access_token(&realm.get_value(), &token.id)).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    ending.set(None);
                    toasts.done(words.taken);
                    tokens.reload();
                }
                Err(failure) => error.set(Some((all.failure)(&failure))),
            }
        });
    });
    view! {
        <Dialog open=open kind=DialogKind::Danger title=words.take_title consequence=consequence
            confirm=words.take_away on_confirm=confirm error=error busy=busy />
    }
}

phrases! {
    /// Initial access tokens.
    InitialAccessTexts =>
    title = "Initial access tokens", "Tokens de acceso inicial";
    intro = "Whoever holds one may register that many clients (RFC 7591). Clients that register themselves always ask people for consent.",
        "Quien tiene uno puede registrar tantos clientes (RFC 7591). Los clientes que se registran solos siempre piden el consentimiento.";
    make = "New token", "Nuevo token";
    make_title = "New initial access token", "Nuevo token de acceso inicial";
    token = "Initial access token", "Token de acceso inicial";
    once = "This token is shown only now. Copy it to where it is needed.",
        "Este token solo se muestra ahora. Cópielo donde haga falta.";
    none = "No tokens", "No hay tokens";
    none_words = "Without one, only admins make clients here.", "Sin ninguno, solo los administradores crean clientes aquí.";
    made = "Made", "Creado";
    ends = "Ends", "Termina";
    never = "Never", "Nunca";
    left = "Clients left", "Clientes restantes";
    left_of: fn(i64, i64) -> String =
        |left, all| format!("{left} of {all}"), |left, all| format!("{left} de {all}");
    actions = "Actions", "Acciones";
    take_away = "Take away", "Retirar";
    take_title = "Take this token away?", "¿Retirar este token?";
    take_words: With =
        |left| format!("Clients that it could still have registered: {left}. Those already registered stay."),
        |left| format!("Clientes que aún habría podido registrar: {left}. Los ya registrados permanecen.");
    taken = "The token has been taken away.", "El token se ha retirado.";
    lifespan = "Ends after", "Termina tras";
    lifespan_help = "0 means never.", "0 significa nunca.";
    count = "Clients it may register", "Clientes que puede registrar";
    numbers = "Enter whole numbers.", "Escriba números enteros.";
}
