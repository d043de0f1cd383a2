//! Rotation, replay, reuse and recovery (behaviour §6).

mod ahead;
mod clock;
mod compromised;
mod forgotten;
mod generations;
mod keys;
mod lost_answers;
mod modes;
mod overrides;
mod races;
mod races_with_changes;
mod recovery;
mod restored;
mod reuse;
pub mod stolen_key;
mod thieves;
mod together;
mod windows;
pub use together::{at_once, generation};
