-- Clients that registered themselves, with the hash of the token that each manages itself by (RFC 7592).
CREATE TABLE client_registrations (
    client_id UUID NOT NULL PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX client_registrations_by_realm ON client_registrations (realm_id);

-- Tokens with which admins let clients register.
CREATE TABLE initial_access (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    count BIGINT NOT NULL,
    remaining BIGINT NOT NULL
);
CREATE INDEX initial_access_by_realm ON initial_access (realm_id);
