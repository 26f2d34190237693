"""Forms: what staff fill in, each beside the act that it asks for."""
