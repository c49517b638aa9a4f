"""From a node to an audit bundle: rows of the Journal that a provenance needs, and their proofs.

What a node says is held against its own headers before it is written down: headers against their
hashes, logs against the Journal's count and words, accounts and storage against state roots. So a
bundle that was written is one that verifies, or the export ends with an error.
"""
