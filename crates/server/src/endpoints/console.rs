//! The consoles' sign-in: the server runs the code flow with itself and keeps what it is given; the browser gets one cookie.

pub mod account;
pub mod admin;
pub mod cookie;
mod sign_in;
