"""Books that nobody wrote, people that there are not, and the copies of large libraries that are only played with."""
