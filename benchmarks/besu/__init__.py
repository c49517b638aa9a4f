"""Custody on a real Besu: the software beside the bare sending of the same calls.

    BESU_HOME=/opt/besu make bench-besu

founds four validators in a temporary folder, hands lots over through the software and by bytes
that were signed before, in turns on the same network, and prints a table. Numbers of a machine
that does other work are its own; ratios are of one run.
"""
