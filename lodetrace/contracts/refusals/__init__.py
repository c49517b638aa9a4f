"""Errors of the contracts: decoded, and said in plain words with advice."""
