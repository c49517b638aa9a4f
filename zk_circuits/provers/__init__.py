"""The two proving programs: groth16py in a worker process, snarkjs under node.

Both are GPL-3.0, optional, and run as separate programs; nothing here links to them.
"""
