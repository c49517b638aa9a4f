"""How the story names what it speaks of, in errors and findings."""

from lodetrace.contracts.enums import SubjectKind


def hexed(word: bytes) -> str:
    """0x and hexadecimal digits."""
    return "0x" + word.hex()


def readable(value: object) -> object:
    """A value of a statement as errors show it."""
    return hexed(value) if isinstance(value, bytes) else value


def lot(word: bytes) -> str:
    """A lot by its id."""
    return f"lot {hexed(word)}"


def run(word: bytes) -> str:
    """A run by its id."""
    return f"run {hexed(word)}"


def site_event(word: bytes) -> str:
    """What a site stated, by its id."""
    return f"site event {hexed(word)}"


def site(word: bytes) -> str:
    """A site by its id."""
    return f"site {hexed(word)}"


def organisation(word: bytes) -> str:
    """A member by its id."""
    return f"organisation {hexed(word)}"


def place(word: bytes) -> str:
    """A place by its id."""
    return f"place {hexed(word)}"


def certificate(word: bytes) -> str:
    """A certificate by its id."""
    return f"certificate {hexed(word)}"


def product(word: bytes) -> str:
    """A product by its id."""
    return f"product {hexed(word)}"


def total(word: bytes) -> str:
    """The total of a product's parts, by its commitment."""
    return f"total {hexed(word)}"


def claim(word: bytes) -> str:
    """A claim by its id."""
    return f"claim {hexed(word)}"


def price_check(word: bytes) -> str:
    """A check of a settlement price, by its id."""
    return f"price check {hexed(word)}"


def counted(kind: SubjectKind, word: bytes) -> str:
    """A subject of a counter."""
    noun = "organisation" if kind is SubjectKind.MEMBER else kind.name.lower()
    return f"{noun} {hexed(word)}"
