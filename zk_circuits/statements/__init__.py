"""The five statements there are proofs of: their public signals and circuit inputs.

A statement only puts its parts in order. Whether it is true is told by
zk_circuits.statement_checks, and proven by zk_circuits.prove. Signal names and orders are
those of SPEC sections 5 to 14.
"""

from typing import Final

from zk_circuits.statements.claim import ClaimMeasure, ClaimStatement
from zk_circuits.statements.origin import OriginStatement
from zk_circuits.statements.price import PriceStatement
from zk_circuits.statements.run import RunStatement
from zk_circuits.statements.slots import Inputs
from zk_circuits.statements.total import TotalStatement

Statement = OriginStatement | RunStatement | TotalStatement | ClaimStatement | PriceStatement

CIRCUITS: Final = ("origin", "rebook2", "run4", "total", "claim", "price_in_range")
"""Names of all circuits."""

__all__ = [
    "CIRCUITS",
    "ClaimMeasure",
    "ClaimStatement",
    "Inputs",
    "OriginStatement",
    "PriceStatement",
    "RunStatement",
    "Statement",
    "TotalStatement",
]
