//! What all use cases share: the store, the loaded realms, keys, randomness, the password pool and the audit log.

use crate::{
    FlowError, FlowResult, LoadedRealm,
    admin::{act, kept_counts::KeptCounts},
    events::LaterEvents,
    key_looks::KeyLooks,
    passwords::PasswordPool,
    survey::Survey,
};
use perennial_crypto::{Entropy, MasterKey};
use perennial_domain::{
    Timestamp,
    audit::{Action, Actor, AuditLine},
};
use perennial_storage::{StorageError, Store, Tx, realm_model, realms};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// So often a unit is tried: a realm may change under it, or PostgreSQL end it for one that it waits for.
const TRIES: usize = 8;

/// Where audit lines go. Called after the commit and before the answer.
pub type AuditSink = Box<dyn Fn(&AuditLine) + Send + Sync>;

pub struct Site {
    pub store: Store,
    pub master: Arc<MasterKey>,
    pub entropy: Entropy,
    pub passwords: PasswordPool,
    /// Without a trailing slash.
    pub base_url: String,
    pub audit: AuditSink,
    /// Events that are stored beside their requests.
    pub(crate) later: Arc<LaterEvents>,
    realms: RwLock<HashMap<String, Arc<LoadedRealm>>>,
    survey: RwLock<Option<Arc<Survey>>>,
    pub(crate) key_looks: KeyLooks,
    pub(crate) online_counts: Arc<KeptCounts>,
}

/// How a unit is committed.
#[derive(Clone, Copy)]
enum Mode {
    Durable,
    Hot,
    Read,
}

/// The parts of a [`Site`].
pub struct SiteParts {
    pub store: Store,
    pub master: Arc<MasterKey>,
    pub entropy: Entropy,
    pub passwords: PasswordPool,
    pub base_url: String,
    pub audit: AuditSink,
}

impl Site {
    pub fn new(parts: SiteParts) -> Self {
        Self {
            store: parts.store,
            master: parts.master,
            entropy: parts.entropy,
            passwords: parts.passwords,
            base_url: parts.base_url,
            audit: parts.audit,
            later: Arc::default(),
            realms: RwLock::default(),
            survey: RwLock::default(),
            key_looks: KeyLooks::default(),
            online_counts: Arc::default(),
        }
    }

    /// The realm as it stands in the database now.
    pub async fn realm(&self, name: &str) -> FlowResult<Arc<LoadedRealm>> {
        let (_, realm) = self.read(name, |_, _| Ok(())).await?;
        Ok(realm)
    }

