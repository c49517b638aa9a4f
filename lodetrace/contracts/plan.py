"""What is deployed, in which order and with what: pure data, for every deployer alike.

Constructor arguments are names of contracts deployed before, or of founding parameters. Only
the standard library is imported here: Brownie's environment reads it too.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from lodetrace.contracts.enums import CustodyModel, Measure, RowKind, Scheme
from lodetrace.contracts.structs import NOBODY
from zk_circuits.key_sets import contract_prefix


class Seat(NamedTuple):
    """A seat of the council: an account and its ownership group (32 bytes)."""

    account: str
    group: bytes


def scheme_mask(schemes: tuple[Scheme, ...]) -> int:
    """Bit s is scheme s."""
    return sum(1 << scheme for scheme in schemes)


def row_mask(kinds: tuple[RowKind, ...]) -> int:
    """Bit k is kind k."""
    return sum(1 << kind for kind in kinds)


@dataclass(frozen=True, slots=True)
class FoundingCreditRule:
    """Schemes that open the gate of a credit, and whether processing sites need one as well."""

    credit: int
    schemes: tuple[Scheme, ...]
    pass_gated: bool

    @property
    def mask(self) -> int:
        """Bit s is scheme s."""
        return scheme_mask(self.schemes)


@dataclass(frozen=True, slots=True)
class FoundingModelRule:
    """Schemes that prove that a site keeps metal apart as a model says."""

    model: CustodyModel
    schemes: tuple[Scheme, ...]

    @property
    def mask(self) -> int:
        """Bit s is scheme s."""
        return scheme_mask(self.schemes)


@dataclass(frozen=True, slots=True)
class Grid:
    """Thresholds of a measure: multiples of `step` up to `limit`, in the measure's unit."""

    measure: Measure
    step: int
    limit: int


@dataclass(frozen=True, slots=True)
class Founding:
    """Parameters of a new consortium.

    delay: seconds between a deciding approval and its execution. quorum: organisations of
    oracle nodes that make an event stand; it has to exceed (n + f) / 2.
    """

    seats: tuple[Seat, ...]
    delay: int = 0
    quorum: int = 3
    credit_rules: tuple[FoundingCreditRule, ...] = (
        FoundingCreditRule(
            1,
            (Scheme.RMI_RMAP, Scheme.IRMA, Scheme.ICMM, Scheme.CIRAF, Scheme.COPPER_MARK),
            pass_gated=False,
        ),
        FoundingCreditRule(2, (Scheme.RECYCLED_CONTENT,), pass_gated=False),
        FoundingCreditRule(3, (Scheme.RECYCLED_CONTENT,), pass_gated=False),
    )
    model_rules: tuple[FoundingModelRule, ...] = tuple(
        FoundingModelRule(model, (Scheme.RMI_RMAP, Scheme.IRMA, Scheme.CHAIN_OF_CUSTODY))
        for model in CustodyModel
        if model is not CustodyModel.MASS_BALANCE
    )
    grids: tuple[Grid, ...] = (
        Grid(Measure.CREDIT_SHARE, 10_000, 1_000_000),  # 1 %
        Grid(Measure.CAHRA_SHARE, 10_000, 1_000_000),  # 1 %
        Grid(Measure.CARBON_INTENSITY, 500_000, 1_000_000_000),  # 0.5 kg/kg, up to 1 t/kg
        Grid(Measure.DIRECT_INTENSITY, 500_000, 1_000_000_000),  # 0.5 kg/kg, up to 1 t/kg
        Grid(Measure.METAL_PER_UNIT, 1_000, 10_000_000_000),  # 1 g, up to 10 t a unit
    )


class DeploymentStep(NamedTuple):
    """One contract and its constructor arguments: contract names, or founding parameters."""

    name: str
    arguments: tuple[str, ...] = ()


FOUNDING_PARAMETERS: Final = ("seats", "groups", "delay", "parent")
"""Names of arguments that are no contracts."""

STEPS: Final[tuple[DeploymentStep, ...]] = (
    DeploymentStep("Council", ("seats", "groups", "delay")),
    DeploymentStep("Directory", ("Council",)),
    DeploymentStep("Journal", ("Council",)),
    DeploymentStep("Members", ("Council", "Journal")),
    DeploymentStep("Settings", ("Council", "Journal")),
    DeploymentStep("Sites", ("Council", "Members", "Settings")),
    DeploymentStep("Places", ("Council", "Members", "Settings")),
    DeploymentStep("Certificates", ("Council", "Members", "Sites", "Settings")),
    DeploymentStep("LotBook", ("Council", "Members")),
    DeploymentStep("Attestations", ("Council", "Members", "Sites", "Settings", "LotBook")),
    DeploymentStep("Gates", ("Sites", "Certificates", "Places", "Attestations")),
    DeploymentStep("Custody", ("Members", "LotBook", "Attestations", "Places")),
    DeploymentStep("OriginVerifier"),
    DeploymentStep("Rebook2Verifier"),
    DeploymentStep("Run4Verifier"),
    DeploymentStep("TotalVerifier"),
    DeploymentStep("ClaimVerifier"),
    DeploymentStep("PriceInRangeVerifier"),
    DeploymentStep(
        "Origins", ("Members", "Sites", "Attestations", "Gates", "LotBook", "OriginVerifier")
    ),
    DeploymentStep(
        "Runs",
        (
            "Members",
            "Sites",
            "Attestations",
            "Gates",
            "Places",
            "LotBook",
            "Custody",
            "Settings",
            "Rebook2Verifier",
            "Run4Verifier",
        ),
    ),
    DeploymentStep("Holds", ("Council", "Members", "LotBook")),
    DeploymentStep("Products", ("Members", "LotBook", "Attestations", "Rebook2Verifier")),
    DeploymentStep(
        "Claims",
        ("Council", "Members", "LotBook", "Products", "TotalVerifier", "ClaimVerifier", "parent"),
    ),
    DeploymentStep("Prices", ("Council", "Members", "LotBook", "PriceInRangeVerifier")),
)

