//! For tests: a database per test, actors, a frozen clock, seeded randomness, a form-filling browser.
