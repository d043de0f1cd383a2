//! What every handler shares.

use crate::assets::Assets;
use crate::dry_runs::DryRuns;
use crate::http::late::Patience;
use crate::outbox::Couriers;
use crate::upstream_keys::UpstreamKeys;
use perennial_flows::Site;

pub struct AppState {
    pub site: Site,
    pub assets: Assets,
    pub couriers: Couriers,
    pub upstream_keys: UpstreamKeys,
    pub dry_runs: DryRuns,
    pub patience: Patience,
    /// Cookies are `Secure`.
    pub https: bool,
}
