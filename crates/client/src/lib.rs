//! For relying parties: an OpenID client with a durable offline-token store.
