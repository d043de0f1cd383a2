//! The kit's sentences, one file a language.

mod en;
mod es;

pub use en::EN;
pub use es::ES;
