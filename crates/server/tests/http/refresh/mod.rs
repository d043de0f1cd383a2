//! The refresh grant, check by check (behaviour §5).

mod checks;
mod client_auth;
mod disabled;
mod order;
mod session_order;
