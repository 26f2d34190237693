"""Drivers for the machines of a library, and beside each driver a simulator that speaks the same bytes."""
