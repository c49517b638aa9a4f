"""The connection to a node, or to several: JSON-RPC through web3.py, faults, failover, tokens."""
