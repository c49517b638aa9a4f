"""Steps 7 and 8: what was recorded with a proof, and whether the proof says just that.

A module for each kind of proof works out its public signals from events; members judge recorded
proofs with the same functions. recorded.py puts proofs beside the keys the chain had then,
judging.py verifies them and compares the signals.
"""
