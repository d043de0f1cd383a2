//! What is typed, once typing pauses: the server is not asked at each letter.

use std::time::Duration;

use leptos::prelude::*;

/// Longer than between two letters, too short to be waited for.
const PAUSE: Duration = Duration::from_millis(300);

/// Empties a field that still holds what was sent; what has been typed since stays.
pub fn empty(typed: RwSignal<String>, sent: &str) {
    if typed.try_with_untracked(|typed| typed == sent) == Some(true) {
        typed.set(String::new());
    }
}

/// Follows what fields hold, a pause behind.
pub fn settled<T: Clone + PartialEq + Send + Sync + 'static>(typed: Memo<T>) -> RwSignal<T> {
    let settled = RwSignal::new(typed.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || waiting.try_get_value().flatten().iter().for_each(TimeoutHandle::clear);
    Effect::new(move || {
        let wanted = typed.get();
        stop();
        if wanted != settled.get_untracked() {
            let settle = move || drop(settled.try_set(wanted));
            waiting.set_value(set_timeout_with_handle(settle, PAUSE).ok());
        }
    });
    on_cleanup(stop);
    settled
}
