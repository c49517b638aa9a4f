"""Tests of the Python side of zk_circuits: no chain, no network.

The curve comes first: py_ecc raises the limit of recursion when it is imported, which zk_circuits
takes back; a test that imported py_ecc before would leave it to all others in the process.
"""

import zk_circuits.curve  # noqa: F401
