//! The Store: units of work over SQLite and PostgreSQL. The only crate that knows diesel.
//!
//! [`Store::write`] and [`Store::read`] run one closure in one transaction; queries are functions over a [`Tx`], a file a
//! table. Rows stay in here, the domain's values go in and out.

mod error;
mod fragments;
mod migrations;
mod pool;
mod schema;
mod sql_types;
mod store;
mod target;
mod tx;
mod unit;
mod writer;

pub use error::{OpenError, StorageError, StorageResult};
pub use migrations::migrate;
pub use perennial_domain::Timestamp;
pub use store::{Store, StoreOptions};
pub use tx::{Tx, advance_test_clock};
