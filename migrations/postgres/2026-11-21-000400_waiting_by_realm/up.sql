-- What anybody can have waiting is bounded by realm: the newest of a realm are kept.
CREATE INDEX pushed_requests_by_realm ON pushed_requests (realm_id, expires_at, reference_hash);
CREATE INDEX devices_by_realm ON devices (realm_id, state, id);
