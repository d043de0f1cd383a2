DROP TABLE initial_access;
DROP TABLE client_registrations;
