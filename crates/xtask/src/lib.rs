//! Development tasks: up, test, ci, tidy, web, build, bench.