    /// One durable unit over the realm as it stands: the unit starts with a look at the realm's stamp and is repeated on the
    /// realm loaded anew where that differs. What an admin is doing is recorded with it.
    pub async fn write<T, F>(&self, name: &str, unit: F) -> FlowResult<(T, Arc<LoadedRealm>)>
    where
        F: Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.run(Mode::Durable, name, unit).await
    }

    /// Like [`Site::write`] for units that change the realm's model: two of them never overwrite each other unseen.
    pub async fn change<T, F>(&self, name: &str, unit: F) -> FlowResult<(T, Arc<LoadedRealm>)>
    where
        F: Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        let claimed = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
            if realms::claim(tx, realm.model.realm.id, realm.model.stamp)? {
                unit(tx, realm)
            } else {
                Err(FlowError::StaleRealm)
            }
        };
        self.run(Mode::Durable, name, claimed).await
    }

    /// Like [`Site::write`] for the one hot path, a refresh, which heals itself when its commit is lost. Its unit looks at the
    /// stamp itself, with [`crate::holder::find_held`], in the statement that it makes anyway.
    pub async fn write_hot<T, F>(&self, name: &str, unit: F) -> FlowResult<(T, Arc<LoadedRealm>)>
    where
        F: Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.run(Mode::Hot, name, unit).await
    }

    /// Like [`Site::write`], on one snapshot and without waiting for a writer.
    pub async fn read<T, F>(&self, name: &str, unit: F) -> FlowResult<(T, Arc<LoadedRealm>)>
    where
        F: Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.run(Mode::Read, name, unit).await
    }

    async fn run<T, F>(&self, mode: Mode, name: &str, unit: F) -> FlowResult<(T, Arc<LoadedRealm>)>
    where
        F: Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        let unit = Arc::new(unit);
        let act = matches!(mode, Mode::Durable).then(act::pending).flatten();
        for tried in 1..=TRIES {
            let realm = self.glance(name).await?;
            let (unit, seen) = (Arc::clone(&unit), Arc::clone(&realm));
            let done = match mode {
                Mode::Durable => {
                    let act = act.clone();
                    let recorded = move |tx: &mut Tx<'_>| {
                        let done = checked(tx, &seen, &*unit)?;
                        act.map_or(Ok(()), |act| act.write(tx, &seen))?;
                        Ok(done)
                    };
                    self.store.write(recorded).await
                }
                Mode::Hot => self.store.write_relaxed(move |tx| checked_by_unit(tx, &seen, &*unit)).await,
                Mode::Read => self.store.read(move |tx| checked(tx, &seen, &*unit)).await,
            };
            match done {
                Err(FlowError::StaleRealm) => self.forget(name),
                // The other one has come first.
                Err(FlowError::Storage(StorageError::Deadlock(_))) if tried < TRIES => {}
                Ok(value) => {
                    act.iter().for_each(|act| act.confirm());
                    return Ok((value, realm));
                }
                Err(error) => return Err(error),
            }
        }
        Err(FlowError::StaleRealm)
    }

    /// Writes one audit line.
    pub fn record(&self, at: Timestamp, realm: &str, actor: Actor, action: Action) {
        (self.audit)(&AuditLine { at, realm: realm.to_owned(), actor, action });
    }

    /// The realm as last loaded, perhaps stale: for refusing early what cannot become right, and for a unit that looks at the stamp.
    pub async fn glance(&self, name: &str) -> FlowResult<Arc<LoadedRealm>> {
        match self.peek(name) {
            Some(realm) => Ok(realm),
            None => self.load(name).await,
        }
    }

    /// The realm if it is loaded, without asking anybody: for how a page looks, never for what it does.
    pub fn peek(&self, name: &str) -> Option<Arc<LoadedRealm>> {
        self.realms.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// What this node last saw of all offline sessions, if it has walked over them yet.
    pub fn survey(&self) -> Option<Arc<Survey>> {
        self.survey.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn publish_survey(&self, survey: Arc<Survey>) {
        *self.survey.write().unwrap_or_else(PoisonError::into_inner) = Some(survey);
    }

    async fn load(&self, name: &str) -> FlowResult<Arc<LoadedRealm>> {
        let wanted = name.to_owned();
        let model = self.store.read(move |tx| Ok::<_, FlowError>(realm_model::load_model(tx, &wanted)?)).await?;
        let model = model.ok_or(FlowError::UnknownRealm)?;
        let realm = Arc::new(LoadedRealm::open(model, &self.base_url, &self.master)?);
        let mut realms = self.realms.write().unwrap_or_else(PoisonError::into_inner);
        realms.insert(name.to_owned(), Arc::clone(&realm));
        Ok(realm)
    }

    fn forget(&self, name: &str) {
        self.realms.write().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

/// Success has looked at the stamp. A refusal may have been judged by what no longer holds, so it looks now.
fn checked_by_unit<T, F>(tx: &mut Tx<'_>, realm: &LoadedRealm, unit: &F) -> FlowResult<T>
where
    F: Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<T>,
{
    match unit(tx, realm) {
        Err(FlowError::OAuth(error)) => {
            check_stamp(tx, realm)?;
            Err(error.into())
        }
        done => done,
    }
}

fn check_stamp(tx: &mut Tx<'_>, realm: &LoadedRealm) -> FlowResult<()> {
    match realms::current_stamp(tx, realm.model.realm.id)? {
        Some(stamp) if stamp == realm.model.stamp => Ok(()),
        _ => Err(FlowError::StaleRealm),
    }
}

fn checked<T, F>(tx: &mut Tx<'_>, realm: &LoadedRealm, unit: &F) -> FlowResult<T>
where
    F: Fn(&mut Tx<'_>, &LoadedRealm) -> FlowResult<T>,
{
    check_stamp(tx, realm)?;
    unit(tx, realm)
}
