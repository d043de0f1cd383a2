DROP INDEX devices_by_realm;
DROP INDEX pushed_requests_by_realm;
