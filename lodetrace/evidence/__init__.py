"""From a node to an audit bundle: which events belong to a lot or product, and their proofs.

What a node says is held against its own headers before it is written down: headers against
their hashes, receipts against receipts roots, accounts and storage against state roots. So a
bundle that was written is one that verifies, or the export ends with an error.
"""
