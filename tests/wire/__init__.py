"""Tests over real lines: pseudo-terminals and sockets."""
