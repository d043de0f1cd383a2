-- The claims that the built-in client scopes gave until now come from mappers from here on, the same ones: no token changes.
-- `microprofile-jwt` and `web-origins`, which gave none, stay as they are in realms that exist.

CREATE TEMPORARY TABLE standard_mappers (scope TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, config TEXT NOT NULL);

INSERT INTO standard_mappers (scope, name, kind, config) VALUES
    ('profile', 'middle name', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"middle_name","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"middleName","userinfo.token.claim":"true"}'),
    ('profile', 'nickname', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"nickname","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"nickname","userinfo.token.claim":"true"}'),
    ('profile', 'profile', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"profile","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"profile","userinfo.token.claim":"true"}'),
    ('profile', 'picture', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"picture","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"picture","userinfo.token.claim":"true"}'),
    ('profile', 'website', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"website","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"website","userinfo.token.claim":"true"}'),
    ('profile', 'gender', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"gender","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"gender","userinfo.token.claim":"true"}'),
    ('profile', 'birthdate', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"birthdate","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"birthdate","userinfo.token.claim":"true"}'),
    ('profile', 'zoneinfo', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"zoneinfo","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"zoneinfo","userinfo.token.claim":"true"}'),
    ('profile', 'locale', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"locale","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"locale","userinfo.token.claim":"true"}'),
    ('profile', 'given name', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"given_name","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"firstName","userinfo.token.claim":"true"}'),
    ('profile', 'family name', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"family_name","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"lastName","userinfo.token.claim":"true"}'),
    ('profile', 'username', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"preferred_username","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"username","userinfo.token.claim":"true"}'),
    ('profile', 'updated at', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"updated_at","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"long","user.attribute":"updatedAt","userinfo.token.claim":"true"}'),
    ('profile', 'full name', 'oidc-full-name-mapper',
     '{"access.token.claim":"true","id.token.claim":"true","introspection.token.claim":"true","userinfo.token.claim":"true"}'),
    ('email', 'email', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"email","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"email","userinfo.token.claim":"true"}'),
    ('email', 'email verified', 'oidc-usermodel-property-mapper',
     '{"access.token.claim":"true","claim.name":"email_verified","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"boolean","user.attribute":"emailVerified","userinfo.token.claim":"true"}'),
    ('address', 'address', 'oidc-address-mapper',
     '{"access.token.claim":"true","id.token.claim":"true","introspection.token.claim":"true","user.attribute.country":"country","user.attribute.formatted":"formatted","user.attribute.locality":"locality","user.attribute.postal_code":"postal_code","user.attribute.region":"region","user.attribute.street":"street","userinfo.token.claim":"true"}'),
    ('phone', 'phone number', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"phone_number","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"String","user.attribute":"phoneNumber","userinfo.token.claim":"true"}'),
    ('phone', 'phone number verified', 'oidc-usermodel-attribute-mapper',
     '{"access.token.claim":"true","claim.name":"phone_number_verified","id.token.claim":"true","introspection.token.claim":"true","jsonType.label":"boolean","user.attribute":"phoneNumberVerified","userinfo.token.claim":"true"}'),
    ('roles', 'realm roles', 'oidc-usermodel-realm-role-mapper',
     '{"access.token.claim":"true","claim.name":"realm_access.roles","introspection.token.claim":"true","jsonType.label":"String","multivalued":"true"}'),
    ('roles', 'client roles', 'oidc-usermodel-client-role-mapper',
     '{"access.token.claim":"true","claim.name":"resource_access.${client_id}.roles","introspection.token.claim":"true","jsonType.label":"String","multivalued":"true"}'),
    ('roles', 'audience resolve', 'oidc-audience-resolve-mapper',
     '{"access.token.claim":"true","introspection.token.claim":"true"}');

UPDATE client_scopes
SET settings = json_set(settings, '$.mappers', (
    SELECT json_group_array(json_object(
        'id', lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))), 2)
                || '-a' || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6))),
        'name', standard_mappers.name, 'kind', kind, 'config', json(config)))
    FROM standard_mappers
    WHERE scope = client_scopes.name))
WHERE name IN (SELECT scope FROM standard_mappers);

DROP TABLE standard_mappers;

UPDATE realms SET stamp = random();
