//! Writes what this node has counted since the last time.

use perennial_flows::{FlowResult, Site, figures};

/// Where it fails, the figures of some seconds are lost.
pub async fn run(site: &Site) -> FlowResult<()> {
    figures::write(site).await
}
