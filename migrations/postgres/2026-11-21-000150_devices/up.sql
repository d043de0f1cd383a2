-- Devices that wait for their user (RFC 8628). Both codes are stored as hashes.
CREATE TABLE devices (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id UUID NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL UNIQUE,
    user_code_hash BYTEA NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'redeemed')),
    approval TEXT,
    interval_s BIGINT NOT NULL,
    polled_at BIGINT,
    expires_at BIGINT NOT NULL,
    UNIQUE (realm_id, user_code_hash)
);
CREATE INDEX devices_by_client ON devices (client_id);
CREATE INDEX devices_by_end ON devices (expires_at);

-- Wrong user codes from one place, counted until the end of a window.
CREATE TABLE guesses (
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    place TEXT NOT NULL,
    count BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (realm_id, place)
);
CREATE INDEX guesses_by_end ON guesses (ends_at);
