//! The apps that can act for the user, as last loaded, and the two ways of taking that away. It outlives a change of
//! language or page; a reload keeps what is shown until the new answer is there.

use leptos::prelude::*;
use leptos::task::spawn_local;
use perennial_ui::prelude::now_ms;

use crate::api::{self, Failure};
use crate::model::{ConnectedApp, connected_apps};
use crate::session::Session;

#[derive(Clone, Debug, PartialEq)]
pub enum Remote {
    Loading,
    Ready(Vec<ConnectedApp>),
    Failed(Failure),
}

#[derive(Clone, Copy)]
pub struct Apps {
    session: Session,
    pub list: RwSignal<Remote>,
}

impl Apps {
    pub fn provide(session: Session) -> Self {
        let apps = Apps { session, list: RwSignal::new(Remote::Loading) };
        provide_context(apps);
        apps
    }

    /// From scratch, with the loading state.
    pub fn load(self) {
        self.list.set(Remote::Loading);
        spawn_local(self.reload());
    }

    /// Keeps what is shown until there is something new.
    pub async fn reload(self) {
        let realm = self.session.realm.get_value();
        let answer = async {
            let apps = api::applications(&realm).await?;
            let sessions = api::offline_sessions(&realm).await?;
            Ok(connected_apps(apps, sessions, now_ms().unwrap_or_default()))
        };
        match answer.await {
            Ok(apps) => self.list.set(Remote::Ready(apps)),
            Err(failure) => {
                self.session.note(&failure);
                if !matches!(*self.list.read_untracked(), Remote::Ready(_)) {
                    self.list.set(Remote::Failed(failure));
                }
            }
        }
    }

    /// What has gone already was taken away just as well.
    pub async fn remove_app(self, client_id: &str) -> Result<(), Failure> {
        let realm = self.session.realm.get_value();
        self.settle(api::remove_app(&realm, client_id).await).await
    }

    pub async fn end_session(self, id: &str) -> Result<(), Failure> {
        let realm = self.session.realm.get_value();
        self.settle(api::end_session(&realm, id).await).await
    }

    async fn settle(self, answer: Result<(), Failure>) -> Result<(), Failure> {
        match answer {
            Err(failure) if !failure.is_not_found() => {
                self.session.note(&failure);
                Err(failure)
            }
            _ => {
                self.reload().await;
                Ok(())
            }
        }
    }
}

pub fn use_apps() -> Apps {
    expect_context()
}
