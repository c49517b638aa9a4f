"""A consortium's network on Hyperledger Besu with QBFT: founded, joined, run, watched, recovered.

A network's folder holds its record and genesis, which everybody may see, and below `nodes` one
folder for each node of this machine, with the key that never leaves it. All of it works by files
and by JSON-RPC over the loopback interface; nothing here needs web3.
"""
