//! The realm's keys by what they are for, and their rotation; what is compromised goes at once, and how many sessions end
//! with it is said before.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::keys::{KeyKind, KeyMetadata, KeyRotation, KeysMetadata, KeysRotated};
use perennial_api::paths;
use perennial_ui::format;
use perennial_ui::prelude::*;
use perennial_ui::text::With;

use crate::api::{Api, Failure, use_api};
use crate::remote::{Remote, remote, shown};
use crate::screens::{At, set_trail};
use crate::texts::{phrases, texts};

pub fn keys(at: At) -> AnyView {
    set_trail("keys", &at.realm, Vec::new());
    view! { <KeysPage realm=at.realm /> }.into_any()
}

/// What is about to be rotated.
#[derive(Clone, PartialEq)]
struct Asked {
    kind: KeyKind,
    /// Only this key, which is compromised; otherwise the active ones.
    kid: Option<String>,
}

impl Asked {
    fn rotation(self, dry_run: bool) -> KeyRotation {
        KeyRotation { kind: self.kind, compromised: self.kid.is_some(), kid: self.kid, dry_run }
    }
}

#[component]
fn KeysPage(realm: String) -> impl IntoView {
    let api = use_api();
    let texts = KeysTexts::get();
    let realm = StoredValue::new(realm);
    let keys =
        remote(|| (), move |()| async move { api.get::<KeysMetadata>(&paths::admin_keys(&realm.get_value())).await });
    let asked = RwSignal::new(None::<Asked>);
    view! {
        <header class="adm-head"><h1>{texts.title}</h1></header>
        <p class="adm-intro">{texts.intro}</p>
        {shown(keys, LoadingShape::Cards, move |all| {
            let (refresh, signing): (Vec<_>, Vec<_>) = all.keys.into_iter().partition(|key| key.kind == "OCT");
            view! {
                <div class="pn-stack">
                    {group(KeyKind::Signing, signing, asked)}
                    {group(KeyKind::Refresh, refresh, asked)}
                </div>
            }
        })}
        <RotateDialog realm=realm asked=asked keys=keys />
    }
}

fn group(kind: KeyKind, mut keys: Vec<KeyMetadata>, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let texts = KeysTexts::get();
    keys.sort_by_key(|key| (key.status != "ACTIVE", std::cmp::Reverse(key.created)));
    let (title, words, id) = match kind {
        KeyKind::Signing => (texts.signing, texts.signing_words, "rotate-signing"),
        KeyKind::Refresh => (texts.refresh, texts.refresh_words, "rotate-refresh"),
    };
    let rotate = Callback::new(move |()| asked.set(Some(Asked { kind, kid: None })));
    let actions = move || view! { <Button on_press=rotate id=id>{texts.rotate}</Button> };
    let columns = vec![
        Column::new(texts.key),
        Column::new(texts.algorithm),
        Column::new(texts.state),
        Column::new(texts.made),
        Column::actions(texts.actions),
    ];
    view! {
        <Card title=title actions=actions>
            <p class="adm-intro">{words}</p>
            <Table caption=title columns=columns>
                {keys.into_iter().map(|key| row(kind, key, asked)).collect_view()}
            </Table>
        </Card>
    }
}

fn row(kind: KeyKind, key: KeyMetadata, asked: RwSignal<Option<Asked>>) -> impl IntoView {
    let texts = KeysTexts::get();
    let state = match (key.status.as_str(), key.retires) {
        ("ACTIVE", _) => view! { <Badge tone=Tone::Good icon=IconKind::Check>{texts.active}</Badge> }.into_any(),
        (_, Some(at)) => view! {
            <Badge>{texts.passive}</Badge> " "
            <span class="pn-muted pn-small">{texts.retires} " " <Timestamp at=at /></span>
        }
        .into_any(),
        (_, None) => view! { <Badge>{texts.passive}</Badge> }.into_any(),
    };
    let kid = key.kid.clone();
    let compromised = Callback::new(move |()| asked.set(Some(Asked { kind, kid: Some(kid.clone()) })));
    let label = (texts.compromised_of)(&key.kid);
    view! {
        <tr>
            <Cell label=texts.key head=true><code class="adm-kid">{key.kid}</code></Cell>
            <Cell label=texts.algorithm>{key.algorithm}</Cell>
            <Cell label=texts.state>{state}</Cell>
            <Cell label=texts.made><Timestamp at=key.created /></Cell>
            <Cell label=texts.actions>
                <Button kind=ButtonKind::Quiet icon=IconKind::Warning on_press=compromised label=label>
                    {texts.compromised}
                </Button>
            </Cell>
        </tr>
    }
}

