-- Protected resources, and the policy classes that they make: a client's offline sessions for the same resources, which live
-- by one policy. `resources` are the sorted URIs with a space between them, as in `grants`, and empty for none.

CREATE TABLE resources (
    id BLOB NOT NULL PRIMARY KEY,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    uri TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (realm_id, uri)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_classes (
    client_id BLOB NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    resources TEXT NOT NULL,
    realm_id BLOB NOT NULL REFERENCES realms (id) ON DELETE CASCADE,
    ended_if_used_before_at INTEGER NOT NULL DEFAULT 0,
    ended_if_started_before_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (client_id, resources)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_classes_by_realm ON policy_classes (realm_id);
