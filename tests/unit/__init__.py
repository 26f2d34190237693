"""Tests that need no server: rules, texts, and the house's own order."""