/// What the question knows and does.
#[derive(Clone, Copy)]
struct Rotating {
    api: Api,
    path: StoredValue<String>,
    asked: RwSignal<Option<Asked>>,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    /// Sessions that end with a compromised key, once they are counted.
    foreseen: RwSignal<Option<u64>>,
    failure_words: fn(&Failure) -> String,
}

impl Rotating {
    fn ask(self, asked: Asked) {
        self.error.set(None);
        self.foreseen.set(None);
        self.open.set(true);
        if asked.kid.is_some() {
            self.run(asked.rotation(true), move |foreseen| self.foreseen.set(Some(foreseen.ended_sessions)));
        }
    }

    fn run(self, rotation: KeyRotation, then: impl FnOnce(KeysRotated) + 'static) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = self.api.post::<KeysRotated>(&self.path.get_value(), &rotation).await;
            self.busy.try_set(false);
            match answer {
                Ok(answer) => then(answer),
                Err(failure) => drop(self.error.try_set(Some((self.failure_words)(&failure)))),
            }
        });
    }

    fn consequence(self, lang: Lang, words: &'static KeysTexts) -> Option<String> {
        let asked = self.asked.get()?;
        Some(match (asked.kind, asked.kid.is_some()) {
            (KeyKind::Signing, false) => words.rotate_signing.to_owned(),
            (KeyKind::Refresh, false) => words.rotate_refresh.to_owned(),
            (KeyKind::Signing, true) => words.compromised_signing.to_owned(),
            (KeyKind::Refresh, true) => match self.foreseen.get() {
                Some(sessions) => (words.compromised_refresh)(&number(lang, sessions), sessions == 1),
                None if self.busy.get() => words.counting.to_owned(),
                None => words.uncounted.to_owned(),
            },
        })
    }
}

