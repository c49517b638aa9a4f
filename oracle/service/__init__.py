"""The oracle as a service: documents in, attestations out, each followed to its end."""
