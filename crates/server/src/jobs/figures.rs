//! Writes what this node has counted since the last time.

use perennial_flows::{Site, figures};

pub async fn run(site: &Site) {
    if let Err(error) = figures::write(site).await {
        tracing::warn!(%error, "writing the figures of the overview failed; those of some seconds are lost");
    }
}
