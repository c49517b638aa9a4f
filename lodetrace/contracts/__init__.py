"""The contracts as seen from Python: what they are called, what they say, where they are."""
