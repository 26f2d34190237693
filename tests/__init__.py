"""Tests, by kind: rules alone, both engines, terminal, wire, benchmarks; and the servers they run against."""
