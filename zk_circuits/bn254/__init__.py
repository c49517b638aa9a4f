"""BN254 in plain integers, for many pairings at once.

py_ecc computes one pairing after the other on objects; here the points of a batch go through the
Miller loop side by side, with one inversion a step for all of them and one square for all of
them. tests/unit/zk holds every function equal to py_ecc's.

Elements of the quadratic field are c0 + c1 u with u^2 = -1; the twist is y^2 = x^3 + 3 / (9 + u);
the field of the pairings is that of w with w^6 = 9 + u.
"""
