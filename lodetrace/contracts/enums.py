"""Codes of the contracts: equal to contracts/interfaces/{Types,Roles,Materials,ISites}.sol.

Only the standard library, and what imports nothing else, is imported here: Brownie's environment
reads it too.
"""

from enum import IntEnum, IntFlag
from typing import Final

from zk_circuits.quantity_text import MG_PER_KG, exact_share, quotient

FOREVER: Final = (1 << 40) - 1
"""Largest uint40: when what has no end ends (FOREVER and WITHOUT_END in contracts/)."""


class CustodyModel(IntEnum):
    """Chain-of-custody models of ISO 22095, strongest first."""

    IDENTITY_PRESERVED = 0
    SEGREGATED = 1
    CONTROLLED_BLENDING = 2
    MASS_BALANCE = 3


PERIOD_BALANCE: Final = "mass balance, period of up to 31 days"
"""What is said of metal that a continuous site has processed."""


class LotState(IntEnum):
    """State of a lot. The rules about time are those of Holding.sol."""

    NONE = 0
    ACTIVE = 1
    OFFERED = 2
    HELD = 3
    DISPUTED = 4
    ASSIGNED = 5
    CONSUMED = 6
    LOST = 7
    NAMED = 8

    @property
    def lapses(self) -> bool:
        """Whether it ends by itself, once `until` has passed; the lot is then active again."""
        return self in (LotState.OFFERED, LotState.HELD, LotState.DISPUTED, LotState.NAMED)

    @property
    def is_final(self) -> bool:
        """Whether the lot has ended: nothing happens to it any more."""
        return self in (LotState.CONSUMED, LotState.LOST)

    def at(self, until: int, time: int) -> "LotState":
        """The state at a block time. In the second `until` itself it still binds the lot."""
        return LotState.ACTIVE if self.lapses and time > until else self


class EventKind(IntEnum):
    """What a site or an umpire attests."""

    NONE = 0
    BIRTH = 1
    PROCESSING = 2
    RECOVERY = 3
    MEASUREMENT = 4
    REWORK = 5
    LOSS = 6
    OUTSIDE = 7
    END_OF_LIFE = 8

    @property
    def is_birth(self) -> bool:
        """Whether metal enters the books by it: no lot goes in."""
        return self in (EventKind.BIRTH, EventKind.OUTSIDE)

    @property
    def looks_at_one(self) -> bool:
        """Whether it is about one lot that others hold, and binds it to nothing."""
        return self in (EventKind.MEASUREMENT, EventKind.END_OF_LIFE)


INPUTS_MAX: Final = 4
"""Lots that an event names at most: more become a charge first."""

MAKING: Final = (
    EventKind.BIRTH,
    EventKind.PROCESSING,
    EventKind.RECOVERY,
    EventKind.REWORK,
    EventKind.LOSS,
    EventKind.OUTSIDE,
)
"""Events by which a site makes lots."""


class RunKind(IntEnum):
    """Why lots are consumed and made."""

    NONE = 0
    PROCESS = 1
    REBOOK = 2
    RECOVER = 3
    SETTLE = 4
    REWORK = 5
    LOSS = 6
    CHARGE = 7
    END_OF_LIFE = 8

    @property
    def is_on_paper(self) -> bool:
        """Whether it names no site event: nothing happened to the goods."""
        return self in (RunKind.REBOOK, RunKind.CHARGE)

    @property
    def event_kind(self) -> EventKind | None:
        """Kind of the site event that a run of this kind uses up; None where it names no event."""
        match self:
            case RunKind.PROCESS:
                return EventKind.PROCESSING
            case RunKind.RECOVER:
                return EventKind.RECOVERY
            case RunKind.SETTLE:
                return EventKind.MEASUREMENT
            case RunKind.REWORK:
                return EventKind.REWORK
            case RunKind.LOSS:
                return EventKind.LOSS
            case RunKind.END_OF_LIFE:
                return EventKind.END_OF_LIFE
        return None

    @property
    def is_narrow(self) -> bool:
        """Whether its proof has no site event in it: nothing is lost, every credit passes."""
        return self in (RunKind.REBOOK, RunKind.CHARGE, RunKind.END_OF_LIFE)

    @property
    def contract(self) -> str:
        """Which contract takes and proves it."""
        return "Products" if self is RunKind.END_OF_LIFE else "Runs"


