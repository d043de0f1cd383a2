//! Other people's client libraries and tools, used as their users do.

mod python_keycloak;
