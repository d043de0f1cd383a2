//! Events (§8): what is stored of whom, searching it, and who may see it.

mod activity;
mod admin_events;
mod config;
mod grants;
mod paging;
mod search;
mod secrecy;
mod sessions;
mod stored;
mod timeline;
