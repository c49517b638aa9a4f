"""The statements of format 2: their public signals and circuit inputs.

A statement only puts its parts in order. Whether it is true is told by
zk_circuits.schema_2.statement_checks. Signal names and orders are those of SPEC 2.
"""

from zk_circuits.schema_2.statements.claim import ClaimMeasure, ClaimStatement
from zk_circuits.schema_2.statements.origin import OriginStatement
from zk_circuits.schema_2.statements.run import RunStatement
from zk_circuits.schema_2.statements.total import TotalStatement

Statement = OriginStatement | RunStatement | TotalStatement | ClaimStatement

__all__ = [
    "ClaimMeasure",
    "ClaimStatement",
    "OriginStatement",
    "RunStatement",
    "Statement",
    "TotalStatement",
]
