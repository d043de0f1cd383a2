ALTER TABLE realm_keys DROP COLUMN retires_at;