NAMES: Final = tuple(step.name for step in STEPS)
NAMED: Final = ("Journal", *(name for name in NAMES if name != "Journal"))
"""As the Directory comes to know them: the Journal first, in which it notes all others."""
REPLACEABLE: Final = frozenset({"Gates", "Custody", "Origins", "Runs", "Claims"})
"""Beside the verifiers: contracts without a state of their own, whose next version goes on with
what LotBook and the registers hold, and Claims, which reads the version before. The next version of
any other would begin empty."""

JOURNAL_WRITERS: Final = {
    "Directory": (RowKind.DIRECTORY,),
    "Members": (RowKind.SETTINGS, RowKind.MEMBER, RowKind.GROUP, RowKind.ACCOUNT),
    "Settings": (RowKind.SETTINGS,),
    "Sites": (RowKind.SITE,),
    "Places": (RowKind.PLACE,),
    "Certificates": (RowKind.SETTINGS, RowKind.SITE, RowKind.CERTIFICATE),
    "LotBook": (RowKind.DIRECTORY,),
    "Attestations": (RowKind.LOT, RowKind.EVENT),
    "Custody": (RowKind.LOT, RowKind.EVENT),
    "Origins": (RowKind.LOT, RowKind.EVENT),
    "Runs": (RowKind.LOT, RowKind.EVENT),
    "Holds": (RowKind.LOT, RowKind.ROOT),
    "Products": (RowKind.LOT, RowKind.EVENT, RowKind.PRODUCT),
    "Claims": (RowKind.SETTINGS, RowKind.LOT, RowKind.PRODUCT, RowKind.TOTAL),
    "Prices": (RowKind.LOT, RowKind.COMMODITY, RowKind.PRICE_RECORD),
}
"""Contract to the kinds of rows of the Journal that it writes."""

LOT_WRITERS: Final = ("Attestations", "Custody", "Origins", "Runs", "Holds", "Products")

VERIFIERS: Final = {
    "origin": "OriginVerifier",
    "rebook2": "Rebook2Verifier",
    "run4": "Run4Verifier",
    "total": "TotalVerifier",
    "claim": "ClaimVerifier",
    "price_in_range": "PriceInRangeVerifier",
}
"""Circuit to the contract that verifies its proofs."""


class CodeOf(NamedTuple):
    """Stands for the hash of a contract's code."""

    name: str


def compiled_name(contract: str, key_set: str) -> str:
    """What is compiled to be a contract of the plan: each set of keys has verifiers of its own."""
    verifies = contract in VERIFIERS.values()
    return contract_prefix(key_set) + contract if verifies else contract


class ActCall(NamedTuple):
    """One call of a council act; an argument of type str is the name of a contract."""

    contract: str
    function: str
    arguments: tuple[str | int | bool | bytes | CodeOf, ...]


def first_act(founding: Founding) -> tuple[ActCall, ...]:
    """The council act that makes the deployed contracts one system."""
    return (
        ActCall("Council", "nameMembers", ("Members",)),
        *(
            ActCall("Journal", "setWriter", (name, row_mask(kinds), CodeOf(name)))
            for name, kinds in JOURNAL_WRITERS.items()
        ),
        *(ActCall("LotBook", "setWriter", (name, CodeOf(name))) for name in LOT_WRITERS),
        ActCall("Settings", "setQuorum", (founding.quorum,)),
        *(
            ActCall("Certificates", "setCreditRule", (rule.credit, rule.mask, rule.pass_gated))
            for rule in founding.credit_rules
        ),
        *(
            ActCall("Certificates", "setModelRule", (int(rule.model), rule.mask))
            for rule in founding.model_rules
        ),
        *(
            ActCall("Claims", "setGrid", (int(grid.measure), grid.step, grid.limit))
            for grid in founding.grids
        ),
        *(ActCall("Directory", "register", (directory_name(name), name)) for name in NAMED),
    )


FIRST_ACT_SALT: Final = b"lodetrace/first-act".ljust(32, b"\0")


def directory_name(name: str) -> bytes:
    """A contract's name as the Directory keys it: ASCII in 32 bytes."""
    return name.encode("ascii").ljust(32, b"\0")


def constructor_arguments(
    step: DeploymentStep, founding: Founding, addresses: dict[str, str], parent: str = NOBODY
) -> list[object]:
    """The arguments of a step, once the contracts before it have addresses.

    parent: the version before of a contract that goes on with what that one holds.
    """
    parameters: dict[str, object] = {
        "seats": [seat.account for seat in founding.seats],
        "groups": [seat.group for seat in founding.seats],
        "delay": founding.delay,
        "parent": parent,
    }
    return [
        parameters[name] if name in FOUNDING_PARAMETERS else addresses[name]
        for name in step.arguments
    ]


def act_arguments(
    call: ActCall, addresses: dict[str, str], code_hashes: dict[str, bytes]
) -> list[object]:
    """The arguments of a call of the act, with addresses and code hashes for names."""
    return [
        addresses[value]
        if isinstance(value, str)
        else code_hashes[value.name]
        if isinstance(value, CodeOf)
        else value
        for value in call.arguments
    ]
