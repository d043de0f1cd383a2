//! Takes over what an export file holds, into a new realm or one that is there. An import is one unit: all that can be taken is
//! there afterwards, or nothing is. What cannot be taken is told with its reason and holds nothing else up.

mod clients;
mod groups;
mod identities;
mod package;
mod report;
mod roles;
mod scopes;
mod users;
mod webhooks;

pub use package::{
    ApprovalEntry, CarrierName, ClientEntry, ConsentEntry, GroupEntry, Package, ResourceEntry, RoleEntry, RoleName,
    ScopeEntry, ScopeMapping, UserEntry,
};
pub use report::{Kind, LeftOut, Outcome, Report, Taken};

use super::{Caller, clients::Step, realm_life};
use crate::{
    FlowError, FlowResult, LoadedRealm, Site,
    bootstrap::{FreshRealm, NewRealm},
};
use perennial_crypto::{Entropy, MasterKey};
use perennial_domain::{RealmId, Timestamp, audit::Actor};
use perennial_storage::{Tx, realms, sign_in_names};
use std::sync::Arc;

/// What happens to things of the same name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfExists {
    /// Nothing at all is imported.
    #[default]
    Fail,
    Skip,
    Overwrite,
}

/// Makes a realm of the package; `caller` is absent at the command line. What a fresh realm has already is overwritten.
pub async fn create(
    site: &Site,
    caller: Option<&Caller>,
    new: NewRealm,
    package: Package,
    report: Report,
) -> FlowResult<Report> {
    if let Some(caller) = caller {
        caller.require_master_admin()?;
    }
    realm_life::check_new(site, &new).await?;
    let name = new.name.clone();
    let fresh = FreshRealm::prepare(site, new).await?;
    let tools = Tools::new(site, IfExists::Overwrite);
    let unit = move |tx: &mut Tx<'_>| {
        fresh.write(tx)?;
        let mut report = report;
        Import::open(tx, &tools, &name)?.run(tx, &package, &mut report)?;
        Ok::<_, FlowError>(report)
    };
    site.store.write(unit).await
}

/// What is to be added to a realm that is there, and how.
pub struct PartialImport {
    pub package: Package,
    /// What the reading of the file has left out already.
    pub report: Report,
    pub if_exists: IfExists,
}

/// Adds the package to a realm. For its whole admins: an import may hold every role there is.
pub async fn add(site: &Site, caller: &Caller, realm_name: &str, import: PartialImport) -> FlowResult<Report> {
    if !caller.is_whole_admin_of(realm_name) {
        return Err(FlowError::Forbidden);
    }
    let PartialImport { package, report, if_exists } = import;
    let tools = Tools::new(site, if_exists);
    let unit = move |tx: &mut Tx<'_>, realm: &LoadedRealm| {
        let mut report = report.clone();
        Import::open(tx, &tools, realm.name())?.run(tx, &package, &mut report)?;
        Ok((report, tx.now()?))
    };
    let ((mut report, at), _) = site.change(realm_name, unit).await?;
    for action in std::mem::take(&mut report.done) {
        site.record(at, realm_name, Actor::Admin { user: caller.user }, action);
    }
    Ok(report)
}

struct Tools {
    step: Step,
    entropy: Entropy,
    master: Arc<MasterKey>,
    base_url: String,
    if_exists: IfExists,
}

impl Tools {
    fn new(site: &Site, if_exists: IfExists) -> Self {
        Self {
            step: Step::new(site),
            entropy: site.entropy.clone(),
            master: site.master.clone(),
            base_url: site.base_url.clone(),
            if_exists,
        }
    }
}

/// An import under way: each stage sees the realm as the one before left it.
struct Import<'a> {
    tools: &'a Tools,
    realm: LoadedRealm,
    now: Timestamp,
}

impl<'a> Import<'a> {
    fn open(tx: &mut Tx<'_>, tools: &'a Tools, name: &str) -> FlowResult<Self> {
        let model = realms::load_model(tx, name)?.ok_or(FlowError::UnknownRealm)?;
        let realm = LoadedRealm::open(model, &tools.base_url, &tools.master)?;
        Ok(Self { tools, realm, now: tx.now()? })
    }

    fn reopen(&mut self, tx: &mut Tx<'_>) -> FlowResult<()> {
        *self = Self::open(tx, self.tools, &self.realm.model.realm.name)?;
        Ok(())
    }

    fn run(mut self, tx: &mut Tx<'_>, package: &Package, report: &mut Report) -> FlowResult<()> {
        sign_in_names::keep_all(tx, self.id())?;
        self.take_scopes(tx, package, report)?;
        self.reopen(tx)?;
        self.take_scopes_of_new_clients(tx, package, report)?;
        self.reopen(tx)?;
        self.take_clients(tx, package, report)?;
        self.reopen(tx)?;
        self.take_resources(tx, package, report)?;
        self.take_roles(tx, package, report)?;
        self.reopen(tx)?;
        self.take_includes(tx, package, report)?;
        self.take_scope_mappings(tx, package, report)?;
        self.take_groups(tx, package, report)?;
        self.reopen(tx)?;
        self.take_default_groups(tx, package, report)?;
        self.take_webhooks(tx, package, report)?;
        self.reopen(tx)?;
        self.take_identity_providers(tx, package, report)?;
        self.reopen(tx)?;
        self.take_users(tx, package, report)
    }

    fn id(&self) -> RealmId {
        self.realm.model.realm.id
    }

    fn new_id(&self) -> uuid::Uuid {
        self.tools.entropy.uuid_v7(self.now.as_ms())
    }

    /// What to do with a thing, by whether one of its name is there: `None` leaves that alone.
    fn outcome(&self, exists: bool, name: &str) -> FlowResult<Outcome> {
        match (exists, self.tools.if_exists) {
            (false, _) => Ok(Outcome::Added),
            (true, IfExists::Overwrite) => Ok(Outcome::Overwritten),
            (true, IfExists::Skip) => Ok(Outcome::Skipped),
            (true, IfExists::Fail) => Err(FlowError::Conflict(format!("{name} already exists"))),
        }
    }
}
