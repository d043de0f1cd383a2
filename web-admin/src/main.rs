//! The admin console: a client-side Leptos app served below `/admin`. It uses nothing but the admin API, through the
//! types and paths of `perennial-api`, and is made of the components of `perennial-ui`.

mod api;
mod app;
mod arrival;
mod browser;
mod confirm;
mod ends;
mod form;
mod guard;
mod links;
mod pages;
mod policy;
mod remote;
mod rights;
mod screens;
mod shell;
mod shortcuts;
mod signed_out;
mod texts;
mod token_clash;
mod token_form;
mod typing;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
