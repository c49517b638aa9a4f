"""How the story names what it speaks of, in errors and findings."""

from lodetrace.text import hex_of


def readable(value: object) -> object:
    """A value of a statement as errors show it."""
    return hex_of(value) if isinstance(value, bytes) else value


def lot(word: bytes) -> str:
    """A lot by its id."""
    return f"lot {hex_of(word)}"


def run(word: bytes) -> str:
    """A run by its id."""
    return f"run {hex_of(word)}"


def site_event(word: bytes) -> str:
    """What a site stated, by its id."""
    return f"site event {hex_of(word)}"


def site(word: bytes) -> str:
    """A site by its id."""
    return f"site {hex_of(word)}"


def organisation(word: bytes) -> str:
    """A member by its id."""
    return f"organisation {hex_of(word)}"


def hold(key: bytes) -> str:
    """A hold by its key."""
    return f"hold {hex_of(key)}"


def place(word: bytes) -> str:
    """A place by its id."""
    return f"place {hex_of(word)}"


def certificate(word: bytes) -> str:
    """A certificate by its id."""
    return f"certificate {hex_of(word)}"


def product(word: bytes) -> str:
    """A product by its id."""
    return f"product {hex_of(word)}"


def total(word: bytes) -> str:
    """The total of a product's parts, by its commitment."""
    return f"total {hex_of(word)}"


def claim(word: bytes) -> str:
    """A claim by its id."""
    return f"claim {hex_of(word)}"


def price_check(word: bytes) -> str:
    """A check of a settlement price, by its id."""
    return f"price check {hex_of(word)}"
