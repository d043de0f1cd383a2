//! Realms, clients, users, sessions, consents and policies as states and decisions, without I/O.
