-- Authorization requests that clients pushed (RFC 9126), by the hash of their reference, for a minute.
CREATE TABLE pushed_requests (
    reference_hash BYTEA NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id UUID NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    params TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pushed_requests_by_client ON pushed_requests (client_id);
CREATE INDEX pushed_requests_by_end ON pushed_requests (expires_at);
