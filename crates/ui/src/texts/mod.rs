//! The kit's sentences, one file a language; the device pages' words stand together in one.

mod device;
mod en;
mod es;
mod new_password;
mod required;

pub use en::{EN, KIT_TEXTS as KIT_EN};
pub use es::{ES, KIT_TEXTS as KIT_ES};
