"""Plausible days in a sample library, for the demonstration and for training."""
