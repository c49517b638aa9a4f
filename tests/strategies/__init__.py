"""Hypothesis strategies: random balances, runs, near misses and whole histories of lots."""
