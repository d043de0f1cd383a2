//! Signing keys and JWS, derived refresh tokens, password and secret hashing, sealing at rest.
