"""What an error of a contract is said with."""

from typing import Final, NamedTuple


class RefusalWording(NamedTuple):
    """sentence: a template over the error's arguments, in snake_case."""

    sentence: str
    advice: str


ASK_COUNCIL: Final = "Ask the council to decide it in an act."