class MemberStatus(IntEnum):
    """Status of an organisation."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2


class CertificateStatus(IntEnum):
    """Status of a certificate. Withdrawn is final."""

    NONE = 0
    IN_FORCE = 1
    SUSPENDED = 2
    WITHDRAWN = 3


class SubjectKind(IntEnum):
    """What the registers number events of (lodetrace/contracts/sequences.py)."""

    LOT = 1
    CERTIFICATE = 2
    MEMBER = 3
    SITE = 4
    PLACE = 5
    HOLD = 6


class RowKind(IntEnum):
    """What a row of the Journal is about."""

    NONE = 0
    SETTINGS = 1
    DIRECTORY = 2
    LOT = 3
    ROOT = 4
    EVENT = 5
    SITE = 6
    CERTIFICATE = 7
    PLACE = 8
    MEMBER = 9
    GROUP = 10
    ACCOUNT = 11
    PRODUCT = 12
    TOTAL = 13
    COMMODITY = 14
    PRICE_RECORD = 15


class ReasonCode(IntEnum):
    """Why somebody did something: all that is said in public. Its words: contracts/reasons.py."""

    NONE = 0
    WEIGHT_DIFFERS = 1
    ASSAY_DIFFERS = 2
    MATERIAL_DIFFERS = 3
    SEAL_BROKEN = 4
    PAPERS_MISSING = 5
    NOT_ORDERED = 6
    OPENING_UNREADABLE = 7
    LOST = 8
    STOLEN = 9
    SPILT = 10
    DISPOSED = 11
    CERTIFICATE_SUSPENDED = 12
    AUDIT_FINDING = 13
    RISK_FINDING = 14
    UNDER_INVESTIGATION = 15
    REQUIREMENTS_NOT_MET = 16
    REQUIREMENTS_MET = 17
    CORRECTED = 18
    BY_REQUEST = 19
    RULES_BROKEN = 20
    DUTIES_UNMET = 21
    DID_NOT_OCCUR = 22
    INCORRECT_DATA = 23


class Measure(IntEnum):
    """What a claim measures. Thresholds: ppm, ppm, twice mg CO2e per kg of metal, mg per unit."""

    NONE = 0
    CREDIT_SHARE = 1
    CAHRA_SHARE = 2
    CARBON_INTENSITY = 3
    DIRECT_INTENSITY = 4
    METAL_PER_UNIT = 5

    @property
    def at_least(self) -> bool:
        """Whether a claim of it is about at least, not at most, its threshold."""
        return self in (Measure.CREDIT_SHARE, Measure.METAL_PER_UNIT)

    def said(self, threshold: int) -> str:
        """A threshold of it, as people read them: ppm of the metal, mg CO2e per kg, mg a unit."""
        if self in (Measure.CARBON_INTENSITY, Measure.DIRECT_INTENSITY):
            return f"{quotient(threshold, MG_PER_KG)} kg CO2e per kg"
        if self is Measure.METAL_PER_UNIT:
            return f"{quotient(threshold, MG_PER_KG)} kg per unit"
        return exact_share(threshold)


class PriceStatus(IntEnum):
    """How a day's price came about. Carried: the previous day's range stands."""

    NONE = 0
    NORMAL = 1
    CARRIED = 2
    DELAYED = 3
    CORRECTED = 4


class Role(IntFlag):
    """Roles of organisations and accounts."""

    TRADER = 1 << 0
    OPERATOR = 1 << 1
    ORACLE = 1 << 2
    CERTIFIER = 1 << 3
    RISK = 1 << 4
    AUDITOR = 1 << 5
    UMPIRE = 1 << 6
    MAKER = 1 << 7
    PRICE_ADMINISTRATOR = 1 << 8
    LABORATORY = 1 << 9


class Material(IntEnum):
    """What a lot is made of, generic over metals."""

    ORE = 1
    CONCENTRATE = 2
    HYDROXIDE = 3
    SULPHATE = 4
    METAL = 5
    PRECURSOR = 6
    CATHODE = 7
    CELL = 8
    MODULE = 9
    PACK = 10
    IN_PROCESS = 90
    SCRAP = 100
    RETIRED = 101

    @property
    def comes_in_units(self) -> bool:
        """Whether a lot of it may be a series of equal units (UnitCounts.sol)."""
        return self.is_guarded or self is Material.RETIRED

    @property
    def is_guarded(self) -> bool:
        """Whether it is one physical thing of several metals, whose lots move together."""
        return self in (Material.CATHODE, Material.CELL, Material.MODULE, Material.PACK)

    @property
    def retires(self) -> bool:
        """Whether a product that is dismantled has it in it (Materials.sol)."""
        return self in (Material.CELL, Material.MODULE, Material.PACK)


class SiteKind(IntEnum):
    """What happens at a site."""

    INDUSTRIAL_MINE = 1
    ARTISANAL_COOPERATIVE = 2
    REFINERY = 3
    PRECURSOR_MAKER = 4
    CATHODE_MAKER = 5
    CELL_MAKER = 6
    PACK_MAKER = 7
    VEHICLE_MAKER = 8
    RECYCLER = 9
    LABORATORY = 10
    DISMANTLER = 11


def operating_role(kind: int) -> Role:
    """What an organisation needs to operate a site, also one of a kind without a name here."""
    return Role.LABORATORY if kind == SiteKind.LABORATORY else Role.OPERATOR


class Scheme(IntEnum):
    """Certification schemes; the number is the bit in a credit rule."""

    RMI_RMAP = 1
    IRMA = 2
    ICMM = 3
    CIRAF = 4
    COPPER_MARK = 5
    ISO_14001 = 6
    ISO_45001 = 7
    RECYCLED_CONTENT = 8
    CHAIN_OF_CUSTODY = 9


def known_code(codes: type[IntEnum] | type[IntFlag], value: int) -> int:
    """The code, or the bare number where this version has no name for it."""
    try:
        return codes(value)
    except ValueError:
        return value


ELEMENT_SYMBOLS = {3: "Li", 6: "C", 13: "Al", 25: "Mn", 26: "Fe", 27: "Co", 28: "Ni", 29: "Cu"}
"""Atomic number to symbol, of the metals that members have asked for so far."""


def scheme_name(number: int) -> str:
    """Of one scheme; its number where it has no name here."""
    try:
        return Scheme(number).name.replace("_", " ")
    except ValueError:
        return f"scheme {number}"


def scheme_names(schemes: int) -> tuple[str, ...]:
    """Of the schemes that a mask names, bit s for scheme s; a number where one has no name here."""
    return tuple(
        scheme_name(number) for number in range(schemes.bit_length()) if schemes >> number & 1
    )


def element_name(element: int) -> str:
    """ "Co" for 27, "element 60" for one without a name here."""
    return ELEMENT_SYMBOLS.get(element, f"element {element}")
