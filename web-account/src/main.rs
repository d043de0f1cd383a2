//! The account portal: a client-side Leptos app served below `/realms/{realm}/account`, where people see which apps
//! can act for them and take that away. It uses nothing but the account API, through the types and paths of
//! `perennial-api`, and is made of the components of `perennial-ui`.

mod api;
mod app;
mod apps;
mod browser;
mod model;
mod session;
mod shell;
mod store;
mod texts;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
