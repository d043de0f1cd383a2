-- Endings of many sessions at once, and codes that must not outlive them.

-- Online grants and user sessions that started before this have ended; offline sessions have floors of their own.
ALTER TABLE realms ADD COLUMN online_ended_before_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN online_ended_before_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN online_ended_before_at BIGINT NOT NULL DEFAULT 0;

-- Whose code it is: a code must not outlive the access that its user took away. Codes of an older version live for a minute.
ALTER TABLE authorization_codes ADD COLUMN user_id UUID;
ALTER TABLE authorization_codes ADD COLUMN client_id UUID;
CREATE INDEX authorization_codes_by_user ON authorization_codes (user_id);

-- Sessions that a floor has ended and whose rows are still to be removed: the grants of a client or of a user; with `sessions`
-- also the user's sessions, or those that the client took part in. Where both are null it is the realm's user sessions. Client
-- and user may be gone already, so there is no foreign key. A job is taken from `next_at` on; a node at work moves that mark.
CREATE TABLE ending_jobs (
    id UUID NOT NULL PRIMARY KEY,
    realm_id UUID NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    client_id UUID,
    user_id UUID,
    online BOOLEAN NOT NULL,
    offline BOOLEAN NOT NULL,
    sessions BOOLEAN NOT NULL,
    started_before_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL
);
CREATE INDEX ending_jobs_by_time ON ending_jobs (next_at);
CREATE INDEX ending_jobs_by_realm ON ending_jobs (realm_id);
