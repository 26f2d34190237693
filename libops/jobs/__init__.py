"""Work that is done by the clock. Nothing waits for it: what is due is decided when somebody asks."""
