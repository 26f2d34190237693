"""The domain on both engines: what a library does, with real databases, threads, processes and clusters."""
