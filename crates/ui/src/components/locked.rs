//! A view whose reader may look, and not change anything: what changes something cannot be pressed there.

use leptos::prelude::*;

/// Provided above such a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locked(pub bool);

pub fn is_locked() -> bool {
    use_context::<Locked>().is_some_and(|locked| locked.0)
}
