"""The version of the software, told once: both wheels take it from here.

A constant, not what pip has recorded: it is true of the code that runs, in a clone and in a
wheel alike, and an audit reads no file for it.
"""

from typing import Final

VERSION: Final = "0.1.0"

SOFTWARE: Final = f"lodetrace {VERSION}"
"""Who judged or wrote a document."""
