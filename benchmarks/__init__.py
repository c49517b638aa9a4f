"""Benchmarks: gas and times, each beside a named peer or bound measured in the same run.

    make bench

prints a table and writes build/bench.json. A missed aim is shown as missed and fails nothing.
"""
