//! Other people's client libraries and tools, used as their users do.

mod keycloak_admin_client;
mod mail_server;
mod python_keycloak;
mod schemathesis;
