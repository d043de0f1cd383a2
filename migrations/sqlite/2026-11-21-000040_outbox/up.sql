-- What leaves the server later: mails, webhook deliveries, logout tokens. Queued in the unit that causes it; after that it is
-- the log of what became of it, until it is swept. `lane_id` names what shares a fate: a webhook, a realm's mail server, a client.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    lane_id BLOB NOT NULL,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    attempted_at INTEGER,
    finished_at INTEGER,
    delivered INTEGER NOT NULL DEFAULT 0,
    answer_code INTEGER,
    answer TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (kind, due_at) WHERE finished_at IS NULL;
CREATE INDEX outbox_by_lane ON outbox (lane_id, id);
CREATE INDEX outbox_by_end ON outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX outbox_by_realm ON outbox (realm_id);

CREATE TABLE webhooks (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    settings TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_by_realm ON webhooks (realm_id);

-- Which notice a session has had, and for what: the end it warned of, or the last use it found long ago. No foreign key to
-- grants, whose mass deletion it would slow: rows are swept after their grant.
CREATE TABLE session_notices (
    grant_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('expiring', 'dormant')),
    for_at INTEGER NOT NULL,
    noticed_at INTEGER NOT NULL,
    PRIMARY KEY (grant_id, kind)
) STRICT, WITHOUT ROWID;

-- Users who want no notices by mail.
CREATE TABLE muted_users (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    muted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
