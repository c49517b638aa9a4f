"""Many inverses for the price of one."""

from collections.abc import Sequence

from zk_circuits.field import Q


def inverses(values: Sequence[int]) -> list[int]:
    """The inverse of each value modulo q; none of them is 0 (Montgomery's trick)."""
    products, product = [], 1
    for value in values:
        products.append(product)
        product = product * value % Q
    rest = pow(product, -1, Q)
    found = [0] * len(values)
    for at in range(len(values) - 1, -1, -1):
        found[at] = rest * products[at] % Q
        rest = rest * values[at] % Q
    return found
