"""Finding titles: how texts become words, what the index holds of a title, and what is asked of it."""