fn number(lang: Lang, n: u64) -> String {
    format::number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

/// Asks while something is asked for; for a compromised key it counts first what that ends.
#[component]
fn RotateDialog(
    realm: StoredValue<String>,
    asked: RwSignal<Option<Asked>>,
    keys: Remote<KeysMetadata>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let words = KeysTexts::get();
    let rotating = Rotating {
        api: use_api(),
        path: StoredValue::new(paths::admin_keys_rotate(&realm.get_value())),
        asked,
        open: RwSignal::new(false),
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
        foreseen: RwSignal::new(None),
        failure_words: texts().failure,
    };
    Effect::new(move || {
        if let Some(asked) = asked.get() {
            rotating.ask(asked);
        }
    });
    Effect::new(move || {
        if !rotating.open.get() {
            asked.set(None);
        }
    });
    let compromised = Memo::new(move |_| asked.read().as_ref().is_some_and(|asked| asked.kid.is_some()));
    let either = move |one: &'static str, other: &'static str| {
        Signal::derive(move || if compromised.get() { one.to_owned() } else { other.to_owned() })
    };
    let consequence = MaybeProp::derive(move || rotating.consequence(lang, words));
    let confirm = Callback::new(move |()| {
        let Some(asked) = asked.get_untracked() else { return };
        let gone = asked.kid.is_some();
        rotating.run(asked.rotation(false), move |done| {
            rotating.open.set(false);
            let ended = number(lang, done.ended_sessions);
            toasts.done(if gone { (words.removed)(&ended) } else { words.rotated.to_owned() });
            keys.reload();
        });
    });
    view! {
        <Dialog open=rotating.open kind=DialogKind::Danger consequence=consequence error=rotating.error
            title=either(words.compromised_title, words.rotate_title) on_confirm=confirm
            confirm=either(words.compromised_confirm, words.rotate) busy=rotating.busy>
            {move || asked.get().and_then(|asked| asked.kid).map(|kid| view! {
                <dl class="adm-details"><dt>{words.key}</dt><dd class="pn-mono">{kid}</dd></dl>
            })}
        </Dialog>
    }
}

phrases! {
    /// The screen *Keys*.
    KeysTexts =>
    title = "Keys", "Claves";
    intro = "New keys take over at once; old ones stay passive for as long as a token of theirs can be about, so that a rotation interrupts nobody.",
        "Las claves nuevas entran enseguida; las anteriores quedan pasivas mientras pueda existir un token suyo, así que un cambio no interrumpe a nadie.";
    signing = "Signing keys", "Claves de firma";
    signing_words = "Sign access and ID tokens. Resource servers find their public halves in the key set.",
        "Firman los tokens de acceso y de identidad. Los servidores de recursos encuentran su mitad pública en el juego de claves.";
    refresh = "Refresh token keys", "Claves de los tokens de actualización";
    refresh_words = "Refresh and offline tokens are derived from them. They never leave the server, and no token is stored.",
        "De ellas se derivan los tokens de actualización y sin conexión. Nunca salen del servidor y no se guarda ningún token.";
    key = "Key ID", "ID de clave";
    algorithm = "Algorithm", "Algoritmo";
    state = "State", "Estado";
    made = "Made", "Creada";
    actions = "Actions", "Acciones";
    active = "Active", "Activa";
    passive = "Passive", "Pasiva";
    retires = "goes", "se va";
    rotate = "Rotate", "Cambiar";
    rotate_title = "Make new keys?", "¿Crear claves nuevas?";
    rotate_signing = "New access and ID tokens are signed with the new keys. The present ones go on verifying until every token they signed has expired. No session ends.",
        "Los tokens nuevos se firman con las claves nuevas. Las actuales siguen verificando hasta que caduque todo lo que firmaron. No termina ninguna sesión.";
    rotate_refresh = "Each session gets a token under the new key at its next refresh. The present key goes on verifying until no session names it. No session ends.",
        "Cada sesión recibe un token con la clave nueva en su próxima actualización. La clave actual sigue verificando hasta que ninguna sesión la nombre. No termina ninguna sesión.";
    rotated = "New keys are in use.", "Las claves nuevas están en uso.";
    compromised = "Compromised…", "Comprometida…";
    compromised_of: With =
        |kid| format!("The key {kid} is compromised"), |kid| format!("La clave {kid} está comprometida");
    compromised_title = "Remove a compromised key?", "¿Quitar una clave comprometida?";
    compromised_confirm = "Remove the key", "Quitar la clave";
    compromised_signing = "The key goes at once: access and ID tokens that it signed are refused from now on, and apps need to refresh. No offline session ends. Resource servers that keep the key set for a while should be told.",
        "La clave se va enseguida: lo que firmó se rechaza desde ahora y las aplicaciones tienen que actualizar. No termina ninguna sesión sin conexión. Avise a los servidores de recursos que guardan el juego de claves.";
    counting = "Counting the sessions that would end…", "Contando las sesiones que terminarían…";
    uncounted = "Every session that holds a token of this key ends at once. How many could not be counted.",
        "Toda sesión que tiene un token de esta clave termina enseguida. No se pudo contar cuántas.";
    compromised_refresh: fn(&str, bool) -> String =
        |n, one| if one {
            "1 session holds a token of this key and ends at once: its app needs a new sign-in. Access tokens it already holds stop working.".to_owned()
        } else {
            format!("{n} sessions hold a token of this key and end at once: their apps need new sign-ins. Access tokens they already hold stop working.")
        },
        |n, one| if one {
            "1 sesión tiene un token de esta clave y termina enseguida: su aplicación necesita un nuevo inicio de sesión. Sus tokens de acceso dejan de funcionar.".to_owned()
        } else {
            format!("{n} sesiones tienen un token de esta clave y terminan enseguida: sus aplicaciones necesitan un nuevo inicio de sesión. Sus tokens de acceso dejan de funcionar.")
        };
    removed: With =
        |n| format!("The key is gone. Sessions ended: {n}."), |n| format!("La clave ya no está. Sesiones terminadas: {n}.");
}
