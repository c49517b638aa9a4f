"""Tests of the judge of protocol 2: attacks by name, and attackers at random."""
