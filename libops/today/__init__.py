"""The day as whoever is responsible sees it: what was done, what stands, who works, and the journal line by line."""
