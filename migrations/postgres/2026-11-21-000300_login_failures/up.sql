-- Wrong passwords by the name that was typed, as its hash: whether a user has it makes no difference.
CREATE TABLE login_failures (
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    name_hash BYTEA NOT NULL,
    count BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    failed_from TEXT NOT NULL,
    blocked_until BIGINT NOT NULL,
    forget_at BIGINT NOT NULL,
    PRIMARY KEY (realm_id, name_hash)
);
CREATE INDEX login_failures_by_end ON login_failures (forget_at);
