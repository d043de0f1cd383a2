//! Lifetimes: the shortest wins (behaviour §4).

mod approval;
mod clients;
mod leaps;
mod limits;
mod online;
mod resources;
mod told;
