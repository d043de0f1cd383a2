//! The frame of the portal: the bar with who is signed in, language and sign-out; the navigation; and what is shown
//! while it is not known who this is. It offers no place that does not work.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use perennial_api::paths;
use perennial_ui::prelude::*;

use crate::browser;
use crate::session::{LostSession, SignIn, SignedOut, use_session};
use crate::store::use_apps;
use crate::texts::{failure_words, use_account_texts};

#[component]
pub fn Shell(children: ChildrenFn) -> impl IntoView {
    let texts = use_account_texts();
    let lang = use_lang();
    let session = use_session();
    let apps = use_apps();
    let base = session.realm.with_value(|realm| paths::account(realm));
    let home = format!("{base}/apps");
    let path = use_location().pathname;
    let apps_href = home.clone();
    let nav = move || {
        let current = Signal::derive(move || path.read().ends_with("/apps"));
        let item = NavItem { href: apps_href.clone(), label: texts.apps.to_owned(), icon: IconKind::Apps, current };
        let signed_in = matches!(*session.sign_in.read(), SignIn::In(_));
        signed_in.then(|| view! { <Nav items=Signal::stored(vec![item]) /> })
    };
    let retry = Callback::new(move |()| session.check(move |_| apps.load()));
    let children = StoredValue::new(children);
    let content = move || match session.sign_in.get() {
        SignIn::Checking => view! { <Loading shape=LoadingShape::Cards /> }.into_any(),
        SignIn::Out => view! { <SignedOut /> }.into_any(),
        SignIn::Failed(failure) => view! { <Failed words=failure_words(lang, &failure) on_retry=retry /> }.into_any(),
        SignIn::In(_) => view! {
            <LostSession />
            {children.with_value(|children| children())}
        }
        .into_any(),
    };
    view! {
        <Layout brand=texts.your_account home=home nav=nav actions=|| view! { <BarActions /> }>
            {content}
        </Layout>
    }
}

#[component]
fn BarActions() -> impl IntoView {
    let texts = use_account_texts();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let sign_out = Callback::new(move |()| session.sign_out(toasts, lang));
    let who = move || match session.sign_in.get() {
        SignIn::In(me) => {
            let name = me.name.unwrap_or(me.username);
            view! {
                <span class="acc-who">
                    <Icon kind=IconKind::User />
                    <span>{name}</span>
                </span>
                <Button kind=ButtonKind::Quiet icon=IconKind::SignOut on_press=sign_out id="sign-out">
                    {texts.sign_out}
                </Button>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <LanguageChoice />
        {who}
    }
}

#[component]
fn LanguageChoice() -> impl IntoView {
    let chosen = expect_context::<RwSignal<Lang>>();
    let value = RwSignal::new(use_lang().tag().to_owned());
    Effect::new(move || {
        let picked = Lang::from_tag(&value.read());
        if let Some(picked) = picked.filter(|picked| *picked != chosen.get_untracked()) {
            browser::choose_lang(picked);
            chosen.set(picked);
        }
    });
    let choices: Vec<_> = Lang::ALL.into_iter().map(|lang| Choice::new(lang.tag(), lang.own_name())).collect();
    let label = use_account_texts().language;
    view! { <Select id="language" label=label hide_label=true choices=Signal::stored(choices) value=value /> }
}

#[component]
pub fn NotFound() -> impl IntoView {
    let texts = use_account_texts();
    browser::describe_document(texts.not_found_title, use_lang());
    let home = use_session().realm.with_value(|realm| paths::account(realm)) + "/apps";
    view! {
        <Empty title=texts.not_found_title icon=IconKind::Search whole_page=true>
            <p>{texts.not_found_words}</p>
            <ButtonLink href=home>{texts.apps}</ButtonLink>
        </Empty>
    }
}
