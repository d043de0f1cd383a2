//! The Store: units of work over SQLite and PostgreSQL. The only crate that knows diesel.
