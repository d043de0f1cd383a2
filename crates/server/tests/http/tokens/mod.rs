//! What tokens look like and say (behaviour §3).

mod contents;
mod dpop;
mod dpop_attacks;
mod mapper_attacks;
mod mappers;
mod not_stored;

pub use dpop::authorized;
