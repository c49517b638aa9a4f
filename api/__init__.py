"""The gateway: an index of the chain and its read API."""
