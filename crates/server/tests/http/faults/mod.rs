//! Faults that a test really causes: a killed server, a database that goes and comes back, a full disk, a dead node, a damaged realm.

mod broken_realm;
mod dead_node;
mod deadlock;
mod full_disk;
mod kill;
mod load;
mod outage;
mod promised_ending;
mod relaxed;

pub use load::expect_trouble;
