//! The words of one screen, both languages side by side, so that one cannot be forgotten:
//!
//! ```ignore
//! phrases! { RolesTexts =>
//!     title = "Roles", "Roles";
//!     count: With = |n| format!("{n} roles"), |n| format!("{n} roles");
//! }
//! ```
//!
//! `RolesTexts::get()` gives the present language's; inside event handlers it is not known: ask while building the view.

macro_rules! phrase_type {
    () => { &'static str };
    ($type:ty) => { $type };
}

macro_rules! phrases {
    ($(#[$doc:meta])* $texts:ident => $($name:ident $(: $type:ty)? = $en:expr, $es:expr;)+) => {
        $(#[$doc])*
        pub struct $texts { $(pub $name: $crate::texts::phrase_type!($($type)?),)+ }

        impl $texts {
            pub const EN: &'static $texts = &$texts { $($name: $en,)+ };
            pub const ES: &'static $texts = &$texts { $($name: $es,)+ };

            pub fn get() -> &'static Self {
                match perennial_ui::prelude::use_lang() {
                    perennial_ui::prelude::Lang::En => Self::EN,
                    perennial_ui::prelude::Lang::Es => Self::ES,
                }
            }
        }
    };
}

pub(crate) use {phrase_type, phrases};
