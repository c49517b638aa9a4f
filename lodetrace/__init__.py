"""Lodetrace: proof-carrying lots, from mine to car."""
