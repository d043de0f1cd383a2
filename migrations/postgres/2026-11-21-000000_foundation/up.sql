-- The foundation. Ids are UUIDv7 in 16 bytes, instants Unix milliseconds (`_at`), durations seconds (`_s`).
-- The twin for SQLite has the same tables, columns and indexes.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE test_clock (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    offset_ms BIGINT NOT NULL,
    frozen_at BIGINT
);

CREATE TABLE realms (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    stamp BIGINT NOT NULL,
    not_before_at BIGINT NOT NULL DEFAULT 0,
    ended_if_used_before_at BIGINT NOT NULL DEFAULT 0,
    ended_if_started_before_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE realm_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX realm_keys_by_realm ON realm_keys (realm_id);

CREATE TABLE clients (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed_secret BYTEA,
    not_before_at BIGINT NOT NULL DEFAULT 0,
    ended_if_used_before_at BIGINT NOT NULL DEFAULT 0,
    ended_if_started_before_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (realm_id, client_id)
);

CREATE TABLE client_scopes (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (realm_id, name)
);

CREATE TABLE client_scope_links (
    client_id UUID NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope_id UUID NOT NULL REFERENCES client_scopes (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('default', 'optional')),
    PRIMARY KEY (client_id, scope_id)
);
CREATE INDEX client_scope_links_by_scope ON client_scope_links (scope_id);

CREATE TABLE roles (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id UUID REFERENCES clients (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT
);
CREATE UNIQUE INDEX roles_of_realm ON roles (realm_id, name) WHERE client_id IS NULL;
CREATE UNIQUE INDEX roles_of_client ON roles (client_id, name) WHERE client_id IS NOT NULL;

CREATE TABLE role_composites (
    role_id UUID NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    included_id UUID NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (role_id, included_id)
);
CREATE INDEX role_composites_by_included ON role_composites (included_id);

-- Roles in a client's scope where full scope is not allowed.
CREATE TABLE client_scope_mappings (
    client_id UUID NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    role_id UUID NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (client_id, role_id)
);
CREATE INDEX client_scope_mappings_by_role ON client_scope_mappings (role_id);

-- Roles that a client scope carries.
CREATE TABLE scope_role_mappings (
    scope_id UUID NOT NULL REFERENCES client_scopes (id) ON DELETE CASCADE,
    role_id UUID NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (scope_id, role_id)
);
CREATE INDEX scope_role_mappings_by_role ON scope_role_mappings (role_id);

CREATE TABLE users (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    username TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C",
    email_verified BOOLEAN NOT NULL DEFAULT FALSE,
    first_name TEXT,
    last_name TEXT,
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    locale TEXT,
    password_hash TEXT,
    not_before_at BIGINT NOT NULL DEFAULT 0,
    ended_if_used_before_at BIGINT NOT NULL DEFAULT 0,
    ended_if_started_before_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    service_account_of UUID REFERENCES clients (id) ON DELETE CASCADE,
    UNIQUE (realm_id, username)
);
CREATE UNIQUE INDEX users_by_email ON users (realm_id, email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX users_by_service_account ON users (service_account_of) WHERE service_account_of IS NOT NULL;

CREATE TABLE user_roles (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id UUID NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE consents (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id UUID NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    chosen_end_s BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id)
);
CREATE INDEX consents_by_client ON consents (client_id);

CREATE TABLE user_sessions (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    secret_hash BYTEA,
    auth_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX user_sessions_by_user ON user_sessions (user_id);
CREATE INDEX user_sessions_by_realm ON user_sessions (realm_id);

-- Online grants and offline sessions. No foreign keys: there may be
-- millions of a client, so they are deleted in batches, and a grant without its client or user is never found.
-- `last_ip` and `last_agent` are null while they equal those of the start, `foreign_generation` while there was none. Columns
-- stand in the order of their alignment, which saves PostgreSQL 30 bytes a row. Nothing that a refresh changes is indexed, so that
-- its update stays on the page (HOT); the fill factor leaves it the room.
CREATE TABLE grants (
    started_at BIGINT NOT NULL,
    auth_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    stamped_at BIGINT NOT NULL,
    foreign_generation BIGINT,
    chosen_end_at BIGINT,
    paused_at BIGINT,
    replays INTEGER NOT NULL,
    access_epoch INTEGER NOT NULL,
    grant_type SMALLINT NOT NULL,
    foreign_run SMALLINT NOT NULL,
    offline BOOLEAN NOT NULL,
    proven BOOLEAN NOT NULL,
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL,
    client_id UUID NOT NULL,
    user_id UUID NOT NULL,
    online_session_id UUID,
    began_in_session_id UUID,
    scope TEXT NOT NULL,
    resources TEXT,
    began_ip TEXT NOT NULL,
    began_agent TEXT NOT NULL,
    last_ip TEXT,
    last_agent TEXT,
    key_id TEXT NOT NULL,
    device_label TEXT
) WITH (fillfactor = 95);
CREATE INDEX grants_by_client ON grants (client_id, id);
CREATE INDEX grants_by_user ON grants (user_id, client_id);
CREATE INDEX grants_by_online_session ON grants (online_session_id) WHERE online_session_id IS NOT NULL;

CREATE TABLE authorization_requests (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    binding_hash BYTEA NOT NULL,
    content TEXT NOT NULL,
    signed_in_as UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX authorization_requests_by_end ON authorization_requests (expires_at);
CREATE INDEX authorization_requests_by_realm ON authorization_requests (realm_id);

CREATE TABLE authorization_codes (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    grant_id UUID NOT NULL,
    content TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT
);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_by_realm ON authorization_codes (realm_id);

-- Access tokens that became inactive before their time.
CREATE TABLE denied_tokens (
    jti TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX denied_tokens_by_end ON denied_tokens (expires_at);

CREATE TABLE console_sessions (
    secret_hash BYTEA NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('admin', 'account')),
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    grant_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE INDEX console_sessions_by_user ON console_sessions (user_id);
CREATE INDEX console_sessions_by_realm ON console_sessions (realm_id);
CREATE INDEX console_sessions_by_use ON console_sessions (last_used_at);
