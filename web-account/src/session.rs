//! Who is signed in, and what is seen instead when nobody is. A session that ends while the page is open leaves
//! what is on it in place and asks for a new sign-in above it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_api::console::Me;
use perennial_api::paths;
use perennial_ui::prelude::*;

use crate::api::{self, Failure};
use crate::browser;
use crate::texts::{failure_words, use_account_texts};

#[derive(Clone, Debug, PartialEq)]
pub enum SignIn {
    Checking,
    In(Me),
    Out,
    Failed(Failure),
}

/// Provided once, at the root.
#[derive(Clone, Copy)]
pub struct Session {
    pub realm: StoredValue<String>,
    pub sign_in: RwSignal<SignIn>,
    /// It was there and has ended.
    pub lost: RwSignal<bool>,
}

impl Session {
    pub fn provide(realm: String) -> Self {
        let session = Session {
            realm: StoredValue::new(realm),
            sign_in: RwSignal::new(SignIn::Checking),
            lost: RwSignal::new(false),
        };
        provide_context(session);
        session
    }

    /// Asks the server who this is; `then` gets the answer if somebody is.
    pub fn check(self, then: impl FnOnce(&Me) + 'static) {
        self.sign_in.set(SignIn::Checking);
        spawn_local(async move {
            let answer = match api::me(&self.realm.get_value()).await {
                Ok(me) => {
                    then(&me);
                    SignIn::In(me)
                }
                Err(Failure::SignedOut) => SignIn::Out,
                Err(failure) => SignIn::Failed(failure),
            };
            self.sign_in.set(answer);
        });
    }

    /// To be told of every failure, so that a lost session is noticed wherever it shows.
    pub fn note(self, failure: &Failure) {
        if *failure == Failure::SignedOut {
            self.lost.set(true);
        }
    }

    pub fn sign_in_href(self) -> String {
        self.realm.with_value(|realm| paths::account_console_login(realm, &browser::here()))
    }

    pub fn sign_out(self, toasts: Toasts, lang: Lang) {
        spawn_local(async move {
            match api::logout(&self.realm.get_value()).await {
                Ok(answer) => browser::leave_for(&answer.redirect),
                Err(Failure::SignedOut) => self.sign_in.set(SignIn::Out),
                Err(failure) => toasts.failed(failure_words(lang, &failure)),
            }
        });
    }
}

pub fn use_session() -> Session {
    expect_context()
}

/// The whole page for somebody who is not signed in.
#[component]
pub fn SignedOut() -> impl IntoView {
    let texts = use_account_texts();
    let href = use_session().sign_in_href();
    view! {
        <div class="acc-signed-out">
            <Empty title=texts.signed_out_title icon=IconKind::User whole_page=true>
                <p>{texts.signed_out_words}</p>
                <ButtonLink kind=ButtonKind::Primary href=href leave=true id="sign-in">
                    {texts.sign_in}
                </ButtonLink>
            </Empty>
        </div>
    }
}

/// Above what the page still shows, once its session has ended.
#[component]
pub fn LostSession() -> impl IntoView {
    let texts = use_account_texts();
    let session = use_session();
    let banner = move || {
        session.lost.get().then(|| {
            view! {
                <div class="acc-lost" role="alert">
                    <Icon kind=IconKind::Warning />
                    <p>{texts.session_lost}</p>
                    <ButtonLink kind=ButtonKind::Primary href=session.sign_in_href() leave=true>
                        {texts.sign_in}
                    </ButtonLink>
                </div>
            }
        })
    };
    view! { {banner} }
}
