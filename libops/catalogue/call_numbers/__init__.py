"""Call numbers: how they are written, in which order they stand on the shelf, and how they fit on a spine."""
