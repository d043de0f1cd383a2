//! OAuth 2.0 and OpenID Connect vocabulary: requests, error codes, scopes, redirect rules, metadata.
