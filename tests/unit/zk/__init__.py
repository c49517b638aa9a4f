"""Tests of the Python side of zk_circuits: no chain, no network."""
