//! What every handler shares.

use crate::assets::Assets;
use perennial_flows::Site;

pub struct AppState {
    pub site: Site,
    pub assets: Assets,
    /// Cookies are `Secure`.
    pub https: bool,
}
