"""A patron's whole account: beside the visit on wide screens, in front of it by a key."""
