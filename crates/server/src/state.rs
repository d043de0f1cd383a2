//! What every handler shares.

use crate::assets::Assets;
use crate::outbox::Couriers;
use perennial_flows::Site;

pub struct AppState {
    pub site: Site,
    pub assets: Assets,
    pub couriers: Couriers,
    /// Cookies are `Secure`.
    pub https: bool,
}
