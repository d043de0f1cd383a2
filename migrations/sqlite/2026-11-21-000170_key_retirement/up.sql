-- A passive key is removed no earlier than this; null while it is active.
ALTER TABLE realm_keys ADD COLUMN retires_at INTEGER;
