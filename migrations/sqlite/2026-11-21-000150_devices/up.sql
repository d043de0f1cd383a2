-- Devices that wait for their user (RFC 8628). Both codes are stored as hashes.
CREATE TABLE devices (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id BLOB NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL UNIQUE,
    user_code_hash BLOB NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'redeemed')),
    approval TEXT,
    interval_s INTEGER NOT NULL,
    polled_at INTEGER,
    expires_at INTEGER NOT NULL,
    UNIQUE (realm_id, user_code_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_client ON devices (client_id);
CREATE INDEX devices_by_end ON devices (expires_at);

-- Wrong user codes from one place, counted until the end of a window.
CREATE TABLE guesses (
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    count INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (realm_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX guesses_by_end ON guesses (ends_at);
