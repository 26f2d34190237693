"""Reading files into the catalogue: batch by batch, each whole or not at all, gone on with where it broke off."""
