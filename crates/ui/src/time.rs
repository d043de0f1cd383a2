//! Where a view takes "now" and the reader's time zone from: the browser, or what the server was told.
//! Nothing else in the kit may ask a clock.

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Now(i64);

/// Fixes "now" (ms since epoch) for everything below; the server passes its own clock, tests a frozen one.
pub fn provide_now(at: i64) {
    provide_context(Now(at));
}

/// "Now" in ms since epoch: what was provided, else the browser's clock, else nothing is known.
pub fn now_ms() -> Option<i64> {
    use_context::<Now>().map(|now| now.0).or_else(browser_now)
}

#[cfg(feature = "csr")]
fn browser_now() -> Option<i64> {
    Some(js_sys::Date::now() as i64)
}

#[cfg(not(feature = "csr"))]
fn browser_now() -> Option<i64> {
    None
}

/// Minutes east of UTC where the reader is, at that instant; `None` means that times are shown in UTC.
#[cfg(feature = "csr")]
pub fn zone_offset_min(at: i64) -> Option<i32> {
    let date = js_sys::Date::new(&(at as f64).into());
    Some(-(date.get_timezone_offset() as i32))
}

/// Minutes east of UTC where the reader is, at that instant; `None` means that times are shown in UTC.
#[cfg(not(feature = "csr"))]
pub fn zone_offset_min(_at: i64) -> Option<i32> {
    None
}
