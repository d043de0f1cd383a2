//! The product as people use it: Chromium, the real server, the real consoles, the example client. Every screen is
//! used, photographed in both themes and two widths (`target/screenshots/`), and never wider than the window.

mod account_portal;
mod admin_careful;
mod admin_clients;
mod admin_console;
mod admin_editing;
mod admin_finding;
mod admin_people;
mod admin_providers;
mod admin_spanish;
mod admin_together;
mod admin_users;
mod admin_viewing;
mod device;
mod exporting;
mod hostile_dialogs;
mod hostile_fields;
mod hostile_pages;
mod in_a_hurry;
mod keyboard;
mod main_job;
mod million;
mod offline_access;
mod offline_list;
mod operations;
mod overview;
mod pages;
mod permissions;
mod realm_settings;
mod required;
mod revocation;
mod screens;
mod session_tabs;
mod steady;
mod support;
mod what_if;
