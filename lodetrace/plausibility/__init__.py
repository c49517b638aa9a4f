"""Rules of plausibility that a signed statement can be held against with nothing but itself.

A site asks them before it signs, an oracle node asks the same ones beside those that need its
history, the register and what operators declared (oracle/checks).
"""
