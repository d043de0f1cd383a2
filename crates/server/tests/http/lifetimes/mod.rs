//! Lifetimes: the shortest wins (behaviour §4).

mod limits;
mod resources;
