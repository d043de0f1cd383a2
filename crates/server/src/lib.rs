//! The OpenID Provider: HTTP endpoints, configuration, background jobs, command line.
