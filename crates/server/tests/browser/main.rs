//! The product as people use it: Chromium, the real server, the real consoles, the example client. Every screen is
//! used, photographed in both themes and two widths (`target/screenshots/`), and never wider than the window.

mod account_portal;
mod admin_careful;
mod admin_clients;
mod admin_console;
mod admin_editing;
mod admin_people;
mod admin_spanish;
mod admin_users;
mod device;
mod main_job;
mod offline_access;
mod operations;
mod pages;
mod permissions;
mod realm_settings;
mod required;
mod support;
