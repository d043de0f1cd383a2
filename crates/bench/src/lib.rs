//! Load generator, data-set maker and comparison runner.
