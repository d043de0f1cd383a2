UPDATE client_scopes SET settings = json_remove(settings, '$.mappers');

UPDATE realms SET stamp = random();
