"""The supervisor's first screen: today, live."""
