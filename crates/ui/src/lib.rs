//! The kit that both consoles and the server-rendered pages are made of: components, their texts in every
//! language, and pure formatting. It knows no API, no routes and no policy; it is told everything it shows.
//! The style sheet lies beside it in `style/`, one file a component, joined in the order of their names.

pub mod accent;
pub mod agent;
pub mod components;
pub mod format;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod scopes;
pub mod text;
pub mod texts;
pub mod time;

/// Everything a screen usually needs.
pub mod prelude {
    pub use crate::components::*;
    pub use crate::text::{Lang, provide_lang, use_kit_texts, use_lang, use_texts};
    pub use crate::time::{now_ms, provide_now, zone_offset_min};
}
