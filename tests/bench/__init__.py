"""Measurements: what a desk's acts cost beside the bare driver, and how soon a scan is answered on screen."""
