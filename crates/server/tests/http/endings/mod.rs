//! What ends what (behaviour §7).

mod introspection;
mod logout;
mod revocation;
