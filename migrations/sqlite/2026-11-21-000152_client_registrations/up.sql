-- Clients that registered themselves, with the hash of the token that each manages itself by (RFC 7592).
CREATE TABLE client_registrations (
    client_id BLOB NOT NULL PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX client_registrations_by_realm ON client_registrations (realm_id);

-- Tokens with which admins let clients register.
CREATE TABLE initial_access (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    count INTEGER NOT NULL,
    remaining INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX initial_access_by_realm ON initial_access (realm_id);
