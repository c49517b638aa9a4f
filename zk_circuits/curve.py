"""The one door to py_ecc, which changes the interpreter when it is imported.

It raises the recursion limit to 100,000. With that, a JSON text of a hundred thousand
brackets, which json otherwise refuses, runs over the C stack and ends the process: a
gateway would fall to one request. Nothing here recurses deeper than the 254 bits of a
scalar, so the limit is put back.
"""

import sys

_LIMIT = sys.getrecursionlimit()

from py_ecc.fields import (  # noqa: E402 -- between taking the limit and putting it back
    optimized_bn128_FQ as FQ,
)
from py_ecc.fields import optimized_bn128_FQ2 as FQ2  # noqa: E402
from py_ecc.fields import optimized_bn128_FQ12 as FQ12  # noqa: E402
from py_ecc.fields.optimized_field_elements import FQ as FieldElement  # noqa: E402, N811
from py_ecc.optimized_bn128.optimized_curve import (  # noqa: E402
    Z1,
    add,
    b,
    b2,
    is_on_curve,
    multiply,
    neg,
)
from py_ecc.optimized_bn128.optimized_pairing import pairing  # noqa: E402
from py_ecc.typing import Optimized_Point3D  # noqa: E402

sys.setrecursionlimit(_LIMIT)

PointG1 = Optimized_Point3D[FQ]
"""A point of the curve, projective."""

PointG2 = Optimized_Point3D[FQ2]
"""A point of the twist, projective."""

__all__ = [
    "FQ",
    "FQ2",
    "FQ12",
    "Z1",
    "FieldElement",
    "PointG1",
    "PointG2",
    "add",
    "b",
    "b2",
    "is_on_curve",
    "multiply",
    "neg",
    "pairing",
]
