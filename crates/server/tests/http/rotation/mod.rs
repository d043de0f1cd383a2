//! Rotation, replay, reuse and recovery (behaviour §6).

mod generations;
mod races;
