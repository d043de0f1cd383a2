-- The foundation. Ids are UUIDv7 in 16 bytes, instants Unix milliseconds (`_at`), durations seconds (`_s`).
-- The twin for PostgreSQL has the same tables, columns and indexes.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE test_clock (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    offset_ms INTEGER NOT NULL,
    frozen_at INTEGER
) STRICT;

CREATE TABLE realms (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    stamp INTEGER NOT NULL,
    not_before_at INTEGER NOT NULL DEFAULT 0,
    ended_if_used_before_at INTEGER NOT NULL DEFAULT 0,
    ended_if_started_before_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE realm_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX realm_keys_by_realm ON realm_keys (realm_id);

CREATE TABLE clients (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed_secret BLOB,
    not_before_at INTEGER NOT NULL DEFAULT 0,
    ended_if_used_before_at INTEGER NOT NULL DEFAULT 0,
    ended_if_started_before_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (realm_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE client_scopes (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (realm_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE client_scope_links (
    client_id BLOB NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope_id BLOB NOT NULL REFERENCES client_scopes (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('default', 'optional')),
    PRIMARY KEY (client_id, scope_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_scope_links_by_scope ON client_scope_links (scope_id);

CREATE TABLE roles (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id BLOB REFERENCES clients (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX roles_of_realm ON roles (realm_id, name) WHERE client_id IS NULL;
CREATE UNIQUE INDEX roles_of_client ON roles (client_id, name) WHERE client_id IS NOT NULL;

CREATE TABLE role_composites (
    role_id BLOB NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    included_id BLOB NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, included_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_composites_by_included ON role_composites (included_id);

-- Roles in a client's scope where full scope is not allowed.
CREATE TABLE client_scope_mappings (
    client_id BLOB NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    role_id BLOB NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (client_id, role_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_scope_mappings_by_role ON client_scope_mappings (role_id);

-- Roles that a client scope carries.
CREATE TABLE scope_role_mappings (
    scope_id BLOB NOT NULL REFERENCES client_scopes (id) ON DELETE CASCADE,
    role_id BLOB NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (scope_id, role_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX scope_role_mappings_by_role ON scope_role_mappings (role_id);

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    username TEXT NOT NULL,
    email TEXT,
    email_verified INTEGER NOT NULL DEFAULT 0,
    first_name TEXT,
    last_name TEXT,
    enabled INTEGER NOT NULL DEFAULT 1,
    locale TEXT,
    password_hash TEXT,
    not_before_at INTEGER NOT NULL DEFAULT 0,
    ended_if_used_before_at INTEGER NOT NULL DEFAULT 0,
    ended_if_started_before_at INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    service_account_of BLOB REFERENCES clients (id) ON DELETE CASCADE,
    UNIQUE (realm_id, username)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_by_email ON users (realm_id, email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX users_by_service_account ON users (service_account_of) WHERE service_account_of IS NOT NULL;

CREATE TABLE user_roles (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id BLOB NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE consents (
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id BLOB NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    chosen_end_s INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_by_client ON consents (client_id);

CREATE TABLE user_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    secret_hash BLOB,
    auth_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_sessions_by_user ON user_sessions (user_id);
CREATE INDEX user_sessions_by_realm ON user_sessions (realm_id);

-- Online grants and offline sessions. Clustered by id, which is the order of their start. No foreign keys: there may be
-- millions of a client, so they are deleted in batches, and a grant without its client or user is never found.
-- `last_ip` and `last_agent` are null while they equal those of the start, `foreign_generation` while there was none. Columns
-- stand in the order of their alignment, which saves PostgreSQL 30 bytes a row. Nothing that a refresh changes is indexed.
CREATE TABLE grants (
    started_at INTEGER NOT NULL,
    auth_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    stamped_at INTEGER NOT NULL,
    foreign_generation INTEGER,
    chosen_end_at INTEGER,
    paused_at INTEGER,
    replays INTEGER NOT NULL,
    access_epoch INTEGER NOT NULL,
    grant_type INTEGER NOT NULL,
    foreign_run INTEGER NOT NULL,
    offline INTEGER NOT NULL,
    proven INTEGER NOT NULL,
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    online_session_id BLOB,
    began_in_session_id BLOB,
    scope TEXT NOT NULL,
    resources TEXT,
    began_ip TEXT NOT NULL,
    began_agent TEXT NOT NULL,
    last_ip TEXT,
    last_agent TEXT,
    key_id TEXT NOT NULL,
    device_label TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_client ON grants (client_id, id);
CREATE INDEX grants_by_user ON grants (user_id, client_id);
CREATE INDEX grants_by_online_session ON grants (online_session_id) WHERE online_session_id IS NOT NULL;

CREATE TABLE authorization_requests (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    binding_hash BLOB NOT NULL,
    content TEXT NOT NULL,
    signed_in_as BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_requests_by_end ON authorization_requests (expires_at);
CREATE INDEX authorization_requests_by_realm ON authorization_requests (realm_id);

CREATE TABLE authorization_codes (
    code_hash BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    grant_id BLOB NOT NULL,
    content TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    redeemed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_by_realm ON authorization_codes (realm_id);

-- Access tokens that became inactive before their time.
CREATE TABLE denied_tokens (
    jti TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX denied_tokens_by_end ON denied_tokens (expires_at);

CREATE TABLE console_sessions (
    secret_hash BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('admin', 'account')),
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    grant_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX console_sessions_by_user ON console_sessions (user_id);
CREATE INDEX console_sessions_by_realm ON console_sessions (realm_id);
CREATE INDEX console_sessions_by_use ON console_sessions (last_used_at);
