"""Items and the titles they are copies of."""
