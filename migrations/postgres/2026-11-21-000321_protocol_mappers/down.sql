UPDATE client_scopes SET settings = (settings::jsonb - 'mappers')::text;

UPDATE realms SET stamp = ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16))::bit(64)::bigint;
