//! Lifetimes: the shortest wins (behaviour §4).

mod approval;
mod clients;
mod limits;
mod online;
mod resources;
mod told;
